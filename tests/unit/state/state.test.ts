import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { schemaVersion } from '../../../src/state/migrations.ts';
import { openState, type State } from '../../../src/state/state.ts';
import { emptyFolder } from './folder.ts';

const run = promisify(execFile);
const entry = { at: 1, who: 'ada', context: 'lab', operation: 'guest.start', input: {}, result: 'ok', durationMs: 5 };
const allRows = (state: State) => state.audit.list({ limit: 10_000 });

const pragma = (path: string, name: string): unknown => {
  const database = new Sqlite(path, { readonly: true });
  const value = database.pragma(name, { simple: true });
  database.close();
  return value;
};

describe('opening the state', () => {
  test('makes folder and files that nobody else can read, at the newest schema, in WAL mode', async () => {
    const path = join(emptyFolder(), 'deep', 'proxdeck', 'state.db');
    const state = await openState(path);
    await state.audit.append(entry);
    const modes = readdirSync(join(path, '..')).map((name) => statSync(join(path, '..', name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    await state.close();
    expect(pragma(path, 'user_version')).toBe(schemaVersion);
    expect(pragma(path, 'journal_mode')).toBe('wal');
    expect(state.setAside).toBeUndefined();
  });

  test('closes a file that others could read', async () => {
    const path = join(emptyFolder(), 'state.db');
    writeFileSync(path, '', { mode: 0o644 });
    await (await openState(path)).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('keeps what an earlier run wrote', async () => {
    const path = join(emptyFolder(), 'state.db');
    const first = await openState(path);
    await first.audit.append(entry);
    await first.close();
    const second = await openState(path);
    expect(await allRows(second)).toEqual([{ id: 1, ...entry }]);
    await second.close();
  });

  test('refuses a database of a newer program and leaves it as it is', async () => {
    const path = join(emptyFolder(), 'state.db');
    await (await openState(path)).close();
    const newer = new Sqlite(path);
    newer.pragma(`user_version = ${schemaVersion + 1}`);
    newer.close();
    await expect(openState(path)).rejects.toMatchObject({
      code: 'state',
      message: expect.stringContaining(`schema is ${schemaVersion + 1}`) as string,
      hint: expect.stringContaining('Update Proxdeck') as string,
    });
    expect(pragma(path, 'user_version')).toBe(schemaVersion + 1);
  });

  test('tells where it failed when there can be no folder', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    await expect(openState(join(file, 'state.db'))).rejects.toMatchObject({
      code: 'state',
      message: expect.stringContaining(join(file, 'state.db')) as string,
    });
  });
});

describe('a corrupt database', () => {
  test('that is no database is set aside under a name that is told, and a new one made', async () => {
    const path = join(emptyFolder(), 'state.db');
    writeFileSync(path, 'this was a database once '.repeat(400));
    const state = await openState(path, () => Date.UTC(2026, 10, 21, 9, 30));
    expect(state.setAside).toBe(`${path}.corrupt-20261121T093000Z`);
    expect(readFileSync(`${path}.corrupt-20261121T093000Z`, 'utf8')).toMatch(/^this was a database once/);
    await state.audit.append(entry);
    expect(await allRows(state)).toHaveLength(1);
    await state.close();
  });

  test('with a broken page is set aside too', async () => {
    const path = join(emptyFolder(), 'state.db');
    const state = await openState(path);
    for (let at = 0; at < 200; at += 1) await state.audit.append({ ...entry, at, input: { text: 'x'.repeat(200) } });
    await state.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4_096 * 8, 4_096 * 12);
    writeFileSync(path, bytes);
    const reopened = await openState(path);
    expect(readFileSync(reopened.setAside ?? '')).toEqual(bytes);
    expect(await allRows(reopened)).toEqual([]);
    await reopened.close();
  });

  test('does not overwrite the one that was set aside in the same second', async () => {
    const path = join(emptyFolder(), 'state.db');
    const names: (string | undefined)[] = [];
    for (const text of ['first', 'second']) {
      writeFileSync(path, text.repeat(500));
      const state = await openState(path, () => 0);
      names.push(state.setAside);
      await state.close();
    }
    expect(names).toEqual([`${path}.corrupt-19700101T000000Z`, `${path}.corrupt-19700101T000000Z-2`]);
    expect(readFileSync(names[0] ?? '', 'utf8')).toMatch(/^first/);
  });
});

describe('several writers', () => {
  test('two handles see each other', async () => {
    const path = join(emptyFolder(), 'state.db');
    const [left, right] = await Promise.all([openState(path), openState(path)]);
    await left.audit.append({ ...entry, who: 'left' });
    await right.audit.append({ ...entry, who: 'right' });
    expect((await allRows(left)).map(({ who }) => who)).toEqual(['right', 'left']);
    await Promise.all([left.close(), right.close()]);
  });

  test('processes that make and write one database at once lose no row', async () => {
    const path = join(emptyFolder(), 'new', 'state.db');
    const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
    await Promise.all(['ada', 'bob', 'eve'].map((who) => run(process.execPath, [writer, path, who, '100'])));
    const state = await openState(path);
    const rows = await allRows(state);
    await state.close();
    for (const who of ['ada', 'bob', 'eve']) expect(rows.filter((row) => row.who === who)).toHaveLength(100);
  });
});
