import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ProxdeckError } from '../models/error.ts';
import type { StoredPicture } from './cache.ts';
import { openedHere } from './opened.ts';
import { clusterColumn, type ClusterKey } from './schema.ts';
import { stateError } from './trouble.ts';

export interface ReadPicture {
  readonly picture: StoredPicture;
  /** False when there is a `rest` that was not read. */
  readonly complete: boolean;
}

/** A reader must never keep the first frame waiting for a writer. */
const busyTimeoutMs = 50;

/**
 * Reads the last picture of a cluster on the way to the first frame: synchronously, without migrations, through the
 * SQLite that is inside Node (loading better-sqlite3 takes three times as long as the whole reading does here).
 * Only before this process opened its state: afterwards `State.cache` is the way.
 * Returns undefined when there is none; trouble goes to `onTrouble` and means no picture, never a failed start.
 */
export const readStoredPicture = (
  path: string,
  cluster: ClusterKey,
  parts: 'head' | 'whole',
  onTrouble: (error: ProxdeckError) => void,
): ReadPicture | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    if (openedHere.has(path)) throw new Error('it is already open in this process');
    const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    try {
      // SQLite answers typeof() from the row's header; IS NULL would read the whole blob.
      const columns =
        parts === 'head' ? "at, head, typeof(rest) = 'null' AS complete" : 'at, head, rest, 1 AS complete';
      const query = database.prepare(`SELECT ${columns} FROM snapshot_cache WHERE cluster = ?`);
      return pictureOf(query.get(clusterColumn(cluster)));
    } finally {
      database.close();
    }
  } catch (thrown) {
    onTrouble(stateError(path, thrown));
    return undefined;
  }
};

const pictureOf = (row: Record<string, unknown> | undefined): ReadPicture | undefined => {
  if (row === undefined) return undefined;
  const { at, head, rest, complete } = row;
  if (typeof at !== 'number' || !(head instanceof Uint8Array)) throw new Error('the stored picture has another shape');
  return { picture: rest instanceof Uint8Array ? { at, head, rest } : { at, head }, complete: complete === 1 };
};
