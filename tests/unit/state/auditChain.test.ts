import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hashOf, type AuditRow } from '../../../src/state/auditChain.ts';
import { headFile } from '../../../src/state/auditHead.ts';
import { openState, type State } from '../../../src/state/state.ts';
import { emptyFolder } from './folder.ts';

const entry = {
  at: 1,
  who: 'ada as root@pam!tui',
  context: 'lab',
  operation: 'guest.stop',
  input: { guests: ['101'] },
  result: 'ok',
  durationMs: 5,
};

const trailOf = async (rows: number): Promise<State> => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  onTestFinished(() => state.close());
  for (let at = 1; at <= rows; at += 1) await state.audit.append({ ...entry, at });
  return state;
};

/** Goes round the program, as somebody with the file in his hands can. */
const tamper = (state: State, statement: string): void => {
  const raw = new Sqlite(state.path);
  raw.exec('DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_values;');
  raw.exec(statement);
  raw.close();
};

const breaksOf = async (state: State) => (await state.audit.verify()).breaks.map(({ kind, row }) => [kind, row]);

describe('the chain of the audit trail', () => {
  test('holds from the first row to the head, over more rows than a page and two programs at once', async () => {
    const state = await trailOf(990);
    const other = await openState(state.path);
    onTestFinished(() => other.close());
    const both = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? state : other).audit.append({ ...entry, at }));
    expect(new Set(await Promise.all(both)).size).toBe(20);
    const { rows, last, breaks } = await state.audit.verify();
    expect({ rows, id: last.id, breaks }).toEqual({ rows: 1010, id: 1010, breaks: [] });
    expect(last.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('holds when there is nothing yet', async () => {
    expect(await (await trailOf(0)).audit.verify()).toMatchObject({ rows: 0, breaks: [] });
  });

  test.each([
    ['who', "who = 'bob as root@pam!tui'"],
    ['when', 'at = at + 1'],
    ['what', "input = replace(input, '101', '102')"],
    ['how it ended', "result = 'locked'"],
    ['an error that was not there', "message = ''"],
    ['how long', 'duration_ms = 6'],
  ])('tells which row was changed: %s', async (_what, change) => {
    const state = await trailOf(5);
    tamper(state, `UPDATE audit SET ${change} WHERE id = 3`);
    expect(await breaksOf(state)).toEqual([['changed', 3]]);
  });

  test('tells of a row whose hash was made to fit', async () => {
    const state = await trailOf(5);
    const raw = new Sqlite(state.path, { readonly: true });
    const [before, row] = raw.prepare<[], AuditRow>('SELECT * FROM audit WHERE id > 3 ORDER BY id').all();
    raw.close();
    if (before?.hash === undefined || before.hash === null || row === undefined) throw new Error('there are no rows');
    const forged = hashOf(before.hash, { ...row, who: 'eve' });
    tamper(state, `UPDATE audit SET who = 'eve', hash = '${forged}' WHERE id = 5`);
    expect(await breaksOf(state)).toEqual([['head', 5]]);
  });

  test('tells which rows were deleted, also at the beginning', async () => {
    const state = await trailOf(6);
    tamper(state, 'DELETE FROM audit WHERE id IN (1, 3, 4)');
    const { rows, breaks } = await state.audit.verify();
    expect({ rows, breaks }).toMatchObject({
      rows: 3,
      breaks: [
        { kind: 'missing', row: 1, detail: 'row 1 is missing before row 2' },
        { kind: 'missing', row: 3, detail: 'rows 3 to 4 are missing before row 5' },
      ],
    });
  });

  test('tells of rows that were numbered anew', async () => {
    const state = await trailOf(5);
    tamper(state, 'DELETE FROM audit WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4;');
    expect(await breaksOf(state)).toContainEqual(['changed', 3]);
  });

  test('tells of a tail that was cut, and goes on telling after more was written', async () => {
    const state = await trailOf(5);
    tamper(state, "DELETE FROM audit WHERE id > 3; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit';");
    expect(await breaksOf(state)).toEqual([['cut', 4]]);
    expect(await state.audit.append(entry)).toBe(6);
    expect(await breaksOf(state)).toEqual([['missing', 4]]);
  });

  test('tells of a trail that was emptied', async () => {
    const state = await trailOf(2);
    tamper(state, 'DELETE FROM audit');
    expect(await breaksOf(state)).toEqual([['cut', 1]]);
  });

  test('tells of a head that was taken away, and goes on telling after more was written', async () => {
    const state = await trailOf(3);
    rmSync(headFile(state.path));
    expect(await breaksOf(state)).toEqual([['head', 3]]);
    await state.audit.append(entry);
    expect(await breaksOf(state)).toEqual([['changed', 4]]);
  });

  test('begins with the rows of a program before it had one', async () => {
    const path = join(emptyFolder(), 'state.db');
    await (await openState(path)).close();
    const raw = new Sqlite(path);
    raw.exec('DROP TRIGGER audit_keeps_values; ALTER TABLE audit DROP COLUMN hash; PRAGMA user_version = 2;');
    raw.exec(`CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'never changed'); END;
      INSERT INTO audit (at, who, context, operation, input, result, message, duration_ms)
      VALUES (1, 'ada', 'lab', 'guest.stop', '{}', 'ok', NULL, 5), (2, 'ada', 'lab', 'guest.start', '{}', 'locked', 'x', 5);`);
    raw.close();
    const state = await openState(path);
    onTestFinished(() => state.close());
    expect(existsSync(headFile(path))).toBe(true);
    expect(await state.audit.append(entry)).toBe(3);
    expect(await state.audit.verify()).toMatchObject({ rows: 3, breaks: [] });
    tamper(state, "UPDATE audit SET who = 'eve' WHERE id = 1");
    expect(await breaksOf(state)).toEqual([['changed', 1]]);
  });

  test('of a corrupt database is set aside with it, head and all', async () => {
    const path = join(emptyFolder(), 'state.db');
    const broken = await openState(path);
    await broken.audit.append(entry);
    await broken.close();
    writeFileSync(path, 'no database at all, but long enough to be looked at as one'.repeat(100));
    const state = await openState(path);
    onTestFinished(() => state.close());
    expect(existsSync(headFile(state.setAside ?? ''))).toBe(true);
    expect(await state.audit.append(entry)).toBe(1);
    expect(await state.audit.verify()).toMatchObject({ rows: 1, breaks: [] });
  });

  test('all rows come out oldest first with their hashes', async () => {
    const state = await trailOf(3);
    const rows = [];
    for await (const row of state.audit.all()) rows.push(row);
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(rows.at(-1)?.hash).toBe((await state.audit.verify()).last.hash);
  });
});
