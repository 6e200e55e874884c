import { randomUUID } from 'node:crypto';
import { die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, required, text } from '../params.ts';
import { hostOf, makingFor } from './config-change.ts';
import type { GuestConfig, GuestType } from './config-file.ts';
import { newGuest, nothingMade, withNewMacs } from './creation.ts';
import type { Made } from './creation.ts';
import { checkLock, checkUnused, forBoth, forkFor, guestOf, isTemplate, reasonOf, taskType } from './guest.ts';
import { disksOf, formatSize, printOption, splitOption } from './options.ts';
import { allocate, findVolume, storageIdOf, usableStorage, volumeHasFeature } from './volumes.ts';

interface Wanted {
  readonly source: GuestState;
  /** The configuration to copy: live, or of a snapshot. */
  readonly config: GuestConfig;
  readonly full: boolean;
  readonly snapname: string | undefined;
  readonly storage: string | undefined;
}

/** What rsync prints at the end; sizes as a small system has them. */
const rsyncReport = (bytes: number): string[] => {
  const grouped = (value: number): string => Math.floor(value).toLocaleString('en');
  return [
    '',
    'Number of files: 28,914 (reg: 20,811, dir: 2,612, link: 5,487, special: 4)',
    'Number of created files: 28,912 (reg: 20,811, dir: 2,610, link: 5,487, special: 4)',
    'Number of deleted files: 0',
    'Number of regular files transferred: 20,798',
    `Total file size: ${grouped(bytes)} bytes`,
    `Total transferred file size: ${grouped(bytes)} bytes`,
    `Literal data: ${grouped(bytes)} bytes`,
    'Matched data: 0 bytes',
    'File list size: 1,048,560',
    'File list generation time: 0.001 seconds',
    'File list transfer time: 0.000 seconds',
    `Total bytes sent: ${grouped(bytes * 1.003)}`,
    'Total bytes received: 428,112',
    '',
    `sent ${grouped(bytes * 1.003)} bytes  received 428,112 bytes  ${grouped(bytes / 3)}.00 bytes/sec`,
    `total size is ${grouped(bytes)}  speedup is 1.00`,
  ];
};

const logCopy = async (source: GuestState, bytes: number, worker: Worker): Promise<void> => {
  if (source.type === 'lxc') {
    await worker.sleep(3000);
    for (const line of rsyncReport(source.diskUsedBytes)) worker.log(line);
    return;
  }
  const gib = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  for (const percent of [0, 25, 50, 75, 100]) {
    await worker.sleep(700);
    const done = (bytes * percent) / 100;
    worker.log(`transferred ${percent === 0 ? '0.0 B' : gib(done)} of ${gib(bytes)} (${percent.toFixed(2)}%)`);
  }
};

/** Copies or links one disk and returns the option of the clone. */
const cloneDisk = async (
  call: ApiCall,
  target: GuestState,
  wanted: Wanted,
  key: string,
  made: Made,
  worker: Worker,
): Promise<string> => {
  const { source, config, full, storage, snapname } = wanted;
  const { type } = source;
  const values = splitOption(type, key, String(config[key]));
  const volid = String(values['volume'] ?? values['file']);
  const host = hostOf(call, source);
  const bytes = findVolume(host, volid)?.sizeBytes ?? 2 ** 30;
  const of = snapname === undefined ? volid : `${volid}@${snapname}`;
  const what = type === 'lxc' ? `mountpoint ${key}` : `drive ${key}`;
  worker.log(`create ${full ? 'full' : 'linked'} clone of ${what} (${of})`);
  const volume = allocate(host, {
    storage: storage ?? storageIdOf(volid),
    vmid: target.vmid,
    guest: type,
    bytes,
    now: call.now(),
    log: worker.log,
    ...(full ? {} : { parent: volid.split(':')[1] ?? volid }),
    ...(full && type === 'lxc' ? { filesystem: randomUUID() } : {}),
  });
  made.volids.push(volume.volid);
  if (full) await logCopy(source, bytes, worker);
  return printOption(type, key, {
    ...values,
    [type === 'lxc' ? 'volume' : 'file']: volume.volid,
    size: formatSize(bytes),
  });
};

const dropped = /^(template|lock|parent|snaptime|snapstate|vmstate|unused\d+)$/;

