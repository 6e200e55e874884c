import type { Snapshot } from '../../src/operations/snapshot.ts';

/** Snapshots as a tree of what was taken after what. Pure. */

/** A snapshot in its place: `rails` is what is drawn before it, to show which branch it is on. */
export interface TreeRow {
  readonly snapshot: Snapshot;
  readonly rails: string;
  /** What is drawn before lines that belong to it but stand below it. */
  readonly below: string;
}

export interface Rails {
  readonly through: string;
  readonly fork: string;
  readonly last: string;
}

/**
 * Lays snapshots out, parents before children. A chain stays in one column, only a fork takes a new one: a year of nightly
 * snapshots must not walk out of the screen. A parent that is not there, or a ring of parents, is no reason to lose anybody.
 */
export const snapshotTree = (snapshots: readonly Snapshot[], rails: Rails): readonly TreeRow[] => {
  const names = new Set(snapshots.map(({ name }) => name));
  const children = Map.groupBy(snapshots, ({ parent }) => (parent !== undefined && names.has(parent) ? parent : ''));
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const add = (snapshot: Snapshot, own: string, below: string): void => {
    if (seen.has(snapshot.name)) return;
    seen.add(snapshot.name);
    rows.push({ snapshot, rails: own, below });
    const next = children.get(snapshot.name) ?? [];
    if (next.length === 1) for (const only of next) add(only, below, below);
    else
      for (const [at, child] of next.entries()) {
        const isLast = at === next.length - 1;
        add(child, below + (isLast ? rails.last : rails.fork), below + (isLast ? '  ' : rails.through));
      }
  };
  for (const root of children.get('') ?? []) add(root, '', '');
  for (const left of snapshots) add(left, '', '');
  return rows;
};
