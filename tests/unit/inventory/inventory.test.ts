import { describe, expect, onTestFinished, test } from 'vitest';
import { createInventory, type InventoryOptions } from '../../../src/inventory/inventory.ts';
import type { Inventory } from '../../../src/inventory/types.ts';
import type { ProxdeckError } from '../../../src/models/error.ts';
import { fakeClock, FakeCluster, guest, node, resources, task, type FakeClock } from './fakes.ts';

interface Lab {
  readonly clock: FakeClock;
  readonly cluster: FakeCluster;
  readonly inventory: Inventory;
  readonly troubles: ProxdeckError[];
}

const lab = (options: Partial<InventoryOptions> = {}): Lab => {
  const clock = fakeClock();
  const cluster = new FakeCluster(clock.now);
  cluster.resources = resources({ nodes: [node('pve1')], guests: [guest(101), guest(102)] });
  const troubles: ProxdeckError[] = [];
  const inventory = createInventory({
    client: cluster.client,
    cluster: { contextName: 'lab', address: 'https://lab:8006' },
    onTrouble: (error) => troubles.push(error),
    now: clock.now,
    random: () => 0,
    setTimer: clock.setTimer,
    ...options,
  });
  onTestFinished(() => inventory.close());
  return { clock, cluster, inventory, troubles };
};

describe('the snapshot', () => {
  test('comes with the first answer, and the connection is live', async () => {
    const { clock, cluster, inventory } = lab();
    cluster.tasks = [task(1)];
    expect(inventory.snapshot).toMatchObject({ at: 0, guests: [] });
    expect(inventory.connection).toEqual({ state: 'connecting' });
    await clock.pass(0);
    expect(inventory.connection).toEqual({ state: 'live' });
    expect(inventory.snapshot).toEqual({
      ...cluster.resources,
      at: clock.now(),
      fromCache: false,
      tasks: [task(1)],
      skipped: 0,
    });
  });

  test('shares with the one before all that did not change', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    const before = inventory.snapshot;
    cluster.resources = resources({
      nodes: [node('pve1')],
      guests: [guest(102), guest(101, { cpu: 0.7 })],
      skipped: 2,
    });
    await clock.pass(10_000);
    const after = inventory.snapshot;
    expect(after.nodes).toBe(before.nodes);
    expect(after.tasks).toBe(before.tasks);
    expect(after.guests[1]).toBe(before.guests[1]);
    expect(after.guests[0]?.cpu).toBe(0.7);
    expect(after.skipped).toBe(2);
  });

  test('tells the client which nodes are offline, and keeps the names of their guests', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    cluster.resources = resources({
      nodes: [node('pve1', { status: 'offline' }), node('pve2', { status: 'unknown' })],
      guests: [guest(101, { status: 'unknown', name: '' })],
    });
    await clock.pass(10_000);
    expect([...cluster.offline]).toEqual(['pve1']);
    expect(inventory.snapshot.guests[0]).toMatchObject({ status: 'unknown', name: 'web101' });
  });

  test('gives rates once there are two', async () => {
    const { clock, cluster, inventory } = lab();
    cluster.resources = resources({ guests: [guest(101, { uptime: 100, netin: 0 })] });
    await clock.pass(0);
    expect(inventory.rates('lxc/101')).toBeUndefined();
    cluster.resources = resources({ guests: [guest(101, { uptime: 110, netin: 500 })] });
    await clock.pass(10_000);
    expect(inventory.rates('lxc/101')?.netin).toBe(50);
  });

  test('tells its subscribers once a poll, of the first rows before anything is done with them, until they leave', async () => {
    const { clock, inventory } = lab();
    const seen: number[] = [];
    const leave = inventory.subscribe(() => seen.push(inventory.snapshot.at));
    await clock.pass(20_000);
    leave();
    await clock.pass(20_000);
    expect(seen.length).toBe(4);
    expect(seen[0]).toBe(seen[1]);
    expect(new Set(seen).size).toBe(3);
  });
});

