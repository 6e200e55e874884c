import { FactStore } from '../../src/inventory/facts.ts';
import type { Connection, Inventory, Snapshot } from '../../src/inventory/types.ts';
import type { ClusterNode, Guest, Storage, Task } from '../../src/models/cluster.ts';
import type { InputOf, OperationName, ResultOf } from '../../src/operations/catalog.ts';
import type { Call } from '../../src/operations/operation.ts';
import type { Session } from '../../src/ui/session.ts';

/** A small cluster as data, and a session that shows it: for tests of screens. All times hang on one moment. */

export const moment = Date.UTC(2026, 10, 21, 12, 0, 0);

export const aGuest = (vmid: number, over: Partial<Guest> = {}): Guest => ({
  id: `${over.type ?? 'lxc'}/${String(vmid)}`,
  vmid,
  type: 'lxc',
  node: 'pve1',
  name: `guest-${String(vmid)}`,
  status: 'running',
  template: false,
  cpu: 0.12,
  maxcpu: 4,
  mem: 3.3 * 2 ** 30,
  maxmem: 8 * 2 ** 30,
  disk: 31 * 2 ** 30,
  maxdisk: 50 * 2 ** 30,
  uptime: 12 * 86_400 + 4 * 3600,
  netin: 0,
  netout: 0,
  diskread: 0,
  diskwrite: 0,
  tags: [],
  ...over,
});

export const aNode = (node: string, over: Partial<ClusterNode> = {}): ClusterNode => ({
  id: `node/${node}`,
  node,
  type: 'node',
  status: 'online',
  cpu: 0.37,
  maxcpu: 16,
  mem: 40 * 2 ** 30,
  maxmem: 64 * 2 ** 30,
  disk: 20 * 2 ** 30,
  maxdisk: 94 * 2 ** 30,
  uptime: 40 * 86_400,
  ...over,
});

const aTask = (index: number, over: Partial<Task> = {}): Task => ({
  upid: `UPID:pve1:${(1000 + index).toString(16).toUpperCase().padStart(8, '0')}:00000001:6B00B7A5:vzstart:104:root@pam:`,
  node: 'pve1',
  type: 'vzstart',
  id: '104',
  user: 'root@pam',
  starttime: moment / 1000 - 60 * index - 30,
  endtime: moment / 1000 - 60 * index - 28,
  status: 'OK',
  ...over,
});

const aStorage = (node: string, storage: string, used: number, over: Partial<Storage> = {}): Storage => ({
  id: `storage/${node}/${storage}`,
  storage,
  node,
  type: 'storage',
  plugintype: 'dir',
  status: 'available',
  shared: false,
  content: ['images'],
  disk: used * 2 ** 40,
  maxdisk: 2 ** 40,
  ...over,
});

/** Ten guests on three nodes, one of which is dead, as a person would meet them. */
export const smallCluster = (over: Partial<Snapshot> = {}): Snapshot => ({
  at: moment - 2000,
  fromCache: false,
  nodes: [
    aNode('pve1'),
    aNode('pve2', { cpu: 0.52 }),
    { id: 'node/pve3', node: 'pve3', type: 'node', status: 'offline' },
  ],
  guests: [
    aGuest(104, { name: 'relay-dev', tags: ['dev', 'web'], pool: 'relay' }),
    aGuest(105, { name: 'relay-db', node: 'pve2', cpu: 0.03, mem: 7.7 * 2 ** 30, tags: ['dev'], pool: 'relay' }),
    aGuest(118, { name: 'web-01', cpu: 0.01, uptime: 10_800, tags: ['web'] }),
    aGuest(119, { name: 'web-02', node: 'pve2', cpu: 0.01, uptime: 10_800, tags: ['web'], disk: 47 * 2 ** 30 }),
    aGuest(131, { name: 'frigate', cpu: 0.61 }),
    aGuest(140, { name: 'nas-sync', status: 'stopped', cpu: 0, mem: 0, disk: 0, uptime: 0 }),
    aGuest(200, { type: 'qemu', name: 'windows-11', node: 'pve2', status: 'paused', disk: 0 }),
    aGuest(210, { type: 'qemu', name: 'build-01', node: 'pve2', cpu: 0.94, disk: 0, lock: 'backup' }),
    aGuest(220, {
      type: 'qemu',
      name: 'old-mail',
      node: 'pve3',
      status: 'unknown',
      cpu: 0,
      mem: 0,
      uptime: 0,
      disk: 0,
    }),
    aGuest(900, {
      type: 'qemu',
      name: 'debian-13',
      status: 'stopped',
      template: true,
      cpu: 0,
      mem: 0,
      uptime: 0,
      disk: 0,
    }),
  ],
  storages: [
    aStorage('pve1', 'local', 0.41),
    aStorage('pve1', 'nas', 0.96, { shared: true }),
    aStorage('pve1', 'usb', 0, { status: 'unknown' }),
  ],
  pools: [{ id: '/pool/relay', pool: 'relay', type: 'pool' }],
  tasks: [
    { ...withoutEnd(aTask(1, { type: 'vzdump', id: '210', node: 'pve2' })) },
    aTask(2),
    aTask(3, { type: 'vzdump', id: '105', status: 'job errors' }),
    aTask(4, { type: 'aptupdate', id: '', status: 'WARNINGS: 1' }),
  ],
  skipped: 0,
  ...over,
});

