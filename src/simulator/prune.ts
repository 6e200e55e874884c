import { keptOf, periods } from '../models/retention.ts';
import { zoneOffset } from './calendar-next.ts';

/** How many of each kind are kept: `keep-last`, `keep-hourly` … `keep-yearly`, and `keep-all`. */
export type Keep = Readonly<Record<string, number>>;

export type Mark = 'keep' | 'remove' | 'protected';

interface Entry {
  readonly ctime: number;
  readonly protected?: boolean;
}

/** Reads `keep-last=3,keep-daily=7`. */
export const parseKeep = (text: string): Keep =>
  Object.fromEntries(
    text
      .split(',')
      .map((part) => part.split('='))
      .map(([key, value]) => [key?.trim() ?? '', Number(value ?? 0)]),
  );

/**
 * What a retention does to the backups of one guest, in the server's local time; marks in the order given. Protected ones stay and
 * take no place.
 */
export const pruneMarks = (entries: readonly Entry[], keep: Keep, timezone: string): Mark[] => {
  const counted =
    (keep['keep-all'] ?? 0) > 0 ? [] : periods.map((period) => [period, keep[`keep-${period}`] ?? 0] as const);
  const open = entries.filter((entry) => entry.protected !== true);
  const kept = keptOf(
    open.map(({ ctime }) => ctime),
    Object.fromEntries(counted),
    (seconds) => new Date((seconds + zoneOffset(timezone, seconds)) * 1000),
  );
  const marks = new Map(open.map((entry, index): [Entry, Mark] => [entry, kept[index] === true ? 'keep' : 'remove']));
  return entries.map((entry) => marks.get(entry) ?? 'protected');
};
