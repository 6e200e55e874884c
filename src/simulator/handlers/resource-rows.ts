import type { ApiCall } from '../handler.ts';
import { textFact } from '../facts.ts';
import { liveOf, sampleAt } from '../pvestatd.ts';
import type { Live, Row, Sample } from '../pvestatd.ts';
import { isDisabled, isShared, placeOf, storageOnNode } from '../usage.ts';
import type { GuestState, NodeState, StorageState, World } from '../world.ts';

interface StorageRow {
  readonly id: string;
  readonly storage: string;
  readonly node: string;
  readonly type: 'storage';
  readonly plugintype: string;
  readonly content: string;
  readonly shared: number;
  readonly status: string;
  readonly disk?: number;
  readonly maxdisk?: number;
}

const liveKeys = ['node', 'tags', 'lock', 'hastate', 'pool'] as const;

const withLive = (row: Row, live: Live): Row => {
  if (
    row['node'] === live.node &&
    row['tags'] === live.tags &&
    row['lock'] === live.lock &&
    row['hastate'] === live.hastate &&
    row['pool'] === live.pool
  ) {
    return row;
  }
  const fresh: Record<string, unknown> = { ...row };
  for (const key of liveKeys) {
    if (live[key] === undefined) delete fresh[key];
    else fresh[key] = live[key];
  }
  return fresh;
};

const unknown = (guest: GuestState): Row => ({
  id: `${guest.type}/${guest.vmid}`,
  vmid: guest.vmid,
  node: guest.node,
  type: guest.type,
  status: 'unknown',
});

/**
 * A guest's row of /cluster/resources: figures and status of the last cycle, the rest as of now
 * (PVE::API2Tools::extract_vm_stats). A guest that pvestatd has not seen yet is `unknown`.
 */
export const guestRow = (world: World, sample: Sample, guest: GuestState, pool: string | undefined): Row => {
  const known = sample.drawn.get(guest.vmid);
  const live = liveOf(world, guest, pool);
  if (!known) return withLive(unknown(guest), live);
  const row = withLive(known, live);
  if (row !== known) sample.drawn.set(guest.vmid, row);
  return row;
};

/** A guest among the members of a pool: without what pmxcfs adds. */
export const memberRow = (call: ApiCall, guest: GuestState): Row =>
  withLive(sampleAt(call.world, call.now()).guests.get(guest.vmid) ?? unknown(guest), {
    node: guest.node,
    tags: undefined,
    lock: undefined,
    hastate: undefined,
    pool: undefined,
  });

/** Whether the HA manager of the cluster has ever had something to do; its marks stay from then on. */
export const haActive = (world: World): boolean => world.ha.active === true || world.ha.resources.size > 0;

/** A node as /nodes and /cluster/resources begin its row; sizes only for who holds Sys.Audit on it. */
export const nodeRow = (call: ApiCall, node: NodeState): Row => {
  const row = { id: `node/${node.name}`, node: node.name, type: 'node', status: node.online ? 'online' : 'offline' };
  const usage = sampleAt(call.world, call.now()).nodes.get(node.name);
  if (!usage) return row;
  const level = textFact(node, 'level');
  if (!call.may(`/nodes/${node.name}`, 'Sys.Audit')) return { ...row, level };
  return {
    ...row,
    level,
    cpu: usage.cpu,
    maxcpu: node.cpus,
    mem: usage.mem,
    maxmem: node.memoryBytes,
    disk: usage.disk,
    maxdisk: node.rootBytes,
    uptime: usage.uptime,
  };
};

const storageRow = (storage: StorageState, node: NodeState): StorageRow => {
  const place = placeOf(storage, node.name);
  const live = node.online && place?.active === true;
  return {
    id: `storage/${node.name}/${storage.storage}`,
    storage: storage.storage,
    node: node.name,
    type: 'storage',
    plugintype: String(storage.config['type']),
    content: String(storage.config['content'] ?? ''),
    shared: isShared(storage) ? 1 : 0,
    status: live ? 'available' : 'unknown',
    ...(live ? { disk: place.usedBytes, maxdisk: place.totalBytes } : {}),
  };
};

/** One row a node and storage, without disabled storages and those that a node may not use. */
export const storageRows = (call: ApiCall): StorageRow[] => {
  const seen = [...call.world.storages.values()].filter(
    (storage) =>
      !isDisabled(storage) && call.may(`/storage/${storage.storage}`, 'Datastore.Audit', 'Datastore.AllocateSpace'),
  );
  return [...call.world.nodes.values()].flatMap((node) =>
    seen.filter((storage) => storageOnNode(storage, node.name)).map((storage) => storageRow(storage, node)),
  );
};
