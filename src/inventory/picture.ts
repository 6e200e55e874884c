import { ProxdeckError } from '../models/error.ts';
import type { CacheRepository, StoredPicture } from '../state/cache.ts';
import { readStoredPicture } from '../state/picture.ts';
import type { ClusterKey } from '../state/schema.ts';
import type { Breathe } from './diff.ts';
import { decodeRows, encodeRows, type Rows } from './encoding.ts';
import type { Snapshot } from './types.ts';

/** What the first frame of the largest terminal can show; the rows behind it are read after it. */
const headRows = 100;
/** Finished tasks of the last run are not worth keeping by the thousand. */
const tasksKept = 200;

/** The picture of the last run. When `complete` is false, guests and storages beyond the first 100 are not in it. */
export interface CachedSnapshot {
  readonly snapshot: Snapshot;
  readonly complete: boolean;
}

/**
 * Reads the last picture of a cluster synchronously, for the first frame: all of it, or the first 100 guests
 * (`head`, a few milliseconds at any size). Only before this process opened its state; afterwards `loadPicture`.
 * Returns undefined when there is none or it cannot be read; `onTrouble` is told why.
 */
export const readCachedSnapshot = (
  path: string,
  cluster: ClusterKey,
  parts: 'head' | 'whole',
  onTrouble: (error: ProxdeckError) => void,
): CachedSnapshot | undefined => {
  const read = readStoredPicture(path, cluster, parts, onTrouble);
  if (read === undefined) return undefined;
  try {
    return { snapshot: snapshotOf(read.picture), complete: read.complete };
  } catch (thrown) {
    onTrouble(unreadable(thrown));
    return undefined;
  }
};

/** Returns the whole picture of the last run from the open state, undefined when there is none. Throws `state`. */
export const loadPicture = async (
  cache: Pick<CacheRepository, 'load'>,
  cluster: ClusterKey,
): Promise<Snapshot | undefined> => {
  const stored = await cache.load(cluster);
  if (stored === undefined) return undefined;
  try {
    return snapshotOf(stored);
  } catch (thrown) {
    throw unreadable(thrown);
  }
};

/** Keeps a snapshot for the next start. Throws `state`. */
export const savePicture = async (
  cache: Pick<CacheRepository, 'save'>,
  cluster: ClusterKey,
  snapshot: Snapshot,
  breathe: Breathe,
): Promise<void> => {
  const { at, nodes, pools, tasks } = snapshot;
  const [guests, moreGuests] = cut(snapshot.guests);
  const [storages, moreStorages] = cut(snapshot.storages);
  const head = await encodeRows({ nodes, guests, storages, pools, tasks: tasks.slice(0, tasksKept) }, breathe);
  if (moreGuests.length + moreStorages.length === 0) return cache.save(cluster, { at, head });
  const rows = { nodes: [], guests: moreGuests, storages: moreStorages, pools: [], tasks: [] };
  return cache.save(cluster, { at, head, rest: await encodeRows(rows, breathe) });
};

const cut = <Row>(rows: readonly Row[]): readonly [readonly Row[], readonly Row[]] => [
  rows.slice(0, headRows),
  rows.slice(headRows),
];

const snapshotOf = ({ at, head, rest }: StoredPicture): Snapshot => {
  const rows = decodeRows(head);
  return { at, fromCache: true, ...(rest === undefined ? rows : joined(rows, decodeRows(rest))), skipped: 0 };
};

const joined = (head: Rows, rest: Rows): Rows => ({
  ...head,
  guests: [...head.guests, ...rest.guests],
  storages: [...head.storages, ...rest.storages],
});

const unreadable = (thrown: unknown): ProxdeckError =>
  new ProxdeckError('state', 'The picture of the last run cannot be read; the cluster is asked instead.', {
    cause: thrown,
  });
