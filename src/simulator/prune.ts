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

const daySeconds = 86_400;

/** `47/2026`: the ISO week of a local time. */
const isoWeek = (local: Date): string => {
  const day = local.getUTCDay() || 7;
  const thursday = new Date(local.getTime() + (4 - day) * daySeconds * 1000);
  const week =
    Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * daySeconds * 1000)) + 1;
  return `${week}/${thursday.getUTCFullYear()}`;
};

/** What makes two backups fall into the same period, in the server's local time. */
const periods: readonly (readonly [string, (local: Date, ctime: number) => string])[] = [
  ['keep-last', (_, ctime) => String(ctime)],
  ['keep-hourly', (local) => local.toISOString().slice(0, 13)],
  ['keep-daily', (local) => local.toISOString().slice(0, 10)],
  ['keep-weekly', isoWeek],
  ['keep-monthly', (local) => local.toISOString().slice(0, 7)],
  ['keep-yearly', (local) => local.toISOString().slice(0, 4)],
];

/**
 * What a retention does to the backups of one guest; marks in the order given (PVE::Storage::prune_mark_backup_group).
 * Protected ones stay and take no place; a period in which something is kept already counts as covered.
 */
export const pruneMarks = (entries: readonly Entry[], keep: Keep, timezone: string): Mark[] => {
  const marks = new Map<Entry, Mark>();
  for (const entry of entries) if (entry.protected === true) marks.set(entry, 'protected');
  const counted = periods.some(([option]) => (keep[option] ?? 0) > 0);
  if (!counted || (keep['keep-all'] ?? 0) > 0) return entries.map((entry) => marks.get(entry) ?? 'keep');
  const newestFirst = entries.filter((entry) => !marks.has(entry)).toSorted((left, right) => right.ctime - left.ctime);
  for (const [option, periodOf] of periods) {
    const count = keep[option] ?? 0;
    if (count <= 0) continue;
    const nameOf = ({ ctime }: Entry): string =>
      periodOf(new Date((ctime + zoneOffset(timezone, ctime)) * 1000), ctime);
    const covered = new Set(newestFirst.filter((entry) => marks.get(entry) === 'keep').map(nameOf));
    const fresh = new Set<string>();
    for (const entry of newestFirst) {
      const name = nameOf(entry);
      if (marks.has(entry) || covered.has(name)) continue;
      if (fresh.has(name)) {
        marks.set(entry, 'remove');
        continue;
      }
      if (fresh.size >= count) break;
      fresh.add(name);
      marks.set(entry, 'keep');
    }
  }
  return entries.map((entry) => marks.get(entry) ?? 'remove');
};
