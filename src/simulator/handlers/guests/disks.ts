import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, required, text } from '../params.ts';
import { hostOf } from './config-change.ts';
import type { GuestType } from './config-file.ts';
import { checkDigest, checkLock, forkFor, guestOf, isTemplate, skipsLock, withLock } from './guest.ts';
import {
  addUnused,
  disksOf,
  formatSize,
  holdsVolume,
  printOption,
  sizeBytes,
  splitOption,
  volumeOf,
} from './options.ts';
import { allocate, findVolume, freeVolume, makeBase, resizeLog, storageIdOf } from './volumes.ts';
import { randomUUID } from 'node:crypto';

const nextSize = (size: string, before: number): number => {
  const match = /^(\+)?(\d+(?:\.\d+)?[KMGT]?)$/.exec(size);
  const bytes = sizeBytes(match?.[2]) ?? die(`unable to parse size '${size}'`);
  return match?.[1] === undefined ? bytes : before + bytes;
};

interface Growth {
  readonly key: string;
  readonly volid: string;
  readonly from: number;
  readonly to: number;
}

const growthOf = (call: ApiCall, guest: GuestState): Growth => {
  const key = required(call, 'disk');
  const volid = volumeOf(guest.type, key, guest.config[key]);
  if (volid === undefined) return die(`disk '${key}' does not exist`);
  const known = findVolume(hostOf(call, guest), volid)?.sizeBytes;
  const from = known ?? sizeBytes(splitOption(guest.type, key, String(guest.config[key]))['size']) ?? 0;
  return { key, volid, from, to: nextSize(required(call, 'size'), from) };
};

const grow = (call: ApiCall, guest: GuestState, { key, volid, from, to }: Growth, worker: Worker): void => {
  const volume = findVolume(hostOf(call, guest), volid);
  if (volume !== undefined) volume.sizeBytes = to;
  resizeLog(hostOf(call, guest), volid, from, to, worker.log);
  const values = splitOption(guest.type, key, String(guest.config[key]));
  guest.config[key] = printOption(guest.type, key, { ...values, size: formatSize(to) });
};

const logFilesystem = (guest: GuestState, { volid, to }: Growth, worker: Worker): void => {
  const device = `/dev/pve/${volid.split(':')[1] ?? volid}`;
  worker.log('resize2fs 1.47.2 (1-Jan-2025)');
  if (guest.running) {
    worker.log(`Filesystem at ${device} is mounted on /tmp; on-line resizing required`);
    worker.log('old_desc_blocks = 1, new_desc_blocks = 1');
  } else worker.log(`Resizing the filesystem on ${device} to ${to / 4096} (4k) blocks.`);
  worker.log(`The filesystem on ${device} is now ${to / 4096} (4k) blocks long.`);
  worker.log('');
};

const resizeContainer = (call: ApiCall): string => {
  const guest = guestOf(call, 'lxc');
  call.require(`/vms/${guest.vmid}`, 'VM.Config.Options');
  checkLock(guest);
  checkDigest(guest, text(call, 'digest'));
  const growth = growthOf(call, guest);
  if (growth.to < growth.from) die('unable to shrink disk size');
  if (growth.to === growth.from) die('disk is already at specified size');
  call.require(`/storage/${storageIdOf(growth.volid)}`, 'Datastore.AllocateSpace');
  return forkFor(call, guest, 'resize', async (worker) => {
    await withLock(guest, 'disk', async () => {
      await worker.sleep(900);
      grow(call, guest, growth, worker);
    });
    logFilesystem(guest, growth, worker);
  });
};

const resizeVm = (call: ApiCall): string => {
  const skip = skipsLock(call);
  const guest = guestOf(call, 'qemu');
  return forkFor(call, guest, 'resize', async (worker) => {
    checkDigest(guest, text(call, 'digest'));
    if (!skip) checkLock(guest);
    const growth = growthOf(call, guest);
    if (growth.to < growth.from) die('shrinking disks is not supported');
    await worker.sleep(500);
    if (growth.to > growth.from) grow(call, guest, growth, worker);
  });
};

interface Move {
  readonly key: string;
  readonly volid: string;
  readonly storage: string;
}

const moveVolume = async (
  call: ApiCall,
  guest: GuestState,
  { key, volid, storage }: Move,
  worker: Worker,
): Promise<void> => {
  const host = hostOf(call, guest);
  const bytes = findVolume(host, volid)?.sizeBytes ?? die(`volume '${volid}' does not exist`);
  if (guest.type === 'qemu') worker.log(`create full clone of drive ${key} (${volid})`);
  const volume = allocate(host, {
    storage,
    vmid: guest.vmid,
    guest: guest.type,
    bytes,
    now: call.now(),
    log: worker.log,
    ...(guest.type === 'lxc' ? { filesystem: randomUUID() } : {}),
  });
  await worker.sleep(3500);
  const values = splitOption(guest.type, key, String(guest.config[key]));
  const at = guest.type === 'lxc' ? 'volume' : 'file';
  guest.config[key] = printOption(guest.type, key, { ...values, [at]: volume.volid, size: formatSize(bytes) });
  if (flag(call, 'delete')) freeVolume(host, volid, worker.log);
  else addUnused(guest.config, volid);
};

