import type { Config } from '../../../src/config/config.ts';
import type { Resources } from '../../../src/models/cluster.ts';
import { ProxdeckError } from '../../../src/models/error.ts';
import type { Context } from '../../../src/operations/context.ts';
import type { Event } from '../../../src/operations/event.ts';
import type { Method, Parameters, ProxmoxClient } from '../../../src/proxmox/types.ts';
import type { AuditEntry } from '../../../src/state/audit.ts';
import type { State } from '../../../src/state/state.ts';
import { aGuest, aNode, smallCluster } from '../../support/cluster.ts';

/** What a scripted server says to a call: the `data`, or an error that is thrown. */
type Reply = (call: { method: Method; path: string; parameters: Parameters }) => unknown;

/** One task of the scripted server: the lines that are there at each look, and how it ends. */
interface ScriptedTask {
  readonly looks: readonly (readonly string[])[];
  readonly exitstatus: string;
}

export interface Scene {
  readonly resources?: Partial<Resources>;
  readonly reply?: Reply;
  readonly tasks?: Readonly<Record<string, ScriptedTask>>;
  readonly context?: Partial<Context>;
}

export const twoGuests: Resources = {
  nodes: [aNode('pve1'), { id: 'node/pve2', node: 'pve2', type: 'node', status: 'offline' }],
  guests: [aGuest(101, { name: 'web' }), aGuest(102, { name: 'db', status: 'stopped' })],
  storages: smallCluster().storages,
  pools: [],
  skipped: 0,
};

/** `UPID` of a made-up task of a guest. */
export const upidOf = (vmid: number, type = 'vzstart'): string =>
  `UPID:pve1:0000ABCD:00001234:6B00B7A5:${type}:${String(vmid)}:root@pam:`;

const config: Config = { file: '/nowhere/config.yaml', contexts: {} };

/** A context without a server: answers by script, sleeps at once, and remembers calls, sleeps and audit rows. */
export const fakeContext = ({ resources = {}, reply, tasks = {}, context = {} }: Scene = {}) => {
  const calls: { method: Method; path: string; parameters: Parameters }[] = [];
  const slept: number[] = [];
  const audited: AuditEntry[] = [];
  const looked = new Map<string, number>();
  const all: Resources = { ...twoGuests, ...resources };
  const unexpected = (what: string) => () => {
    throw new Error(`${what} was not expected`);
  };
  const client: ProxmoxClient = {
    get api(): never {
      throw new Error('api was not expected');
    },
    calls: { records: [], perMinute: () => ({ poll: 0, person: 0 }), subscribe: () => () => undefined },
    address: 'pve1:8006',
    identity: 'root@pam!test',
    request: async (method, path, parameters = {}) => {
      const call = { method, path, parameters };
      calls.push(call);
      if (reply === undefined) throw new Error(`${method} ${path} was not expected`);
      return { data: reply(call) };
    },
    version: async () => ({ version: '9.2.11', release: '9.2' }),
    resources: async () => all,
    tasks: async () => smallCluster().tasks,
    taskStatus: async (upid) => {
      const script = tasks[upid];
      if (script === undefined) throw new ProxdeckError('not-found', `no task ${upid}`);
      const look = looked.get(upid) ?? 0;
      looked.set(upid, look + 1);
      const isLast = look >= script.looks.length - 1;
      const [, node = '', , , , type = '', id = ''] = upid.split(':');
      return {
        upid,
        node,
        type,
        id,
        user: 'root@pam',
        starttime: 1,
        ...(isLast ? { status: 'stopped', exitstatus: script.exitstatus } : { status: 'running' }),
      };
    },
    taskLog: async (upid, { start, limit }) => {
      const script = tasks[upid];
      const shown = script?.looks.slice(0, Math.max(1, looked.get(upid) ?? 1)).flat() ?? [];
      // Proxmox VE answers an empty log with a line that is not in it.
      if (shown.length === 0) return { lines: start === 0 ? [{ n: 1, t: 'no content' }] : [], total: 0 };
      const lines = shown
        .slice(start, limit === 0 ? undefined : start + limit)
        .map((t, index) => ({ n: start + index + 1, t }));
      return { lines, total: shown.length };
    },
    openConsole: async () => {
      throw new Error('openConsole was not expected');
    },
    setOfflineNodes: () => undefined,
    close: () => undefined,
  };
  const state: State = {
    path: '/nowhere/state.db',
    audit: {
      append: async (entry) => audited.push(entry),
      list: unexpected('audit.list'),
      all: unexpected('audit.all'),
      verify: async () => ({ rows: audited.length, last: { id: 0, hash: '' }, breaks: [] }),
    },
    get history(): never {
      throw new Error('history was not expected');
    },
    get cache(): never {
      throw new Error('cache was not expected');
    },
    get facts(): never {
      throw new Error('facts were not expected');
    },
    close: async () => undefined,
  };
  let now = 1000;
  const whole: Context = {
    now: () => (now += 10),
    sleep: async (ms) => {
      slept.push(ms);
    },
    signal: new AbortController().signal,
    readOnly: false,
    config,
    contextName: 'home',
    place: { current: '/nowhere' },
    who: 'ada as root@pam!test',
    proxmox: () => client,
    resources: async () => all,
    state: async () => state,
    ...context,
  };
  return { context: whole, client, calls, slept, audited };
};

/** A sink that keeps what was emitted. */
export const recorder = () => {
  const events: Event[] = [];
  return { events, emit: (event: Event) => void events.push(event) };
};
