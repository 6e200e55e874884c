import { guestResource } from './handlers/guest-rows.ts';
import { nodeUsage } from './usage.ts';
import type { GuestSum, NodeUsage } from './usage.ts';
import type { NodeState, World } from './world.ts';

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
  /** The machines as they were: another object or another state of one, and the sample is of another world. */
  readonly machines: ReadonlyMap<NodeState, boolean>;
}

const samples = new WeakMap<World, Sample>();

const take = (world: World, at: number): Sample => {
  const guests = new Map<number, Row>();
  const sums = new Map<string, GuestSum>();
  for (const node of world.nodes.values()) if (node.online) sums.set(node.name, { cores: 0, bytes: 0 });
  for (const guest of world.guests.values()) {
    const sum = sums.get(guest.node);
    if (!sum) continue;
    const row = guestResource(guest, world, at);
    guests.set(guest.vmid, row);
    sum.cores += Number(row['cpu']) * Number(row['maxcpu']);
    sum.bytes += Number(row['mem']);
  }
  const nodes = new Map<string, NodeUsage>();
  for (const node of world.nodes.values()) {
    const sum = sums.get(node.name);
    if (sum) nodes.set(node.name, nodeUsage(node, sum, at));
  }
  const machines = new Map([...world.nodes.values()].map((node) => [node, node.online]));
  return { at, guests, nodes, machines };
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
