import { die } from '../../handler.ts';
import { listFact } from '../../facts.ts';
import { placeOf, storageOnNode } from '../../usage.ts';
import type { StoragePlace, StorageState, VolumeState, World } from '../../world.ts';
import { splitList } from '../params.ts';
import type { GuestType } from './config-file.ts';

export type Log = (line: string) => void;

/** Where a volume is looked for: what a node can reach. */
export interface Host {
  readonly world: World;
  readonly node: string;
}

export const gibibyte = 1024 ** 3;

const blockStorages = new Set(['lvm', 'lvmthin', 'rbd', 'iscsi', 'iscsidirect', 'zfs']);
const snapshotStorages = new Set(['zfspool', 'lvmthin', 'rbd', 'btrfs']);

/** The storage as a node may use it. Throws the texts of PVE::Storage::storage_check_enabled. */
export const usableStorage = ({ world, node }: Host, id: string): StorageState => {
  const storage = world.storages.get(id) ?? die(`storage '${id}' does not exist`);
  if (Number(storage.config['disable'] ?? 0) === 1) die(`storage '${id}' is disabled`);
  if (!storageOnNode(storage, node)) die(`storage '${id}' is not available on node '${node}'`);
  return storage;
};

const placeIn = (host: Host, storage: StorageState): StoragePlace =>
  placeOf(storage, host.node) ?? die(`storage '${storage.storage}' is not available on node '${host.node}'`);

/** The storage when it answers. Throws `storage 'x' is not online` when it is away. */
export const onlinePlace = (host: Host, id: string): StoragePlace => {
  const place = placeIn(host, usableStorage(host, id));
  if (!place.active) die(`storage '${id}' is not online`);
  return place;
};

export const storageIdOf = (volid: string): string => volid.split(':', 1)[0] ?? '';

const nameOf = (volid: string): string => (volid.split(':')[1] ?? '').split('/').at(-1) ?? '';

/** The volume on a storage that this node sees; undefined when there is none. */
export const findVolume = ({ world, node }: Host, volid: string): VolumeState | undefined => {
  const storage = world.storages.get(storageIdOf(volid));
  return storage === undefined ? undefined : placeOf(storage, node)?.volumes.get(volid);
};

export const supports = (storage: StorageState, content: string): boolean =>
  splitList(storage.config['content']).includes(content);

/** `local-lvm:8`: storage and GiB of a volume to be made; undefined for anything else. */
export const newVolume = (volume: string): { storage: string; gib: number } | undefined => {
  const match = /^([a-z][a-z0-9._-]*):(\d+(?:\.\d+)?)$/i.exec(volume);
  return match?.[1] === undefined ? undefined : { storage: match[1], gib: Number(match[2]) };
};

const inBlocks = (bytes: number): number => Math.floor(bytes / 4096);

/** Block groups that hold a copy of the superblock: 1 and the powers of 3, 5 and 7 (ext4, sparse_super). */
const superblocks = (blocks: number): number[] => {
  const groups = [1, 3, 5, 7, 9, 25, 27, 49, 81, 125, 243, 343, 625, 729, 2187, 2401, 3125, 6561, 15625, 16807, 19683];
  return groups.map((group) => group * 32_768).filter((block) => block < blocks);
};

const logFilesystem = (bytes: number, uuid: string, log: Log): void => {
  const blocks = inBlocks(bytes);
  log(`Creating filesystem with ${blocks} 4k blocks and ${Math.floor(blocks / 4)} inodes`);
  log(`Filesystem UUID: ${uuid}`);
  log('Superblock backups stored on blocks: ');
  log(`\t${superblocks(blocks).join(', ')}`);
};

const volumeName = (type: string, guest: GuestType, vmid: number, name: string): { path: string; format: string } => {
  if (type === 'zfspool') return { path: name, format: guest === 'lxc' ? 'subvol' : 'raw' };
  return { path: blockStorages.has(type) ? name : `${vmid}/${name}.raw`, format: 'raw' };
};

