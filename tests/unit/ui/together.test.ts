import { describe, expect, it } from 'vitest';
import type { InputOf, OperationName } from '../../../src/operations/catalog.ts';
import type { Session } from '../../../src/ui/session.ts';
import { combineSessions } from '../../../src/ui/together.ts';
import { fakeSession, smallCluster } from '../../support/cluster.ts';

interface Asked {
  readonly context: string;
  readonly name: string;
  readonly input: unknown;
}

const upid = 'UPID:pve9:000003E9:00000001:6B00B7A5:vzstart:104:root@pam:';

/** Two clusters that look the same and remember what was asked of them. */
const two = () => {
  const asked: Asked[] = [];
  const make = (contextName: string, over: Partial<Session> = {}) =>
    fakeSession(smallCluster(), {
      contextName,
      ask: async <Name extends OperationName>(name: Name, input: InputOf<Name>) => {
        asked.push({ context: contextName, name, input });
        throw new Error('an answer is not needed here');
      },
      run: async (call, ui) => {
        asked.push({ context: contextName, ...call });
        ui.emit({ type: 'task', upid: `${upid}${contextName}` });
        await ui.confirm({ title: 'Stop', hazards: [], command: 'proxdeck guest stop 104', verb: 'stop' });
        return { result: contextName };
      },
      ...over,
    });
  const home = make('home');
  const work = make('work');
  return { home, work, both: combineSessions([home, work]), asked };
};

const ui = { confirm: async () => true, emit: () => undefined, signal: new AbortController().signal };

describe('several sessions as one', () => {
  it('ask the cluster that an input names, without that name', async () => {
    const { both, asked } = two();
    await both.ask('node.show', { node: 'work:pve1' }, ui.signal).catch(() => undefined);
    await both.ask('guest.show', { guest: 'home:lxc/104' }, ui.signal).catch(() => undefined);
    expect(asked).toEqual([
      { context: 'work', name: 'node.show', input: { node: 'pve1' } },
      { context: 'home', name: 'guest.show', input: { guest: 'lxc/104' } },
    ]);
  });

  it('do things to each guest on its own cluster, and say on the card which', async () => {
    const { both, asked } = two();
    const cards: string[] = [];
    const call = {
      name: 'guest.stop',
      input: { guests: ['home:lxc/104', 'work:lxc/104', 'work:qemu/200'], force: true },
    };
    const result = await both.run(call, {
      ...ui,
      confirm: async ({ title, command }) => {
        cards.push(`${title} | ${command}`);
        return true;
      },
    });
    expect(result).toEqual({ result: ['home', 'work'] });
    expect(asked).toEqual([
      { context: 'home', name: 'guest.stop', input: { guests: ['lxc/104'], force: true } },
      { context: 'work', name: 'guest.stop', input: { guests: ['lxc/104', 'qemu/200'], force: true } },
    ]);
    expect(cards).toEqual([
      'home: Stop | proxdeck guest stop 104 --context home',
      'work: Stop | proxdeck guest stop 104 --context work',
    ]);
  });

  it('never guess: what names no cluster is refused', async () => {
    const { both, asked } = two();
    const refused = { code: 'usage', hint: 'Go to one of them with C.' };
    await expect(both.ask('guest.show', { guest: '104' }, ui.signal)).rejects.toMatchObject(refused);
    await expect(both.run({ name: 'guest.stop', input: { guests: ['104'] } }, ui)).rejects.toMatchObject(refused);
    // A name that only looks like one of a context is none.
    await expect(both.ask('guest.show', { guest: 'attic:104' }, ui.signal)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });

  it('follow a task where it was begun, even when both have a node of that name', async () => {
    const { both, work } = two();
    await both.run({ name: 'guest.stop', input: { guests: ['work:lxc/104'] } }, ui);
    const own = `${upid}work`;
    work.taskLog = async () => ({ lines: [{ n: 1, t: 'here' }], total: 1 });
    expect(await both.taskLog(own, { start: 0, limit: 1 })).toEqual({ lines: [{ n: 1, t: 'here' }], total: 1 });
    await expect(both.taskStatus(upid.replace('pve9:000003E9', 'pve1:0000FFFF'))).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('ask any of them what is about this machine', async () => {
    const { both, asked } = two();
    await both.ask('context.list', {}, ui.signal).catch(() => undefined);
    expect(asked).toEqual([{ context: 'home', name: 'context.list', input: {} }]);
  });

  it('count their calls together, each with a number of its own', () => {
    const record = {
      id: 1,
      method: 'GET',
      path: '/version',
      parameters: {},
      address: 'pve1',
      origin: 'poll',
    } as const;
    const log = (at: number) => ({
      records: [{ ...record, at }],
      perMinute: () => ({ poll: 6, person: 1 }),
      subscribe: () => () => undefined,
    });
    const one = fakeSession(smallCluster(), { contextName: 'home', calls: log(20) });
    const other = fakeSession(smallCluster(), { contextName: 'work', calls: log(10) });
    const { calls } = combineSessions([one, other]);
    expect(calls.perMinute(0)).toEqual({ poll: 12, person: 2 });
    expect(calls.records.map(({ at }) => at)).toEqual([10, 20]);
    expect(new Set(calls.records.map(({ id }) => id)).size).toBe(2);
    expect(calls.records).toBe(calls.records);
  });

  it('are production as soon as one of them is, and read-only when all are', () => {
    const home = fakeSession(smallCluster(), { contextName: 'home', readOnly: true });
    const work = fakeSession(smallCluster(), { contextName: 'work', prod: true });
    expect(combineSessions([home, work])).toMatchObject({ prod: true, readOnly: false, contextName: 'all contexts' });
  });
});
