import { ProxdeckError } from '../models/error.ts';

/** Returns SQLite's own code of an error (`SQLITE_BUSY`), or an empty string when it is none of SQLite's. */
const sqliteCode = (thrown: unknown): string => {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return '';
  return thrown.code.startsWith('SQLITE_') ? thrown.code : '';
};

/** Whether the file is no database, or one whose pages contradict each other: the only cases in which it is set aside. */
export const isCorruption = (thrown: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test(sqliteCode(thrown));

const hints: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'Another Proxdeck is writing for a long time; close it or try again.'],
  [/^SQLITE_FULL/, 'The disk is full; free some space.'],
  [/^SQLITE_(NOTADB|CORRUPT)/, 'Start Proxdeck again: it sets the broken database aside and makes a new one.'],
  [/^SQLITE_(READONLY|CANTOPEN|IOERR)|^E(ACCES|PERM|ROFS)/, 'Check that the folder is there and can be written.'],
];

/** Turns anything thrown while working on the database into the error `state`. */
export const stateError = (path: string, thrown: unknown): ProxdeckError => {
  if (thrown instanceof ProxdeckError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = sqliteCode(thrown) || (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');
  const hint = hints.find(([pattern]) => pattern.test(code))?.[1];
  return new ProxdeckError('state', `The state database ${path} failed: ${message}.`, {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
  });
};

/** Runs one query and tells its failure as `state`. */
export type Guarded = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Returns the guard of one database, named in its errors by `path`. */
export const guardOf =
  (path: string): Guarded =>
  async (work) => {
    try {
      return await work();
    } catch (thrown) {
      throw stateError(path, thrown);
    }
  };