const freeName = (place: StoragePlace, guest: GuestType, storageType: string, vmid: number): string => {
  const prefix = storageType === 'zfspool' && guest === 'lxc' ? 'subvol' : 'vm';
  const taken = new Set(
    [...place.volumes.keys()].map((volid) =>
      nameOf(volid)
        .replace(/\.\w+$/, '')
        .replace(/^(vm|base|subvol)-/, ''),
    ),
  );
  let index = 0;
  while (taken.has(`${vmid}-disk-${index}`)) index += 1;
  return `${prefix}-${vmid}-disk-${index}`;
};

const volumeGroup = (storage: StorageState): string => String(storage.config['vgname'] ?? 'pve');

const gib = (bytes: number): string => `${(bytes / gibibyte).toFixed(2)} GiB`;

/** What lvcreate says when a pool promises more than it has; undefined as long as everything fits. */
const overcommitted = ({ world, node }: Host, storage: StorageState, place: StoragePlace): string | undefined => {
  if (storage.config['type'] !== 'lvmthin') return undefined;
  const promised = [...place.volumes.values()].reduce((sum, volume) => sum + volume.sizeBytes, 0);
  if (promised <= place.totalBytes) return undefined;
  const state = world.nodes.get(node);
  const group =
    state === undefined ? undefined : listFact(state, 'lvm')?.find((each) => each['name'] === volumeGroup(storage));
  const pool = `${volumeGroup(storage)}/${String(storage.config['thinpool'] ?? 'data')}`;
  const free =
    group === undefined ? '' : ` and the amount of free space in volume group (${gib(Number(group['free']))})`;
  return `  WARNING: Sum of all thin volume sizes (${gib(promised)}) exceeds the size of thin pool ${pool}${free}.`;
};

const logCreated = (
  host: Host,
  storage: StorageState,
  place: StoragePlace,
  name: string,
  path: string,
  bytes: number,
  log: Log,
): void => {
  const type = String(storage.config['type']);
  if (type === 'lvmthin' || type === 'lvm') {
    const warning = overcommitted(host, storage, place);
    if (warning !== undefined) {
      log('  WARNING: You have not turned on protection against thin pools running out of space.');
      log(
        '  WARNING: Set activation/thin_pool_autoextend_threshold below 100 to trigger automatic extension of thin pools before they get full.',
      );
    }
    log(`  Logical volume "${name}" created.`);
    if (warning !== undefined) log(warning);
    log(`  Logical volume ${volumeGroup(storage)}/${name} changed.`);
  } else if (!blockStorages.has(type) && type !== 'zfspool') {
    log(`Formatting '${String(storage.config['path'] ?? '')}/images/${path}', fmt=raw size=${bytes} preallocation=off`);
  }
};

export interface Allocation {
  readonly storage: string;
  readonly vmid: number;
  readonly guest: GuestType;
  readonly bytes: number;
  /** Seconds since 1970. */
  readonly now: number;
  readonly log: Log;
  /** Absent: the next free `vm-…-disk-N`. */
  readonly name?: string;
  /** The base of a linked clone. */
  readonly parent?: string;
  /** Make a file system in it and say so, with this UUID. */
  readonly filesystem?: string;
}

/** Makes a volume (PVE::Storage::vdisk_alloc) and logs what the storage's tools print. */
export const allocate = (host: Host, wanted: Allocation): VolumeState => {
  const place = onlinePlace(host, wanted.storage);
  const storage = usableStorage(host, wanted.storage);
  const content = wanted.guest === 'lxc' ? 'rootdir' : 'images';
  if (!supports(storage, content)) die(`storage '${wanted.storage}' does not support content-type '${content}'`);
  const type = String(storage.config['type']);
  const name = wanted.name ?? freeName(place, wanted.guest, type, wanted.vmid);
  const { path, format } = volumeName(type, wanted.guest, wanted.vmid, name);
  const volume: VolumeState = {
    volid: `${wanted.storage}:${path}`,
    content,
    format,
    sizeBytes: wanted.bytes,
    usedBytes: wanted.bytes,
    ctime: wanted.now,
    vmid: wanted.vmid,
    ...(wanted.parent === undefined ? {} : { parent: wanted.parent }),
  };
  place.volumes.set(volume.volid, volume);
  logCreated(host, storage, place, name, path, wanted.bytes, wanted.log);
  if (wanted.filesystem !== undefined && format !== 'subvol')
    logFilesystem(wanted.bytes, wanted.filesystem, wanted.log);
  return volume;
};

