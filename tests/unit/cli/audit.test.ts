import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { stateFolder } from '../../../src/config/paths.ts';
import { aHome } from '../config/folder.ts';
import { runLine } from './surroundings.ts';

/** A home in which three things were done: six rows. */
const usedHome = async () => {
  const context = (secret: string) => `{ url: 'https://127.0.0.1:9', token: root@pam!tui=${secret} }`;
  const env = aHome(`contexts:\n  a: ${context('1')}\n  b: ${context('2')}\n`);
  for (const name of ['a', 'b', 'a']) expect((await runLine(['context', 'use', name], env)).code).toBe(0);
  return env;
};

const tamper = (env: Record<string, string>, statement: string): void => {
  const raw = new Sqlite(path.join(stateFolder(env), 'state.db'));
  raw.exec(`DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_values; ${statement}`);
  raw.close();
};

describe('audit verify', () => {
  it('says that the trail is intact, and its head', async () => {
    const { code, stdout } = await runLine(['audit', 'verify', '--output', 'json'], await usedHome());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ intact: true, rows: 6, head: expect.stringMatching(/^\w{64}$/), breaks: [] });
  });

  it.each([
    [
      'a changed byte',
      'UPDATE audit SET input = replace(input, \'"b"\', \'"c"\') WHERE id = 3',
      'changed',
      /row 3 is not what was written/,
    ],
    ['a deleted row', 'DELETE FROM audit WHERE id = 2', 'missing', /row 2 is missing before row 3/],
    ['a cut tail', 'DELETE FROM audit WHERE id > 4', 'cut', /rows 5 to 6 are missing at the end/],
  ])('detects %s, says which row and ends with 1', async (_what, statement, kind, sentence) => {
    const env = await usedHome();
    tamper(env, statement);
    const { code, stdout, stderr } = await runLine(['audit', 'verify', '--output', 'json'], env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ intact: false, breaks: [{ kind }] });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'state', message: expect.stringMatching(sentence) } });
    // What is done meanwhile does not hide it.
    await runLine(['context', 'use', 'b'], env);
    expect((await runLine(['audit', 'verify'], env)).code).toBe(1);
  });
});

describe('doctor', () => {
  it('looks at the trail', async () => {
    const env = await usedHome();
    expect((await runLine(['doctor', '--output', 'json'], env)).stdout).toContain('6 rows, unchanged');
    tamper(env, 'DELETE FROM audit WHERE id > 4');
    const { code, stdout } = await runLine(['doctor', '--output', 'json'], env);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toContain('rows 5 to 6 are missing at the end');
  });
});

describe('audit export', () => {
  it('writes a row a line, oldest first, each with its hash, in visible ASCII', async () => {
    const env = await usedHome();
    await runLine(['context', 'use', 'zoë\u001B[31m'], env);
    const { code, stdout } = await runLine(['audit', 'export'], env);
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(rows[1]).toMatchObject({ operation: 'context.use', result: 'ok', hash: expect.stringMatching(/^\w{64}$/) });
    expect(rows.at(-1)).toMatchObject({ input: { name: 'zoë\u001B[31m' }, result: 'not-found' });
    expect(stdout).toMatch(/^[ -~\n]*$/);
  });
});
