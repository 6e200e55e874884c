import type { TableColumn } from '../../components/table.ts';
import { clean, truncate } from '../../components/text.ts';
import { counted, duration, moment, shortDuration } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { ScheduledJob } from '../../src/operations/job.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { pruneText } from '../storage/words.ts';
import { openRow } from './rowView.ts';
import { everyMs, glanceOf, notUsed, warned, well, type Asking, type Glance, type Section } from './section.ts';

/** What the cluster does by itself at set times, and which guests no backup takes. */

type Volume = ResultOf<'job.volumes'>[number];

const jobs = ({ app }: Asking) => app.look('job.list', {}, { everyMs });
/** The server reads every guest's configuration for it: not as often as the rest, in milliseconds. */
const uncoveredEveryMs = 300_000;
const uncovered = ({ app }: Asking) => app.look('job.uncovered', {}, { everyMs: uncoveredEveryMs });

const isOff = ({ enabled }: ScheduledJob): boolean => enabled === false;

const glance = (drawing: Asking): Glance => {
  const left = uncovered(drawing).value?.length ?? 0;
  return glanceOf(jobs(drawing), (rows) => {
    if (rows.length === 0) return notUsed('nothing is done by itself, no backup either');
    const next = rows
      .filter((job) => !isOff(job) && job['next-run'] !== undefined)
      .toSorted((a, b) => (a['next-run'] ?? 0) - (b['next-run'] ?? 0))[0];
    const when =
      next?.['next-run'] === undefined ? '' : `, next in ${shortDuration(next['next-run'] - drawing.now / 1000)}`;
    if (left > 0) return warned('not all', `${counted(left, 'guest')} in no backup${when}`);
    return well('set', `${counted(rows.length, 'job')}${when}`);
  });
};

/** What a job takes, in words: `pool prod, 21 guests`, `all but 900, 901`. */
const takes = (app: AppModel, job: ScheduledJob): string => {
  const where = job.node === undefined ? '' : ` on ${job.node}`;
  if (job.type === 'realm-sync') return `users of realm ${job.realm ?? '?'}`;
  if (job.all === true)
    return `all guests${job.exclude === undefined ? '' : ` but ${job.exclude.split(',').join(', ')}`}${where}`;
  if (job.pool !== undefined) {
    const { guests } = app.live.getState().snapshot;
    const count = guests.filter(({ pool }) => pool === job.pool || pool?.startsWith(`${job.pool ?? ''}/`)).length;
    return `pool ${job.pool}, ${counted(count, 'guest')}${where}`;
  }
  const ids = (job.vmid ?? '').split(',').filter(Boolean);
  if (ids.length === 0) return 'nothing';
  return ids.map((vmid) => `${vmid} ${app.cluster.guestName(vmid) ?? ''}`.trim()).join(', ') + where;
};

const jobState = (job: ScheduledJob): Condition =>
  isOff(job) ? { glyph: 'stopped', word: 'off', token: 'muted' } : { glyph: 'running', word: 'on', token: 'ok' };

const columns = ({ app, now }: Drawing): readonly TableColumn<ScheduledJob>[] => [
  {
    id: 'job',
    title: 'job',
    width: 14,
    flex: { share: 1, most: 24 },
    priority: 0,
    cell: ({ id }) => ({ text: clean(id) }),
  },
  { id: 'on', title: 'on', width: 5, priority: 0, cell: stateCell(jobState) },
  {
    id: 'schedule',
    title: 'schedule',
    width: 9,
    flex: { share: 1, most: 18 },
    priority: 1,
    cell: ({ schedule }) => ({ text: clean(schedule ?? '') }),
  },
  {
    id: 'next',
    title: 'next',
    width: 11,
    priority: 0,
    cell: (job) => {
      const at = job['next-run'];
      return at === undefined || isOff(job) ? { text: '–', token: 'muted' } : { text: moment(at * 1000, now) };
    },
  },
  {
    id: 'takes',
    title: 'takes',
    width: 14,
    flex: { share: 2, most: 44 },
    priority: 3,
    cell: (job) => ({ text: clean(takes(app, job)) }),
  },
  {
    id: 'to',
    title: 'to',
    width: 8,
    flex: { share: 1, most: 14 },
    priority: 2,
    cell: ({ storage }) => ({ text: clean(storage ?? ''), token: 'muted' }),
  },
];

