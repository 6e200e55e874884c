import { setImmediate } from 'node:timers/promises';
import { ProxdeckError, type ErrorCode } from '../../../src/models/error.ts';
import type { ClusterNode, Guest, Resources, Storage, Task } from '../../../src/models/cluster.ts';
import type { InventoryOptions } from '../../../src/inventory/inventory.ts';
import type { SetTimer } from '../../../src/inventory/poller.ts';

export const guest = (vmid: number, fields: Partial<Guest> = {}): Guest => ({
  id: `${fields.type ?? 'lxc'}/${vmid}`,
  vmid,
  type: 'lxc',
  node: 'pve1',
  name: `web${vmid}`,
  status: 'running',
  template: false,
  cpu: 0.1,
  maxcpu: 2,
  mem: 512,
  maxmem: 1_024,
  disk: 10,
  maxdisk: 100,
  uptime: 60,
  netin: 0,
  netout: 0,
  diskread: 0,
  diskwrite: 0,
  tags: [],
  ...fields,
});

export const node = (name: string, fields: Partial<ClusterNode> = {}): ClusterNode => ({
  id: `node/${name}`,
  node: name,
  type: 'node',
  status: 'online',
  cpu: 0.2,
  maxcpu: 8,
  mem: 1_000,
  maxmem: 4_000,
  ...fields,
});

export const storage = (id: string, fields: Partial<Storage> = {}): Storage => ({
  id: `storage/pve1/${id}`,
  storage: id,
  node: 'pve1',
  type: 'storage',
  plugintype: 'dir',
  status: 'available',
  shared: false,
  content: ['iso', 'backup'],
  disk: 1,
  maxdisk: 2,
  ...fields,
});

export const task = (number: number, fields: Partial<Task> = {}): Task => ({
  upid: `UPID:pve1:${number}:`,
  node: 'pve1',
  type: 'vzstart',
  id: '101',
  user: 'root@pam',
  starttime: number,
  ...fields,
});

export const resources = (fields: Partial<Resources> = {}): Resources => ({
  nodes: [],
  guests: [],
  storages: [],
  pools: [],
  skipped: 0,
  ...fields,
});

/** Lets everything run that waits for nothing but its turn. */
export const turn = async (): Promise<void> => {
  // What ran may have let others go first, in its turn.
  for (let turns = 0; turns < 3; turns += 1) await setImmediate();
};

/** A clock that stands still until it is told to go on. */
export interface FakeClock {
  readonly now: () => number;
  readonly setTimer: SetTimer;
  /** Lets time pass, each timer at its moment, and waits for what it sets off. */
  pass(ms: number): Promise<void>;
  /** The lid of a laptop is closed: the wall clock goes on, the timers do not. */
  sleep(ms: number): void;
}

export const fakeClock = (start = 1_000_000_000_000): FakeClock => {
  let wall = start;
  /** Timers count this one: it stands still while the machine sleeps. */
  let monotonic = 0;
  const timers = new Map<symbol, { readonly at: number; readonly callback: () => void }>();
  const earliest = (until: number) =>
    [...timers].filter(([, { at }]) => at <= until).sort(([, left], [, right]) => left.at - right.at)[0];
  return {
    now: () => wall,
    setTimer: (callback, ms) => {
      const key = Symbol('timer');
      timers.set(key, { at: monotonic + ms, callback });
      return () => void timers.delete(key);
    },
    pass: async (ms) => {
      const until = monotonic + ms;
      await turn();
      for (let due = earliest(until); due !== undefined; due = earliest(until)) {
        const [key, { at, callback }] = due;
        timers.delete(key);
        wall += at - monotonic;
        monotonic = at;
        callback();
        await turn();
      }
      wall += until - monotonic;
      monotonic = until;
    },
    sleep: (ms) => {
      wall += ms;
    },
  };
};

export interface Call {
  readonly what: string;
  readonly at: number;
  readonly origin: string | undefined;
}

/** A cluster that answers what it is told to, and remembers what it was asked. */
export class FakeCluster {
  resources: Resources = resources();
  tasks: readonly Task[] = [];
  rrddata: unknown = [];
  down: ErrorCode | undefined;
  tasksDown = false;
  offline: ReadonlySet<string> = new Set();
  readonly calls: Call[] = [];
  readonly client: InventoryOptions['client'];

  constructor(now: () => number) {
    const answer = async <Value>(what: string, origin: string | undefined, value: () => Value): Promise<Value> => {
      this.calls.push({ what, at: now(), origin });
      if (this.down !== undefined) throw new ProxdeckError(this.down, `the cluster is ${this.down}`);
      return value();
    };
    this.client = {
      resources: (options) => answer('resources', options?.origin, () => this.resources),
      tasks: (options) =>
        answer('tasks', options?.origin, () => {
          if (this.tasksDown) throw new ProxdeckError('server', 'no tasks');
          return this.tasks;
        }),
      request: (method, path, parameters, options) =>
        answer(`${method} ${path} ${JSON.stringify(parameters)}`, options?.origin, () => ({ data: this.rrddata })),
      setOfflineNodes: (nodes) => {
        this.offline = nodes;
      },
    };
  }

  /** When a path was asked for, in seconds since the first call of all. */
  seconds(what: string): readonly number[] {
    const first = this.calls[0]?.at ?? 0;
    return this.calls.filter((call) => call.what === what).map(({ at }) => (at - first) / 1_000);
  }

  /** The most calls by the program itself in any 60 s. */
  busiestMinute(): number {
    const times = this.calls.filter(({ origin }) => origin === 'poll').map(({ at }) => at);
    return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
  }
}
