import type { Database } from 'better-sqlite3';
import { beginning, hashOf, type AuditRow } from './auditChain.ts';
import { writeHead } from './auditHead.ts';

/**
 * The step of the migrations that chains what is there: the rows of earlier versions get their hashes, and the head is written.
 * Only here may the trigger that keeps rows from being changed be away, inside the transaction of the migration.
 */
export const chainRows = (database: Database): void => {
  database.exec('ALTER TABLE audit ADD COLUMN hash TEXT; DROP TRIGGER audit_keeps_values;');
  const rows = database.prepare<[], Omit<AuditRow, 'hash'>>('SELECT * FROM audit ORDER BY id').all();
  const keep = database.prepare('UPDATE audit SET hash = ? WHERE id = ?');
  let last = beginning;
  for (const row of rows) {
    last = { id: row.id, hash: hashOf(last.hash, row) };
    keep.run(last.hash, last.id);
  }
  database.exec(
    `CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;`,
  );
  if (last.id > 0) writeHead(database.name, last);
};
