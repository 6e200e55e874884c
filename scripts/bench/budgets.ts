import type { Keys } from './keys.ts';
import type { Rest } from './rest.ts';
import type { Starts } from './starts.ts';

export interface SizeResult {
  readonly guests: number;
  readonly nodes: number;
  readonly starts: Starts;
  readonly keys: Keys;
  readonly rest: Rest;
}

export interface Verdict {
  readonly what: string;
  readonly guests: number;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  readonly kept: boolean;
}

interface Budget {
  readonly what: string;
  readonly unit: string;
  readonly limit: number;
  readonly of: (result: SizeResult) => number;
  /** The only size that it holds for; all sizes without it. */
  readonly guests?: number;
}

const megabyte = 1_000_000;

/** Times of starting are medians, as ratios to `node -e 0` of the same run: a slow day slows both. */
const budgets: readonly Budget[] = [
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
  { what: 'key to paint, mark, p95', unit: 'ms', limit: 8, of: ({ keys }) => keys.move.latency.p95 },
  { what: 'key to paint, scroll, p95', unit: 'ms', limit: 8, of: ({ keys }) => keys.scroll.latency.p95 },
  { what: 'bytes when the mark moves, p95', unit: 'B', limit: 1_000, of: ({ keys }) => keys.move.bytes.p95 },
  { what: 'bytes when the list scrolls, p95', unit: 'B', limit: 4_500, of: ({ keys }) => keys.scroll.bytes.p95 },
  { what: 'CPU at rest', unit: '%', limit: 1, of: ({ rest }) => rest.cpuPercent },
  { what: 'memory', unit: 'MB', limit: 140, of: ({ rest }) => rest.residentBytes / megabyte, guests: 1_000 },
  { what: 'calls a minute', unit: '', limit: 15, of: ({ rest }) => rest.callsPerMinute },
];

/** Every budget that holds for the size of the result. */
export const judge = (result: SizeResult): Verdict[] =>
  budgets
    .filter((budget) => budget.guests === undefined || budget.guests === result.guests)
    .map(({ what, unit, limit, of }) => {
      const measured = of(result);
      return { what, guests: result.guests, measured, limit, unit, kept: measured <= limit };
    });
