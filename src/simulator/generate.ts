import { noise } from './load.ts';
import { builtinRoles } from './roles.ts';
import type { FirewallState, GuestState, LoadProfile, NodeState, PoolState, StorageState, World } from './world.ts';

export interface Size {
  readonly nodes: number;
  readonly guests: number;
  /** The same seed gives the same cluster. */
  readonly seed: number;
}

const gibibyte = 2 ** 30;
const daySeconds = 86_400;
const firstVmid = 100;

/** What runs in a company's cluster: name, tags, cores, memory in MiB, disk in GiB, mean load; repeated under numbers. */
const kinds = [
  ['web', 'prod;web', 2, 2048, 16, 0.08],
  ['api', 'prod;web', 4, 4096, 20, 0.17],
  ['worker', 'prod', 4, 4096, 24, 0.31],
  ['postgres', 'critical;db;prod', 8, 16_384, 200, 0.24],
  ['redis', 'db;prod', 2, 4096, 8, 0.05],
  ['kafka', 'prod;queue', 4, 8192, 120, 0.18],
  ['rabbitmq', 'prod;queue', 2, 4096, 20, 0.07],
  ['elastic', 'logging;prod', 8, 16_384, 500, 0.29],
  ['grafana', 'monitoring', 2, 2048, 12, 0.03],
  ['prometheus', 'monitoring', 4, 8192, 150, 0.12],
  ['build', 'build;ci', 8, 8192, 100, 0.36],
  ['runner', 'ci', 4, 4096, 40, 0.22],
  ['k8s', 'k8s', 8, 16_384, 80, 0.27],
  ['mail', 'critical;prod', 4, 4096, 60, 0.06],
  ['ldap', 'auth;critical', 2, 1024, 10, 0.02],
  ['proxy', 'critical;web', 2, 1024, 8, 0.05],
  ['desktop', 'desktop', 4, 8192, 80, 0.11],
  ['test', 'lab', 2, 2048, 20, 0.02],
  ['staging', 'staging;web', 2, 2048, 20, 0.04],
  ['backup', 'prod', 2, 2048, 30, 0.03],
] as const;

const poolNames = ['prod', 'staging', 'lab', 'build', 'customer-a', 'customer-b', 'customer-c', 'prod/db', 'prod/web'];

const emptyFirewall = (): FirewallState => ({ rules: [], options: {}, aliases: new Map(), ipsets: new Map() });

const cpusOfNode = 64;
const memoryOfNode = 512 * gibibyte;

const nodeState = (index: number, seed: number, now: number): NodeState => ({
  name: `pve${index + 1}`,
  nodeid: index + 1,
  ip: `198.51.100.${(index % 250) + 1}`,
  online: true,
  bootedAt: now - Math.floor((3 + noise(seed, index) * 120) * daySeconds),
  cpus: cpusOfNode,
  cpuModel: 'AMD EPYC 7543P 32-Core Processor',
  memoryBytes: memoryOfNode,
  rootBytes: 96 * gibibyte,
  rootUsedBytes: Math.floor((10 + noise(seed, index + 1000) * 40) * gibibyte),
  swapBytes: 8 * gibibyte,
  kernel: '6.17.4-1-pve',
  load: { mean: 0.02, amplitude: 0.01, periodSeconds: 3600, seed: seed + index },
  services: new Map(),
  interfaces: new Map([
    [
      'eno1',
      { type: 'eth', method: 'manual', method6: 'manual', active: 1, exists: 1, priority: 3, families: ['inet'] },
    ],
    [
      'vmbr0',
      {
        type: 'bridge',
        method: 'static',
        method6: 'manual',
        active: 1,
        autostart: 1,
        priority: 4,
        families: ['inet'],
        cidr: `198.51.100.${(index % 250) + 1}/24`,
        bridge_ports: 'eno1',
        bridge_stp: 'off',
        bridge_fd: '0',
      },
    ],
  ]),
  pendingInterfaces: undefined,
  disks: [],
  facts: { qemu: '10.1.2', timezone: 'UTC' },
  firewall: emptyFirewall(),
  syslog: [],
});

