import type { TableColumn } from '../../components/table.ts';
import { clean, truncate, wrapWords } from '../../components/text.ts';
import { counted, shortDuration, stamp } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { openRow } from './rowView.ts';
import { everyMs, failing, glanceOf, notUsed, well, type Asking, type Glance, type Section } from './section.ts';

/** Replication: copies of guests' disks on other nodes, made again and again. */

type Job = ResultOf<'replication.list'>[number];

const jobs = ({ app }: Asking) => app.look('replication.list', {}, { everyMs });

const isFailing = ({ fail_count: failures, disable }: Job): boolean => disable !== true && (failures ?? 0) > 0;

const jobState = (job: Job): Condition => {
  if (job.disable === true) return { glyph: 'stopped', word: 'off', token: 'muted' };
  if (isFailing(job)) return { glyph: 'failed', word: 'failing', token: 'error' };
  if (job.last_sync === undefined) return { glyph: 'unknown', word: 'not told', token: 'muted' };
  return job.last_sync === 0
    ? { glyph: 'warning', word: 'never yet', token: 'warn' }
    : { glyph: 'running', word: 'in step', token: 'ok' };
};

const glance = (drawing: Asking): Glance =>
  glanceOf(jobs(drawing), (rows) => {
    if (rows.length === 0) return notUsed('no guest is replicated');
    const failed = rows.filter(isFailing);
    const off = rows.filter(({ disable }) => disable === true).length;
    const text = [
      counted(rows.length, 'job'),
      ...(failed.length > 0 ? [`${failed.map(({ id }) => clean(id)).join(', ')} failing`] : []),
      ...(off > 0 ? [`${String(off)} off`] : []),
    ].join(', ');
    return failed.length > 0 ? failing('failing', text) : well('in step', text);
  });

const ago = (now: number, at: number | undefined): string =>
  at === undefined || at === 0 ? '–' : shortDuration(now / 1000 - at);

const ahead = (now: number, at: number | undefined): string => {
  if (at === undefined || at === 0) return '–';
  return at * 1000 <= now ? 'now' : shortDuration(at - now / 1000);
};

const columns = (drawing: Drawing): readonly TableColumn<Job>[] => [
  { id: 'job', title: 'job', width: 6, priority: 0, cell: ({ id }) => ({ text: clean(id) }) },
  {
    id: 'guest',
    title: 'guest',
    width: 8,
    flex: { share: 1, most: 20 },
    priority: 2,
    cell: ({ guest }) => ({ text: clean(drawing.app.cluster.guestName(String(guest ?? '')) ?? '') }),
  },
  { id: 'state', title: 'state', width: 10, priority: 0, cell: stateCell(jobState) },
  {
    id: 'way',
    title: 'from, to',
    width: 12,
    flex: { share: 1, most: 20 },
    priority: 3,
    cell: ({ source, target }, look) => ({
      text: clean(`${source ?? '?'} ${look.glyphs.separator} ${target ?? '?'}`),
      token: 'muted',
    }),
  },
  {
    id: 'last',
    title: 'last',
    width: 4,
    align: 'right',
    priority: 1,
    cell: ({ last_sync: at }) => ({ text: ago(drawing.now, at) }),
  },
  {
    id: 'next',
    title: 'next',
    width: 4,
    align: 'right',
    priority: 1,
    cell: ({ next_sync: at, disable }) => ({ text: disable === true ? '–' : ahead(drawing.now, at) }),
  },
  {
    id: 'schedule',
    title: 'schedule',
    width: 8,
    priority: 4,
    cell: ({ schedule }) => ({ text: clean(schedule ?? '*/15'), token: 'muted' }),
  },
];

const logLines = (job: Job, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  if (job.source === undefined) return [];
  const answer = app.look('replication.log', { node: job.source, id: job.id }, { dwellMs: 0 });
  return [
    look.paint('heading', 'its last run'),
    ...answerLines(answer, drawing),
    ...(answer.value ?? []).flatMap(({ t }) => {
      const lines = wrapWords(clean(t), width);
      return /error/i.test(t) ? lines.map((line) => look.paint('error', line)) : lines;
    }),
  ];
};

const open = ({ app }: Drawing, job: Job): void =>
  openRow(app, {
    kind: 'replication job',
    name: job.id,
    facts: {
      guest: `${String(job.guest ?? '')} ${app.cluster.guestName(String(job.guest ?? '')) ?? ''}`.trim(),
      from: job.source,
      to: job.target,
      schedule: job.schedule ?? '*/15',
      'rate limit': job.rate === undefined ? undefined : `${String(job.rate)} MB/s`,
      'last in step': stampOf(job.last_sync),
      'last try': stampOf(job.last_try),
      next: stampOf(job.next_sync),
      took: job.duration === undefined ? undefined : `${job.duration.toFixed(1)} s`,
      failed: job.fail_count,
      error: job.error,
      comment: job.comment,
    },
    more: (drawing) => logLines(job, drawing),
  });

/** The API says 0 for never. */
const stampOf = (at: number | undefined): string | undefined =>
  at === undefined || at === 0 ? undefined : stamp(at * 1000);

/** A job in two lines: how it goes, and below what went wrong. */
const lines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, now, width } = drawing;
  const answer = jobs(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0)
    return [
      ...said,
      look.paint('muted', 'no guest is replicated; it needs ZFS storages of the same name on two nodes'),
    ];
  const rows = (answer.value ?? []).toSorted((a, b) => Number(isFailing(b)) - Number(isFailing(a)));
  const below = (job: Job): readonly string[] => {
    if (!isFailing(job)) return [];
    const since =
      job.last_sync === undefined || job.last_sync === 0
        ? ''
        : `, last in step ${shortDuration(now / 1000 - job.last_sync)} ago`;
    const why = `failed ${String(job.fail_count ?? 0)}×${since}: ${clean(job.error ?? 'no reason told')}`;
    const [first = '', second = '', ...rest] = wrapWords(why, Math.max(8, width - 2));
    const told = [first, truncate([second, ...rest].join(' '), width - 2)].filter(Boolean);
    return told.map((text) => `  ${look.paint('error', text)}`);
  };
  const table = { rows, columns: columns(drawing), open: (job: Job) => open(drawing, job), below };
  return [...said, ...tableLines({ ...table, copy: ({ id }) => id }, drawing)];
};

export const replicationSection: Section = {
  id: 'replication',
  title: 'replication',
  about: 'copies of guests on other nodes',
  glance,
  tabs: [{ id: 'replication-jobs', title: 'jobs', lines }],
};
