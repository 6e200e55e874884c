import { countedSeconds, loadAt, noise } from '../load.ts';
import type { ConfigValue, GuestState, World } from '../world.ts';

type Row = Record<string, unknown>;

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
const page = 4096;
/** What ext4 leaves of a volume for files: the size that df sees. */
const filesystemShare = 0.95;
const defaultMemory = 512;
const noiseSeconds = 10;

const isTemplate = (guest: GuestState): boolean => Number(guest.config['template'] ?? 0) === 1;

const isDrive = (key: string): boolean => /^(scsi|virtio|sata|ide)\d+$/.test(key);

/** `hostname` of a container, `name` of a VM, else `CT101` and `VM 200` (PVE::LXC::vmstatus, PVE::QemuServer::vmstatus). */
export const guestName = ({ type, vmid, config }: GuestState): string =>
  String(type === 'lxc' ? (config['hostname'] ?? `CT${vmid}`) : (config['name'] ?? `VM ${vmid}`));

const numberOf = (value: ConfigValue | undefined, fallback: number): number => {
  const number = Number.parseFloat(String(value ?? ''));
  return Number.isFinite(number) ? number : fallback;
};

/** CPUs of a guest: cores, else the limit, else all of its node (containers); `vcpus`, else sockets × cores (VMs). */
const cpuCount = ({ type, node, config }: GuestState, world: World): number => {
  if (type === 'qemu') return numberOf(config['vcpus'], numberOf(config['sockets'], 1) * numberOf(config['cores'], 1));
  return numberOf(config['cores'], 0) || numberOf(config['cpulimit'], 0) || (world.nodes.get(node)?.cpus ?? 1);
};

const units: Readonly<Record<string, number>> = { K: 2 ** 10, M: mebibyte, G: gibibyte, T: 2 ** 40 };

const sizeOf = (value: ConfigValue | undefined): number => {
  if (value === undefined) return 0;
  const match = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)(?:,|$)/.exec(String(value));
  return match === null ? 0 : Math.floor(Number(match[1]) * (units[match[2] ?? ''] ?? 1));
};

/** The disk a VM boots from: the first disk of `boot: order=`, else the first there is. */
const bootDisk = (config: GuestState['config']): ConfigValue | undefined => {
  const isDisk = (key: string): boolean =>
    isDrive(key) && config[key] !== undefined && !String(config[key]).includes('media=cdrom');
  const order = /order=([^,]+)/.exec(String(config['boot'] ?? ''))?.[1]?.split(';') ?? [];
  const key = order.find(isDisk) ?? Object.keys(config).filter(isDisk).toSorted()[0];
  return key === undefined ? undefined : config[key];
};

const configuredDisk = ({ type, config }: GuestState): number =>
  type === 'qemu' ? sizeOf(bootDisk(config)) : sizeOf(config['rootfs']) || 4 * gibibyte;

/** Figures of a guest: bytes and seconds, `cpu` a fraction of `maxcpu`, counters since its start. */
export interface GuestUsage {
  readonly cpu: number;
  readonly maxcpu: number;
  readonly mem: number;
  readonly maxmem: number;
  /** What a VM takes of its host; 0 for containers. */
  readonly memhost: number;
  readonly swap: number;
  readonly maxswap: number;
  /** Always 0 for VMs. */
  readonly disk: number;
  readonly maxdisk: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
  readonly uptime: number;
}