/** The configuration of the clone before its disks: new MACs and identities, no template, no unused volumes. */
const baseConfig = (call: ApiCall, target: GuestState, { source, config }: Wanted): GuestConfig => {
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => !dropped.test(key)));
  const fresh = withNewMacs({ ...makingFor(call, target, () => undefined) }, kept);
  const name = text(call, source.type === 'lxc' ? 'hostname' : 'name');
  const description = text(call, 'description');
  if (source.type === 'lxc') {
    if (name !== undefined) fresh['hostname'] = name;
  } else {
    const old = config['name'];
    fresh['name'] = name ?? (old === undefined ? `Copy-of-VM-${source.vmid}` : `Copy-of-VM-${old}`);
    if (fresh['vmgenid'] !== undefined) fresh['vmgenid'] = randomUUID();
    fresh['smbios1'] = `uuid=${randomUUID()}`;
  }
  if (description !== undefined) fresh['description'] = description.replace(/\n$/, '');
  return fresh;
};

const copy = async (call: ApiCall, target: GuestState, wanted: Wanted, worker: Worker): Promise<void> => {
  const { source, config } = wanted;
  const noun = source.type === 'lxc' ? 'container' : 'VM';
  worker.log(`creating a clone of ${noun} ${source.vmid} with ID ${target.vmid}`);
  const made = nothingMade();
  const fresh = baseConfig(call, target, wanted);
  try {
    for (const [key] of disksOf({ type: source.type, config })) {
      await worker.sleep(400);
      fresh[key] = await cloneDisk(call, target, wanted, key, made, worker);
    }
  } catch (error) {
    made.undo(hostOf(call, source), worker.log);
    call.world.guests.delete(target.vmid);
    die(`clone failed: ${reasonOf(error)}`);
  }
  target.config = fresh;
  target.diskUsedBytes = source.diskUsedBytes;
  const pool = text(call, 'pool');
  if (pool !== undefined) call.world.pools.get(pool)?.vms.add(target.vmid);
};

const checkLinks = (call: ApiCall, { source, config, snapname }: Wanted): void => {
  for (const [, volid] of disksOf({ type: source.type, config })) {
    if (volumeHasFeature(hostOf(call, source), volid, 'clone', snapname)) continue;
    die(
      source.type === 'lxc'
        ? `Linked clone feature for '${volid}' is not available`
        : `Linked clone feature is not supported for drive '${volid}'`,
    );
  }
};

const wantedClone = (call: ApiCall, source: GuestState): Wanted => {
  const snapname = text(call, 'snapname');
  const storage = text(call, 'storage');
  const full = call.params['full'] === undefined ? !isTemplate(source) : flag(call, 'full');
  if (storage !== undefined && !full) die(`parameter 'storage' not allowed for linked clones`);
  const config = snapname === undefined ? source.config : source.snapshots.get(snapname)?.config;
  if (config === undefined) die(`snapshot '${snapname}' does not exist`);
  if (source.type === 'lxc' && source.running && full && snapname === undefined) {
    die('Full clone of a running container is only possible from a snapshot');
  }
  return { source, config: config ?? {}, full, snapname, storage };
};

const cloneGuest = (call: ApiCall, type: GuestType): string => {
  const source = guestOf(call, type);
  const newid = Number(required(call, 'newid'));
  const target = text(call, 'target') ?? source.node;
  if (!call.world.nodes.has(target)) die(`no such cluster node '${target}'`);
  const wanted = wantedClone(call, source);
  checkLock(source);
  if (type === 'qemu' && call.world.guests.has(newid)) die(`unable to create VM ${newid}: config file already exists`);
  checkUnused(call.world, newid);
  if (wanted.storage !== undefined) {
    usableStorage(hostOf(call, source), wanted.storage);
    call.require(`/storage/${wanted.storage}`, 'Datastore.AllocateSpace');
  }
  if (!wanted.full) checkLinks(call, wanted);
  const clone = newGuest(newid, type, source.node, { lock: type === 'lxc' ? 'create' : 'clone' });
  call.world.guests.set(newid, clone);
  // A container's disks must not change while they are copied; a VM is read through its own QEMU.
  if (type === 'lxc') source.config['lock'] = 'disk';
  return forkFor(call, source, taskType(type, 'clone'), async (worker) => {
    try {
      await copy(call, clone, wanted, worker);
    } finally {
      if (type === 'lxc') delete source.config['lock'];
    }
    clone.node = target;
  });
};

export const cloneRoutes: Routes = forBoth({ 'POST /clone': cloneGuest });
