import { guestUsage, qemuVersion } from './handlers/guest-rows.ts';
import { numberFact } from './facts.ts';
import { loadAt, meanLoad, noise, rateAt } from './load.ts';
import { hostMemory } from './usage.ts';
import type { GuestState, LoadProfile, NodeState, StoragePlace, World } from './world.ts';

/** Step in seconds and number of points of a time frame (contract §9.2, release 9). */
const frames: Readonly<Record<string, { step: number; points: number }>> = {
  hour: { step: 60, points: 60 },
  day: { step: 60, points: 1440 },
  week: { step: 1800, points: 336 },
  month: { step: 1800, points: 1440 },
  year: { step: 21_600, points: 1440 },
  decade: { step: 604_800, points: 570 },
};

export interface Query {
  readonly timeframe: string;
  /** MAX takes the highest of a step instead of its mean. */
  readonly max: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

type Point = Record<string, number>;

/** One point a step up to now; what `pointAt` does not know is left out of the point, so that a gap is drawn. */
const series = ({ timeframe, now }: Query, pointAt: (time: number, step: number) => Point | undefined): Point[] => {
  const { step, points } = frames[timeframe] ?? { step: 60, points: 60 };
  const last = Math.floor(now / step) * step;
  return Array.from({ length: points }, (_, index) => {
    const time = last - (points - 1 - index) * step;
    return { time, ...pointAt(time, step) };
  });
};

const valueOf = (profile: LoadProfile, query: Query, time: number, step: number): number => {
  if (!query.max) return meanLoad(profile, time - step, step);
  return Math.max(...[0.125, 0.375, 0.625, 0.875].map((part) => loadAt(profile, time - step + part * step)));
};

/** A machine that boots is away for a while. */
const bootSeconds = 180;

const nodeIsUp = (node: NodeState, time: number): boolean =>
  time >= numberFact(node, 'installedAt') && (time >= node.bootedAt || time < node.bootedAt - bootSeconds);

/** Nodes with more guests than this are summed up from a part of them: the curve is the same, the work is not. */
const summedGuests = 64;

interface Share {
  readonly cpu: LoadProfile;
  readonly memory: LoadProfile;
  readonly cores: number;
  readonly bytes: number;
  readonly netin: number;
  readonly netout: number;
}

const sharesOf = (world: World, node: NodeState): { shares: Share[]; weight: number } => {
  const running = [...world.guests.values()].filter((guest) => guest.running && guest.node === node.name);
  const stride = Math.max(1, Math.ceil(running.length / summedGuests));
  const taken = running.filter((_, index) => index % stride === 0);
  const shares = taken.map((guest) => {
    const { maxcpu, maxmem } = guestUsage(guest, world, guest.startedAt);
    const { netin, netout } = guest.traffic;
    return { cpu: guest.cpu, memory: guest.memory, cores: maxcpu, bytes: maxmem, netin, netout };
  });
  return { shares, weight: taken.length === 0 ? 0 : running.length / taken.length };
};

/** `GET /nodes/{node}/rrddata`: rates in bytes a second, `cpu` 0…1. */
export const nodeSeries = (world: World, node: NodeState, query: Query): Point[] => {
  const { shares, weight } = sharesOf(world, node);
  const sum = (part: (share: Share) => number): number =>
    shares.reduce((total, share) => total + part(share), 0) * weight;
  return series(query, (time, step) => {
    if (!nodeIsUp(node, time) || (!node.online && time > query.now - bootSeconds)) return undefined;
    const own = valueOf(node.load, query, time, step);
    const cores = sum((share) => valueOf(share.cpu, query, time, step) * share.cores);
    const cpu = Math.min(1, own + cores / Math.max(1, node.cpus));
    const memused = Math.min(
      node.memoryBytes * 0.98,
      hostMemory(node) + sum((share) => loadAt(share.memory, time) * share.bytes),
    );
    return {
      cpu,
      maxcpu: node.cpus,
      iowait: own * 0.02,
      loadavg: cpu * node.cpus,
      memtotal: node.memoryBytes,
      memused,
      memavailable: node.memoryBytes - memused,
      arcsize: 0,
      swaptotal: node.swapBytes,
      swapused: node.swapBytes * 0.01,
      roottotal: node.rootBytes,
      rootused: node.rootUsedBytes,
      netin: sum((share) => rateAt(share.netin, share.cpu, time)),
      netout: sum((share) => rateAt(share.netout, share.cpu, time)),
      pressurecpusome: cpu ** 3 * 20,
      pressureiosome: own * 5,
      pressureiofull: own * 2,
      pressurememorysome: 0,
      pressurememoryfull: 0,
    };
  });
};

const disks = ({ traffic, cpu }: GuestState, time: number): Point => ({
  diskread: rateAt(traffic.diskread, cpu, time),
  diskwrite: rateAt(traffic.diskwrite, cpu, time),
});

const createdAt = (guest: GuestState): number =>
  Number(/ctime=(\d+)/.exec(String(guest.config['meta'] ?? ''))?.[1] ?? 0);

/** `GET /nodes/{node}/{lxc|qemu}/{vmid}/rrddata`. A guest that did not run has only its limits. */
export const guestSeries = (world: World, guest: GuestState, query: Query): Point[] => {
  const { maxcpu, maxmem, maxdisk, disk } = guestUsage(guest, world, query.now);
  const { traffic } = guest;
  // A QEMU without Proxmox's patches does not tell what its disks do.
  const countsBlocks = guest.type === 'lxc' || !qemuVersion(guest.node, world).isStock;
  const created = createdAt(guest);
  return series(query, (time, step) => {
    if (time < created) return undefined;
    const limits = { maxcpu, maxmem, maxdisk, disk };
    if (!guest.running || (time < guest.startedAt && time > guest.startedAt - bootSeconds)) return limits;
    const cpu = valueOf(guest.cpu, query, time, step);
    const mem = valueOf(guest.memory, query, time, step) * maxmem;
    return {
      ...limits,
      cpu,
      mem,
      memhost: guest.type === 'qemu' ? mem : 0,
      netin: rateAt(traffic.netin, guest.cpu, time),
      netout: rateAt(traffic.netout, guest.cpu, time),
      ...(countsBlocks ? disks(guest, time) : {}),
      pressurecpusome: cpu ** 3 * 20,
      pressurecpufull: cpu ** 3 * 10,
      pressureiosome: cpu ** 3 * 4,
      pressureiofull: cpu ** 3 * 2,
      pressurememorysome: 0,
      pressurememoryfull: 0,
    };
  });
};

/** A storage of which nothing else is said grew to what it holds now by this share a day. */
const growthShare = 0.002;
/** Backups come and are pruned: what a storage holds differs from day to day by up to this share of a day's growth. */
const unevenness = 0.5;

/** `GET /nodes/{node}/storage/{storage}/rrddata`: read from a file of the node, whatever the storage itself does. */
export const storageSeries = (node: NodeState, place: StoragePlace, query: Query): Point[] => {
  const aDay = place.growthADay ?? place.usedBytes * growthShare;
  const swing = (time: number): number =>
    (noise(place.totalBytes, Math.floor(time / 86_400)) - 0.5) * unevenness * aDay;
  const now = swing(query.now);
  return series(query, (time) => {
    if (!nodeIsUp(node, time) || (!place.active && time > query.now - bootSeconds)) return undefined;
    const days = (query.now - time) / 86_400;
    const used = place.usedBytes - aDay * days + swing(time) - now;
    return { total: place.totalBytes, used: Math.max(place.usedBytes * 0.2, Math.min(place.totalBytes, used)) };
  });
};
