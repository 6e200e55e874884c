/**
 * What Proxdeck knows of a running cluster. Field names, units and values are those of
 * `GET /cluster/resources` and `GET /cluster/tasks` of Proxmox VE: bytes, seconds, fractions of `maxcpu`.
 * These types are what the client hands out after parsing; nothing behind it coerces again.
 */

export type GuestType = 'lxc' | 'qemu';

export interface ClusterNode {
  /** Which cluster it is of, where several are shown together; its id then begins with this name. */
  readonly context?: string;
  /** `node/pve1` */
  readonly id: string;
  readonly node: string;
  readonly type: 'node';
  /** online, offline, unknown */
  readonly status: string;
  /** Fraction 0…1 of `maxcpu`. Absent without Sys.Audit or when offline; so are the sizes. */
  readonly cpu?: number;
  readonly maxcpu?: number;
  readonly mem?: number;
  readonly maxmem?: number;
  /** Root file system. */
  readonly disk?: number;
  readonly maxdisk?: number;
  readonly uptime?: number;
  /** With HA: online, maintenance, unknown, fence, gone. */
  readonly hastate?: string;
  readonly level?: string;
}

export interface Guest {
  readonly context?: string;
  /** `lxc/101` or `qemu/200`; the identity of a selection. */
  readonly id: string;
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  /** The last known name when the server has lost it (a dead node); empty when it was never known. */
  readonly name: string;
  /** running, stopped, unknown, and the QMP states of a VM: paused, suspended, prelaunch, io-error … */
  readonly status: string;
  readonly template: boolean;
  /** Fraction 0…1 of `maxcpu`. */
  readonly cpu: number;
  readonly maxcpu: number;
  readonly mem: number;
  readonly maxmem: number;
  /** Always 0 for a VM. */
  readonly disk: number;
  readonly maxdisk: number;
  readonly uptime: number;
  /** Totals in bytes since the guest started. */
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
  readonly tags: readonly string[];
  readonly pool?: string;
  readonly lock?: string;
  readonly hastate?: string;
}

export interface Storage {
  readonly context?: string;
  /** `storage/pve1/local`: one row a node and storage, also for shared ones. */
  readonly id: string;
  readonly storage: string;
  readonly node: string;
  readonly type: 'storage';
  readonly plugintype: string;
  /** available, unknown */
  readonly status: string;
  readonly shared: boolean;
  readonly content: readonly string[];
  readonly disk: number;
  readonly maxdisk: number;
}

export interface Pool {
  readonly context?: string;
  readonly id: string;
  readonly pool: string;
  readonly type: 'pool';
}

export interface Task {
  readonly context?: string;
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  /** Usually a vmid; may be empty. */
  readonly id: string;
  /** `root@pam`, without the token. */
  readonly user: string;
  readonly tokenid?: string;
  /** Seconds since 1970. */
  readonly starttime: number;
  /** Absent while it runs. */
  readonly endtime?: number;
  /** `OK`, `WARNINGS: n`, or the error text; absent while it runs. */
  readonly status?: string;
}

/** One answer of `/cluster/resources`, sorted by kind. `skipped` counts rows that could not be understood. */
export interface Resources {
  readonly nodes: readonly ClusterNode[];
  readonly guests: readonly Guest[];
  readonly storages: readonly Storage[];
  readonly pools: readonly Pool[];
  readonly skipped: number;
}

/** Whether a task's final status counts as success (PVE::UPID `status_is_error`: OK and WARNINGS are not errors). */
export const taskSucceeded = (status: string): boolean => status === 'OK' || /^WARNINGS: \d+$/.test(status);

/** What tells one storage from another: a shared one is the same on every node, others are a storage of their own on each. */
export const storageId = ({ context, storage, node, shared }: Storage): string =>
  ['storage', ...(context === undefined ? [] : [context]), ...(shared ? [] : [node]), storage].join('/');

/** What names a storage of a cluster: shared ones once, the others with their node. */
export const storageKey = ({ storage, node, shared }: Pick<Storage, 'storage' | 'node' | 'shared'>): string =>
  shared ? storage : `${node}/${storage}`;
