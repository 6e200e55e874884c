import type { ClusterNode, Guest, Pool, Storage, Task } from '../models/cluster.ts';
import { qualified, split } from '../models/qualified.ts';
import type { Connection, History, Inventory, Snapshot } from './types.ts';

/** Several clusters in one picture: every row carries the name of its context, and so does its id. */

/** One of the clusters. */
export interface Member {
  readonly contextName: string;
  readonly prod: boolean;
  readonly inventory: Inventory;
}

type Kind = 'nodes' | 'guests' | 'storages' | 'pools' | 'tasks';
type RowOf = { nodes: ClusterNode; guests: Guest; storages: Storage; pools: Pool; tasks: Task };

const nothing: History = { cpu: [], mem: [] };

/** How the rows of each kind are told from those of another cluster. A UPID is one of a kind already. */
const marks: { readonly [K in Kind]: (row: RowOf[K], context: string) => RowOf[K] } = {
  nodes: (row, context) => ({
    ...row,
    context,
    id: qualified(context, row.id),
    node: qualified(context, row.node),
  }),
  guests: (row, context) => ({
    ...row,
    context,
    id: qualified(context, row.id),
    node: qualified(context, row.node),
  }),
  storages: (row, context) => ({
    ...row,
    context,
    id: qualified(context, row.id),
    node: qualified(context, row.node),
    storage: qualified(context, row.storage),
  }),
  pools: (row, context) => ({ ...row, context, id: qualified(context, row.id) }),
  tasks: (row, context) => ({ ...row, context, node: qualified(context, row.node) }),
};

/** Rows of one kind of all clusters; a row, and the list, stay the same object as long as what they are made of does. */
class Rows<K extends Kind> {
  readonly #kind: K;
  readonly #marked = new WeakMap<RowOf[K], RowOf[K]>();
  #sources: readonly (readonly RowOf[K][])[] = [];
  #rows: readonly RowOf[K][] = [];

  constructor(kind: K) {
    this.#kind = kind;
  }

  of(members: readonly Member[]): readonly RowOf[K][] {
    const sources = members.map(({ inventory }) => this.#source(inventory.snapshot));
    if (sources.length === this.#sources.length && sources.every((source, at) => source === this.#sources[at]))
      return this.#rows;
    this.#sources = sources;
    this.#rows = members.flatMap(({ contextName }, at) =>
      (sources[at] ?? []).map((row) => this.#mark(row, contextName)),
    );
    return this.#rows;
  }

  #source(snapshot: { readonly [Of in Kind]: readonly RowOf[Of][] }): readonly RowOf[K][] {
    return snapshot[this.#kind];
  }

  #mark(row: RowOf[K], context: string): RowOf[K] {
    let marked = this.#marked.get(row);
    if (marked === undefined) {
      marked = marks[this.#kind](row, context);
      this.#marked.set(row, marked);
    }
    return marked;
  }
}

/** The worst that is not everybody's: one cluster that answers is enough to go on looking. */
const connectionOf = (members: readonly Member[]): Connection => {
  const connections = members.map(({ inventory }) => inventory.connection);
  const live = connections.find(({ state }) => state === 'live');
  const connecting = connections.find(({ state }) => state === 'connecting');
  if (live !== undefined || connecting !== undefined) return live ?? connecting ?? { state: 'live' };
  const away = connections.filter((one) => one.state === 'away');
  const [soonest] = away.toSorted((a, b) => a.nextTryAt - b.nextTryAt);
  return soonest ?? { state: 'connecting' };
};

/** The time between tasks of different clusters is told by their start: running ones first, then the newest. */
const inOrder = (tasks: readonly Task[]): readonly Task[] =>
  tasks.toSorted(
    (a, b) => Number(a.endtime !== undefined) - Number(b.endtime !== undefined) || b.starttime - a.starttime,
  );

/**
 * Shows several inventories as one. Nothing is asked that they do not ask themselves, and none waits for another: a cluster that
 * is away or slow leaves its own rows as they were last known. Closing it closes none of them.
 */
export const combineInventories = (members: readonly Member[]): Inventory => {
  const nodes = new Rows('nodes');
  const guests = new Rows('guests');
  const storages = new Rows('storages');
  const pools = new Rows('pools');
  const tasks = new Rows('tasks');
  let ordered: { readonly of: readonly Task[]; readonly tasks: readonly Task[] } | undefined;
  let known: { readonly of: readonly Snapshot[]; readonly snapshot: Snapshot } | undefined;

  const tasksOf = (): readonly Task[] => {
    const all = tasks.of(members);
    if (ordered?.of !== all) ordered = { of: all, tasks: inOrder(all) };
    return ordered.tasks;
  };
  const snapshot = (): Snapshot => {
    const of = members.map(({ inventory }) => inventory.snapshot);
    if (known !== undefined && of.every((one, at) => one === known?.of[at])) return known.snapshot;
    const answered = of.filter(({ at }) => at > 0);
    known = {
      of,
      snapshot: {
        // As old as its freshest part: how old the others are stands with each of them.
        at: Math.max(0, ...answered.map(({ at }) => at)),
        fromCache: answered.length > 0 && answered.every(({ fromCache }) => fromCache),
        nodes: nodes.of(members),
        guests: guests.of(members),
        storages: storages.of(members),
        pools: pools.of(members),
        tasks: tasksOf(),
        skipped: of.reduce((sum, { skipped }) => sum + skipped, 0),
      },
    };
    return known.snapshot;
  };
  const memberOf = (id: string): { readonly member: Member | undefined; readonly own: string } => {
    const { context, own } = split(id);
    return { member: members.find(({ contextName }) => contextName === context), own };
  };

  return {
    get snapshot() {
      return snapshot();
    },
    get connection() {
      return connectionOf(members);
    },
    get parts() {
      return members.map(({ contextName, prod, inventory }) => ({
        contextName,
        prod,
        at: inventory.snapshot.at,
        fromCache: inventory.snapshot.fromCache,
        connection: inventory.connection,
      }));
    },
    subscribe: (listener) => {
      const ends = members.map(({ inventory }) => inventory.subscribe(listener));
      return () => ends.forEach((end) => end());
    },
    rates: (id) => {
      const { member, own } = memberOf(id);
      return member?.inventory.rates(own);
    },
    history: (id) => {
      const { member, own } = memberOf(id);
      return member?.inventory.history(own) ?? nothing;
    },
    refresh: async () => {
      await Promise.all(members.map(({ inventory }) => inventory.refresh()));
    },
    watchTask: (upid) => {
      const owner = members.find(({ inventory }) => inventory.snapshot.tasks.some((task) => task.upid === upid));
      owner?.inventory.watchTask(upid);
    },
    get automatic() {
      return members.some(({ inventory }) => inventory.automatic);
    },
    set automatic(on) {
      for (const { inventory } of members) inventory.automatic = on;
    },
    close: async () => undefined,
  };
};
