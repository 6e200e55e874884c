import { guestName, guestUsage, haState } from './handlers/guest-rows.ts';
import type { GuestUsage } from './handlers/guest-rows.ts';
import { nodeUsage } from './usage.ts';
import type { GuestSum, NodeUsage } from './usage.ts';
import type { GuestState, NodeState, PoolState, World } from './world.ts';

/** Seconds between two broadcasts of pvestatd. */
export const cycleSeconds = 10;

export type Row = Readonly<Record<string, unknown>>;

/** What all nodes published in one cycle: the memory that /cluster/resources and /nodes answer from. */
export interface Sample {
  /** Seconds since 1970 when it was taken. */
  readonly at: number;
  /** The rows of guests as of then; those on dead nodes are missing. */
  readonly guests: ReadonlyMap<number, Row>;
  readonly nodes: ReadonlyMap<string, NodeUsage>;
  /** Rows with what pmxcfs adds, as somebody asked for them last: most calls find them all here. */
  readonly drawn: Map<number, Row>;
  /** The machines as they were: another object or another state of one, and the sample is of another world. */
  readonly machines: ReadonlyMap<NodeState, boolean>;
}

const statusOf = (guest: GuestState): string => {
  if (!guest.running) return 'stopped';
  return guest.type === 'qemu' && guest.qmpstatus !== '' ? guest.qmpstatus : 'running';
};

/** What pmxcfs knows of a guest at once and pvestatd has no part in. */
export interface Live {
  readonly node: string;
  readonly tags: string | undefined;
  readonly lock: string | undefined;
  readonly hastate: string | undefined;
  readonly pool: string | undefined;
}

const configText = (guest: GuestState, key: string): string | undefined => {
  const value = guest.config[key];
  return value === undefined ? undefined : String(value);
};

/** What pmxcfs says of a guest now. */
export const liveOf = (world: World, guest: GuestState, pool: string | undefined): Live => ({
  node: guest.node,
  tags: configText(guest, 'tags'),
  lock: configText(guest, 'lock'),
  hastate: world.ha.resources.size > 0 ? haState(guest, world) : undefined,
  pool,
});

/** Which guest is in which pool. */
export const poolsByGuest = (pools: Iterable<PoolState>): Map<number, string> => {
  const found = new Map<number, string>();
  for (const pool of pools) for (const vmid of pool.vms) found.set(vmid, pool.poolid);
  return found;
};

/** A row of /cluster/resources. Keys come in one order, those that are always there first: that is quick to write out. */
const drawRow = (guest: GuestState, usage: GuestUsage, live: Live): Row => {
  const row: Record<string, unknown> = {
    id: `${guest.type}/${guest.vmid}`,
    vmid: guest.vmid,
    node: live.node,
    type: guest.type,
    status: statusOf(guest),
    name: guestName(guest),
    template: Number(guest.config['template'] ?? 0),
    cpu: usage.cpu,
    maxcpu: usage.maxcpu,
    mem: usage.mem,
    maxmem: usage.maxmem,
    memhost: usage.memhost,
    disk: usage.disk,
    maxdisk: usage.maxdisk,
    netin: usage.netin,
    netout: usage.netout,
    diskread: usage.diskread,
    diskwrite: usage.diskwrite,
    uptime: usage.uptime,
  };
  if (live.tags !== undefined) row['tags'] = live.tags;
  if (live.lock !== undefined) row['lock'] = live.lock;
  if (live.hastate !== undefined) row['hastate'] = live.hastate;
  if (live.pool !== undefined) row['pool'] = live.pool;
  return row;
};

const samples = new WeakMap<World, Sample>();

const take = (world: World, at: number): Sample => {
  const guests = new Map<number, Row>();
  const pools = poolsByGuest(world.pools.values());
  const sums = new Map<string, GuestSum>();
  for (const node of world.nodes.values()) if (node.online) sums.set(node.name, { cores: 0, bytes: 0 });
  for (const guest of world.guests.values()) {
    const sum = sums.get(guest.node);
    if (!sum) continue;
    const usage = guestUsage(guest, world, at);
    guests.set(guest.vmid, drawRow(guest, usage, liveOf(world, guest, pools.get(guest.vmid))));
    sum.cores += usage.cpu * usage.maxcpu;
    sum.bytes += usage.mem;
  }
  const nodes = new Map<string, NodeUsage>();
  for (const node of world.nodes.values()) {
    const sum = sums.get(node.name);
    if (sum) nodes.set(node.name, nodeUsage(node, sum, at));
  }
  const machines = new Map([...world.nodes.values()].map((node) => [node, node.online]));
  return { at, guests, nodes, drawn: new Map(guests), machines };
};

/** Whether a sample is still what the cluster shows: same cycle, and no node came or went since. */
const holds = (sample: Sample, world: World, at: number): boolean => {
  if (Math.floor(sample.at / cycleSeconds) !== Math.floor(at / cycleSeconds)) return false;
  for (const node of world.nodes.values()) if (sample.machines.get(node) !== node.online) return false;
  return true;
};

/**
 * The sample of the cycle that `at` (seconds since 1970) falls into, taken when it is first asked for.
 * A guest that starts or stops later shows its old state until the next cycle, as on a real cluster (contract §7.5).
 */
export const sampleAt = (world: World, at: number): Sample => {
  const known = samples.get(world);
  if (known && holds(known, world, at)) return known;
  const fresh = take(world, at);
  samples.set(world, fresh);
  return fresh;
};
