import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeRows, encodeRows, type Rows } from '../../../src/inventory/encoding.ts';
import { createInventory, type InventoryOptions } from '../../../src/inventory/inventory.ts';
import { loadPicture, readCachedSnapshot, savePicture } from '../../../src/inventory/picture.ts';
import type { Snapshot } from '../../../src/inventory/types.ts';
import type { ProxdeckError } from '../../../src/models/error.ts';
import { openState } from '../../../src/state/state.ts';
import { emptyFolder } from '../state/folder.ts';
import { fakeClock, FakeCluster, guest, node, resources, storage, task, turn } from './fakes.ts';

const lab = { contextName: 'lab', address: 'https://lab:8006' };

const hostile = [
  '',
  ' ',
  '\u001b]0;owned\u0007\u001b[2J',
  '日本語の名前',
  '👩‍👩‍👧',
  'e\u0301',
  '\ud800 alone',
  '__proto__',
  '","x":"',
  '\u0000',
  'x'.repeat(10_000),
];

const rows: Rows = {
  nodes: [
    node('pve1', { uptime: 5, level: '', hastate: 'online' }),
    { id: 'node/pve2', node: 'pve2', type: 'node', status: 'offline' },
  ],
  guests: [
    ...hostile.map((name, index) =>
      guest(index, { name, tags: [name, 'a'], pool: name, type: index % 2 ? 'qemu' : 'lxc' }),
    ),
    guest(999_999_999, {
      mem: 2 ** 52,
      netin: 2 ** 53 - 1,
      cpu: 1e-12,
      lock: 'backup',
      hastate: 'started',
      template: true,
    }),
  ],
  storages: [storage('local', { shared: true }), storage('none', { content: [] })],
  pools: [{ id: '/pool/dev', pool: 'dev', type: 'pool' }],
  tasks: [task(1), task(2, { tokenid: 'tui', endtime: 3, status: 'OK', id: '' })],
};
const snapshotOf = (fields: Partial<Snapshot> = {}): Snapshot => ({
  at: 5_000,
  fromCache: false,
  skipped: 0,
  ...rows,
  ...fields,
});

const thousand = Array.from({ length: 1_000 }, (_, index) => guest(index));

/** Keeps a snapshot as a program does that ends afterwards; returns the path of its database. */
const kept = async (snapshot: Snapshot): Promise<string> => {
  const path = join(emptyFolder(), 'state.db');
  const state = await openState(path);
  await savePicture(state.cache, lab, snapshot, turn);
  await state.close();
  return path;
};

const never = (error: ProxdeckError): void => {
  throw error;
};