const withoutEnd = ({ endtime: _endtime, status: _status, ...task }: Task): Task => task;

export interface FakeSession extends Session {
  /** Calls of operations, in order. */
  readonly ran: Call[];
  /** Replaces the picture and tells everybody. */
  show(snapshot: Snapshot): void;
  setConnection(connection: Connection): void;
}

/** A session without a server: shows what it is given and remembers what it was asked. */
export const fakeSession = (first: Snapshot, over: Partial<Session> = {}): FakeSession => {
  const listeners = new Set<() => void>();
  const ran: Call[] = [];
  let snapshot = first;
  let connection: Connection = { state: 'live' };
  let automatic = true;
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const inventory: Inventory = {
    get snapshot() {
      return snapshot;
    },
    get connection() {
      return connection;
    },
    get automatic() {
      return automatic;
    },
    set automatic(on) {
      automatic = on;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rates: (id) => (id === 'lxc/104' ? { netin: 12_000, netout: 3000, diskread: 0, diskwrite: 250_000 } : undefined),
    history: (id) =>
      id === 'lxc/104' || id.startsWith('node/') ? { cpu: wave(0.2), mem: wave(0.5) } : { cpu: [], mem: [] },
    refresh: async () => notify(),
    watchTask: () => undefined,
    close: async () => undefined,
  };
  return {
    contextName: 'homelab',
    prod: false,
    readOnly: false,
    onTrouble: () => undefined,
    inventory,
    permissions: () => undefined,
    facts: new FactStore(),
    calls: { records: [], perMinute: () => ({ poll: 12, person: 0 }), subscribe: () => () => undefined },
    taskStatus: async (upid) => ({
      upid,
      node: 'pve1',
      type: 'vzstart',
      id: '104',
      user: 'root@pam',
      starttime: 0,
      status: 'stopped',
      exitstatus: 'OK',
    }),
    taskLog: async (_upid, { start }) => {
      const all = ['starting CT 104', 'network is up', 'TASK OK'];
      return { lines: all.slice(start).map((t, at) => ({ n: start + at + 1, t })), total: all.length };
    },
    ask: async (name, input) => answerTo(name, input),
    run: async (call) => {
      ran.push(call);
      return { result: undefined };
    },
    plan: async (call) => ({ title: call.name, hazards: [], command: `proxdeck ${call.name}`, verb: 'do', calls: [] }),
    close: async () => undefined,
    ...over,
    ran,
    show: (next) => {
      snapshot = next;
      notify();
    },
    setConnection: (next) => {
      connection = next;
      notify();
    },
  };
};

const wave = (mean: number): number[] => Array.from({ length: 60 }, (_, at) => mean + 0.15 * Math.sin(at / 4));

/** What the cluster answers to read operations; a name that is not here is a fault of the test. */
const answers: Partial<{ [Name in OperationName]: ResultOf<Name> }> = {
  'cluster.options': {},
  'guest.config': {},
  'guest.interfaces': [],
  'node.show': {
    ...aNode('pve1'),
    loadavg: ['0.10', '0.22', '0.31'],
    kversion: 'Linux 6.17.4-1-pve',
    pveversion: 'pve-manager/9.2.11',
    cpuinfo: { model: 'AMD EPYC' },
    swap: { used: 0, total: 2 ** 33 },
  },
  'task.list': [],
  'node.journal': [],
  'cluster.log': [],
};

const answerTo = <Name extends OperationName>(name: Name, input: InputOf<Name>): ResultOf<Name> => {
  const answer = answers[name];
  if (answer === undefined) throw new Error(`no answer to ${name} ${JSON.stringify(input)}`);
  return answer;
};
