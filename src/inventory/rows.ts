import type { ClusterNode, Guest, Pool, Storage, Task } from '../models/cluster.ts';
import { naturalOrder } from '../models/natural.ts';
import type { RowKind } from './diff.ts';

/** Every field that a server tells of a row, so that the compiler names a new one that the comparison would miss. */
type Fields<Row> = Record<Exclude<keyof Row, 'context'>, true>;

const fieldsOf = <Row>(fields: Fields<Row>): readonly (keyof Row)[] => Object.keys(fields) as (keyof Row)[];

/** Returns the comparison by all fields. What changes most stands first in the list: it ends most comparisons. */
const sameIn = <Row>(fields: Fields<Row>): ((known: Row, fresh: Row) => boolean) => {
  const names = fieldsOf(fields);
  return (known, fresh) => names.every((name) => sameValue(known[name], fresh[name]));
};

const sameValue = (left: unknown, right: unknown): boolean =>
  left === right || (Array.isArray(left) && Array.isArray(right) && sameList(left, right));

const sameList = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((item, index) => item === right[index]);

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export const guestRows: RowKind<Guest> = {
  key: (guest) => guest.id,
  same: sameIn<Required<Guest>>({
    uptime: true,
    cpu: true,
    mem: true,
    netin: true,
    netout: true,
    diskread: true,
    diskwrite: true,
    disk: true,
    status: true,
    node: true,
    name: true,
    lock: true,
    hastate: true,
    tags: true,
    pool: true,
    maxcpu: true,
    maxmem: true,
    maxdisk: true,
    template: true,
    id: true,
    vmid: true,
    type: true,
  }),
  keep: (known, fresh) => (fresh.status === 'unknown' ? { ...fresh, ...lostByServer(known, fresh) } : fresh),
  compare: (left, right) => left.vmid - right.vmid || byText(left.id, right.id),
};

/**
 * What `/cluster/resources` no longer tells of a guest whose node is dead: name, template and sizes are absent there
 * (contract §8.1). A guest does not lose them because its node does.
 */
const lostByServer = (known: Guest, fresh: Guest): Partial<Guest> => {
  const pool = fresh.pool ?? known.pool;
  return {
    name: fresh.name || known.name,
    template: fresh.template || known.template,
    maxcpu: fresh.maxcpu || known.maxcpu,
    maxmem: fresh.maxmem || known.maxmem,
    maxdisk: fresh.maxdisk || known.maxdisk,
    tags: fresh.tags.length > 0 ? fresh.tags : known.tags,
    ...(pool === undefined ? {} : { pool }),
  };
};

export const nodeRows: RowKind<ClusterNode> = {
  key: (node) => node.id,
  same: sameIn<Required<ClusterNode>>({
    uptime: true,
    cpu: true,
    mem: true,
    disk: true,
    status: true,
    hastate: true,
    maxcpu: true,
    maxmem: true,
    maxdisk: true,
    level: true,
    id: true,
    node: true,
    type: true,
  }),
  keep: (known, fresh) => (fresh.status === 'online' ? fresh : { ...sizesOf(known), ...fresh }),
  // pve2 before pve10.
  compare: (left, right) => naturalOrder(left.node, right.node),
};

/** The sizes of a node that went away; they expire on the server after five minutes. */
const sizesOf = ({ maxcpu, maxmem, maxdisk }: ClusterNode): Partial<ClusterNode> => ({
  ...(maxcpu === undefined ? {} : { maxcpu }),
  ...(maxmem === undefined ? {} : { maxmem }),
  ...(maxdisk === undefined ? {} : { maxdisk }),
});

export const storageRows: RowKind<Storage> = {
  key: (storage) => storage.id,
  same: sameIn<Storage>({
    disk: true,
    status: true,
    content: true,
    maxdisk: true,
    shared: true,
    plugintype: true,
    id: true,
    storage: true,
    node: true,
    type: true,
  }),
  // The server lists the kinds of content in another order each time.
  keep: (known, fresh) =>
    sameList(known.content.toSorted(), fresh.content.toSorted()) ? { ...fresh, content: known.content } : fresh,
  compare: (left, right) => byText(left.id, right.id),
};

export const poolRows: RowKind<Pool> = {
  key: (pool) => pool.id,
  same: sameIn<Pool>({ pool: true, id: true, type: true }),
  compare: (left, right) => byText(left.id, right.id),
};

export const taskRows: RowKind<Task> = {
  key: (task) => task.upid,
  same: sameIn<Required<Task>>({
    endtime: true,
    status: true,
    upid: true,
    node: true,
    type: true,
    id: true,
    user: true,
    tokenid: true,
    starttime: true,
  }),
  compare: (left, right) =>
    Number(left.endtime !== undefined) - Number(right.endtime !== undefined) ||
    right.starttime - left.starttime ||
    byText(left.upid, right.upid),
};
