import { auditRepository, type AuditRepository } from './audit.ts';
import { cacheRepository, type CacheRepository } from './cache.ts';
import { factsRepository, type FactsRepository } from './facts.ts';
import { historyRepository, type HistoryRepository } from './history.ts';
import { openedHere } from './opened.ts';
import type { Tables } from './schema.ts';
import { guardOf } from './trouble.ts';

/** The database of one user (or of one workspace): its repositories, until `close`. Every method throws `state`. */
export interface State {
  readonly path: string;
  /** Where a corrupt database was moved to at opening. A person must be told. */
  readonly setAside?: string;
  readonly audit: AuditRepository;
  readonly history: HistoryRepository;
  readonly cache: CacheRepository;
  readonly facts: FactsRepository;
  close(): Promise<void>;
}

/**
 * Opens the state database, making file and folder when they are not there. SQLite and Kysely are loaded here and not
 * before, so that a program that only shows a version or its first frame does not pay for them.
 * Throws `state`: the file cannot be opened, or a newer program wrote it.
 */
export const openState = async (path: string, now: () => number = Date.now): Promise<State> => {
  const [{ openDatabase }, { Kysely, SqliteDialect }] = await Promise.all([import('./database.ts'), import('kysely')]);
  const { database, setAside } = openDatabase(path, now);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const guarded = guardOf(path);
  const release = openedHere.add(path);
  return {
    path,
    ...(setAside === undefined ? {} : { setAside }),
    audit: auditRepository(database, db, guarded),
    history: historyRepository(db, guarded),
    cache: cacheRepository(db, guarded),
    facts: factsRepository(db, guarded),
    close: async () => {
      await db.destroy();
      // Kysely closes only what a query has used.
      database.close();
      release();
    },
  };
};
