import { expect, test } from 'vitest';
import { tableOf, updateTable, type Table } from '../../../src/inventory/diff.ts';
import { guestRows, nodeRows, storageRows, taskRows } from '../../../src/inventory/rows.ts';
import type { Guest } from '../../../src/models/cluster.ts';
import { guest, node, storage, task, turn } from './fakes.ts';

const guests = (...rows: Guest[]): Table<Guest> => tableOf(guestRows, rows);

test('an answer in which nothing changed keeps the table, whatever order it came in', async () => {
  const known = guests(guest(101, { tags: ['a', 'b'] }), guest(102));
  expect(await updateTable(guestRows, known, [guest(102), guest(101, { tags: ['a', 'b'] })], turn)).toBe(known);
});

test('only the row that changed is a new object', async () => {
  const known = guests(guest(101), guest(102));
  const { rows } = await updateTable(guestRows, known, [guest(101), guest(102, { cpu: 0.9 })], turn);
  expect(rows).not.toBe(known.rows);
  expect(rows[0]).toBe(known.rows[0]);
  expect(rows[1]).toEqual(guest(102, { cpu: 0.9 }));
});

const changes: readonly Partial<Guest>[] = [
  { uptime: 61 },
  { cpu: 0.5 },
  { mem: 1 },
  { netin: 1 },
  { netout: 1 },
  { diskread: 1 },
  { diskwrite: 1 },
  { disk: 1 },
  { status: 'stopped' },
  { node: 'pve2' },
  { name: 'other' },
  { lock: 'backup' },
  { hastate: 'started' },
  { tags: ['a'] },
  { pool: 'dev' },
  { maxcpu: 1 },
  { maxmem: 1 },
  { maxdisk: 1 },
  { template: true },
];
test.each(changes)('a guest with %j is another row', async (change) => {
  const { rows } = await updateTable(guestRows, guests(guest(101)), [guest(101, change)], turn);
  expect(rows).toEqual([guest(101, change)]);
});

test('guests that came and went leave the others sorted by vmid and the same objects', async () => {
  const known = guests(guest(101), guest(102), guest(1000));
  const { rows, places } = await updateTable(guestRows, known, [guest(1000), guest(99), guest(500), guest(102)], turn);
  expect(rows.map(({ vmid }) => vmid)).toEqual([99, 102, 500, 1000]);
  expect(rows[1]).toBe(known.rows[1]);
  expect(places.get('lxc/1000')).toBe(3);
});

test('of two rows with one id the last counts, and no row is lost', async () => {
  const known = guests(guest(101), guest(102));
  const { rows } = await updateTable(guestRows, known, [guest(101), guest(101, { name: 'twin' })], turn);
  expect(rows).toEqual([guest(101, { name: 'twin' })]);
});

test('10,000 rows are taken in slices, between which the event loop has its turn', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => guest(index));
  let turns = 0;
  const breathe = async (): Promise<void> => {
    turns += 1;
  };
  await updateTable(guestRows, guests(...rows), rows, breathe);
  expect(turns).toBe(9);
});

test('a guest of a dead node keeps name, tags, pool and sizes, over any number of answers', async () => {
  const alive = guest(101, { tags: ['prod'], pool: 'dev', template: true });
  const lost = guest(101, { status: 'unknown', name: '', maxmem: 0, maxcpu: 0, maxdisk: 0, cpu: 0, mem: 0, uptime: 0 });
  let table = guests(alive);
  for (let answer = 0; answer < 3; answer += 1) table = await updateTable(guestRows, table, [lost], turn);
  expect(table.rows).toEqual([
    { ...lost, name: 'web101', tags: ['prod'], pool: 'dev', template: true, maxmem: 1_024, maxcpu: 2, maxdisk: 100 },
  ]);
});

test('a guest that lives loses what the server takes away', async () => {
  const known = guests(guest(101, { tags: ['prod'], pool: 'dev', lock: 'backup' }));
  const { rows } = await updateTable(guestRows, known, [guest(101)], turn);
  expect(rows).toEqual([guest(101)]);
});

test('a node that is away keeps its sizes but not its load; pve2 stands before pve10', async () => {
  const known = tableOf(nodeRows, [node('pve10')]);
  const { maxcpu, maxmem, ...away } = node('pve10', { status: 'offline' });
  const { cpu, mem, ...gone } = away;
  const { rows } = await updateTable(nodeRows, known, [gone, node('pve2')], turn);
  expect([cpu, mem]).toEqual([0.2, 1_000]);
  expect(rows).toEqual([node('pve2'), { ...gone, maxcpu, maxmem }]);
});

test('the kinds of content of a storage come in random order and are still the same', async () => {
  const known = tableOf(storageRows, [storage('local')]);
  expect(await updateTable(storageRows, known, [storage('local', { content: ['backup', 'iso'] })], turn)).toBe(known);
  const { rows } = await updateTable(storageRows, known, [storage('local', { content: ['iso'] })], turn);
  expect(rows[0]?.content).toEqual(['iso']);
});

test('tasks: running ones first, newest first; one that ended moves down', async () => {
  const known = await updateTable(
    taskRows,
    tableOf(taskRows, []),
    [task(1), task(3), task(2, { endtime: 9, status: 'OK' })],
    turn,
  );
  expect(known.rows.map(({ starttime }) => starttime)).toEqual([3, 1, 2]);
  const ended = task(3, { endtime: 10, status: 'OK' });
  const { rows, places } = await updateTable(taskRows, known, [ended, ...known.rows.slice(1)], turn);
  expect(rows.map(({ starttime }) => starttime)).toEqual([1, 3, 2]);
  expect(places.get(ended.upid)).toBe(1);
});