/** The volume becomes one of another guest, which gets it under the same option or as `unusedN`. */
const giveAway = (call: ApiCall, guest: GuestState, key: string, volid: string, receiver: GuestState): void => {
  const volume = findVolume(hostOf(call, guest), volid) ?? die(`volume '${volid}' does not exist`);
  const value = String(guest.config[key]);
  const to = text(call, 'target-volume') ?? text(call, 'target-disk') ?? key;
  const place = call.world.storages.get(storageIdOf(volid))?.places;
  const owner = allocate(hostOf(call, guest), {
    storage: storageIdOf(volid),
    vmid: receiver.vmid,
    guest: receiver.type,
    bytes: volume.sizeBytes,
    now: call.now(),
    log: () => undefined,
  });
  for (const { volumes } of place?.values() ?? []) volumes.delete(volid);
  delete guest.config[key];
  if (receiver.config[to] !== undefined) die(`Target volume key '${to}' is already in use for ${receiver.vmid}`);
  const values = splitOption(receiver.type, key, value);
  const at = receiver.type === 'lxc' ? 'volume' : 'file';
  receiver.config[to] = to.startsWith('unused')
    ? owner.volid
    : printOption(receiver.type, to, { ...values, [at]: owner.volid });
};

const move = (call: ApiCall, type: GuestType): string => {
  const guest = guestOf(call, type);
  const key = required(call, type === 'lxc' ? 'volume' : 'disk');
  checkLock(guest);
  checkDigest(guest, text(call, 'digest'));
  if (type === 'lxc' && guest.running) die('cannot move volumes of a running container');
  const volid = key.startsWith('unused') ? String(guest.config[key] ?? '') : volumeOf(type, key, guest.config[key]);
  if (volid === undefined || volid === '')
    return die(type === 'lxc' ? `volume '${key}' does not exist` : `disk '${key}' does not exist`);
  const taskName = type === 'lxc' ? 'move_volume' : 'qmmove';
  const targetId = text(call, 'target-vmid');
  const storage = text(call, 'storage');
  if (targetId !== undefined && storage !== undefined)
    badParameters({ storage: `storage and target-vmid are mutually exclusive` });
  if (targetId !== undefined) {
    const receiver =
      call.world.guests.get(Number(targetId)) ??
      die(`Target ${type === 'lxc' ? 'CT' : 'VM'} '${targetId}' does not exist`);
    return forkFor(call, guest, taskName, async (worker) => {
      await worker.sleep(400);
      giveAway(call, guest, key, volid, receiver);
    });
  }
  if (storage === undefined)
    return badParameters({ storage: `either set storage to move a disk or target-vmid to give it to another guest` });
  if (storage === storageIdOf(volid)) die(`you can't move to the same storage with same format`);
  if (flag(call, 'delete') && guest.snapshots.size > 0)
    die(`you can't move a disk with snapshots and delete the source`);
  call.require(`/storage/${storage}`, 'Datastore.AllocateSpace');
  if (type === 'lxc') guest.config['lock'] = 'disk';
  return forkFor(call, guest, taskName, async (worker) => {
    try {
      await moveVolume(call, guest, { key, volid, storage }, worker);
    } finally {
      if (type === 'lxc') delete guest.config['lock'];
    }
  });
};

/** Turns every disk (or the one that is named) into a base image. */
const makeBases = (call: ApiCall, guest: GuestState, only: string | undefined, worker: Worker): void => {
  for (const [key, volid] of disksOf(guest)) {
    if (only !== undefined && key !== only) continue;
    const values = splitOption(guest.type, key, String(guest.config[key]));
    const base = makeBase(hostOf(call, guest), volid, worker.log);
    guest.config[key] = printOption(guest.type, key, { ...values, [guest.type === 'lxc' ? 'volume' : 'file']: base });
  }
};

const becomeTemplate = async (call: ApiCall, guest: GuestState, worker: Worker): Promise<void> => {
  await worker.sleep(1500);
  makeBases(call, guest, text(call, 'disk'), worker);
  guest.config['template'] = 1;
};

/** Answers null although a worker does it: seen only in the task list (observed on 9.2). */
const templateContainer = (call: ApiCall): null => {
  const guest = guestOf(call, 'lxc');
  checkLock(guest);
  if (guest.snapshots.size > 0) die(`unable to create template, because CT contains snapshots`);
  if (isTemplate(guest)) die(`you can't convert a template to a template`);
  if (guest.running) die(`you can't convert a CT to template if the CT is running`);
  forkFor(call, guest, 'vztemplate', (worker) => becomeTemplate(call, guest, worker));
  return null;
};

const templateVm = (call: ApiCall): string => {
  const guest = guestOf(call, 'qemu');
  const disk = text(call, 'disk');
  if (disk !== undefined && !holdsVolume('qemu', disk)) badParameters({ disk: 'no such disk' });
  checkLock(guest);
  if (guest.snapshots.size > 0) die(`unable to create template, because VM contains snapshots`);
  if (isTemplate(guest) && disk === undefined) die(`you can't convert a template to a template`);
  if (guest.running) die(`you can't convert a VM to template if VM is running`);
  return forkFor(call, guest, 'qmtemplate', (worker) => becomeTemplate(call, guest, worker));
};

export const diskRoutes: Routes = {
  'PUT /nodes/{node}/lxc/{vmid}/resize': resizeContainer,
  'PUT /nodes/{node}/qemu/{vmid}/resize': resizeVm,
  'POST /nodes/{node}/lxc/{vmid}/move_volume': (call) => move(call, 'lxc'),
  'POST /nodes/{node}/qemu/{vmid}/move_disk': (call) => move(call, 'qemu'),
  'POST /nodes/{node}/lxc/{vmid}/template': templateContainer,
  'POST /nodes/{node}/qemu/{vmid}/template': templateVm,
};
