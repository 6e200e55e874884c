import * as z from 'zod';
import { forecastOf, growthOf, type Filled } from '../inventory/growth.ts';
import type { Storage } from '../models/cluster.ts';
import { asProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { operation, type Column } from './operation.ts';
import { readRrd, rrdInput, type RrdPoint } from './rrd.ts';
import { onNode, pathOf, readsStorage, selectStorage, storageName } from './storage.ts';

/** The points of a history that have data. */
export const filledOf = (points: readonly RrdPoint[]): readonly Filled[] =>
  points.flatMap(({ time, used }) => (used === undefined ? [] : [{ time, used }]));

/** Shows the history of one storage, point by point: `used` and `total` in bytes, from `…/storage/{storage}/rrddata`. */
export const showStorageHistory = operation({
  name: 'storage.rrd',
  summary: 'Show how full a storage was',
  risk: 'read',
  input: z.object({ storage: storageName.meta({ positional: true }), node: onNode, ...rrdInput }),
  columns: [
    { field: 'time', title: 'TIME', unit: 'moment' },
    { field: 'used', title: 'USED', unit: 'bytes' },
    { field: 'total', title: 'SIZE', unit: 'bytes' },
  ],
  resolve: (context, input) => selectStorage(context, input.storage, input.node),
  needs: ({ storage }) => [readsStorage(storage)],
  async *run(context, place, input): AsyncGenerator<never, readonly RrdPoint[], void> {
    return readRrd(context, pathOf(place), input);
  },
});

/** How one storage fills. What its history does not tell is left out. */
export interface StorageTrend {
  readonly storage: string;
  readonly node: string;
  /** Bytes. */
  readonly used: number;
  readonly total: number;
  /** Bytes a day. */
  readonly growth?: number;
  readonly trend: 'filling' | 'steady' | 'shrinking' | 'uneven' | 'unknown';
  /** Seconds until it is full, if it goes on as before. */
  readonly full?: number;
  /** Seconds of history that this rests on. */
  readonly history?: number;
}

const day = 86_400;

const trendOf = (place: Storage, points: readonly RrdPoint[]): StorageTrend => {
  const { storage, node, disk: used, maxdisk: total } = place;
  const growth = growthOf(filledOf(points));
  if (growth === undefined) return { storage, node, used, total, trend: 'unknown' };
  const forecast = forecastOf(growth, used, total);
  return {
    storage,
    node,
    used,
    total,
    growth: Math.round(growth.bytesADay),
    trend: forecast.kind,
    ...(forecast.kind === 'filling' ? { full: Math.round(forecast.days * day) } : {}),
    history: Math.round(growth.days * day),
  };
};

const columns: readonly Column[] = [
  { field: 'storage', title: 'STORAGE' },
  { field: 'node', title: 'NODE' },
  { field: 'used', title: 'USED', unit: 'bytes' },
  { field: 'total', title: 'SIZE', unit: 'bytes' },
  { field: 'trend', title: 'TREND' },
  { field: 'growth', title: 'A DAY', unit: 'bytes' },
  { field: 'full', title: 'FULL IN', unit: 'seconds' },
  { field: 'history', title: 'HISTORY', unit: 'seconds' },
];

/** One place of each storage: shared ones once, the others on each node; what cannot be used has no present to go on from. */
const placesToAsk = async (context: Context): Promise<readonly Storage[]> => {
  const { storages } = await context.resources();
  const seen = new Set<string>();
  return storages.filter((place) => {
    if (place.status !== 'available' || (place.shared && seen.has(place.storage))) return false;
    seen.add(place.storage);
    return true;
  });
};

/** Shows which storage is full first: the growth of each from its `rrddata`, or of one. */
export const storageTrend = operation({
  name: 'storage.trend',
  summary: 'Show which storage is full first, and when',
  risk: 'read',
  input: z.object({
    storage: storageName.exactOptional().meta({ positional: true, completes: 'storage' }),
    node: onNode,
    timeframe: rrdInput.timeframe.default('week'),
  }),
  columns,
  async *run(context, _resolved, input) {
    const places =
      input.storage === undefined
        ? (await placesToAsk(context)).filter(({ node }) => input.node === undefined || node === input.node)
        : [await selectStorage(context, input.storage, input.node)];
    const trends: StorageTrend[] = [];
    for (const place of places) {
      try {
        trends.push(
          trendOf(place, await readRrd(context, pathOf(place), { timeframe: input.timeframe, cf: 'AVERAGE' })),
        );
      } catch (thrown) {
        // One of many that does not answer must not hide the others.
        const { code, message } = asProxdeckError(thrown);
        if (places.length === 1 || code === 'cancelled') throw thrown;
        yield { type: 'warning', code: 'no-history', message: `${place.storage} on ${place.node}: ${message}` };
      }
    }
    return trends.toSorted((a, b) => (a.full ?? Infinity) - (b.full ?? Infinity));
  },
});