describe('the encoding', () => {
  test('gives back every field, whatever the names are', async () => {
    expect(decodeRows(await encodeRows(rows, turn))).toEqual(rows);
  });

  test('reads from bytes that lie anywhere in a larger buffer', async () => {
    const bytes = await encodeRows(rows, turn);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(decodeRows(larger.subarray(3))).toEqual(rows);
  });

  test('refuses bytes of another format, and bytes that were cut off', async () => {
    const bytes = await encodeRows(rows, turn);
    expect(() => decodeRows(new Uint8Array(16))).toThrow(/format/);
    expect(() => decodeRows(bytes.slice(0, -8))).toThrow(RangeError);
    expect(() => decodeRows(bytes.slice(0, 40))).toThrow(RangeError);
    expect(() => decodeRows(new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('the picture of the last run', () => {
  test('is there at the next start', async () => {
    const path = await kept(snapshotOf());
    const cached = readCachedSnapshot(path, lab, 'head', never);
    expect(cached).toEqual({ snapshot: snapshotOf({ fromCache: true }), complete: true });
  });

  test('of a large cluster comes in two parts', async () => {
    const path = await kept(snapshotOf({ guests: thousand }));
    const head = readCachedSnapshot(path, lab, 'head', never);
    expect(head?.complete).toBe(false);
    expect(head?.snapshot.guests).toEqual(thousand.slice(0, 100));
    expect(head?.snapshot.nodes).toEqual(rows.nodes);
    const whole = readCachedSnapshot(path, lab, 'whole', never);
    expect(whole).toEqual({ snapshot: snapshotOf({ guests: thousand, fromCache: true }), complete: true });
    const state = await openState(path);
    expect(await loadPicture(state.cache, lab)).toEqual(whole?.snapshot);
    await state.close();
  });

  test('is never shown for another cluster, not even under the same name', async () => {
    const path = await kept(snapshotOf());
    expect(readCachedSnapshot(path, { ...lab, address: 'https://other:8006' }, 'whole', never)).toBeUndefined();
    expect(readCachedSnapshot(path, { ...lab, contextName: 'other' }, 'whole', never)).toBeUndefined();
  });

  test('is not there before the first run, and that is no trouble', () => {
    expect(readCachedSnapshot(join(emptyFolder(), 'state.db'), lab, 'head', never)).toBeUndefined();
  });

  test.each([
    ['no database', (path: string) => writeFileSync(path, 'x'.repeat(5_000))],
    ['damaged bytes', (path: string) => execute(path, 'UPDATE snapshot_cache SET head = zeroblob(64)')],
    ['a value of another kind', (path: string) => execute(path, `UPDATE snapshot_cache SET head = 'text'`)],
    ['another schema', (path: string) => execute(path, 'DROP TABLE snapshot_cache')],
  ])('is left out when the file holds %s, and why is told', async (_, damage) => {
    const path = await kept(snapshotOf());
    damage(path);
    const troubles: ProxdeckError[] = [];
    expect(readCachedSnapshot(path, lab, 'head', (error) => troubles.push(error))).toBeUndefined();
    expect(troubles.map(({ code }) => code)).toEqual(['state']);
  });

  test('is not read beside a state that this process holds open, which would lose its locks', async () => {
    const path = await kept(snapshotOf());
    const state = await openState(path);
    const troubles: ProxdeckError[] = [];
    expect(readCachedSnapshot(path, lab, 'head', (error) => troubles.push(error))).toBeUndefined();
    expect(troubles[0]?.message).toContain('already open');
    await state.close();
    expect(readCachedSnapshot(path, lab, 'head', never)).toBeDefined();
  });

  test('can be read while another process writes', async () => {
    const path = await kept(snapshotOf());
    const writer = new Sqlite(path);
    writer.exec('BEGIN IMMEDIATE; DELETE FROM snapshot_cache');
    expect(readCachedSnapshot(path, lab, 'head', never)?.snapshot.guests).toEqual(rows.guests);
    writer.close();
  });
});

const execute = (path: string, sql: string): void => {
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
};

describe('the inventory', () => {
  const start = async (options: Partial<InventoryOptions>) => {
    const clock = fakeClock();
    const cluster = new FakeCluster(clock.now);
    const troubles: ProxdeckError[] = [];
    const inventory = createInventory({
      client: cluster.client,
      cluster: lab,
      onTrouble: (error) => troubles.push(error),
      now: clock.now,
      random: () => 0,
      setTimer: clock.setTimer,
      ...options,
    });
    onTestFinished(() => inventory.close());
    return { clock, cluster, inventory, troubles };
  };

  test('begins with the first part, loads the rest, and keeps a lost name across runs', async () => {
    const path = await kept(snapshotOf({ guests: thousand }));
    const initial = readCachedSnapshot(path, lab, 'head', never);
    const { cache, close } = await openState(path);
    const { clock, cluster, inventory } = await start({ cache, ...(initial === undefined ? {} : { initial }) });
    cluster.resources = resources({ guests: [guest(999, { status: 'unknown', name: '' })] });
    expect(inventory.snapshot).toBe(initial?.snapshot);
    const restored = new Promise<void>((resolve) => inventory.subscribe(resolve));
    await restored;
    expect(inventory.snapshot).toMatchObject({ fromCache: true, guests: thousand });
    await clock.pass(0);
    expect(inventory.snapshot).toMatchObject({ fromCache: false, guests: [{ vmid: 999, name: 'web999' }] });
    await inventory.close();
    await close();
  });

  test('keeps its picture with the first answer, then every 30 s, and at the end', async () => {
    const saved: number[] = [];
    const cache = {
      save: async (_: unknown, { at }: { at: number }) => void saved.push(at),
      load: async () => undefined,
    };
    const { clock, inventory } = await start({ cache });
    const began = clock.now();
    // The last picture of a poll is encoded in turns of its own.
    for (let second = 0; second < 75; second += 1) {
      await clock.pass(1_000);
      for (let count = 0; count < 5; count += 1) await turn();
    }
    await inventory.close();
    expect(saved.map((at) => at - began)).toEqual([0, 30_000, 60_000, 70_000]);
  });

  test('tells a database that fails and goes on', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('disk full');
    };
    const { clock, inventory, troubles } = await start({ cache: { save: failing, load: failing } });
    await clock.pass(10_000);
    await inventory.close();
    expect(troubles[0]).toMatchObject({ message: 'disk full' });
    expect(inventory.connection).toEqual({ state: 'live' });
  });
});
