import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { PoolState } from '../world.ts';
import { flag, list, required, text } from './params.ts';
import { memberRow, storageRows } from './resource-rows.ts';

const poolOf = (call: ApiCall, poolid: string, prefix = ''): PoolState =>
  call.world.pools.get(poolid) ?? die(`${prefix}pool '${poolid}' does not exist`);

const head = (pool: PoolState): { poolid: string; comment?: string } => ({
  poolid: pool.poolid,
  ...(pool.comment === undefined ? {} : { comment: pool.comment }),
});

const memberOrder = (left: number, right: number): number => left - right;

const members = (call: ApiCall, pool: PoolState): unknown[] => {
  const wanted = text(call, 'type');
  const guests = [...pool.vms].toSorted(memberOrder).flatMap((vmid) => {
    const guest = call.world.guests.get(vmid);
    if (!guest || (wanted !== undefined && wanted !== guest.type) || !call.may(`/vms/${vmid}`, 'VM.Audit')) return [];
    return [memberRow(call, guest)];
  });
  const storages = wanted === undefined || wanted === 'storage' ? storageRows(call) : [];
  return [...guests, ...storages.filter((row) => pool.storages.has(row.storage))];
};

const details = (call: ApiCall, pool: PoolState): { comment?: string; members: unknown[] } => ({
  ...(pool.comment === undefined ? {} : { comment: pool.comment }),
  members: members(call, pool),
});

const readAll = (call: ApiCall): unknown => {
  const poolid = text(call, 'poolid');
  if (poolid !== undefined) {
    const pool = poolOf(call, poolid);
    call.require(`/pool/${poolid}`, 'Pool.Audit');
    return [{ poolid, ...details(call, pool) }];
  }
  return [...call.world.pools.values()]
    .filter((pool) => call.may(`/pool/${pool.poolid}`, 'Pool.Audit'))
    .toSorted((left, right) => (left.poolid < right.poolid ? -1 : 1))
    .map(head);
};

const create = (call: ApiCall): null => {
  const poolid = required(call, 'poolid');
  if (call.world.pools.has(poolid)) die(`create pool failed: pool '${poolid}' already exists`);
  const parent = poolid.split('/').slice(0, -1).join('/');
  if (parent !== '' && !call.world.pools.has(parent)) {
    die(`create pool failed: parent '${parent}' of pool '${poolid}' does not exist`);
  }
  const comment = text(call, 'comment');
  call.world.pools.set(poolid, {
    poolid,
    vms: new Set(),
    storages: new Set(),
    ...(comment === undefined ? {} : { comment }),
  });
  return null;
};

const moveGuest = (call: ApiCall, pool: PoolState, vmid: number): void => {
  const remove = flag(call, 'delete');
  if (remove) {
    if (!pool.vms.delete(vmid)) die(`update pool failed: VM ${vmid} is not a pool member`);
    return;
  }
  if (pool.vms.has(vmid)) die(`update pool failed: VM ${vmid} is already a pool member`);
  const old = [...call.world.pools.values()].find((other) => other.vms.has(vmid));
  if (old && !flag(call, 'allow-move')) {
    die(`update pool failed: VM ${vmid} belongs already to pool '${old.poolid}' and 'allow-move' is not set`);
  }
  if (old) {
    call.require(`/pool/${old.poolid}`, 'Pool.Allocate');
    old.vms.delete(vmid);
  }
  pool.vms.add(vmid);
};

const moveStorage = (call: ApiCall, pool: PoolState, storage: string): void => {
  if (flag(call, 'delete')) {
    if (!pool.storages.delete(storage)) die(`update pool failed: Storage '${storage}' is not a pool member`);
    return;
  }
  if (pool.storages.has(storage)) die(`update pool failed: Storage '${storage}' is already a pool member`);
  pool.storages.add(storage);
};

const update = (call: ApiCall): null => {
  const poolid = required(call, 'poolid');
  const pool = poolOf(call, poolid, 'update pool failed: ');
  const comment = text(call, 'comment');
  if (comment !== undefined) pool.comment = comment;
  for (const vmid of list(call, 'vms')) {
    call.require(`/vms/${vmid}`, 'Pool.Allocate', 'VM.Allocate', 'Permissions.Modify');
    moveGuest(call, pool, Number(vmid));
  }
  for (const storage of list(call, 'storage')) {
    call.require(`/storage/${storage}`, 'Datastore.Allocate', 'Permissions.Modify');
    moveStorage(call, pool, storage);
  }
  return null;
};

const remove = (call: ApiCall): null => {
  const poolid = required(call, 'poolid');
  const pool = poolOf(call, poolid, 'delete pool failed: ');
  const refuse = (what: string): never => die(`delete pool failed: pool '${poolid}' is not empty (contains ${what})`);
  const child = [...call.world.pools.keys()].find((other) => other.startsWith(`${poolid}/`));
  if (child !== undefined) refuse(`pool '${child}'`);
  const [vmid] = pool.vms;
  if (vmid !== undefined) refuse(`VM ${vmid}`);
  const [storage] = pool.storages;
  if (storage !== undefined) refuse(`storage '${storage}'`);
  call.world.pools.delete(poolid);
  return null;
};

/** /pools (PVE::API2::Pool). */
export const poolRoutes: Routes = {
  'GET /pools': readAll,
  'POST /pools': create,
  'PUT /pools': update,
  'DELETE /pools': remove,
  'GET /pools/{poolid}': (call) => details(call, poolOf(call, required(call, 'poolid'))),
  'PUT /pools/{poolid}': update,
  'DELETE /pools/{poolid}': remove,
};