const profile = (mean: number, seed: number): LoadProfile => ({
  mean,
  amplitude: mean * 0.5,
  periodSeconds: 900 + Math.floor(noise(seed, 7) * 7200),
  seed,
});

const mac = (vmid: number): string => {
  const hex = vmid.toString(16).padStart(6, '0').toUpperCase();
  return `BC:24:11:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
};

const configOf = (
  type: GuestState['type'],
  vmid: number,
  name: string,
  kind: (typeof kinds)[number],
): GuestState['config'] => {
  const [, tags, cores, memory, disk] = kind;
  const common = { cores, tags, onboot: 1 };
  if (type === 'lxc') {
    return {
      ...common,
      arch: 'amd64',
      ostype: 'debian',
      hostname: name,
      memory,
      swap: 512,
      unprivileged: 1,
      rootfs: `ceph:vm-${vmid}-disk-0,size=${disk}G`,
      net0: `name=eth0,bridge=vmbr0,hwaddr=${mac(vmid)},ip=dhcp,type=veth`,
    };
  }
  return {
    ...common,
    name,
    ostype: 'l26',
    sockets: 1,
    memory: String(memory),
    scsihw: 'virtio-scsi-single',
    scsi0: `ceph:vm-${vmid}-disk-0,iothread=1,size=${disk}G`,
    boot: 'order=scsi0',
    net0: `virtio=${mac(vmid)},bridge=vmbr0`,
  };
};

/** Of a hundred guests about this many: paused (VMs), templates, stopped, locked. */
const share = { template: 0.01, stopped: 0.14, paused: 0.01, locked: 0.003 } as const;

const guestState = (index: number, size: Size, now: number): GuestState => {
  const vmid = firstVmid + index;
  const dice = (salt: number): number => noise(size.seed + salt, index);
  const kind = kinds[Math.floor(dice(1) * kinds.length)] ?? kinds[0];
  const type = dice(2) < 0.6 ? 'lxc' : 'qemu';
  const config = configOf(type, vmid, `${kind[0]}-${String(index + 1).padStart(2, '0')}`, kind);
  const fate = dice(3);
  const template = fate < share.template;
  const running = fate >= share.template + share.stopped;
  if (template) config['template'] = 1;
  if (dice(4) < share.locked) config['lock'] = 'backup';
  const [, , , , disk, load] = kind;
  const busy = 2000 + load * 900_000 * dice(5);
  return {
    vmid,
    type,
    node: `pve${1 + Math.floor(dice(6) * size.nodes)}`,
    config,
    pending: new Map(),
    snapshots: new Map(),
    running,
    qmpstatus: running ? (type === 'qemu' && dice(7) < share.paused ? 'paused' : 'running') : 'stopped',
    startedAt: running ? now - Math.floor(60 + dice(8) * 30 * daySeconds) : 0,
    pid: running ? 2000 + index : 0,
    cpu: profile(load * (0.5 + dice(9)), size.seed + vmid),
    memory: profile(0.2 + dice(10) * 0.4, size.seed + vmid + 1_000_000),
    diskUsedBytes: Math.floor(disk * gibibyte * (0.1 + dice(11) * 0.8)),
    traffic: { netin: busy, netout: busy * 1.4, diskread: busy / 3, diskwrite: busy / 2 },
    agent: undefined,
    firewall: emptyFirewall(),
  };
};

const place = (
  totalBytes: number,
  usedBytes: number,
): StorageState['places'] extends Map<string, infer P> ? P : never => ({
  totalBytes,
  usedBytes,
  active: true,
  delayMs: 0,
  volumes: new Map(),
});

const storagesFor = (
  nodes: ReadonlyMap<string, NodeState>,
  guests: ReadonlyMap<number, GuestState>,
): Map<string, StorageState> => {
  const ceph: StorageState = {
    storage: 'ceph',
    config: { type: 'rbd', pool: 'guests', content: 'images,rootdir', krbd: 1 },
    places: new Map(),
  };
  let used = 0;
  const pool = place(0, 0);
  for (const guest of guests.values()) {
    const disk = String(guest.config[guest.type === 'lxc' ? 'rootfs' : 'scsi0']);
    const volid = disk.split(',')[0] ?? '';
    const sizeBytes = Number(/size=(\d+)G/.exec(disk)?.[1] ?? 0) * gibibyte;
    used += guest.diskUsedBytes;
    const content = guest.type === 'lxc' ? 'rootdir' : 'images';
    pool.volumes.set(volid, { volid, content, format: 'raw', sizeBytes, ctime: guest.startedAt, vmid: guest.vmid });
  }
  ceph.places.set('', { ...pool, totalBytes: Math.max(1024 * gibibyte, Math.ceil(used * 1.6)), usedBytes: used });
  const local: StorageState = {
    storage: 'local',
    config: { type: 'dir', path: '/var/lib/vz', content: 'iso,vztmpl,snippets,backup', 'prune-backups': 'keep-last=3' },
    places: new Map([...nodes.values()].map((node) => [node.name, place(node.rootBytes, node.rootUsedBytes)])),
  };
  const backup: StorageState = {
    storage: 'backup',
    config: {
      type: 'nfs',
      server: '198.51.100.250',
      export: '/backup',
      content: 'backup,iso',
      'prune-backups': 'keep-daily=7',
    },
    places: new Map([['', place(200 * 1024 * gibibyte, 120 * 1024 * gibibyte)]]),
  };
  return new Map([local, ceph, backup].map((storage) => [storage.storage, storage]));
};

const poolsFor = (guests: ReadonlyMap<number, GuestState>, seed: number): Map<string, PoolState> => {
  const pools = new Map<string, PoolState>(
    poolNames.map((poolid) => [poolid, { poolid, vms: new Set(), storages: new Set() }]),
  );
  for (const vmid of guests.keys()) {
    // A third of the guests is in no pool.
    const choice = Math.floor(noise(seed + 12, vmid) * poolNames.length * 1.5);
    pools.get(poolNames[choice] ?? '')?.vms.add(vmid);
  }
  return pools;
};

const colors =
  'color-map=critical:b71c1c:ffffff;prod:1b5e20:ffffff;db:4a148c:ffffff;web:0d47a1:ffffff;ci:827717:ffffff';

/** Makes a cluster of any size as it stands at `now` (seconds since 1970): believable names, states, tags and pools. */
export const generateWorld = (size: Size, now: number): World => {
  const nodes = new Map<string, NodeState>();
  for (let index = 0; index < size.nodes; index += 1) nodes.set(`pve${index + 1}`, nodeState(index, size.seed, now));
  const guests = new Map<number, GuestState>();
  for (let index = 0; index < size.guests; index += 1) guests.set(firstVmid + index, guestState(index, size, now));
  return {
    version: { version: '9.2.11', release: '9.2', repoid: '14a22df3000000aa' },
    ...(size.nodes > 1 ? { cluster: { name: 'generated', version: size.nodes, quorate: true } } : {}),
    nodes,
    guests,
    storages: storagesFor(nodes, guests),
    pools: poolsFor(guests, size.seed),
    access: {
      realms: new Map([
        ['pam', { type: 'pam', comment: 'Linux PAM standard authentication' }],
        ['pve', { type: 'pve', comment: 'Proxmox VE authentication server' }],
      ]),
      users: new Map([['root@pam', { userid: 'root@pam', enable: true, expire: 0, tokens: new Map(), tfa: [] }]]),
      groups: new Map(),
      roles: builtinRoles(),
      acl: [],
    },
    options: { keyboard: 'en-us', 'tag-style': colors },
    backupJobs: new Map(),
    ha: { resources: new Map(), rules: new Map() },
    sections: {},
    tasks: [],
    clusterLog: [],
  };
};
