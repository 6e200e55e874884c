import type { Database } from 'better-sqlite3';
import { ProxdeckError } from '../models/error.ts';
import { chainRows } from './auditMigration.ts';

/** Numbered by their place, forward only: a step that was released is never changed, a new one is added below it. */
const migrations: readonly (string | ((database: Database) => void))[] = [
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    context TEXT NOT NULL,
    operation TEXT NOT NULL,
    input TEXT NOT NULL,
    result TEXT NOT NULL,
    message TEXT,
    duration_ms INTEGER NOT NULL
  );
  CREATE INDEX audit_at ON audit (at);
  CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
  CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;

  CREATE TABLE history (
    cluster TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    cpu REAL,
    mem REAL,
    PRIMARY KEY (cluster, id, at)
  ) WITHOUT ROWID;
  CREATE INDEX history_at ON history (at);

  CREATE TABLE snapshot_cache (
    cluster TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    head BLOB NOT NULL,
    rest BLOB
  );
  `,
  `
  CREATE TABLE facts (
    cluster TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (cluster, kind, subject)
  ) WITHOUT ROWID;
  CREATE INDEX facts_at ON facts (at);
  `,
  chainRows,
];

/** The version of the schema that this program writes. */
export const schemaVersion = migrations.length;

/**
 * Brings a database to the newest schema, in one transaction that other processes wait for.
 * Throws `state` when the database was written by a newer program.
 */
export const migrate = (database: Database): void => {
  const step = database.transaction(() => {
    const found = Number(database.pragma('user_version', { simple: true }));
    if (found > schemaVersion) throw newerSchema(database.name, found);
    for (const change of migrations.slice(found)) {
      if (typeof change === 'string') database.exec(change);
      else change(database);
    }
    if (found < schemaVersion) database.pragma(`user_version = ${schemaVersion}`);
  });
  step.immediate();
};

const newerSchema = (path: string, found: number): ProxdeckError =>
  new ProxdeckError(
    'state',
    `${path} was written by a newer Proxdeck: its schema is ${found}, this program knows ${schemaVersion}.`,
    { hint: 'Update Proxdeck, or set another state folder with XDG_STATE_HOME.' },
  );
