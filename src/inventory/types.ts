import type { ClusterNode, Guest, Pool, Storage, Task } from '../models/cluster.ts';
import type { ProxdeckError } from '../models/error.ts';

/**
 * The picture of a cluster at one moment. Immutable, with structural sharing: a row that did not change keeps its identity
 * from one snapshot to the next, and so does a list in which no row changed.
 */
export interface Snapshot {
  /** Milliseconds since 1970 when the answer came; 0 before the first one. */
  readonly at: number;
  /** True when the rows come from the database of the last run and the cluster has not answered yet. */
  readonly fromCache: boolean;
  readonly nodes: readonly ClusterNode[];
  /** Sorted by vmid. */
  readonly guests: readonly Guest[];
  readonly storages: readonly Storage[];
  readonly pools: readonly Pool[];
  /** Newest first, running ones before finished ones. */
  readonly tasks: readonly Task[];
  /** Rows of unknown shape that were left out. */
  readonly skipped: number;
}

/** Rates of one guest in bytes a second, from two answers; absent until there are two. */
export interface Rates {
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
}

/**
 * The last hour of one node or guest, one sample a minute: fractions 0…1 of CPU and memory, oldest first, `NaN` for a gap.
 * Both lists are equally long, at most 60; they begin with the first sample that is known. The last one still moves.
 */
export interface History {
  readonly cpu: readonly number[];
  readonly mem: readonly number[];
}

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** The last poll failed. `nextTryAt` in milliseconds since 1970. */
  | { readonly state: 'away'; readonly since: number; readonly error: ProxdeckError; readonly nextTryAt: number };

/** One of several clusters that are shown together. */
export interface ClusterPart {
  readonly contextName: string;
  readonly prod: boolean;
  /** Of its own picture. */
  readonly at: number;
  readonly fromCache: boolean;
  readonly connection: Connection;
}

/** The live picture of one cluster: polls `/cluster/resources` and `/cluster/tasks`, nothing else. */
export interface Inventory {
  /** Same object until something changed. */
  readonly snapshot: Snapshot;
  readonly connection: Connection;
  /** Called after each change of snapshot or connection. Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Rates of a guest by its id (`lxc/101`). */
  rates(id: string): Rates | undefined;
  /** History by id (`lxc/101`, `node/pve1`). Seeds itself once from rrddata when asked for, and notifies subscribers when it came. */
  history(id: string): History;
  /** Asks now, and starts the ordinary cadence anew. Always resolves: what went wrong is in `connection`. */
  refresh(): Promise<void>;
  /**
   * Polls every 3 s while a task of ours runs, for ten minutes at most; call again with the UPID when it ended. Its end is
   * also noticed in `/cluster/tasks`, which does not show it to a token without Sys.Audit.
   */
  watchTask(upid: string): void;
  /** The clusters that are shown together here, each with its own age and fault; absent for one alone. */
  readonly parts?: readonly ClusterPart[];
  /** False stops the automatic poll until set again. */
  automatic: boolean;
  close(): Promise<void>;
}
