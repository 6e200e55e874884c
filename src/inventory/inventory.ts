import type { ClusterNode, Guest, Pool, Resources, Storage, Task } from '../models/cluster.ts';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import type { ProxmoxClient } from '../proxmox/types.ts';
import type { CacheRepository } from '../state/cache.ts';
import type { HistoryRepository } from '../state/history.ts';
import type { ClusterKey } from '../state/schema.ts';
import { createChronicle } from './chronicle.ts';
import { tableOf, updateTable, type Breathe, type Table } from './diff.ts';
import { loadPicture, savePicture, type CachedSnapshot } from './picture.ts';
import { emptySnapshot } from './emptySnapshot.ts';
import { createPoller, type PollRequest, type SetTimer } from './poller.ts';
import { createRateMeter } from './rates.ts';
import { guestRows, nodeRows, poolRows, storageRows, taskRows } from './rows.ts';
import { pastLoad } from './rrddata.ts';
import type { Inventory, Snapshot } from './types.ts';

export interface InventoryOptions {
  readonly client: Pick<ProxmoxClient, 'resources' | 'tasks' | 'request' | 'setOfflineNodes'>;
  /** The context's name and first address: pictures and history of two clusters never mix. */
  readonly cluster: ClusterKey;
  /** `state.cache` and `state.history`; without them nothing outlives the program. */
  readonly cache?: Pick<CacheRepository, 'save' | 'load'>;
  readonly history?: HistoryRepository;
  /** The picture of the last run, as `readCachedSnapshot` gave it; what is not in it yet is loaded from `cache`. */
  readonly initial?: CachedSnapshot;
  /** Told what went wrong beside the poll: the database, or a history that could not be had. Never fatal. */
  readonly onTrouble: (error: ProxdeckError) => void;
  readonly now: () => number;
  /** 0…1 */
  readonly random: () => number;
  readonly setTimer: SetTimer;
}

interface Tables {
  readonly nodes: Table<ClusterNode>;
  readonly guests: Table<Guest>;
  readonly storages: Table<Storage>;
  readonly pools: Table<Pool>;
  readonly tasks: Table<Task>;
}

