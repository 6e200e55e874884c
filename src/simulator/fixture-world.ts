import { logOfTasks } from './cluster-log.ts';
import { accessState } from './fixture-access.ts';
import { datedLines } from './fixture-moments.ts';
import { addDisks, storageState } from './fixture-storage.ts';
import { known } from './known.ts';
import { formatUpid, parseUpid } from './upid.ts';
import type { UpidParts } from './upid.ts';
import type { Fixture } from './fixture-schema.ts';
import type {
  FirewallState,
  GuestState,
  HaState,
  LoadProfile,
  NodeState,
  PoolState,
  SnapshotState,
  TaskState,
  World,
} from './world.ts';

type Loaded = number | { mean: number; amplitude: number; period: number; seed?: number | undefined };

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);

const profile = (load: Loaded, name: string): LoadProfile => {
  const seed = Math.abs(hash(name)) % 100_000;
  if (typeof load === 'number') return { mean: load, amplitude: load * 0.4, periodSeconds: 1800 + (seed % 5400), seed };
  return { mean: load.mean, amplitude: load.amplitude, periodSeconds: load.period, seed: load.seed ?? seed };
};

const firewall = (given: Fixture['nodes'][string]['firewall']): FirewallState => ({
  rules: [...(given?.rules ?? [])],
  options: { ...given?.options },
  aliases: new Map(Object.entries(given?.aliases ?? {})),
  ipsets: new Map(Object.entries(given?.ipsets ?? {})),
});

const nodeState = (name: string, index: number, given: Fixture['nodes'][string], now: number): NodeState => ({
  name,
  nodeid: index + 1,
  ip: given.ip,
  online: given.online,
  ...(given.online ? {} : { downSince: now - given.uptime }),
  bootedAt: now - given.uptime,
  cpus: given.cpus,
  cpuModel: given.cpuModel,
  memoryBytes: given.memory,
  rootBytes: given.root,
  rootUsedBytes: given.rootUsed ?? Math.round(given.root * 0.2),
  swapBytes: given.swap,
  kernel: given.kernel,
  load: profile(given.load, name),
  services: new Map(Object.entries(given.services)),
  interfaces: new Map(Object.entries(given.interfaces).map(([iface, values]) => [iface, { ...values }])),
  pendingInterfaces:
    given.pendingInterfaces === undefined
      ? undefined
      : new Map(Object.entries(given.pendingInterfaces).map(([iface, values]) => [iface, { ...values }])),
  disks: given.disks.map((disk) => ({ ...disk })),
  facts: { ...given.facts },
  firewall: firewall(given.firewall),
  syslog: given.syslog.map(({ ago, text, unit }) => ({ at: now - ago, text, ...(unit === undefined ? {} : { unit }) })),
});

const snapshotState = (
  name: string,
  given: Fixture['guests'][string]['snapshots'][string],
  now: number,
): SnapshotState =>
  known<SnapshotState>({
    name,
    snaptime: now - given.ago,
    description: given.description,
    parent: given.parent,
    vmstate: given.vmstate,
    snapstate: given.snapstate,
    config: { ...given.config },
  });

const guestState = (vmid: number, given: Fixture['guests'][string], now: number): GuestState => ({
  vmid,
  type: given.type,
  node: given.node,
  config: { ...given.config },
  pending: new Map(Object.entries(given.pending)),
  snapshots: new Map(Object.entries(given.snapshots).map(([name, one]) => [name, snapshotState(name, one, now)])),
  running: given.running,
  qmpstatus: given.qmpstatus ?? (given.running ? 'running' : 'stopped'),
  startedAt: given.running ? now - given.uptime : 0,
  pid: given.running ? (given.pid ?? 1000 + vmid) : 0,
  cpu: profile(given.cpu, `cpu${vmid}`),
  memory: profile(given.memory, `memory${vmid}`),
  diskUsedBytes: given.diskUsed,
  traffic: {
    netin: given.traffic.netin ?? 0,
    netout: given.traffic.netout ?? 0,
    diskread: given.traffic.diskread ?? 0,
    diskwrite: given.traffic.diskwrite ?? 0,
  },
  agent:
    given.agent === undefined
      ? undefined
      : known<NonNullable<GuestState['agent']>>({
          running: given.agent.running,
          addresses: [...given.agent.addresses],
          os: given.agent.os,
        }),
  firewall: firewall(given.firewall),
});

