import type { Schedule } from '../../config/schedules.ts';
import { keptOf, periodOf, periods, type Keep, type LocalTime } from '../../models/retention.ts';
import type { Snapshot } from '../snapshot.ts';

/** When a schedule takes a snapshot, how it is called, and which of its own go. */

const two = (value: number): string => String(value).padStart(2, '0');

/** The local time of this machine. */
const localTime: LocalTime = (seconds) =>
  new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000);

/** `nightly_20261121_0200` */
export const snapshotNameOf = (schedule: string, seconds: number): string => {
  const local = localTime(seconds);
  const day = `${String(local.getUTCFullYear())}${two(local.getUTCMonth() + 1)}${two(local.getUTCDate())}`;
  return `${schedule}_${day}_${two(local.getUTCHours())}${two(local.getUTCMinutes())}`;
};

/** What stands in each snapshot of a schedule: by this and its name it is known again. */
export const markOf = (schedule: string): string => `Taken by the schedule ${schedule} of Proxdeck.`;

/** The snapshots that a schedule took itself. */
const ownOf = (schedule: string, snapshots: readonly Snapshot[]): readonly Snapshot[] =>
  snapshots.filter(
    ({ name, description }) =>
      name.startsWith(`${schedule}_`) &&
      /^_\d{8}_\d{4}$/.test(name.slice(schedule.length)) &&
      description?.trim() === markOf(schedule),
  );

interface Rotation {
  /** The name of the snapshot that is due; undefined when none is. */
  readonly take: string | undefined;
  /** Names of those that go, the oldest first. */
  readonly remove: readonly string[];
}

/** Returns what is due for one guest: one snapshot in each of the shortest periods that are kept, and what is kept of them all. */
export const rotationOf = (
  schedule: string,
  { keep }: { readonly keep: Schedule['keep'] },
  snapshots: readonly Snapshot[],
  now: number,
): Rotation => {
  const counts: Keep = keep;
  const own = ownOf(schedule, snapshots).toSorted((a, b) => (a.snaptime ?? 0) - (b.snaptime ?? 0));
  const shortest = periods.find((period) => (counts[period] ?? 0) > 0) ?? 'daily';
  const thisPeriod = periodOf(shortest, now, localTime);
  const isThere = own.some(({ snaptime = 0 }) => periodOf(shortest, snaptime, localTime) === thisPeriod);
  const moments = [...own.map(({ snaptime = 0 }) => snaptime), ...(isThere ? [] : [now])];
  const kept = keptOf(moments, counts, localTime);
  return {
    take: isThere ? undefined : snapshotNameOf(schedule, now),
    remove: own.flatMap(({ name }, index) => (kept[index] === true ? [] : [name])),
  };
};