describe('at rest', () => {
  test('an hour costs 12 calls a minute', async () => {
    const { clock, cluster } = lab();
    await clock.pass(3_600_000 - 1);
    expect(cluster.seconds('resources')).toEqual(Array.from({ length: 360 }, (_, tick) => tick * 10));
    expect(cluster.seconds('tasks')).toEqual(cluster.seconds('resources'));
    expect(cluster.calls.every(({ origin }) => origin === 'poll')).toBe(true);
    expect(cluster.busiestMinute()).toBe(12);
  });

  test('a server that needs 8 s for its answer gets as long a rest', async () => {
    const clock = fakeClock();
    const cluster = new FakeCluster(clock.now);
    const slow = async (): Promise<typeof cluster.resources> => {
      cluster.calls.push({ what: 'resources', at: clock.now(), origin: 'poll' });
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 8_000));
      return cluster.resources;
    };
    lab({ client: { ...cluster.client, resources: slow }, now: clock.now, setTimer: clock.setTimer });
    await clock.pass(60_000);
    expect(cluster.seconds('resources')).toEqual([0, 16, 32, 48]);
  });

  test('what a person asks for is counted apart, and the cadence starts anew', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(4_000);
    await inventory.refresh();
    expect(cluster.calls.slice(-2).map(({ what, origin }) => [what, origin])).toEqual([
      ['resources', 'person'],
      ['tasks', 'person'],
    ]);
    await clock.pass(20_000);
    expect(cluster.seconds('resources')).toEqual([0, 4, 14, 24]);
  });

  test('who asks while a poll is under way shares its answer', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(1_000);
    await Promise.all([inventory.refresh(), inventory.refresh()]);
    expect(cluster.seconds('resources')).toEqual([0, 1]);
  });

  test('automatic off is silent, but for a person; on again asks at once when that is overdue', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    inventory.automatic = false;
    await clock.pass(60_000);
    expect(cluster.seconds('resources')).toEqual([0]);
    await inventory.refresh();
    await clock.pass(60_000);
    expect(cluster.seconds('resources')).toEqual([0, 60]);
    inventory.automatic = true;
    await clock.pass(10_000);
    expect(cluster.seconds('resources')).toEqual([0, 60, 120, 130]);
  });

  test('a machine that slept asks as soon as it is awake', async () => {
    const { clock, cluster } = lab();
    await clock.pass(5_000);
    clock.sleep(3_600_000);
    await clock.pass(2_000);
    expect(cluster.seconds('resources')).toEqual([0, 3_606]);
  });

  test('a clock that was set back does not silence the poll', async () => {
    const { clock, cluster } = lab();
    await clock.pass(25_000);
    clock.sleep(-3_600_000);
    await clock.pass(60_000);
    const after = cluster.seconds('resources').filter((second) => second < 0);
    expect(after.length).toBeGreaterThanOrEqual(6);
    expect(after.length).toBeLessThanOrEqual(8);
  });
});

describe('while a task of ours runs', () => {
  const watched = task(7);

  test('guests are polled every 3 s, tasks as before; its end is seen at once and once more after 5 s', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(1_000);
    inventory.watchTask(watched.upid);
    await clock.pass(9_500);
    expect(cluster.seconds('resources')).toEqual([0, 3, 6, 9]);
    expect(cluster.seconds('tasks')).toEqual([0, 9]);
    inventory.watchTask(watched.upid);
    await clock.pass(30_000);
    expect(cluster.seconds('resources').slice(4)).toEqual([10.5, 15.5, 25.5, 35.5]);
    expect(cluster.seconds('tasks').slice(2)).toEqual([10.5, 25.5, 35.5]);
  });

  test('its end is noticed in the list of tasks; being told later changes nothing', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    inventory.watchTask(watched.upid);
    await clock.pass(8_000);
    cluster.tasks = [{ ...watched, endtime: 9, status: 'OK' }];
    await clock.pass(30_000);
    const seen = cluster.seconds('resources').filter((second) => second > 9);
    expect(seen).toEqual([14, 24, 34]);
    inventory.watchTask(watched.upid);
    await clock.pass(30_000);
    expect(cluster.seconds('resources').slice(-3)).toEqual([44, 54, 64]);
  });

  test('nobody sits and watches for hours: after ten minutes the cadence is that of rest', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    inventory.watchTask(watched.upid);
    await clock.pass(3_600_000);
    const late = cluster.seconds('resources').filter((second) => second > 700);
    expect(late.slice(1).map((second, index) => second - (late[index] ?? 0))).toEqual(
      Array.from({ length: late.length - 1 }, () => 10),
    );
  });

  test('the minutes after many tasks stay within 15 calls', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    for (let number = 0; number < 30; number += 1) {
      inventory.watchTask(`UPID:${number}`);
      await clock.pass(2_500);
      inventory.watchTask(`UPID:${number}`);
    }
    const rest = cluster.calls.length;
    await clock.pass(600_000);
    const calls = cluster.calls.slice(rest);
    const busiest = Math.max(
      ...calls.map(({ at }) => calls.filter((call) => call.at >= at && call.at < at + 60_000).length),
    );
    expect(busiest).toBeLessThanOrEqual(15);
  });
});

