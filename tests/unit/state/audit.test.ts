import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
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

const open = async (): Promise<State> => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  onTestFinished(() => state.close());
  return state;
};

test('the trail is read newest first, page by page', async () => {
  const { audit } = await open();
  for (let at = 1; at <= 5; at += 1) expect(await audit.append({ ...entry, at })).toBe(at);
  const page = await audit.list({ limit: 2 });
  expect(page.map(({ at }) => at)).toEqual([5, 4]);
  expect((await audit.list({ limit: 9, before: 4 })).map(({ at }) => at)).toEqual([3, 2, 1]);
});

test('an error keeps its sentence; a duration is whole milliseconds', async () => {
  const { audit } = await open();
  await audit.append({ ...entry, result: 'locked', message: 'CT is locked (backup)', durationMs: 12.6 });
  expect(await audit.list({ limit: 1 })).toEqual([
    { ...entry, id: 1, result: 'locked', message: 'CT is locked (backup)', durationMs: 13 },
  ]);
});

test('no secret reaches the disk, at any depth of the input or in a message', async () => {
  const { audit, path } = await open();
  const input = {
    password: 'hunter2',
    account: { cipassword: 'hunter2', tokenid: 'tui', tags: ['a'], otp: 123456 },
    header: 'Authorization: PVEAPIToken=root@pam!tui=hunter2',
  };
  await audit.append({ ...entry, input, message: 'root@pam!tui=hunter2 was refused' });
  const [row] = await audit.list({ limit: 1 });
  expect(row?.input).toEqual({
    password: '***',
    account: { cipassword: '***', tokenid: 'tui', tags: ['a'], otp: '***' },
    header: 'Authorization: PVEAPIToken=root@pam!tui=***',
  });
  expect(row?.message).toBe('root@pam!tui=*** was refused');
  const raw = new Sqlite(path, { readonly: true });
  expect(JSON.stringify(raw.prepare('SELECT * FROM audit').all())).not.toContain('hunter2');
  raw.close();
});

test('the database refuses to change or delete a row', async () => {
  const { audit, path } = await open();
  await audit.append(entry);
  const raw = new Sqlite(path);
  expect(() => raw.exec(`UPDATE audit SET who = 'eve'`)).toThrow('never changed');
  expect(() => raw.exec('DELETE FROM audit')).toThrow('never deleted');
  raw.close();
  expect(await audit.list({ limit: 9 })).toHaveLength(1);
});

test('a failed write is the error state, with its path', async () => {
  const state = await openState(join(emptyFolder(), 'state.db'));
  await state.close();
  await expect(state.audit.append(entry)).rejects.toMatchObject({
    code: 'state',
    message: expect.stringContaining(state.path) as string,
  });
});
