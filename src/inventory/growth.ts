/** How a storage fills, told from its own history: robust against the saw teeth of nightly backups and pruning. */

/** One point of the history: seconds since 1970, bytes. */
export interface Filled {
  readonly time: number;
  readonly used: number;
}

export interface Growth {
  /** Bytes a day: the median of the slopes between points (Theil and Sen); negative when it empties. */
  readonly bytesADay: number;
  /** The quartiles of those slopes: far apart when it does not grow evenly. */
  readonly low: number;
  readonly high: number;
  /** Days of history that this rests on. */
  readonly days: number;
}

/** What may be said of the day when a storage is full. */
export type Forecast =
  | { readonly kind: 'steady' | 'shrinking' | 'uneven' }
  /** Days from now; `soonest` and `latest` by the quartiles of its growth. */
  | { readonly kind: 'filling'; readonly days: number; readonly soonest: number; readonly latest: number };

const day = 86_400;
/** Less history says nothing about days to come. */
const leastDays = 1;
const leastPoints = 6;
/** Points are taken together into so many: pairs grow with the square. */
const buckets = 60;
/** A change of less than this share of the whole in a month is none. */
const steadyShare = 0.005;

/** Returns the growth of a history, oldest point first; undefined when there is less than a day of it, or hardly a point. */
export const growthOf = (points: readonly Filled[]): Growth | undefined => {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const span = last.time - first.time;
  const taken = together(points, first.time, span);
  if (span < leastDays * day || taken.length < leastPoints) return undefined;
  const slopes = slopesOf(taken, span / 4);
  if (slopes.length === 0) return undefined;
  return {
    bytesADay: at(slopes, 0.5) * day,
    low: at(slopes, 0.25) * day,
    high: at(slopes, 0.75) * day,
    days: span / day,
  };
};

/** Returns when a storage of `total` bytes is full if it goes on as before; without quartiles its growth is taken to be even. */
export const forecastOf = (
  { bytesADay, low = bytesADay, high = bytesADay }: Pick<Growth, 'bytesADay'> & Partial<Pick<Growth, 'low' | 'high'>>,
  used: number,
  total: number,
): Forecast => {
  if (Math.abs(bytesADay) * 30 < total * steadyShare) return { kind: 'steady' };
  if (bytesADay < 0) return { kind: high < 0 ? 'shrinking' : 'uneven' };
  if (low <= 0) return { kind: 'uneven' };
  const free = Math.max(0, total - used);
  return { kind: 'filling', days: free / bytesADay, soonest: free / high, latest: free / low };
};

/** Means of equal stretches of time; a stretch without points is left out. */
const together = (points: readonly Filled[], start: number, span: number): readonly Filled[] => {
  const stretches = Map.groupBy(points, ({ time }) =>
    Math.min(buckets - 1, Math.floor(((time - start) / Math.max(1, span)) * buckets)),
  );
  return [...stretches.values()].map((stretch) => ({
    time: mean(stretch.map(({ time }) => time)),
    used: mean(stretch.map(({ used }) => used)),
  }));
};

/** Slopes in bytes a second between points that lie at least `apart` seconds from each other, smallest first. */
const slopesOf = (points: readonly Filled[], apart: number): readonly number[] => {
  const slopes = points.flatMap((from, index) =>
    points
      .slice(index + 1)
      .filter((to) => to.time - from.time >= apart)
      .map((to) => (to.used - from.used) / (to.time - from.time)),
  );
  return slopes.toSorted((a, b) => a - b);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
