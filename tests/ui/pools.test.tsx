import { afterEach, describe, expect, it } from 'vitest';
import type { Permissions } from '../../src/operations/privileges.ts';
import { answering, type AnswerTable } from '../support/answers.ts';
import { fakeSession, smallCluster } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

/** Pools on the screen Access: seen, made, changed, deleted. */

const enter = '\r';
const escape = '\u001B';
const tab = '\t';
const down = '\u001B[B';

const answers: AnswerTable = {
  'access.show': { login: 'root@pam', userid: 'root@pam' },
  'pool.list': [
    { poolid: 'empty', vms: [] },
    { poolid: 'relay', comment: 'the relay stack', vms: [104, 105] },
  ],
  'pool.show': [
    { id: 'lxc/104', type: 'lxc', name: 'relay-dev', node: 'pve1', status: 'running' },
    { id: 'storage/pve1/nas', type: 'storage' },
    { id: 'storage/pve2/nas', type: 'storage' },
  ],
};

let screen: TestScreen | undefined;
afterEach(() => screen?.close());

const open = async ([columns, rows]: readonly [number, number] = [120, 40], permissions?: Permissions) => {
  const { ask } = answering(answers);
  const session = fakeSession(smallCluster(), { ask, permissions: () => permissions });
  screen = await openScreen({ columns, rows }, { session });
  const shown = screen;
  shown.app.goTo('access', { tab: 'pools' });
  await shown.press('');
  await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(/relay +2/);
  return { shown, session };
};

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 40],
];

describe('pools', () => {
  it.each(sizes)('are told with what lies in them, at %i×%i', async (columns, rows) => {
    const { shown } = await open([columns, rows]);
    await shown.press('j', enter);
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(/104 relay-dev +pve1 +running/);
    expect(shown.frame()).toContain('the relay stack');
  });

  it.each(sizes)('are changed: what they hold is chosen already, at %i×%i', async (columns, rows) => {
    const { shown, session } = await open([columns, rows]);
    await shown.press('j', 'x');
    expect(shown.frame()).toMatch(/delete… +is not empty: 2 guests/);
    await shown.press('m');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('Change the pool relay');
    expect(shown.frame()).toMatch(/Guests +104 relay-dev, 105 relay-db/);
    // The first of the pool goes, the first that is in none comes.
    await shown.press(tab);
    expect(shown.frame()).toMatch(/\[x\] 104 relay-dev/);
    await shown.press(' ', down, down, ' ', enter);
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toMatch(/Storages +nas\s/);
    expect(shown.frame()).toMatch(/Comment +the relay stack/);
    await shown.press(' ', enter, '!', enter, enter);
    expect(session.ran).toEqual([
      {
        name: 'pool.set',
        input: {
          pool: 'relay',
          add: ['118'],
          remove: ['104'],
          addStorage: ['local'],
          removeStorage: [],
          comment: 'the relay stack!',
        },
      },
    ]);
  });

  it('take guests out of another pool only with a word about it', async () => {
    const { shown, session } = await open();
    await shown.press('x', 'm');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('Change the pool empty');
    await shown.press('relay-db', tab, ' ');
    expect(shown.frame()).toContain('105 relay-db leaves the pool relay');
    await shown.press(enter, enter, enter, enter);
    expect(session.ran.at(-1)?.input).toMatchObject({ pool: 'empty', add: ['105'], move: true });
  });

  it('are made with n, under a name that is free', async () => {
    const { shown, session } = await open();
    await shown.press('n');
    await expect.poll(() => shown.frame(), { timeout: 10_000 }).toContain('Make a pool');
    await shown.press('relay', enter);
    expect(shown.frame()).toContain('There is a pool relay already.');
    await shown.press('\u0015no good', enter);
    expect(shown.frame()).toContain('A pool has letters, digits');
    await shown.press('\u0015new', enter, enter, enter, enter, enter);
    expect(session.ran).toEqual([{ name: 'pool.create', input: { pool: 'new' } }]);
  });

  it('are deleted when nothing lies in them, and lead to their guests', async () => {
    const { shown, session } = await open();
    await shown.press('x', 'x');
    expect(session.ran).toEqual([{ name: 'pool.delete', input: { pool: 'empty' } }]);
    await shown.press('j', 'x', 'g');
    expect(shown.frame()).toContain('/pool:relay');
    expect(shown.frame()).not.toContain('frigate');
  });

  it('are not touched without the privilege', async () => {
    const { shown, session } = await open([80, 24], { '/': { 'Pool.Audit': 1 } });
    await shown.press('x');
    expect(shown.frame()).toMatch(/members… +needs Pool\.Allocate on \/pool\/empty/);
    await shown.press('m', escape);
    expect(session.ran).toEqual([]);
  });
});
