import type { Kysely } from 'kysely';
import { clusterColumn, type ClusterKey, type Tables } from './schema.ts';
import type { Guarded } from './trouble.ts';

/** The last snapshot of a cluster, encoded by the inventory in two parts: what the first frame needs, and the rest. */
export interface StoredPicture {
  /** Milliseconds since 1970 when the cluster answered. */
  readonly at: number;
  readonly head: Uint8Array;
  readonly rest?: Uint8Array;
}

/** The last snapshot of each cluster. */
export interface CacheRepository {
  /** Replaces the picture of a cluster, and forgets those that nobody renewed for 90 days. */
  save(cluster: ClusterKey, picture: StoredPicture): Promise<void>;
  load(cluster: ClusterKey): Promise<StoredPicture | undefined>;
  /** When the picture of a cluster was taken, in milliseconds since 1970; undefined where there is none. Reads no picture. */
  moment(cluster: ClusterKey): Promise<number | undefined>;
}

const maxAgeMs = 90 * 24 * 3_600_000;

/** Returns the cache in a database. */
export const cacheRepository = (db: Kysely<Tables>, guarded: Guarded): CacheRepository => ({
  save: (cluster, { at, head, rest }) =>
    guarded(async () => {
      const row = { cluster: clusterColumn(cluster), at, head, rest: rest ?? null };
      await db
        .deleteFrom('snapshot_cache')
        .where('at', '<', at - maxAgeMs)
        .execute();
      await db.replaceInto('snapshot_cache').values(row).execute();
    }),
  load: (cluster) =>
    guarded(async () => {
      const row = await db
        .selectFrom('snapshot_cache')
        .select(['at', 'head', 'rest'])
        .where('cluster', '=', clusterColumn(cluster))
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { at, head, rest } = row;
      return rest === null ? { at, head } : { at, head, rest };
    }),
  moment: (cluster) =>
    guarded(async () => {
      const query = db.selectFrom('snapshot_cache').select('at').where('cluster', '=', clusterColumn(cluster));
      return (await query.executeTakeFirst())?.at;
    }),
});
