import { bar } from '../components/meters.ts';
import type { Look } from '../components/look.ts';
import { bytes, duration, percent } from '../components/units.ts';
import { parseUpid } from '../src/models/upid.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Done, Job } from '../src/ui/job.ts';
import { progressOf } from '../src/ui/taskProgress.ts';

/** What is known of work of ours: how far it is, how long it has run, how long it will. Texts, most telling first. */
interface JobFigures {
  /** A bar with percents, or what was counted; empty where it does not tell. */
  readonly progress: string;
  /** `205 MB of 2.4 GB`; empty where nothing is counted. */
  readonly amount: string;
  readonly elapsed: string;
  /** `about 12s left`; empty where that cannot be told. */
  readonly left: string;
}

const barColumns = 8;

/** 0…1 by what it tells itself, else by the log of its one task. Called while drawing. */
const fractionOf = (app: AppModel, job: Job): number | undefined => {
  const [upid, another] = job.tasks;
  if (job.fraction !== undefined || upid === undefined || another !== undefined) return job.fraction;
  // A log that is open reads itself.
  if (app.state.overlay?.kind === 'view') return undefined;
  const type = parseUpid(upid)?.type;
  return type === undefined ? undefined : progressOf(app, { upid, type })?.fraction;
};

const texts: Readonly<Record<Done['unit'], (count: number) => string>> = {
  bytes,
  seconds: duration,
  items: String,
};

const amountOf = ({ done }: Job): string => {
  if (done === undefined) return '';
  const text = texts[done.unit];
  return done.total === undefined ? text(done.done) : `${text(done.done)} of ${text(done.total)}`;
};

/** Returns the figures of a job. Called while drawing: they may have to be read from the log of its task. */
export const jobFigures = (app: AppModel, job: Job, look: Look): JobFigures => {
  const fraction = fractionOf(app, job);
  const left = job.secondsLeft(app.now());
  const amount = amountOf(job);
  return {
    amount,
    progress: fraction === undefined ? amount : `${bar(look, fraction, barColumns)} ${percent(fraction).padStart(4)}`,
    elapsed: duration((app.now() - job.startedAt) / 1000),
    left: left === undefined ? '' : `about ${duration(left)} left`,
  };
};
