import { expect, test } from 'vitest';
import { createChronicle, type Chronicle, type ChronicleOptions } from '../../../src/inventory/chronicle.ts';
import type { PastLoad } from '../../../src/inventory/rrddata.ts';
import type { ClusterNode, Guest } from '../../../src/models/cluster.ts';
import type { LoadSample } from '../../../src/state/history.ts';
import { guest, node, turn } from './fakes.ts';

const minute = 60_000;
const start = 30_000_000 * minute;

interface Lab {
  readonly chronicle: Chronicle;
  /** Ids whose past is being asked for, with what answers them. */
  readonly asked: Map<string, PromiseWithResolvers<readonly PastLoad[]>>;
  readonly stored: LoadSample[][];
  readonly failures: unknown[];
  changes: number;
  now: number;
  record(guests: readonly Guest[], nodes?: readonly ClusterNode[]): Promise<void>;
}

const lab = (options: Partial<ChronicleOptions> = {}): Lab => {
  const asked: Lab['asked'] = new Map();
  const stored: LoadSample[][] = [];
  const failures: unknown[] = [];
  const chronicle = createChronicle({
    stored: async () => [],
    past: (row) => {
      const answer = Promise.withResolvers<readonly PastLoad[]>();
      asked.set(row.id, answer);
      return answer.promise;
    },
    store: async (samples) => void stored.push([...samples]),
    changed: () => void (self.changes += 1),
    failed: (thrown) => failures.push(thrown),
    now: () => self.now,
    ...options,
  });
  const self: Lab = {
    chronicle,
    asked,
    stored,
    failures,
    changes: 0,
    now: start,
    record: (guests, nodes = []) => {
      const rows = [...guests, ...nodes];
      return chronicle.record({ guests, nodes, find: (id) => rows.find((row) => row.id === id) }, self.now);
    },
  };
  return self;
};

test('what lives has a history from the first answer on; what is stopped or away has none', async () => {
  const { chronicle, record } = lab();
  await record(
    [guest(101, { cpu: 0.3 }), guest(102, { status: 'stopped' })],
    [node('pve1'), node('pve2', { status: 'offline' })],
  );
  expect(chronicle.history('lxc/101')).toEqual({ cpu: [expect.closeTo(0.3)], mem: [0.5] });
  expect(chronicle.history('node/pve1')).toEqual({ cpu: [expect.closeTo(0.2)], mem: [0.25] });
  expect(chronicle.history('lxc/102').cpu).toEqual([]);
  expect(chronicle.history('node/pve2').cpu).toEqual([]);
});

test('the past is asked for once, and put before what is known', async () => {
  const self = lab({ stored: async () => [{ id: 'lxc/101', at: start - 2 * minute, cpu: 0.5, mem: 0 }] });
  await self.record([guest(101, { cpu: 1 })]);
  const before = self.chronicle.history('lxc/101');
  expect(self.chronicle.history('lxc/101')).toBe(before);
  await turn();
  self.asked.get('lxc/101')?.resolve([
    { at: start - minute, cpu: 0.25, mem: 0 },
    { at: start, cpu: 0, mem: 0 },
  ]);
  await turn();
  expect(self.changes).toBe(1);
  expect(self.chronicle.history('lxc/101').cpu).toEqual([0.5, 0.25, 1]);
  self.asked.clear();
  self.now += minute;
  await self.record([guest(101)]);
  self.chronicle.history('lxc/101');
  await turn();
  expect(self.asked.size).toBe(0);
});

test('at most two are asked for at once, the one wanted last first', async () => {
  const self = lab();
  const guests = [101, 102, 103, 104].map((vmid) => guest(vmid));
  await self.record(guests);
  for (const { id } of guests) self.chronicle.history(id);
  await turn();
  expect([...self.asked.keys()]).toEqual(['lxc/101', 'lxc/102']);
  self.asked.get('lxc/101')?.resolve([]);
  await turn();
  expect([...self.asked.keys()]).toEqual(['lxc/101', 'lxc/102', 'lxc/104']);
});

test('who scrolls through thousands waits for the last ones only', async () => {
  const self = lab();
  const guests = Array.from({ length: 1_000 }, (_, index) => guest(index));
  await self.record(guests);
  for (const { id } of guests) self.chronicle.history(id);
  for (let round = 0; round < 200; round += 1) {
    await turn();
    for (const answer of self.asked.values()) answer.resolve([]);
  }
  expect(self.asked.size).toBe(66);
  expect(self.asked.has('lxc/999')).toBe(true);
  // One that was dropped is asked for when it is looked at again.
  self.chronicle.history('lxc/500');
  await turn();
  expect(self.asked.has('lxc/500')).toBe(true);
});

test('before the cluster answered nobody is asked', async () => {
  const self = lab();
  expect(self.chronicle.history('lxc/101')).toEqual({ cpu: [], mem: [] });
  await turn();
  expect(self.asked.size).toBe(0);
  await self.record([guest(101)]);
  await turn();
  expect([...self.asked.keys()]).toEqual(['lxc/101']);
});

test('a past that cannot be had is told, and tried again when asked for a minute later', async () => {
  const self = lab();
  await self.record([guest(101)]);
  self.chronicle.history('lxc/101');
  await turn();
  self.asked.get('lxc/101')?.reject(new Error('no rrd'));
  await turn();
  expect(self.failures).toEqual([new Error('no rrd')]);
  self.asked.clear();
  self.chronicle.history('lxc/101');
  await turn();
  expect(self.asked.size).toBe(0);
  self.now += minute;
  self.chronicle.history('lxc/101');
  await turn();
  expect(self.asked.size).toBe(1);
});

test('each minute that is over is kept for the ids somebody looked at', async () => {
  const self = lab();
  const guests = [guest(101, { cpu: 0.5 }), guest(102)];
  await self.record(guests);
  self.chronicle.history('lxc/101');
  self.now += 50_000;
  await self.record(guests);
  expect(self.stored).toEqual([]);
  self.now += 10_000;
  await self.record(guests);
  expect(self.stored).toEqual([[{ id: 'lxc/101', at: start, cpu: 0.5, mem: 0.5 }]]);
});

test('a guest that is gone is forgotten', async () => {
  const self = lab();
  await self.record([guest(101)]);
  self.chronicle.history('lxc/101');
  await self.record([]);
  expect(self.chronicle.history('lxc/101').cpu).toEqual([]);
});