/** Destroys a volume (PVE::Storage::vdisk_free). One that is not there is no error. */
export const freeVolume = (host: Host, volid: string, log: Log): void => {
  const storage = host.world.storages.get(storageIdOf(volid));
  if (storage === undefined || placeOf(storage, host.node)?.volumes.delete(volid) !== true) return;
  if (String(storage.config['type']).startsWith('lvm'))
    log(`  Logical volume "${nameOf(volid)}" successfully removed.`);
};

const renamed = (volid: string, from: string, to: string): string =>
  `${volid.slice(0, volid.length - from.length)}${to}`;

/** Turns a disk into a base image: `vm-101-disk-0` becomes `base-101-disk-0`. Returns the new volume id. */
export const makeBase = (host: Host, volid: string, log: Log): string => {
  const storage = usableStorage(host, storageIdOf(volid));
  const place = onlinePlace(host, storage.storage);
  const volume = place.volumes.get(volid) ?? die(`volume '${volid}' does not exist`);
  const name = nameOf(volid);
  const base = name.replace(/^(vm|subvol)-/, (_, kind: string) => (kind === 'vm' ? 'base-' : 'basevol-'));
  const volidOfBase = renamed(volid, name, base);
  place.volumes.delete(volid);
  place.volumes.set(volidOfBase, { ...volume, volid: volidOfBase });
  if (String(storage.config['type']).startsWith('lvm')) {
    log(`  Renamed "${name}" to "${base}" in volume group "${volumeGroup(storage)}"`);
    log(`  Logical volume ${volumeGroup(storage)}/${base} changed.`);
  }
  return volidOfBase;
};

export const isBase = (volid: string): boolean => /^base(vol)?-/.test(nameOf(volid));

/** Whether a storage can do something with a volume (PVE::Storage::volume_has_feature; contract §10.6). */
export const volumeHasFeature = (
  { world }: Host,
  volid: string,
  feature: 'snapshot' | 'clone' | 'copy',
  snapname: string | undefined,
): boolean => {
  const type = String(world.storages.get(storageIdOf(volid))?.config['type'] ?? '');
  const layered = snapshotStorages.has(type) || volid.endsWith('.qcow2');
  if (feature === 'snapshot') return layered && !isBase(volid);
  if (feature === 'copy') return snapname === undefined || layered;
  if (snapname !== undefined) return type === 'lvmthin' || type === 'rbd';
  return layered && isBase(volid);
};

/** What taking, dropping or going back to a snapshot of a volume prints. */
export const snapshotLog = (
  host: Host,
  volid: string,
  snapname: string,
  step: 'create' | 'delete' | 'rollback',
  log: Log,
): void => {
  const storage = host.world.storages.get(storageIdOf(volid));
  if (storage?.config['type'] !== 'lvmthin') return;
  const name = nameOf(volid);
  if (step === 'create') log(`  Logical volume "snap_${name}_${snapname}" created.`);
  if (step === 'delete') log(`  Logical volume "snap_${name}_${snapname}" successfully removed.`);
  if (step !== 'rollback') return;
  log(`  Logical volume "${name}" successfully removed.`);
  log(`  Logical volume "${name}" created.`);
  log(`  Logical volume ${volumeGroup(storage)}/${name} changed.`);
};

/** What growing a volume prints. */
export const resizeLog = (host: Host, volid: string, from: number, to: number, log: Log): void => {
  const storage = host.world.storages.get(storageIdOf(volid));
  if (storage === undefined || !String(storage.config['type']).startsWith('lvm')) return;
  const name = `${volumeGroup(storage)}/${nameOf(volid)}`;
  const size = (bytes: number): string =>
    `${(bytes / gibibyte).toFixed(2)} GiB (${Math.ceil(bytes / 2 ** 22)} extents)`;
  log(`  Size of logical volume ${name} changed from ${size(from)} to ${size(to)}.`);
  log(`  Logical volume ${name} successfully resized.`);
};
