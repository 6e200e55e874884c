import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { headFile } from './auditHead.ts';
import { migrate } from './migrations.ts';
import { isCorruption, stateError } from './trouble.ts';

/** How long a write waits for another process. Ours hold the lock for milliseconds; the event loop stands still meanwhile. */
const busyTimeoutMs = 3_000;

export interface OpenedDatabase {
  readonly database: Database;
  /** Where a corrupt database was moved to, when there was one. */
  readonly setAside?: string;
}

/**
 * Opens the database at the newest schema, in WAL mode, its file readable by nobody else. A corrupt one is set aside
 * and a new one made. Throws `state` when the file cannot be opened or is of a newer program.
 */
export const openDatabase = (path: string, now: () => number): OpenedDatabase => {
  try {
    makePrivateFile(path);
    const inode = statSync(path).ino;
    try {
      return { database: openSound(path) };
    } catch (thrown) {
      if (!isCorruption(thrown)) throw thrown;
      const setAside = moveAside(path, inode, now());
      makePrivateFile(path);
      return { database: openSound(path), ...(setAside === undefined ? {} : { setAside }) };
    }
  } catch (thrown) {
    throw stateError(path, thrown);
  }
};

/** SQLite gives its -wal and -shm files the mode of the database, so one private file makes three. */
const makePrivateFile = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
};

const openSound = (path: string): Database => {
  const database = new Sqlite(path, { timeout: busyTimeoutMs });
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database);
    const verdict = String(database.pragma('quick_check(1)', { simple: true }));
    if (verdict !== 'ok') throw new Sqlite.SqliteError(verdict, 'SQLITE_CORRUPT');
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
};

/**
 * Renames the database with its companions and returns the new name; undefined when another process did it first
 * (the file is no longer the one that was found broken).
 */
const moveAside = (path: string, inode: number, at: number): string | undefined => {
  if (!existsSync(path) || statSync(path).ino !== inode) return undefined;
  const aside = freeName(`${path}.corrupt-${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`);
  renameSync(path, aside);
  for (const file of ['-wal', '-shm'].map((companion) => path + companion)) {
    if (existsSync(file)) renameSync(file, aside + file.slice(path.length));
  }
  if (existsSync(headFile(path))) renameSync(headFile(path), headFile(aside));
  return aside;
};

const freeName = (wanted: string): string => {
  let name = wanted;
  for (let number = 2; existsSync(name); number += 1) name = `${wanted}-${number}`;
  return name;
};
