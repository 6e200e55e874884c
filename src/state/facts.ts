import type { Kysely } from 'kysely';
import { clusterColumn, type ClusterKey, type Tables } from './schema.ts';
import type { Guarded } from './trouble.ts';

/** One thing that the slow crawl found out: of which kind, about what, and when. The inventory knows what its value means. */
export interface StoredFact {
  readonly kind: string;
  /** A storage, a node, a guest; empty for the cluster itself. */
  readonly subject: string;
  /** Milliseconds since 1970 when the cluster told it. */
  readonly at: number;
  readonly value: unknown;
}

/** What was found out about each cluster beside the poll: the newest of every kind and subject. */
export interface FactsRepository {
  /** Keeps facts in place of older ones, and forgets those that nobody renewed for 90 days. */
  save(cluster: ClusterKey, facts: readonly StoredFact[]): Promise<void>;
  /** All facts of a cluster. */
  load(cluster: ClusterKey): Promise<readonly StoredFact[]>;
  /** Forgets facts about what is not there any more. */
  forget(cluster: ClusterKey, facts: readonly Pick<StoredFact, 'kind' | 'subject'>[]): Promise<void>;
}

const maxAgeMs = 90 * 24 * 3_600_000;

/** Returns the facts in a database. */
export const factsRepository = (db: Kysely<Tables>, guarded: Guarded): FactsRepository => ({
  save: (cluster, facts) =>
    guarded(async () => {
      const column = clusterColumn(cluster);
      const newest = facts.reduce((latest, { at }) => Math.max(latest, at), 0);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('facts')
          .where('at', '<', newest - maxAgeMs)
          .execute();
        for (const { kind, subject, at, value } of facts) {
          const row = { cluster: column, kind, subject, at, value: JSON.stringify(value) };
          await transaction.replaceInto('facts').values(row).execute();
        }
      });
    }),
  load: (cluster) =>
    guarded(async () => {
      const rows = await db
        .selectFrom('facts')
        .select(['kind', 'subject', 'at', 'value'])
        .where('cluster', '=', clusterColumn(cluster))
        .execute();
      return rows.map(({ value, ...row }) => ({ ...row, value: JSON.parse(value) as unknown }));
    }),
  forget: (cluster, facts) =>
    guarded(async () => {
      for (const { kind, subject } of facts)
        await db
          .deleteFrom('facts')
          .where('cluster', '=', clusterColumn(cluster))
          .where('kind', '=', kind)
          .where('subject', '=', subject)
          .execute();
    }),
});
