import type { ErrorCode } from '../models/error.ts';

/** pvestatd renews the figures every 10 s (contract §17); asking more often at rest shows nothing new. */
const restMs = 10_000;
/**
 * What renewing one row is reckoned at: the bench measured 570 ms of CPU for each renewal of 10,000 guests, from the wire to the screen
 * (1.26 % with one every 45 s). A picture at rest may cost 1 % of a core, so from 1,600 rows on it is renewed less often, every minute at
 * 10,000.
 */
const rowCpuMs = 0.06;
const cpuShare = 0.01;
/** While a task of ours runs: locks and task states change at once. */
const watchMs = 3_000;
/** A task that ends shows in the figures of the guest only after pvestatd's next round: one look in between. */
const lingerMs = 5_000;
/** Nobody sits and watches a backup of hours: after this long a task is polled at the ordinary cadence. */
const watchAtMostMs = 10 * 60_000;
/** Tasks are asked for with every poll at rest, and no more often while a task of ours is watched. */
const tasksMs = 9_000;
/** Calls in any 60 s that the program makes by itself while no task of ours runs. */
const callsAMinute = 15;
const minuteMs = 60_000;

/** What the next poll depends on. Times are milliseconds since 1970, -Infinity for never. */
export interface Pace {
  /** When the last poll was sent, and how long its answer took. */
  readonly polledAt: number;
  readonly durationMs: number;
  readonly tasksAt: number;
  /** Rows of the last answer. */
  readonly rows: number;
  /** When each running task of ours was first seen. */
  readonly watchedSince: readonly number[];
  /** When a task of ours ended last. */
  readonly taskEndedAt: number;
  /** While the cluster is away. */
  readonly retryAt: number | undefined;
  /** When the last calls at rest were sent, oldest first. */
  readonly calls: readonly number[];
}

/** Whether a task of ours runs that is young enough to be watched closely. */
export const watching = (pace: Pace, now: number): boolean =>
  pace.watchedSince.some((since) => now - since < watchAtMostMs);

/** Whether `/cluster/tasks` is asked for with the poll that is sent now. */
export const tasksAreDue = (pace: Pace, now: number): boolean =>
  now - pace.tasksAt >= tasksMs || pace.taskEndedAt > pace.tasksAt || now < pace.tasksAt;

/** Returns when the next poll is due. */
export const nextPollAt = (pace: Pace, now: number): number => {
  // A clock that was set back would otherwise silence the poll for as long.
  if (now < pace.polledAt) return now;
  if (pace.retryAt !== undefined) return Math.max(pace.retryAt, budgetFreeAt(pace.calls, 1));
  if (watching(pace, now)) return pace.polledAt + rested(watchMs, pace);
  const asked = pace.taskEndedAt > pace.polledAt ? pace.polledAt + 1_000 : pace.polledAt + rested(interval(pace), pace);
  return Math.max(asked, budgetFreeAt(pace.calls, 2));
};

const interval = (pace: Pace): number =>
  pace.polledAt - pace.taskEndedAt < lingerMs ? lingerMs : Math.max(restMs, (pace.rows * rowCpuMs) / cpuShare);

/** A server that needs long for its answer gets as long a rest. */
const rested = (intervalMs: number, pace: Pace): number => Math.max(intervalMs, 2 * pace.durationMs);

/** When `count` more calls fit into the last 60 s. */
const budgetFreeAt = (calls: readonly number[], count: number): number => {
  const oldest = calls.at(-(callsAMinute - count + 1));
  return oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + minuteMs;
};

/** Returns the calls that may still count against the budget, with new ones (and none from before a clock was set back). */
export const withCalls = (calls: readonly number[], sent: number, count: number): readonly number[] =>
  [...calls.filter((at) => at <= sent), ...Array.from({ length: count }, () => sent)].slice(-callsAMinute);

/** Trouble that does not go away by itself: asking every second would only lock an account or fill a log. */
const lasting: ReadonlySet<ErrorCode> = new Set(['auth', 'permission', 'certificate', 'config']);

/**
 * Returns milliseconds to wait after the n-th failure in a row (from 1): 1, 2, 4 … 60 s, of which a random part of up to
 * half is taken off, so that many programs do not come back at the same moment. `random` is 0…1.
 */
export const backoffMs = (failures: number, code: ErrorCode, random: number): number => {
  const whole = lasting.has(code) ? 60_000 : Math.min(60_000, 1_000 * 2 ** (failures - 1));
  return Math.round(whole * (1 - random / 2));
};
