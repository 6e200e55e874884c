import { loadAt } from './load.ts';
import type { NodeState, StoragePlace, StorageState } from './world.ts';

export interface NodeUsage {
  /** Fraction of all CPUs. */
  readonly cpu: number;
  readonly wait: number;
  /** Bytes. */
  readonly mem: number;
  readonly disk: number;
  readonly swap: number;
  /** Seconds. */
  readonly uptime: number;
  /** Load averages over 1, 5 and 15 minutes. */
  readonly loadavg: readonly [number, number, number];
}

/** What the guests of a node take together: cores in use, and bytes of memory. */
export interface GuestSum {
  cores: number;
  bytes: number;
}

/** What the host itself takes of its memory, without guests. */
export const hostMemory = (node: NodeState): number => Math.min(2 * 2 ** 30, node.memoryBytes * 0.25);

/** What a node uses at a time (seconds since 1970): its own load and that of the guests on it. */
export const nodeUsage = (node: NodeState, guests: GuestSum, at: number): NodeUsage => {
  const own = loadAt(node.load, at);
  const cpu = Math.min(1, own + guests.cores / Math.max(1, node.cpus));
  const average = (seconds: number): number =>
    ((loadAt(node.load, at - seconds / 2) + loadAt(node.load, at - seconds)) / 2 + cpu - own) * node.cpus;
  return {
    cpu,
    wait: own * 0.02,
    mem: Math.floor(Math.min(node.memoryBytes * 0.98, hostMemory(node) + guests.bytes)),
    disk: node.rootUsedBytes,
    swap: Math.floor(node.swapBytes * 0.01),
    uptime: Math.max(0, Math.floor(at - node.bootedAt)),
    loadavg: [average(60), average(300), average(900)],
  };
};

/** Where a storage keeps its volumes as seen from a node: one place for a shared storage, else one a node. */
export const placeOf = (storage: StorageState, node: string): StoragePlace | undefined =>
  storage.places.get(node) ?? storage.places.get('');

/** Whether storage.cfg lets a node use a storage, whatever its state is. */
export const storageOnNode = (storage: StorageState, node: string): boolean => {
  const nodes = storage.config['nodes'];
  return nodes === undefined || String(nodes).split(/[,; ]/).includes(node);
};

const alwaysShared = new Set(['nfs', 'cifs', 'pbs', 'cephfs', 'rbd', 'iscsi', 'iscsidirect', 'zfs', 'esxi']);

/** Whether all nodes see the same volumes (PVE::Storage: the plugin says so, or `shared` is set). */
export const isShared = (storage: StorageState): boolean =>
  alwaysShared.has(String(storage.config['type'])) || Number(storage.config['shared'] ?? 0) === 1;

/** Whether a storage is switched off in storage.cfg. */
export const isDisabled = (storage: StorageState): boolean => Number(storage.config['disable'] ?? 0) === 1;