const pictureEveryMs = 30_000;
/** Returns the live picture of a cluster; the first poll is sent at once. Time, chance and timers come in, for the tests. */
export const createInventory = (options: InventoryOptions): Inventory => {
  const { client, cluster, cache, history, initial, now } = options;
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  const meter = createRateMeter();
  let snapshot = initial?.snapshot ?? emptySnapshot;
  let tables = tablesOf(snapshot);
  let pictureAt = Number.NEGATIVE_INFINITY;
  let keeping = Promise.resolve();

  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const onTrouble = (thrown: unknown): void => options.onTrouble(asProxdeckError(thrown));

  const chronicle = createChronicle({
    stored: async (id, since) => (await history?.read(cluster, id, since)) ?? [],
    past: (row) => pastLoad(client, row, abort.signal),
    store: async (samples) => history?.append(cluster, samples),
    changed: notify,
    failed: (thrown) => {
      if (!abort.signal.aborted) onTrouble(thrown);
    },
    now,
  });

  /** Loads what the first frame did without. A live answer waits for it: only the old picture knows lost names. */
  const restore = async (): Promise<void> => {
    if (cache === undefined || initial === undefined || initial.complete) return;
    try {
      const picture = await loadPicture(cache, cluster);
      if (picture === undefined || abort.signal.aborted) return;
      snapshot = picture;
      tables = tablesOf(picture);
      notify();
    } catch (thrown) {
      onTrouble(thrown);
    }
  };
  const restored = restore();

  const takeIn = async (resources: Resources, at: number): Promise<void> => {
    await restored;
    const isFirst = snapshot.at === 0;
    tables = await updated(tables, resources);
    const rows = rowsOf(tables);
    if (!isFirst) meter.update(rows.guests, at);
    snapshot = { at, fromCache: false, ...rows, skipped: resources.skipped };
    client.setOfflineNodes(new Set(rows.nodes.filter(({ status }) => status === 'offline').map(({ node }) => node)));
    // Shown before it is remembered.
    if (isFirst) {
      notify();
      await breathe();
      meter.update(rows.guests, at);
    }
    await chronicle.record({ ...rows, find: (id) => find(tables, id) }, at).catch(onTrouble);
  };

  const takeInTasks = async (tasks: readonly Task[]): Promise<void> => {
    await restored;
    tables = { ...tables, tasks: await updateTable(taskRows, tables.tasks, tasks, breathe) };
    snapshot = { ...snapshot, tasks: tables.tasks.rows };
  };

  const keepPicture = async (): Promise<void> => {
    if (cache === undefined || snapshot.at === 0 || snapshot.fromCache || snapshot.at === pictureAt) return;
    pictureAt = snapshot.at;
    try {
      await savePicture(cache, cluster, snapshot, breathe);
    } catch (thrown) {
      onTrouble(thrown);
    }
  };

  /** Returns how many rows the cluster has. */
  const poll = async ({ tasks, origin }: PollRequest): Promise<number> => {
    const call = { origin, signal: abort.signal };
    const isFirst = snapshot.at === 0;
    const rows = client.resources(call);
    // The first rows are on the screen before the tasks are asked for: a second handshake at the same time would delay them.
    if (isFirst) await takeIn(await rows, now());
    const [resources, recent] = await Promise.allSettled([rows, tasks ? client.tasks(call) : undefined]);
    if (abort.signal.aborted) return 0;
    if (resources.status === 'rejected') throw resources.reason;
    if (!isFirst) await takeIn(resources.value, now());
    if (recent.status === 'rejected') throw recent.reason;
    if (recent.value !== undefined) await takeInTasks(recent.value);
    poller.tasksEnded(snapshot.tasks.filter(({ endtime }) => endtime !== undefined).map(({ upid }) => upid));
    return snapshot.nodes.length + snapshot.guests.length + snapshot.storages.length;
  };

  const settled = (): void => {
    notify();
    if (snapshot.at - pictureAt >= pictureEveryMs) keeping = keepPicture();
  };

  const poller = createPoller({ poll, settled, now, random: options.random, setTimer: options.setTimer });

  return {
    get snapshot() {
      return snapshot;
    },
    get connection() {
      return poller.connection;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rates: meter.rates,
    history: chronicle.history,
    refresh: poller.refresh,
    watchTask: poller.watchTask,
    get automatic() {
      return poller.automatic;
    },
    set automatic(on) {
      poller.automatic = on;
    },
    close: async () => {
      listeners.clear();
      abort.abort();
      await poller.close();
      await restored;
      await keeping;
      await keepPicture();
    },
  };
};

const find = ({ nodes, guests }: Tables, id: string): ClusterNode | Guest | undefined =>
  rowIn(guests, id) ?? rowIn(nodes, id);

const rowIn = <Row>(table: Table<Row>, id: string): Row | undefined => {
  const place = table.places.get(id);
  return place === undefined ? undefined : table.rows[place];
};

const breathe: Breathe = () => new Promise((resolve) => setImmediate(resolve));

const tablesOf = (snapshot: Snapshot): Tables => ({
  nodes: tableOf(nodeRows, snapshot.nodes),
  guests: tableOf(guestRows, snapshot.guests),
  storages: tableOf(storageRows, snapshot.storages),
  pools: tableOf(poolRows, snapshot.pools),
  tasks: tableOf(taskRows, snapshot.tasks),
});

const rowsOf = ({ nodes, guests, storages, pools, tasks }: Tables) => ({
  nodes: nodes.rows,
  guests: guests.rows,
  storages: storages.rows,
  pools: pools.rows,
  tasks: tasks.rows,
});

const updated = async (known: Tables, fresh: Resources): Promise<Tables> => ({
  nodes: await updateTable(nodeRows, known.nodes, fresh.nodes, breathe),
  guests: await updateTable(guestRows, known.guests, fresh.guests, breathe),
  storages: await updateTable(storageRows, known.storages, fresh.storages, breathe),
  pools: await updateTable(poolRows, known.pools, fresh.pools, breathe),
  tasks: known.tasks,
});
