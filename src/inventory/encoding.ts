import type { ClusterNode, Guest, GuestType, Pool, Storage, Task } from '../models/cluster.ts';
import { CellReader, CellWriter } from './cells.ts';
import { rowsASlice, type Breathe } from './diff.ts';
import type { Snapshot } from './types.ts';

/** The rows of a snapshot. */
export type Rows = Pick<Snapshot, 'nodes' | 'guests' | 'storages' | 'pools' | 'tasks'>;

type Draft<Row> = { -readonly [Field in keyof Row]: Row[Field] };

/** Returns rows as bytes that `decodeRows` reads without parsing each of them. Works in slices of 1,000 rows. */
export const encodeRows = async (rows: Rows, breathe: Breathe): Promise<Uint8Array> => {
  const cells = new CellWriter();
  const writeAll = async <Row>(list: readonly Row[], write: (cells: CellWriter, row: Row) => void): Promise<void> => {
    cells.number(list.length);
    for (const [index, row] of list.entries()) {
      if (index > 0 && index % rowsASlice === 0) await breathe();
      write(cells, row);
    }
  };
  await writeAll(rows.nodes, writeNode);
  await writeAll(rows.guests, writeGuest);
  await writeAll(rows.storages, writeStorage);
  await writeAll(rows.pools, writePool);
  await writeAll(rows.tasks, writeTask);
  await breathe();
  return cells.bytes();
};

/** Returns the rows. Throws RangeError or SyntaxError when the bytes are of another format or damaged. */
export const decodeRows = (bytes: Uint8Array): Rows => {
  const cells = new CellReader(bytes);
  return {
    nodes: readAll(cells, readNode),
    guests: readAll(cells, readGuest),
    storages: readAll(cells, readStorage),
    pools: readAll(cells, readPool),
    tasks: readAll(cells, readTask),
  };
};

const readAll = <Row>(cells: CellReader, read: (cells: CellReader) => Row): readonly Row[] => {
  const rows: Row[] = [];
  for (let left = cells.number(); left > 0; left -= 1) rows.push(read(cells));
  return rows;
};

// Each pair below writes and reads the same cells in the same order.

const writeNode = (cells: CellWriter, node: ClusterNode): void => {
  cells.text(node.id);
  cells.text(node.node);
  cells.text(node.status);
  cells.number(node.cpu);
  cells.number(node.maxcpu);
  cells.number(node.mem);
  cells.number(node.maxmem);
  cells.number(node.disk);
  cells.number(node.maxdisk);
  cells.number(node.uptime);
  cells.text(node.hastate);
  cells.text(node.level);
};

const readNode = (cells: CellReader): ClusterNode => {
  const node: Draft<ClusterNode> = { id: cells.text(), node: cells.text(), type: 'node', status: cells.text() };
  for (const field of ['cpu', 'maxcpu', 'mem', 'maxmem', 'disk', 'maxdisk', 'uptime'] as const) {
    const value = cells.optionalNumber();
    if (value !== undefined) node[field] = value;
  }
  for (const field of ['hastate', 'level'] as const) {
    const value = cells.optionalText();
    if (value !== undefined) node[field] = value;
  }
  return node;
};

const writeGuest = (cells: CellWriter, guest: Guest): void => {
  cells.text(guest.id);
  cells.number(guest.vmid);
  cells.text(guest.type);
  cells.text(guest.node);
  cells.text(guest.name);
  cells.text(guest.status);
  cells.flag(guest.template);
  cells.number(guest.cpu);
  cells.number(guest.maxcpu);
  cells.number(guest.mem);
  cells.number(guest.maxmem);
  cells.number(guest.disk);
  cells.number(guest.maxdisk);
  cells.number(guest.uptime);
  cells.number(guest.netin);
  cells.number(guest.netout);
  cells.number(guest.diskread);
  cells.number(guest.diskwrite);
  cells.list(guest.tags);
  cells.text(guest.pool);
  cells.text(guest.lock);
  cells.text(guest.hastate);
};

const readGuest = (cells: CellReader): Guest => {
  const guest: Draft<Guest> = {
    id: cells.text(),
    vmid: cells.number(),
    type: guestType(cells.text()),
    node: cells.text(),
    name: cells.text(),
    status: cells.text(),
    template: cells.flag(),
    cpu: cells.number(),
    maxcpu: cells.number(),
    mem: cells.number(),
    maxmem: cells.number(),
    disk: cells.number(),
    maxdisk: cells.number(),
    uptime: cells.number(),
    netin: cells.number(),
    netout: cells.number(),
    diskread: cells.number(),
    diskwrite: cells.number(),
    tags: cells.list(),
  };
  const pool = cells.optionalText();
  const lock = cells.optionalText();
  const hastate = cells.optionalText();
  if (pool !== undefined) guest.pool = pool;
  if (lock !== undefined) guest.lock = lock;
  if (hastate !== undefined) guest.hastate = hastate;
  return guest;
};

const guestType = (text: string): GuestType => {
  if (text === 'lxc' || text === 'qemu') return text;
  throw new RangeError(`${text} is no type of guest`);
};

const writeStorage = (cells: CellWriter, storage: Storage): void => {
  cells.text(storage.id);
  cells.text(storage.storage);
  cells.text(storage.node);
  cells.text(storage.plugintype);
  cells.text(storage.status);
  cells.flag(storage.shared);
  cells.list(storage.content);
  cells.number(storage.disk);
  cells.number(storage.maxdisk);
};

const readStorage = (cells: CellReader): Storage => ({
  id: cells.text(),
  storage: cells.text(),
  node: cells.text(),
  type: 'storage',
  plugintype: cells.text(),
  status: cells.text(),
  shared: cells.flag(),
  content: cells.list(),
  disk: cells.number(),
  maxdisk: cells.number(),
});

const writePool = (cells: CellWriter, pool: Pool): void => {
  cells.text(pool.id);
  cells.text(pool.pool);
};

const readPool = (cells: CellReader): Pool => ({ id: cells.text(), pool: cells.text(), type: 'pool' });

const writeTask = (cells: CellWriter, task: Task): void => {
  cells.text(task.upid);
  cells.text(task.node);
  cells.text(task.type);
  cells.text(task.id);
  cells.text(task.user);
  cells.text(task.tokenid);
  cells.number(task.starttime);
  cells.number(task.endtime);
  cells.text(task.status);
};

const readTask = (cells: CellReader): Task => {
  const task: Draft<Task> = {
    upid: cells.text(),
    node: cells.text(),
    type: cells.text(),
    id: cells.text(),
    user: cells.text(),
    starttime: 0,
  };
  const tokenid = cells.optionalText();
  task.starttime = cells.number();
  const endtime = cells.optionalNumber();
  const status = cells.optionalText();
  if (tokenid !== undefined) task.tokenid = tokenid;
  if (endtime !== undefined) task.endtime = endtime;
  if (status !== undefined) task.status = status;
  return task;
};
