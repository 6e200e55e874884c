import { randomUUID } from 'node:crypto';
import { die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { qemuVersion } from '../guest-rows.ts';
import { flag, nodeOf, text } from '../params.ts';
import { optionsIn } from './config.ts';
import { typedValue } from './config-file.ts';
import type { GuestConfig } from './config-file.ts';
import { checkOptions } from './config-permissions.ts';
import { checkMayCreate, enrol, newGuest, nothingMade, storeOptions, withNewMacs } from './creation.ts';
import type { Made } from './creation.ts';
import { checkLock, checkUnused, forkFor, reasonOf, vmidOf } from './guest.ts';
import { disksOf, holdsVolume, isCdrom, isNet, splitOption, volumeOf } from './options.ts';
import type { Making } from './options.ts';
import { archivedConfig } from './restore-lxc.ts';
import { restoreDisks } from './restore-qemu.ts';
import { start } from './run-state.ts';
import { findVolume, freeVolume, newVolume, storageIdOf, usableStorage } from './volumes.ts';

/** Parameters of `POST /qemu` that are no options of the VM. */
const controls = new Set(
  'node vmid archive force unique storage pool start bwlimit live-restore ha-managed import-working-storage'.split(' '),
);

const typed = (config: GuestConfig): GuestConfig =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typedValue('qemu', key, value)]));

/** `order=scsi0;ide2;net0`: first disk, first CD-ROM, first network device. */
const bootOrder = (config: GuestConfig): string | undefined => {
  const drives = Object.keys(config).filter((key) => /^(ide|sata|scsi|virtio)\d+$/.test(key));
  const disk = drives.find((key) => !isCdrom(config[key]));
  const cdrom = drives.find((key) => isCdrom(config[key]));
  const order = [disk, cdrom, Object.keys(config).find(isNet)].filter((key) => key !== undefined);
  return order.length === 0 ? undefined : `order=${order.join(';')}`;
};

const checkStorages = (call: ApiCall, options: Readonly<Record<string, string>>): void => {
  const host = { world: call.world, node: nodeOf(call).name };
  for (const [key, value] of Object.entries(options)) {
    if (!holdsVolume('qemu', key)) continue;
    const file = splitOption('qemu', key, value)['file'] ?? '';
    if (file === 'none' || file === 'cdrom' || file.startsWith('/')) continue;
    usableStorage(host, newVolume(file)?.storage ?? storageIdOf(file));
  }
};

/** CD-ROM images that are named must be there. */
const checkImages = (making: Making, options: Readonly<Record<string, string>>): void => {
  for (const [key, value] of Object.entries(options)) {
    const volid = holdsVolume('qemu', key) && isCdrom(value) ? volumeOf('qemu', key, value) : undefined;
    if (volid === undefined || volid.endsWith(':cloudinit')) continue;
    if (findVolume(making.host, volid) === undefined) die(`volume '${volid}' does not exist`);
  }
};

const build = async (
  call: ApiCall,
  making: Making,
  options: Readonly<Record<string, string>>,
  made: Made,
  worker: Worker,
): Promise<GuestConfig> => {
  checkImages(making, options);
  await worker.sleep(800);
  const given = typed(storeOptions(making, options, made));
  const boot = bootOrder(given);
  return {
    ...(boot === undefined ? {} : { boot }),
    meta: `creation-qemu=${qemuVersion(making.host.node, call.world).version},ctime=${call.now()}`,
    smbios1: `uuid=${randomUUID()}`,
    vmgenid: randomUUID(),
    ...given,
  };
};

const rebuild = async (
  call: ApiCall,
  making: Making,
  options: Readonly<Record<string, string>>,
  made: Made,
  worker: Worker,
): Promise<GuestConfig> => {
  const archive = text(call, 'archive') ?? '';
  const volume = findVolume(making.host, archive) ?? die(`volume '${archive}' does not exist`);
  const saved = archivedConfig(call, volume);
  const disks = await restoreDisks(making, { archive, saved, storage: text(call, 'storage'), made }, worker);
  const config = { ...saved, ...disks };
  const fresh = flag(call, 'unique') ? withNewMacs(making, config) : config;
  return { ...fresh, vmgenid: randomUUID(), ...typed(storeOptions(making, options, made)) };
};

interface Wanted {
  readonly action: 'create' | 'restore';
  readonly options: Readonly<Record<string, string>>;
  /** Volumes of the VM that is overwritten. */
  readonly old: readonly string[];
}

const create = async (
  call: ApiCall,
  guest: GuestState,
  { action, options, old }: Wanted,
  worker: Worker,
): Promise<void> => {
  const host = { world: call.world, node: guest.node };
  const making: Making = { host, guest: 'qemu', vmid: guest.vmid, now: call.now(), log: worker.log };
  const made = nothingMade();
  try {
    for (const volid of old) freeVolume(host, volid, worker.log);
    guest.config = await (action === 'create' ? build : rebuild)(call, making, options, made, worker);
  } catch (error) {
    made.undo(host, worker.log);
    call.world.guests.delete(guest.vmid);
    die(`unable to ${action} VM ${guest.vmid} - ${reasonOf(error)}`);
  }
  enrol(call, guest);
  if (flag(call, 'start')) forkFor(call, guest, 'qmstart', (starter) => start(call, guest, starter, false));
};

/** Refuses an id in use, unless a restore may overwrite the stopped VM there. Returns the volumes that give way. */
const makeRoom = (call: ApiCall, action: 'create' | 'restore'): string[] => {
  const vmid = vmidOf(call);
  const guest = call.world.guests.get(vmid);
  if (guest === undefined) return [];
  if (action === 'create' || !flag(call, 'force')) {
    try {
      checkUnused(call.world, vmid);
    } catch (error) {
      die(`unable to ${action} VM ${vmid} - ${reasonOf(error)}`);
    }
  }
  checkLock(guest);
  if (guest.running) die(`unable to restore VM ${vmid} - VM is running`);
  return disksOf(guest).map(([, volid]) => volid);
};

const createVm = (call: ApiCall): string => {
  const vmid = vmidOf(call);
  const action = text(call, 'archive') === undefined ? 'create' : 'restore';
  const options = optionsIn(call, controls);
  checkMayCreate(call, vmid, action === 'restore' && flag(call, 'force') && call.world.guests.has(vmid));
  checkOptions(call, { type: 'qemu', vmid, pool: text(call, 'pool'), unprivileged: false }, options, []);
  checkStorages(call, options);
  const old = makeRoom(call, action);
  const guest = newGuest(vmid, 'qemu', nodeOf(call).name, { lock: 'create' });
  call.world.guests.set(vmid, guest);
  return forkFor(call, guest, `qm${action}`, (worker) => create(call, guest, { action, options, old }, worker));
};

export const createVmRoutes: Routes = { 'POST /nodes/{node}/qemu': createVm };
