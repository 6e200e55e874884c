import { die } from '../../handler.ts';
import type { ApiCall } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { typedValue } from './config-file.ts';
import { addUnused, inSnapshot, isCdrom, isNet, storedOption, volumeOf } from './options.ts';
import type { Making } from './options.ts';
import { freeVolume } from './volumes.ts';
import type { Host, Log } from './volumes.ts';

/** What one call asks to change: new values by key, keys to remove, pending changes to drop. */
export interface Change {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  readonly revert: readonly string[];
}

export const hostOf = (call: ApiCall, guest: GuestState): Host => ({ world: call.world, node: guest.node });

/** What turns a value into its stored form for this guest. */
export const makingFor = (call: ApiCall, guest: GuestState, log: Log): Making => ({
  host: hostOf(call, guest),
  guest: guest.type,
  vmid: guest.vmid,
  now: call.now(),
  log,
});

/** Takes a drive out of `boot: order=…` when it goes. */
const forgetBootDrive = (guest: GuestState, key: string): void => {
  const order = /order=([^,]+)/.exec(String(guest.config['boot'] ?? ''))?.[1]?.split(';');
  if (order?.includes(key) === true) guest.config['boot'] = `order=${order.filter((drive) => drive !== key).join(';')}`;
};

const ownVolume = (guest: GuestState, key: string): string | undefined => {
  const value = guest.config[key];
  const volid = volumeOf(guest.type, key, value);
  return volid === undefined || (isCdrom(value) && !volid.includes('cloudinit')) ? undefined : volid;
};

/** Destroys the volume of an `unusedN`, unless a snapshot still needs it. */
const destroyUnused = (host: Host, guest: GuestState, key: string, log: Log): void => {
  const volid = String(guest.config[key]);
  if (!inSnapshot(guest, volid)) freeVolume(host, volid, log);
  delete guest.config[key];
};

/** Removes an option now. A disk becomes `unusedN`, an `unusedN` loses its data. */
export const removeOption = (host: Host, guest: GuestState, key: string, log: Log): void => {
  guest.pending.delete(key);
  if (guest.config[key] === undefined) return;
  if (/^unused\d+$/.test(key)) return destroyUnused(host, guest, key, log);
  const volid = ownVolume(guest, key);
  delete guest.config[key];
  forgetBootDrive(guest, key);
  if (volid?.includes('cloudinit') === true) freeVolume(host, volid, log);
  else if (volid !== undefined) addUnused(guest.config, volid);
};

/** Sets an option now. The disk that stood there before becomes `unusedN`. */
const setOption = (guest: GuestState, key: string, value: string): void => {
  guest.pending.delete(key);
  const before = ownVolume(guest, key);
  guest.config[key] = typedValue(guest.type, key, value);
  if (key === 'description') guest.config[key] = value;
  if (before !== undefined && before !== volumeOf(guest.type, key, value)) addUnused(guest.config, before);
};

const fastKeys = {
  lxc: /^(description|onboot|startup|protection|hostname|hookscript|cores|tags|lock|unused\d+)$/,
  qemu: /^(lock|name|onboot|shares|startup|description|protection|vmstatestorage|hookscript|tags|unused\d+)$/,
};

/** What QEMU takes without a restart, by the word of `hotplug` that allows it; '' needs none. */
const qemuHotplug: readonly [RegExp, string][] = [
  [/^(cpulimit|cpuunits|balloon)$/, ''],
  [/^net\d+$/, 'network'],
  [/^(scsi|virtio)\d+$/, 'disk'],
  [/^usb\d+$/, 'usb'],
  [/^memory$/, 'memory'],
  [/^vcpus$/, 'cpu'],
];

const hotplugs = (guest: GuestState): string[] => {
  const setting = String(guest.config['hotplug'] ?? '1');
  return setting === '1' ? ['network', 'disk', 'usb'] : setting.split(/[,;]/);
};

/** Whether a running guest takes a new value at once (contract §11.4, §12.4). */
const takesNow = (guest: GuestState, key: string, value: string | null): boolean => {
  if (fastKeys[guest.type].test(key)) return true;
  if (guest.type === 'qemu') {
    if (/^(ide|sata)\d+$/.test(key)) return value !== null && isCdrom(value) && isCdrom(guest.config[key]);
    const word = qemuHotplug.find(([pattern]) => pattern.test(key))?.[1];
    return word !== undefined && (word === '' || hotplugs(guest).includes(word));
  }
  if (/^(memory|swap|cpulimit|cpuunits)$/.test(key) || isNet(key)) return true;
  // A mount point can be added to a running container, but neither changed nor taken away.
  return /^(mp|dev)\d+$/.test(key) && value !== null && guest.config[key] === undefined;
};

const required = { lxc: ['memory', 'rootfs', 'ostype'], qemu: [] as string[] };

const checkRemoval = (guest: GuestState, key: string): void => {
  if (required[guest.type].includes(key)) die(`unable to delete required option '${key}'`);
  if (guest.type === 'lxc' && key === 'unprivileged') die(`unable to delete read-only option '${key}'`);
};

const applyOne = (call: ApiCall, guest: GuestState, key: string, value: string | null, log: Log): void => {
  const host = hostOf(call, guest);
  if (!guest.running || takesNow(guest, key, value)) {
    if (value === null) removeOption(host, guest, key, log);
    else setOption(guest, key, value);
    return;
  }
  const same = value === null ? guest.config[key] === undefined : String(guest.config[key] ?? '') === value;
  if (same) guest.pending.delete(key);
  else guest.pending.set(key, value === null ? null : typedValue(guest.type, key, value));
};

/**
 * Applies a change: at once when the guest is stopped or takes it live, else it stays pending.
 * Throws 500 for options that cannot be removed or changed.
 */
export const applyChange = (call: ApiCall, guest: GuestState, change: Change, log: Log): void => {
  for (const key of change.remove) checkRemoval(guest, key);
  if (guest.type === 'lxc' && 'unprivileged' in change.set) die("unable to modify read-only option: 'unprivileged'");
  for (const key of change.revert) guest.pending.delete(key);
  for (const key of change.remove) applyOne(call, guest, key, null, log);
  for (const [key, value] of Object.entries(change.set)) {
    applyOne(call, guest, key, storedOption(makingFor(call, guest, log), key, value), log);
  }
};

/** A start takes over whatever was pending (PVE::AbstractConfig, vmconfig_apply_pending). */
export const applyPending = (call: ApiCall, guest: GuestState, log: Log): void => {
  const waiting = [...guest.pending];
  guest.pending.clear();
  for (const [key, value] of waiting) {
    if (value === null) removeOption(hostOf(call, guest), guest, key, log);
    else setOption(guest, key, String(value));
  }
};