describe('when the cluster is away', () => {
  test('the old rows stay, and it is asked after 1, 2, 4 … 60 s', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(5_000);
    cluster.down = 'unreachable';
    const rows = inventory.snapshot;
    await clock.pass(5_000);
    expect(inventory.snapshot).toBe(rows);
    expect(inventory.connection).toMatchObject({
      state: 'away',
      since: clock.now(),
      nextTryAt: clock.now() + 1_000,
      error: { code: 'unreachable' },
    });
    await clock.pass(250_000);
    expect(cluster.seconds('resources')).toEqual([0, 10, 11, 13, 17, 25, 41, 73, 133, 193, 253]);
    expect(inventory.connection).toMatchObject({ since: clock.now() - 250_000 });
  });

  test('chance takes off up to half of the wait', async () => {
    const { clock, cluster } = lab({ random: () => 0.999_999 });
    cluster.down = 'timeout';
    await clock.pass(20_000);
    expect(cluster.seconds('resources').map((second) => Math.round(second * 10) / 10)).toEqual([
      0, 0.5, 1.5, 3.5, 7.5, 15.5,
    ]);
  });

  test('it recovers by itself', async () => {
    const { clock, cluster, inventory } = lab();
    cluster.down = 'unreachable';
    await clock.pass(4_000);
    cluster.down = undefined;
    await clock.pass(3_000);
    expect(inventory.connection).toEqual({ state: 'live' });
    expect(inventory.snapshot.guests).toHaveLength(2);
    await clock.pass(10_000);
    expect(cluster.seconds('resources')).toEqual([0, 1, 3, 7, 17]);
  });

  test.each(['auth', 'permission', 'certificate'] as const)(
    '%s does not go away by itself: once a minute',
    async (code) => {
      const { clock, cluster } = lab();
      cluster.down = code;
      await clock.pass(130_000);
      expect(cluster.seconds('resources')).toEqual([0, 60, 120]);
    },
  );

  test('a person who asks does not wait for the next try', async () => {
    const { clock, cluster, inventory } = lab();
    cluster.down = 'auth';
    await clock.pass(5_000);
    cluster.down = undefined;
    await inventory.refresh();
    expect(inventory.connection).toEqual({ state: 'live' });
  });

  test('a cluster that comes and goes is not asked more than 15 times a minute', async () => {
    const { clock, cluster } = lab({ random: () => 0.9 });
    for (let second = 0; second < 900; second += 1) {
      cluster.down = second % 7 < 4 ? 'unreachable' : undefined;
      await clock.pass(1_000);
    }
    expect(cluster.busiestMinute()).toBeLessThanOrEqual(15);
    expect(cluster.seconds('resources').length).toBeGreaterThan(90);
  });

  test('without an answer about tasks the guests are new all the same, and it is told', async () => {
    const { clock, cluster, inventory } = lab();
    cluster.tasks = [task(1)];
    await clock.pass(0);
    cluster.tasksDown = true;
    cluster.resources = resources({ guests: [guest(103)] });
    await clock.pass(10_000);
    expect(inventory.snapshot.guests.map(({ vmid }) => vmid)).toEqual([103]);
    expect(inventory.snapshot.tasks).toEqual([task(1)]);
    expect(inventory.connection).toMatchObject({ state: 'away', error: { code: 'server' } });
  });

  test('after close nothing is asked any more', async () => {
    const { clock, cluster, inventory } = lab();
    await clock.pass(0);
    await inventory.close();
    await inventory.refresh();
    await clock.pass(60_000);
    expect(cluster.seconds('resources')).toEqual([0]);
  });
});
