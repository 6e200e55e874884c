import { die, forbidden } from '../../handler.ts';
import type { ApiCall } from '../../handler.ts';
import type { GuestState, LoadProfile, VolumeState } from '../../world.ts';
import { text } from '../params.ts';
import type { GuestConfig, GuestType } from './config-file.ts';
import { packedShares, packing } from './backup-archive.ts';
import { isNet, printOption, splitOption, storedOption, volumeOf } from './options.ts';
import type { Making } from './options.ts';
import { freeVolume, storageIdOf } from './volumes.ts';
import type { Host } from './volumes.ts';

const idleLoad = (mean: number, seed: number): LoadProfile => ({
  mean,
  amplitude: mean / 2,
  periodSeconds: 3600,
  seed,
});

/** A guest that has only just been asked for: stopped, with a life of its own once it starts. */
export const newGuest = (vmid: number, type: GuestType, node: string, config: GuestConfig): GuestState => ({
  vmid,
  type,
  node,
  config,
  pending: new Map(),
  snapshots: new Map(),
  running: false,
  qmpstatus: 'stopped',
  startedAt: 0,
  pid: 0,
  cpu: idleLoad(0.02, vmid),
  memory: idleLoad(0.2, vmid + 1),
  diskUsedBytes: 200 * 2 ** 20,
  traffic: { netin: 900, netout: 400, diskread: 2000, diskwrite: 3000 },
  agent: undefined,
  firewall: { rules: [], options: {}, aliases: new Map(), ipsets: new Map() },
});

/** VM.Allocate on the id or the pool; who may back up a container may also restore over it. Else 403 without a path. */
export const checkMayCreate = (call: ApiCall, vmid: number, restoresOver: boolean): void => {
  const pool = text(call, 'pool');
  const allowed =
    call.may(`/vms/${vmid}`, 'VM.Allocate') ||
    (pool !== undefined && call.may(`/pool/${pool}`, 'VM.Allocate')) ||
    (restoresOver && call.may(`/vms/${vmid}`, 'VM.Backup'));
  if (!allowed) forbidden();
  if (pool !== undefined && !call.world.pools.has(pool)) die(`pool '${pool}' does not exist`);
};

/** Puts a new guest into its pool and hands it to HA, where asked for. */
export const enrol = (call: ApiCall, guest: GuestState): void => {
  const pool = text(call, 'pool');
  if (pool !== undefined) call.world.pools.get(pool)?.vms.add(guest.vmid);
  if (Number(call.params['ha-managed'] ?? 0) !== 1) return;
  const sid = `${guest.type === 'lxc' ? 'ct' : 'vm'}:${guest.vmid}`;
  const state = Number(call.params['start'] ?? 0) === 1 ? 'started' : 'stopped';
  call.world.ha.resources.set(sid, { sid, state, max_restart: 1, max_relocate: 1 });
};

/** Takes a guest away with its pool membership and its own permissions. */
export const forget = (call: ApiCall, guest: GuestState): void => {
  const { world } = call;
  world.guests.delete(guest.vmid);
  for (const pool of world.pools.values()) pool.vms.delete(guest.vmid);
  const path = `/vms/${guest.vmid}`;
  const others = world.access.acl.filter((entry) => entry.path !== path);
  world.access.acl.splice(0, world.access.acl.length, ...others);
};

/** The volumes that a worker has made so far, so that a failure can take them away again. */
export interface Made {
  readonly volids: string[];
  undo(host: Host, log: (line: string) => void): void;
}

/** Options in their stored form, volumes made; what was made is kept in `made`. */
export const storeOptions = (making: Making, options: Readonly<Record<string, string>>, made: Made): GuestConfig => {
  const config: GuestConfig = {};
  for (const [key, value] of Object.entries(options)) {
    const stored = storedOption(making, key, value);
    const volid = volumeOf(making.guest, key, stored);
    if (volid !== undefined && volid !== volumeOf(making.guest, key, value)) made.volids.push(volid);
    config[key] = stored;
  }
  return config;
};

export const nothingMade = (): Made => {
  const volids: string[] = [];
  return {
    volids,
    undo: (host, log) => {
      for (const volid of volids) freeVolume(host, volid, log);
    },
  };
};

/** The same network devices with new addresses: for a clone, or a restore with `unique`. */
export const withNewMacs = (making: Making, config: GuestConfig): GuestConfig => {
  const fresh = { ...config };
  for (const key of Object.keys(config).filter(isNet)) {
    const values = splitOption(making.guest, key, String(config[key]));
    const { hwaddr: _hwaddr, macaddr: _macaddr, ...rest } = values;
    fresh[key] = storedOption(making, key, printOption(making.guest, key, rest));
  }
  return fresh;
};

/** Where a file of a path-based storage lies: `/var/lib/vz/template/cache/debian-13.tar.zst`. */
export const filePath = (host: Host, volid: string): string => {
  const root = String(host.world.storages.get(storageIdOf(volid))?.config['path'] ?? `/mnt/pve/${storageIdOf(volid)}`);
  const [kind = '', name = ''] = (volid.split(':')[1] ?? '').split('/');
  const folders: Readonly<Record<string, string>> = { vztmpl: 'template/cache', iso: 'template/iso', backup: 'dump' };
  return `${root}/${folders[kind] ?? kind}/${name}`;
};

/** What comes out of a packed template or backup: gzip halves a small system, zstd packs a distribution to a third. */
export const unpackedBytes = ({ volid, sizeBytes, content }: VolumeState): number => {
  if (content === 'backup') return sizeBytes / (packedShares[packing(volid)] ?? 1);
  return sizeBytes * (volid.endsWith('zst') ? 3.14 : 2.06);
};

/** `183756800 (176MiB, 23MiB/s)`: how tar tells what it has read or written in some seconds. */
export const tarTotal = (bytes: number, seconds: number): string => {
  const blocks = Math.ceil(bytes / 10_240) * 10_240;
  const rounded = (mib: number): string => (mib < 10 ? mib.toFixed(1) : String(Math.round(mib)));
  const mib = blocks / 2 ** 20;
  return `${blocks} (${rounded(mib)}MiB, ${rounded(mib / Math.max(0.1, seconds))}MiB/s)`;
};
