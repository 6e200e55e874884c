import { datedLines, datedVolume, guestInName } from './fixture-moments.ts';
import { builtinRoles } from './roles.ts';
import { formatUpid, parseUpid } from './upid.ts';
import type { UpidParts } from './upid.ts';
import type { Fixture } from './fixture-schema.ts';
import type {
  AccessState,
  AclEntry,
  ConfigValue,
  FirewallState,
  GuestState,
  HaState,
  LoadProfile,
  NodeState,
  PoolState,
  SnapshotState,
  StoragePlace,
  StorageState,
  TaskState,
  UserState,
  VolumeState,
  World,
} from './world.ts';

type Loaded = number | { mean: number; amplitude: number; period: number; seed?: number | undefined };

/** exactOptionalPropertyTypes: a key that is not known must not be there. */
const known = <T extends object>(values: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

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
  pendingInterfaces: undefined,
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

const contentOf: Readonly<Record<string, string>> = {
  iso: 'iso',
  vztmpl: 'vztmpl',
  backup: 'backup',
  snippets: 'snippets',
  import: 'import',
};

const guessFormat = (volid: string): string => {
  const name = volid.split('/').at(-1) ?? '';
  return (
    /\.(tar\.(?:gz|zst|xz|lzo)|vma\.(?:gz|zst|lzo)|tgz|vma|tar|qcow2|vmdk|iso)$/.exec(name)?.[1] ??
    (volid.includes(':subvol') ? 'subvol' : 'raw')
  );
};

type GivenVolume = Fixture['storages'][string]['places'][string]['volumes'][string];

const volumeState = (name: string, given: GivenVolume, now: number): VolumeState => {
  const { volid, ago } = datedVolume(name, now);
  const kind = /^[^:]+:([^/]+)\//.exec(volid)?.[1] ?? '';
  return known<VolumeState>({
    volid,
    content: given.content ?? contentOf[kind] ?? 'images',
    format: given.format ?? guessFormat(volid),
    sizeBytes: given.size,
    usedBytes: given.used,
    ctime: now - (given.ago || ago),
    vmid: given.vmid ?? guestInName(volid),
    parent: given.parent,
    notes: given.notes,
    protected: given.protected,
    subtype: given.subtype,
    verification: given.verification,
    archive: given.archive,
  });
};

const placeState = (given: Fixture['storages'][string]['places'][string], now: number): StoragePlace => ({
  totalBytes: given.total,
  usedBytes: given.used,
  active: given.active,
  delayMs: given.delayMs,
  volumes: new Map(
    Object.entries(given.volumes)
      .map(([name, one]) => volumeState(name, one, now))
      .map((volume) => [volume.volid, volume]),
  ),
});

const storageState = (name: string, given: Fixture['storages'][string], now: number): StorageState => ({
  storage: name,
  config: { ...given.config },
  places: new Map(
    Object.entries(given.places).map(([node, one]) => [node === 'shared' ? '' : node, placeState(one, now)]),
  ),
});

const bytes = (size: string): number => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(size) ?? [];
  return Number(amount ?? 0) * 1024 ** ' KMGT'.indexOf(unit === '' ? ' ' : unit);
};

/** A disk that a guest's configuration names lies on its storage, whether or not the fixture lists it. */
const addDisks = (storages: Map<string, StorageState>, guest: GuestState, now: number): void => {
  for (const [key, value] of Object.entries(guest.config)) {
    if (!/^(rootfs|mp\d+|unused\d+|(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+)$/.test(key)) continue;
    const volid =
      String(value)
        .split(',')[0]
        ?.replace(/^(?:volume|file)=/, '') ?? '';
    const storage = storages.get(volid.split(':')[0] ?? '');
    const place = storage?.places.get(guest.node) ?? storage?.places.get('');
    if (place === undefined || place.volumes.has(volid) || String(value).includes('media=cdrom')) continue;
    place.volumes.set(volid, {
      volid,
      content: guest.type === 'lxc' ? 'rootdir' : 'images',
      format: guessFormat(volid),
      sizeBytes: bytes(/(?:^|,)size=([^,]+)/.exec(String(value))?.[1] ?? '0'),
      ctime: now,
      vmid: guest.vmid,
    });
  }
};

const userState = (userid: string, given: Fixture['users'][string]): UserState =>
  known<UserState>({
    userid,
    password: given.password,
    enable: given.enable,
    expire: given.expire,
    firstname: given.firstname,
    lastname: given.lastname,
    email: given.email,
    comment: given.comment,
    tokens: new Map(
      Object.entries(given.tokens).map(([id, token]) => [
        id,
        known<{ secret: string; privsep: boolean; expire: number; comment?: string }>({
          ...token,
          comment: token.comment,
        }),
      ]),
    ),
    tfa: given.tfa.map((entry) => ({ ...entry })),
  });

const aclState = (given: Fixture['acl'][number]): AclEntry => {
  const type = given.token !== undefined ? 'token' : given.group !== undefined ? 'group' : 'user';
  return {
    path: given.path,
    type,
    ugid: given.token ?? given.group ?? given.user ?? '',
    roleid: given.role,
    propagate: given.propagate,
  };
};

const standardRealms: Readonly<Record<string, Record<string, ConfigValue>>> = {
  pam: { type: 'pam', comment: 'Linux PAM standard authentication' },
  pve: { type: 'pve', comment: 'Proxmox VE authentication server' },
};

const accessState = (fixture: Fixture): AccessState => {
  const roles = builtinRoles();
  for (const [name, list] of Object.entries(fixture.roles))
    roles.set(name, { privileges: new Set(list), special: false });
  const users = new Map(Object.entries(fixture.users).map(([userid, one]) => [userid, userState(userid, one)]));
  if (!users.has('root@pam'))
    users.set('root@pam', { userid: 'root@pam', enable: true, expire: 0, tokens: new Map(), tfa: [] });
  return {
    realms: new Map(Object.entries(fixture.realms ?? standardRealms).map(([realm, config]) => [realm, { ...config }])),
    users,
    groups: new Map(
      Object.entries(fixture.groups).map(([name, one]) => [
        name,
        known<{ comment?: string; members: Set<string> }>({ comment: one.comment, members: new Set(one.members) }),
      ]),
    ),
    roles,
    acl: fixture.acl.map(aclState),
  };
};

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
    sections: Object.fromEntries(
      Object.entries(fixture.sections).map(([name, entries]) => [
        name,
        new Map(Object.entries(entries).map(([id, one]) => [id, { ...one }])),
      ]),
    ),
    tasks: fixture.tasks
      .map((one, index) => taskState(one, index, nodes, now))
      .sort((a, b) => a.starttime - b.starttime),
    clusterLog: [],
  });
};
