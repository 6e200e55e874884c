/** Which of many backups or snapshots are kept: so many of each kind of period, the newest of each (PVE::Storage::prune_mark_backup_group). */

const daySeconds = 86_400;

/** `47/2026`: the ISO week of a local time. */
const isoWeek = (local: Date): string => {
  const day = local.getUTCDay() || 7;
  const thursday = new Date(local.getTime() + (4 - day) * daySeconds * 1000);
  const week =
    Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * daySeconds * 1000)) + 1;
  return `${String(week)}/${String(thursday.getUTCFullYear())}`;
};

/** Kinds of periods, the shortest first, and what names the one that a local time (in the UTC fields of a Date) falls into. */
const periodNames = {
  last: (local: Date): string => String(local.getTime()),
  hourly: (local: Date): string => local.toISOString().slice(0, 13),
  daily: (local: Date): string => local.toISOString().slice(0, 10),
  weekly: isoWeek,
  monthly: (local: Date): string => local.toISOString().slice(0, 7),
  yearly: (local: Date): string => local.toISOString().slice(0, 4),
} as const;

/** `last` counts each by itself. */
export type Period = keyof typeof periodNames;
export const periods = Object.keys(periodNames) as readonly Period[];

/** How many of each kind are kept. */
export type Keep = Readonly<Partial<Record<Period, number>>>;

/** Seconds since 1970 as a Date whose UTC fields are the local time. */
export type LocalTime = (seconds: number) => Date;

/** Returns what names the period that a moment falls into. */
export const periodOf = (period: Period, seconds: number, localOf: LocalTime): string =>
  periodNames[period](localOf(seconds));

/**
 * Returns of each moment (seconds since 1970) whether it is kept, in the order given. A period in which something is kept already counts
 * as covered. Without any number everything is kept.
 */
export const keptOf = (moments: readonly number[], keep: Keep, localOf: LocalTime): readonly boolean[] => {
  if (periods.every((period) => (keep[period] ?? 0) <= 0)) return moments.map(() => true);
  const newestFirst = [...moments.keys()].toSorted((a, b) => (moments[b] ?? 0) - (moments[a] ?? 0));
  const marks = new Map<number, boolean>();
  for (const period of periods) {
    const count = keep[period] ?? 0;
    if (count <= 0) continue;
    const nameOf = (index: number): string => periodOf(period, moments[index] ?? 0, localOf);
    const covered = new Set(newestFirst.filter((index) => marks.get(index) === true).map(nameOf));
    const fresh = new Set<string>();
    for (const index of newestFirst) {
      const name = nameOf(index);
      if (marks.has(index) || covered.has(name)) continue;
      if (fresh.has(name)) {
        marks.set(index, false);
        continue;
      }
      if (fresh.size >= count) break;
      fresh.add(name);
      marks.set(index, true);
    }
  }
  return moments.map((_, index) => marks.get(index) ?? false);
};