/** What a guest uses at `now` (seconds since 1970), from its curves: the same moment always gives the same figures. */
export const guestUsage = (guest: GuestState, world: World, now: number): GuestUsage => {
  const maxcpu = cpuCount(guest, world);
  const maxmem = numberOf(guest.config['memory'], defaultMemory) * mebibyte;
  const isContainer = guest.type === 'lxc';
  const maxswap = isContainer ? numberOf(guest.config['swap'], defaultMemory) * mebibyte : 0;
  const maxdisk = configuredDisk(guest);
  // Written out, for ten thousand guests are counted every ten seconds.
  if (!guest.running) {
    return {
      maxcpu,
      maxmem,
      maxswap,
      swap: 0,
      cpu: 0,
      mem: 0,
      memhost: 0,
      disk: 0,
      maxdisk,
      netin: 0,
      netout: 0,
      diskread: 0,
      diskwrite: 0,
      uptime: 0,
    };
  }
  const uptime = Math.max(0, Math.floor(now - guest.startedAt));
  const mem = Math.floor((loadAt(guest.memory, now) * maxmem) / page) * page;
  const counted = countedSeconds(guest.cpu, uptime);
  const total = (rate: number): number => Math.floor(rate * counted);
  return {
    maxcpu,
    maxmem,
    maxswap,
    swap: 0,
    cpu: guest.qmpstatus === 'paused' ? 0 : loadAt(guest.cpu, now),
    mem,
    memhost: isContainer ? 0 : mem,
    disk: isContainer ? guest.diskUsedBytes : 0,
    maxdisk: isContainer ? Math.floor((maxdisk * filesystemShare) / page) * page : maxdisk,
    netin: total(guest.traffic.netin),
    netout: total(guest.traffic.netout),
    diskread: total(guest.traffic.diskread),
    diskwrite: total(guest.traffic.diskwrite),
    uptime,
  };
};

const tagsAndLock = ({ config }: GuestState): Row => ({
  ...(config['tags'] === undefined ? {} : { tags: String(config['tags']) }),
  ...(config['lock'] === undefined ? {} : { lock: String(config['lock']) }),
});

const marks = (guest: GuestState): Row => ({
  ...tagsAndLock(guest),
  ...(isTemplate(guest) ? { template: 1 } : {}),
  ...(guest.running ? { pid: guest.pid } : {}),
});

const pressureKeys = ['cpusome', 'cpufull', 'iosome', 'iofull', 'memorysome', 'memoryfull'];

/** Stall figures of the control group in percent. They rise with the CPU load; memory never stalls here. */
const pressures = (guest: GuestState, now: number): [string, number][] =>
  pressureKeys.map((key, index) => {
    const moment = Math.floor(now / noiseSeconds);
    const stall = key.startsWith('memory') ? 0 : loadAt(guest.cpu, now) ** 3 * noise(guest.cpu.seed + index, moment);
    return [`pressure${key}`, Math.round(stall * 10_000) / 100];
  });

/** A row of `GET /nodes/{node}/lxc`; also `status/current` but for `ha`. Pressures are strings, and only of running containers. */
export const lxcRow = (guest: GuestState, world: World, now: number): Row => {
  const { maxcpu, memhost: _none, ...usage } = guestUsage(guest, world, now);
  const stalls = guest.running
    ? pressures(guest, now).map(([key, value]): [string, string] => [key, value.toFixed(2)])
    : [];
  return {
    vmid: guest.vmid,
    type: 'lxc',
    name: guestName(guest),
    status: guest.running ? 'running' : 'stopped',
    cpus: maxcpu,
    ...usage,
    ...marks(guest),
    ...Object.fromEntries<unknown>(stalls),
  };
};

/**
 * The QEMU of a node: Proxmox's own (its version by the fact `qemu`), unless the fact `stockQemu` names the version of one
 * without Proxmox's patches.
 */
export const qemuVersion = (node: string, world: World): { readonly version: string; readonly isStock: boolean } => {
  const { qemu = '10.1.2', stockQemu } = world.nodes.get(node)?.facts ?? {};
  return stockQemu === undefined
    ? { version: String(qemu), isStock: false }
    : { version: String(stockQemu), isStock: true };
};