const volumeColumns: readonly TableColumn<Volume>[] = [
  {
    id: 'guest',
    title: 'guest',
    width: 10,
    flex: { share: 1, most: 24 },
    priority: 0,
    cell: ({ vmid, guest }) => ({ text: clean(`${String(vmid)} ${guest ?? ''}`) }),
  },
  { id: 'disk', title: 'disk', width: 7, priority: 0, cell: ({ key }) => ({ text: clean(key) }) },
  {
    id: 'in',
    title: 'in backup',
    width: 9,
    priority: 0,
    cell: ({ included }, look) =>
      included === true
        ? { text: `${look.glyphs.running} yes`, token: 'ok' }
        : { text: `${look.glyphs.stopped} no`, token: 'warn' },
  },
  {
    id: 'why',
    title: 'why',
    width: 10,
    flex: { share: 1, most: 24 },
    priority: 1,
    cell: ({ reason }) => ({ text: clean(reason ?? ''), token: 'muted' }),
  },
  {
    id: 'volume',
    title: 'volume',
    width: 16,
    flex: { share: 2, most: 44 },
    priority: 2,
    cell: ({ volume }) => ({ text: clean(volume ?? ''), token: 'muted' }),
  },
];

const volumeLines = (job: ScheduledJob, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('job.volumes', { id: job.id }, { dwellMs: 0 });
  const rows = answer.value ?? [];
  const left = rows.filter(({ included }) => included !== true).length;
  const count = left === 0 ? counted(rows.length, 'disk') : `${counted(rows.length, 'disk')}, ${String(left)} left out`;
  return [
    look.paint('heading', 'what it takes') + (rows.length === 0 ? '' : look.paint('muted', `  ${count}`)),
    ...answerLines(answer, drawing),
    ...(answer.value?.length === 0
      ? [look.paint('muted', 'nothing')]
      : tableLines({ rows, columns: volumeColumns }, drawing)),
  ];
};

const openJob = ({ app, now }: Drawing, job: ScheduledJob): void => {
  const next = job['next-run'];
  const { id, type, 'prune-backups': prune, 'next-run': _next, all: _all, pool: _pool, vmid: _vmid, ...rest } = job;
  openRow(app, {
    kind: type === 'vzdump' ? 'backup job' : 'sync of users',
    name: id,
    facts: {
      takes: takes(app, job),
      next:
        next === undefined || isOff(job) ? undefined : `${moment(next * 1000, now)}, in ${duration(next - now / 1000)}`,
      keeps: prune === undefined ? undefined : pruneText(prune),
      ...rest,
    },
    ...(type === 'vzdump' ? { more: (drawing) => volumeLines(job, drawing) } : {}),
  });
};

const jobLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  const answer = jobs(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0)
    return [
      ...said,
      look.paint('warn', truncate(`${look.glyphs.warning} no jobs: nothing is backed up by itself`, width)),
    ];
  const rows = (answer.value ?? []).toSorted((a, b) => nextOf(a) - nextOf(b));
  const below = (job: ScheduledJob): readonly string[] => {
    const about = [takes(drawing.app, job), job.comment].filter(Boolean).join('; ');
    return [look.paint('muted', truncate(`  ${clean(about)}`, width))];
  };
  const open = (job: ScheduledJob): void => openJob(drawing, job);
  return [...said, ...tableLines({ rows, columns: columns(drawing), open, copy: ({ id }) => id, below }, drawing)];
};

/** Jobs that are off, or whose time is not told, come last. */
const nextOf = (job: ScheduledJob): number =>
  isOff(job) ? Number.MAX_VALUE : (job['next-run'] ?? Number.MAX_VALUE / 2);

const uncoveredLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = uncovered(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0)
    return [...said, look.paint('ok', `${look.glyphs.running} every guest is in a backup job`)];
  if (answer.value === undefined) return said;
  return [
    ...said,
    look.paint('warn', `${look.glyphs.warning} no job takes ${counted(answer.value.length, 'guest')}`),
    '',
    ...answer.value.map(({ vmid, name, type }): Line => ({
      text: `${look.paint('muted', String(vmid).padStart(6))}  ${clean(name ?? '')}`,
      open: () => app.goTo('guests', `${type ?? 'lxc'}/${String(vmid)}`),
      copy: String(vmid),
    })),
  ];
};

export const jobsSection: Section = {
  id: 'jobs',
  title: 'jobs',
  about: 'what is done by itself: backups, syncs',
  glance,
  tabs: [
    { id: 'jobs-scheduled', title: 'scheduled', lines: jobLines },
    { id: 'jobs-uncovered', title: 'guests in no backup', lines: uncoveredLines },
  ],
};
