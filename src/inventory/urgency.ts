import type { Facts } from './facts.ts';
import type { Source, SourceClass } from './sources.ts';

/** Which of all that can be asked is worth asking now. Pure. */

/** A source whose fact is missing or too old. */
export interface Due {
  readonly source: Source;
  /** Age in units of what the fact is good for; infinite when it was never asked. */
  readonly overdue: number;
}

/** Returns what should be asked now (milliseconds since 1970), in no order. */
export const dueSources = (sources: readonly Source[], facts: Facts, now: number): readonly Due[] =>
  sources.flatMap((source) => {
    const at = facts.get(source.kind, source.subject)?.at;
    // A clock that was set back makes facts of the future; they are asked anew.
    const overdue = at === undefined || at > now ? Number.POSITIVE_INFINITY : (now - at) / source.renewMs;
    return overdue >= 1 ? [{ source, overdue }] : [];
  });

/** What was never asked comes first, by its rank; then what is oldest for what it is. */
export const byUrgency = (a: Due, b: Due): number => {
  if (a.overdue !== b.overdue) return a.overdue > b.overdue ? -1 : 1;
  return a.source.rank - b.source.rank;
};

/** Returns what is asked on this turn: what tells of all guests first, then places and single guests in turn. */
export const nextSource = (due: readonly Due[], guest: () => Source | undefined, turn: number): Source | undefined => {
  const first = (wanted: SourceClass): Source | undefined =>
    due.filter(({ source }) => source.class === wanted).toSorted(byUrgency)[0]?.source;
  const cluster = first('cluster');
  if (cluster !== undefined) return cluster;
  return turn % 2 === 0 ? (first('place') ?? guest()) : (guest() ?? first('place'));
};