/** What a running QEMU with Proxmox's patches tells by QMP; a stock QEMU tells none of it. */
const patchedValues = (guest: GuestState, world: World, usage: GuestUsage): Row => {
  const { version, isStock } = qemuVersion(guest.node, world);
  if (!guest.running || isStock) return {};
  const { maxmem, mem, diskread, diskwrite } = usage;
  const drives = Object.keys(guest.config).filter(isDrive);
  const traffic = { rd_bytes: diskread, wr_bytes: diskwrite };
  return {
    diskread,
    diskwrite,
    balloon: maxmem,
    ballooninfo: { actual: maxmem, max_mem: maxmem, total_mem: maxmem, free_mem: maxmem - mem },
    freemem: maxmem - mem,
    blockstat: Object.fromEntries(
      drives.map((key, index) => [key, index === 0 ? traffic : { rd_bytes: 0, wr_bytes: 0 }]),
    ),
    'running-machine': `pc-i440fx-${version.split('.').slice(0, 2).join('.')}+pve0`,
    'running-qemu': version,
    'proxmox-support': { 'pbs-dirty-bitmap': true, 'query-bitmap-info': true, 'backup-max-workers': true },
  };
};

/** A row of `GET /nodes/{node}/qemu`; `full` adds what QEMU itself tells. */
export const qemuRow = (guest: GuestState, world: World, now: number, full: boolean): Row => {
  const usage = guestUsage(guest, world, now);
  const { maxcpu, swap: _swap, maxswap: _maxswap, diskread: _read, diskwrite: _written, ...shown } = usage;
  return {
    vmid: guest.vmid,
    name: guestName(guest),
    status: guest.running ? 'running' : 'stopped',
    cpus: maxcpu,
    ...shown,
    ...marks(guest),
    ...(Object.keys(guest.config).some((key) => /^serial\d$/.test(key)) ? { serial: 1 } : {}),
    ...(guest.running ? Object.fromEntries(pressures(guest, now)) : {}),
    ...(full ? { qmpstatus: guest.running ? guest.qmpstatus : 'stopped', ...patchedValues(guest, world, usage) } : {}),
  };
};

/** The identity under which HA knows a guest: `ct:101`, `vm:200`. */
export const haSid = ({ type, vmid }: GuestState): string => `${type === 'lxc' ? 'ct' : 'vm'}:${vmid}`;

/** The `hastate` of a guest: what the manager says, else what was requested; undefined when HA does not manage it. */
export const haState = (guest: GuestState, world: World): string | undefined => {
  const resource = world.ha.resources.get(haSid(guest));
  return resource === undefined ? undefined : (resource.crmState ?? resource.state);
};

const haRow = (guest: GuestState, world: World): Row => {
  const state = haState(guest, world);
  const group = world.ha.resources.get(haSid(guest))?.group;
  return state === undefined ? { managed: 0 } : { managed: 1, state, ...(group === undefined ? {} : { group }) };
};

const hasAgent = ({ config }: GuestState): boolean =>
  /^(enabled=)?(1|on|yes|true)\b/i.test(String(config['agent'] ?? ''));

/** Figures of the tap devices of a running VM. */
const nics = (guest: GuestState, row: Row): Row => {
  const devices = Object.keys(guest.config).filter((key) => /^net\d+$/.test(key));
  const traffic = { netin: row['netin'], netout: row['netout'] };
  return Object.fromEntries(
    devices.map((key, index) => [`tap${guest.vmid}i${key.slice(3)}`, index === 0 ? traffic : { netin: 0, netout: 0 }]),
  );
};

/** `GET …/status/current`: the list row, with what HA and QEMU say of the guest. */
export const currentRow = (guest: GuestState, world: World, now: number): Row => {
  const ha = haRow(guest, world);
  if (guest.type === 'lxc') return { ...lxcRow(guest, world, now), ha };
  const row = qemuRow(guest, world, now, true);
  return {
    ...row,
    ha,
    ...(hasAgent(guest) ? { agent: 1 } : {}),
    ...(String(guest.config['vga'] ?? '').includes('qxl') ? { spice: 1 } : {}),
    ...(guest.running ? { nics: nics(guest, row), clipboard: null } : {}),
  };
};
