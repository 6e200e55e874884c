import { clean, truncate } from '../../components/text.ts';
import { duration, moment } from '../../components/units.ts';
import type { ScheduledJob } from '../../src/operations/job.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { StorageRow } from './rows.ts';
import { pruneText } from './words.ts';

const everyMs = 60_000;

/** Backup jobs that write here: when, what, and what they keep. */
const lines = (row: StorageRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const { storage } = row.place;
  const answer = app.look('job.list', { storage }, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no backup job writes here')];
  return [...said, ...(answer.value ?? []).flatMap((job, at) => [...(at > 0 ? [''] : []), ...jobLines(job, drawing)])];
};

/** What a job takes, in words. */
const taken = (job: ScheduledJob, name: (vmid: string) => string | undefined): string => {
  const where = job.node === undefined ? '' : ` on ${job.node}`;
  if (job.all === true) return `all guests${job.exclude === undefined ? '' : ` but ${job.exclude}`}${where}`;
  if (job.pool !== undefined) return `pool ${job.pool}${where}`;
  const ids = (job.vmid ?? '').split(',').filter(Boolean);
  return ids.length === 0 ? 'nothing' : ids.map((vmid) => `${vmid} ${name(vmid) ?? ''}`.trim()).join(', ') + where;
};

const jobLines = (job: ScheduledJob, { app, look, now, width }: Drawing & Area): readonly (string | Line)[] => {
  const off = job.enabled === false;
  const state = off ? look.paint('muted', `${look.glyphs.stopped} off`) : look.paint('ok', `${look.glyphs.running} on`);
  const next = job['next-run'];
  const when = next === undefined || off ? '' : `  next ${moment(next * 1000, now)}, in ${duration(next - now / 1000)}`;
  const details = [
    taken(job, (vmid) => app.cluster.guestName(vmid)),
    [job.schedule, job.mode].filter((part) => part !== undefined).join(', '),
    ...(job['prune-backups'] === undefined ? [] : [pruneText(job['prune-backups'])]),
    ...(job.comment === undefined ? [] : [job.comment]),
  ];
  return [
    { text: `${state}  ${truncate(clean(job.id), width - 8)}`, copy: job.id },
    ...(when === '' ? [] : [look.paint('muted', when)]),
    ...details.map((text) => `  ${truncate(clean(text), width - 2)}`),
  ];
};

export const jobsTab: Tab<StorageRow> = {
  id: 'jobs',
  title: 'jobs',
  has: ({ place }) => place.content.includes('backup'),
  lines,
};
