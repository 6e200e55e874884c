import type { Compose } from './compose.ts';
import type { Follow } from './follow.ts';
import type { Hour } from './hour.ts';
import type { Idle } from './idle.ts';
import type { Keys } from './keys.ts';
import type { Refresh } from './refresh.ts';
import type { Render } from './render.ts';
import type { Rest } from './rest.ts';
import type { Starts } from './starts.ts';
import type { Typing } from './typing.ts';
import type { Wizard } from './wizard.ts';

export interface SizeResult {
  readonly guests: number;
  readonly nodes: number;
  readonly starts: Starts;
  readonly keys: Keys;
  readonly typing: Typing;
  readonly wizard: Wizard;
  readonly refresh: Refresh;
  readonly rest: Rest;
  readonly idle: Idle;
}

/** What does not depend on the size of the cluster. */
export interface Once {
  readonly follow: Follow;
  readonly hour: Hour;
  readonly render: Render;
  readonly compose: Compose;
}

export interface Verdict {
  readonly what: string;
  /** Undefined for what does not depend on it. */
  readonly guests: number | undefined;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  readonly kept: boolean;
}

interface Budget<Result> {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  readonly of: (result: Result) => number;
  /** The only size that it holds for; all sizes without it. */
  readonly guests?: number;
}

const megabyte = 1_000_000;

/** Times of starting are medians, as ratios to `node -e 0` of the same run: a slow day slows both. */
const budgets: readonly Budget<SizeResult>[] = [
  { what: 'last picture', unit: '× node', limit: 0.5, of: ({ starts }) => starts.picture.p50 / starts.node.p50 },
  {
    what: 'frame that takes keys',
    unit: '× node',
    limit: 3.5,
    of: ({ starts }) => starts.firstKey.p50 / starts.node.p50,
  },
  { what: 'flicker after the picture', unit: '', limit: 0, of: ({ starts }) => starts.flickers },
  { what: 'keys lost during the start', unit: '', limit: 0, of: ({ starts }) => starts.keysLost },
  {
    what: 'guests without a cache',
    unit: 'ms',
    limit: 500,
    of: ({ starts }) => starts.withoutCache.p50,
    guests: 10_000,
  },
  { what: 'key to paint, mark, p95', unit: 'ms', limit: 8, of: ({ keys }) => keys.move.latency.p95, guests: 10_000 },
  {
    what: 'key to paint, scroll, p95',
    unit: 'ms',
    limit: 8,
    of: ({ keys }) => keys.scroll.latency.p95,
    guests: 10_000,
  },
  { what: 'letter of a filter to paint, p95', unit: 'ms', limit: 16, of: ({ typing }) => typing.latency.p95 },
  { what: 'keys to a wizard', unit: 'ms', limit: 50, of: ({ wizard }) => wizard.latency.p50 },
  { what: 'refresh', unit: '× JSON.parse', limit: 3, of: ({ refresh }) => refresh.ratio.p50, guests: 10_000 },
  { what: 'bytes when the mark moves, p95', unit: 'B', limit: 1_000, of: ({ keys }) => keys.move.bytes.p95 },
  { what: 'bytes when the list scrolls, p95', unit: 'B', limit: 4_500, of: ({ keys }) => keys.scroll.bytes.p95 },
  { what: 'frames while idle', unit: '/s', limit: 1.05, of: ({ idle }) => idle.framesPerSecond },
  { what: 'bytes of a frame while idle, p95', unit: 'B', limit: 60, of: ({ idle }) => idle.bytes.p95 },
  { what: 'frames that change nothing', unit: '', limit: 0, of: ({ idle }) => idle.identical },
  { what: 'CPU at rest', unit: '%', limit: 1, of: ({ rest }) => rest.cpuPercent },
  { what: 'memory', unit: 'MB', limit: 140, of: ({ rest }) => rest.residentBytes / megabyte, guests: 1_000 },
  { what: 'calls a minute', unit: '', limit: 15, of: ({ rest }) => rest.callsPerMinute },
];

const budgetsOnce: readonly Budget<Once>[] = [
  { what: 'CPU while 5,000 lines/s are followed', unit: '%', limit: 25, of: ({ follow }) => follow.cpuPercent },
  // A followed log is asked for once a second.
  { what: 'age of the last line, p95', unit: 'ms', limit: 1_500, of: ({ follow }) => follow.lag.p95 },
  { what: 'memory while following', unit: 'MB', limit: 220, of: ({ follow }) => follow.residentBytes / megabyte },
  { what: 'lucia rendered, in memory', unit: 'ms', limit: 150, of: ({ render }) => render.memory.whole.p50 },
  { what: 'init, add and render lucia', unit: 'ms', limit: 2_000, of: ({ render }) => render.commands.p50 },
  { what: 'heap after an hour', unit: '× before', limit: 1.1, of: ({ hour }) => hour.heapAfter / hour.heapBefore },
  { what: 'a Compose file of 5,000 lines', unit: '× YAML', limit: 3, of: ({ compose }) => compose.ratio.p50 },
];

const verdictOf = <Result>(
  { what, unit, limit, of }: Budget<Result>,
  result: Result,
  guests: number | undefined,
): Verdict => {
  const measured = of(result);
  return { what, guests, measured, limit, unit, kept: measured <= limit };
};

/** Every budget that holds for the size of the result. */
export const judge = (result: SizeResult): Verdict[] =>
  budgets
    .filter((budget) => budget.guests === undefined || budget.guests === result.guests)
    .map((budget) => verdictOf(budget, result, result.guests));

export const judgeOnce = (once: Once): Verdict[] => budgetsOnce.map((budget) => verdictOf(budget, once, undefined));
