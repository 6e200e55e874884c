import type { Kysely } from 'kysely';
import { clusterColumn, type ClusterKey, type Tables } from './schema.ts';
import type { Guarded } from './trouble.ts';

/** Load of one node or guest in one minute: fractions 0…1; NaN where nothing is known. */
export interface LoadSample {
  /** `lxc/101`, `node/pve1` */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cpu: number;
  readonly mem: number;
}

/** Load over the last two hours, for the sparklines of a program that was just started. */
export interface HistoryRepository {
  /** Adds samples, replacing those of the same id and time, and drops those older than two hours. */
  append(cluster: ClusterKey, samples: readonly LoadSample[]): Promise<void>;
  /** Samples of one id from `since` on, oldest first. */
  read(cluster: ClusterKey, id: string, since: number): Promise<readonly LoadSample[]>;
}

const maxAgeMs = 2 * 3_600_000;
/** SQLite binds at most 32,766 values a statement; each row has five. */
const rowsAStatement = 1_000;

/** Returns the history in a database. */
export const historyRepository = (db: Kysely<Tables>, guarded: Guarded): HistoryRepository => ({
  append: (cluster, samples) =>
    guarded(async () => {
      if (samples.length === 0) return;
      const column = clusterColumn(cluster);
      const rows = samples.map(({ id, at, cpu, mem }) => ({
        cluster: column,
        id,
        at,
        cpu: known(cpu),
        mem: known(mem),
      }));
      const newest = samples.reduce((latest, { at }) => Math.max(latest, at), 0);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('history')
          .where('at', '<', newest - maxAgeMs)
          .execute();
        for (let from = 0; from < rows.length; from += rowsAStatement) {
          const part = rows.slice(from, from + rowsAStatement);
          await transaction.replaceInto('history').values(part).execute();
        }
      });
    }),
  read: (cluster, id, since) =>
    guarded(async () => {
      const rows = await db
        .selectFrom('history')
        .select(['id', 'at', 'cpu', 'mem'])
        .where('cluster', '=', clusterColumn(cluster))
        .where('id', '=', id)
        .where('at', '>=', since)
        .orderBy('at')
        .execute();
      return rows.map(({ cpu, mem, ...row }) => ({ ...row, cpu: cpu ?? Number.NaN, mem: mem ?? Number.NaN }));
    }),
});

/** SQLite keeps no NaN. */
const known = (fraction: number): number | null => (Number.isNaN(fraction) ? null : fraction);