const partsOf = (
  given: Fixture['tasks'][number],
  index: number,
  nodes: ReadonlyMap<string, NodeState>,
  now: number,
): UpidParts => {
  if ('upid' in given)
    return parseUpid(given.upid) ?? { node: '', pid: 0, pstart: 0, starttime: 0, type: '', id: '', user: '' };
  const starttime = now - given.ago;
  const uptime = Math.max(0, starttime - (nodes.get(given.node)?.bootedAt ?? starttime));
  return {
    node: given.node,
    pid: 1200 + index * 13,
    pstart: uptime * 100,
    starttime,
    type: given.type,
    id: given.id,
    user: given.user,
  };
};

const taskState = (
  given: Fixture['tasks'][number],
  index: number,
  nodes: ReadonlyMap<string, NodeState>,
  now: number,
): TaskState => {
  const parts = partsOf(given, index, nodes, now);
  const ended =
    given.status === 'OK' || given.status.startsWith('WARNINGS')
      ? `TASK ${given.status}`
      : `TASK ERROR: ${given.status}`;
  return {
    ...parts,
    upid: formatUpid(parts),
    log: [...datedLines(given.log, parts.starttime), ended],
    endtime: parts.starttime + given.seconds,
    exitstatus: given.status,
  };
};

const haState = (fixture: Fixture): HaState => {
  const resources = Object.entries(fixture.ha?.resources ?? {});
  return known<HaState>({
    resources: new Map(
      resources.map(([sid, one]) => [
        sid,
        known<typeof one & { sid: string }>({ sid, ...one }) as Parameters<HaState['resources']['set']>[1],
      ]),
    ),
    rules: new Map(Object.entries(fixture.ha?.rules ?? {})),
    active: resources.length > 0 ? true : undefined,
  });
};

/** Builds the state of a cluster from a checked fixture, as it stands at `now` (seconds since 1970). */
export const worldFrom = (fixture: Fixture, now: number): World => {
  const nodes = new Map(
    Object.entries(fixture.nodes).map(([name, one], index) => [name, nodeState(name, index, one, now)]),
  );
  const guests = new Map(
    Object.entries(fixture.guests).map(([vmid, one]) => [Number(vmid), guestState(Number(vmid), one, now)]),
  );
  const storages = new Map(Object.entries(fixture.storages).map(([name, one]) => [name, storageState(name, one, now)]));
  for (const guest of guests.values()) addDisks(storages, guest, now);
  const tasks = fixture.tasks
    .map((one, index) => taskState(one, index, nodes, now))
    .sort((a, b) => a.starttime - b.starttime);
  return known<World>({
    version: fixture.version,
    cluster: fixture.cluster === undefined ? undefined : { ...fixture.cluster },
    nodes,
    guests,
    storages,
    pools: new Map(
      Object.entries(fixture.pools).map(([poolid, one]) => [
        poolid,
        known<PoolState>({
          poolid,
          comment: one.comment,
          vms: new Set(one.vms),
          storages: new Set(one.storages),
        }),
      ]),
    ),
    access: accessState(fixture),
    options: { ...fixture.options },
    backupJobs: new Map(Object.entries(fixture.backupJobs).map(([id, job]) => [id, { ...job }])),
    ha: haState(fixture),
    ...(fixture.firewall === undefined ? {} : { firewall: firewall(fixture.firewall) }),
    sections: Object.fromEntries(
      Object.entries(fixture.sections).map(([name, entries]) => [
        name,
        new Map(Object.entries(entries).map(([id, one]) => [id, { ...one }])),
      ]),
    ),
    tasks,
    clusterLog: logOfTasks(tasks),
  });
};
