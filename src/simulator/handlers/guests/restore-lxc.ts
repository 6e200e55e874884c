import { die } from '../../handler.ts';
import type { ApiCall, Worker } from '../../handler.ts';
import type { GuestState, VolumeState } from '../../world.ts';
import { flag, nodeOf, required } from '../params.ts';
import { typedConfig } from './config-file.ts';
import type { GuestConfig } from './config-file.ts';
import {
  enrol,
  filePath,
  newGuest,
  nothingMade,
  storeOptions,
  tarTotal,
  unpackedBytes,
  withNewMacs,
} from './creation.ts';
import type { Made } from './creation.ts';
import { checkLock, forkFor, reasonOf, vmidOf } from './guest.ts';
import { disksOf, printOption, sizeBytes, splitOption } from './options.ts';
import type { Making } from './options.ts';
import { start } from './run-state.ts';
import { findVolume, freeVolume, gibibyte } from './volumes.ts';

const notInArchive = /^(lock|parent|snaptime|unused\d+|template)$/;

/** What a backup says about its guest. One that keeps no configuration tells what is known of its owner. */
export const archivedConfig = (call: ApiCall, volume: VolumeState): GuestConfig => {
  const config = volume.archive?.config ?? call.world.guests.get(volume.vmid ?? 0)?.config ?? {};
  return Object.fromEntries(Object.entries(config).filter(([key]) => !notInArchive.test(key)));
};

/** The mount points of the backup as volumes to be made on a storage, in their old sizes. */
const mountsOn = (config: GuestConfig, storage: string): Record<string, string> =>
  Object.fromEntries(
    disksOf({ type: 'lxc', config }).map(([key]) => {
      const { volume: _volume, size, ...rest } = splitOption('lxc', key, String(config[key]));
      const volume = `${storage}:${(sizeBytes(size) ?? 4 * gibibyte) / gibibyte}`;
      return [key, printOption('lxc', key, { ...rest, volume })];
    }),
  );

interface Wanted {
  readonly archive: string;
  readonly options: Readonly<Record<string, string>>;
  readonly storage: string;
  /** Volumes of the container that is overwritten. */
  readonly old: readonly string[];
}

const rebuild = async (
  call: ApiCall,
  making: Making,
  wanted: Wanted,
  made: Made,
  worker: Worker,
): Promise<GuestConfig> => {
  const { archive, options, storage, old } = wanted;
  worker.log(`recovering backed-up configuration from '${archive}'`);
  const volume = findVolume(making.host, archive) ?? die(`volume '${archive}' does not exist`);
  await worker.sleep(400);
  const saved = archivedConfig(call, volume);
  const given = Object.fromEntries(Object.entries(options).filter(([key]) => /^(rootfs|mp\d+)$/.test(key)));
  const disks = storeOptions(making, 'rootfs' in given ? given : mountsOn(saved, storage), made);
  for (const volid of old) freeVolume(making.host, volid, worker.log);
  worker.log(`restoring '${archive}' now..`);
  worker.log(`extracting archive '${filePath(making.host, archive)}'`);
  await worker.sleep(3000);
  worker.log(`Total bytes read: ${tarTotal(unpackedBytes(volume), 3)}`);
  worker.log('merging backed-up and given configuration..');
  const overrides = Object.fromEntries(Object.entries(options).filter(([key]) => !/^(rootfs|mp\d+)$/.test(key)));
  const kept = Object.fromEntries(Object.entries(saved).filter(([key]) => !/^(rootfs|mp\d+)$/.test(key)));
  const config = flag(call, 'unique') ? withNewMacs(making, kept) : kept;
  return { ...config, ...typedConfig('lxc', storeOptions(making, overrides, made)), ...disks };
};

const restore = async (call: ApiCall, guest: GuestState, wanted: Wanted, worker: Worker): Promise<void> => {
  const host = { world: call.world, node: guest.node };
  const making: Making = { host, guest: 'lxc', vmid: guest.vmid, now: call.now(), log: worker.log };
  const made = nothingMade();
  try {
    guest.config = await rebuild(call, making, wanted, made, worker);
    const archive = findVolume(host, wanted.archive);
    if (archive !== undefined) guest.diskUsedBytes = Math.floor(unpackedBytes(archive) / 1.04);
  } catch (error) {
    made.undo(host, worker.log);
    call.world.guests.delete(guest.vmid);
    die(`unable to restore CT ${guest.vmid} - ${reasonOf(error)}`);
  }
  if (call.params['unprivileged'] !== undefined) guest.config['unprivileged'] = Number(call.params['unprivileged']);
  enrol(call, guest);
  if (flag(call, 'start')) forkFor(call, guest, 'vzstart', (starter) => start(call, guest, starter, false));
};

/** The container that `force` overwrites, after what is refused about it. */
const overwritten = (call: ApiCall): GuestState | undefined => {
  const guest = call.world.guests.get(vmidOf(call));
  if (guest === undefined) return undefined;
  if (guest.type !== 'lxc' || guest.node !== nodeOf(call).name)
    die(`can't overwrite ${guest.type} ${guest.vmid} on node '${guest.node}'`);
  checkLock(guest);
  if (guest.running) die(`unable to restore CT ${guest.vmid} - container is running`);
  return guest;
};

/** `POST /lxc` with `restore=1`. The old configuration gives way at once, its volumes when the new ones stand. */
export const restoreContainer = (call: ApiCall, options: Readonly<Record<string, string>>, storage: string): string => {
  const before = overwritten(call);
  const old = before === undefined ? [] : disksOf(before).map(([, volid]) => volid);
  const guest = newGuest(vmidOf(call), 'lxc', nodeOf(call).name, { lock: 'create' });
  call.world.guests.set(guest.vmid, guest);
  const wanted = { archive: required(call, 'ostemplate'), options, storage, old };
  return forkFor(call, guest, 'vzrestore', (worker) => restore(call, guest, wanted, worker));
};
