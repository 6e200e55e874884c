import { describe, expect, it } from 'vitest';
import { combineInventories } from '../../../src/inventory/combined.ts';
import { ProxdeckError } from '../../../src/models/error.ts';
import { aGuest, fakeSession, moment, smallCluster, type FakeSession } from '../../support/cluster.ts';

const away = {
  state: 'away',
  since: moment - 60_000,
  error: new ProxdeckError('unreachable', 'work cannot be reached.'),
  nextTryAt: moment + 5000,
} as const;

const two = () => {
  const home = fakeSession(smallCluster(), { contextName: 'home' });
  const work = fakeSession(smallCluster({ at: moment - 90_000 }), { contextName: 'work', prod: true });
  return { home, work, both: combineInventories([home, work]) };
};

const first = ({ inventory }: FakeSession) => inventory.snapshot.guests[0];

describe('several clusters in one picture', () => {
  it('have every row once, under a name that tells whose it is', () => {
    const { home, both } = two();
    const { guests, nodes, storages, tasks } = both.snapshot;
    expect(guests).toHaveLength(2 * home.inventory.snapshot.guests.length);
    expect(new Set([...guests, ...nodes, ...storages].map(({ id }) => id)).size).toBe(
      guests.length + nodes.length + storages.length,
    );
    expect(guests[0]).toEqual({ ...first(home), context: 'home', id: 'home:lxc/104', node: 'home:pve1' });
    expect(storages[0]).toMatchObject({ id: 'home:storage/pve1/local', node: 'home:pve1', storage: 'home:local' });
    // A guest still stands on its node, whatever both are called now.
    for (const guest of guests) expect(nodes.map(({ node }) => node)).toContain(guest.node);
    for (const task of tasks) expect(nodes.map(({ node }) => node)).toContain(task.node);
  });

  it('keep the identity of rows and lists in which nothing changed', () => {
    const { home, work, both } = two();
    const before = both.snapshot;
    expect(both.snapshot).toBe(before);
    home.show({ ...home.inventory.snapshot, at: moment });
    expect(both.snapshot).not.toBe(before);
    expect(both.snapshot.guests).toBe(before.guests);
    const [changed, ...same] = work.inventory.snapshot.guests;
    work.show({ ...work.inventory.snapshot, guests: [{ ...changed, ...aGuest(104), cpu: 0.9 }, ...same] });
    const half = before.guests.length / 2;
    expect(both.snapshot.guests[0]).toBe(before.guests[0]);
    expect(both.snapshot.guests[half]).not.toBe(before.guests[half]);
    expect(both.snapshot.guests[half + 1]).toBe(before.guests[half + 1]);
  });

  it('are as old as the freshest of them, and each tells its own age and fault', () => {
    const { work, both } = two();
    work.setConnection(away);
    expect(both.snapshot.at).toBe(moment - 2000);
    expect(both.connection.state).toBe('live');
    expect(both.parts).toEqual([
      { contextName: 'home', prod: false, at: moment - 2000, fromCache: false, connection: { state: 'live' } },
      { contextName: 'work', prod: true, at: moment - 90_000, fromCache: false, connection: away },
    ]);
  });

  it('are away only when all of them are, until the first is asked again', () => {
    const { home, work, both } = two();
    home.setConnection({ ...away, nextTryAt: moment + 1000 });
    work.setConnection(away);
    expect(both.connection).toMatchObject({ state: 'away', nextTryAt: moment + 1000 });
    home.setConnection({ state: 'connecting' });
    expect(both.connection).toEqual({ state: 'connecting' });
  });

  it('show what is there while another one has not answered yet', () => {
    const home = fakeSession(smallCluster(), { contextName: 'home' });
    const slow = fakeSession(smallCluster({ at: 0, guests: [], nodes: [], storages: [], tasks: [] }), {
      contextName: 'slow',
    });
    const { snapshot } = combineInventories([home, slow]);
    expect(snapshot.at).toBe(moment - 2000);
    expect(snapshot.guests).toHaveLength(home.inventory.snapshot.guests.length);
  });

  it('put the tasks of all in one order: running ones first, then the newest', () => {
    const { both } = two();
    const { tasks } = both.snapshot;
    const ended = tasks.findIndex(({ endtime }) => endtime !== undefined);
    expect(tasks.slice(0, ended).map(({ context }) => context)).toEqual(['home', 'work']);
    const starts = tasks.slice(ended).map(({ starttime }) => starttime);
    expect(starts).toEqual(starts.toSorted((a, b) => b - a));
  });

  it('lead history and rates to the cluster of the row', () => {
    const { both } = two();
    expect(both.rates('work:lxc/104')).toMatchObject({ netin: 12_000 });
    expect(both.rates('nowhere:lxc/104')).toBeUndefined();
    expect(both.history('home:node/pve1').cpu).toHaveLength(60);
    expect(both.history('lxc/104').cpu).toHaveLength(0);
  });

  it('tell everybody when one of them changes, until nobody listens', () => {
    const { home, work, both } = two();
    let told = 0;
    const end = both.subscribe(() => (told += 1));
    home.show(smallCluster());
    work.show(smallCluster());
    expect(told).toBe(2);
    end();
    home.show(smallCluster());
    expect(told).toBe(2);
  });

  it('stop and go together', () => {
    const { home, work, both } = two();
    both.automatic = false;
    expect([home.inventory.automatic, work.inventory.automatic]).toEqual([false, false]);
    work.inventory.automatic = true;
    expect(both.automatic).toBe(true);
  });
});
