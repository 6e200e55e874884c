import { randomBytes, randomUUID } from 'node:crypto';
import { die } from '../../handler.ts';
import { printPropertyString, splitPropertyString } from '../../properties.ts';
import type { PropertyFormat } from '../../properties.ts';
import type { GuestState } from '../../world.ts';
import { splitList } from '../params.ts';
import { optionSpec } from './config-file.ts';
import type { GuestConfig, GuestType } from './config-file.ts';
import { allocate, findVolume, gibibyte, newVolume } from './volumes.ts';
import type { Host, Log } from './volumes.ts';

const units = ['', 'K', 'M', 'G', 'T'];

/** Bytes with the largest unit that divides them: `8G`, `8200M` (PVE::JSONSchema::format_size). */
export const formatSize = (bytes: number): string => {
  let size = bytes;
  let unit = 0;
  while (unit < units.length - 1 && size > 0 && size % 1024 === 0) {
    size /= 1024;
    unit += 1;
  }
  return `${size}${units[unit]}`;
};

/** Bytes of `8G`, `512M`, `1.5T`, `4096`; undefined when it is no size. */
export const sizeBytes = (text: string | undefined): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text ?? '');
  return match === null ? undefined : Math.floor(Number(match[1]) * 1024 ** units.indexOf(match[2] ?? ''));
};

export const isNet = (key: string): boolean => /^net\d+$/.test(key);

const isMountPoint = (key: string): boolean => /^(rootfs|mp\d+)$/.test(key);

const isDrive = (key: string): boolean => /^(?:(?:ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0)$/.test(key);

/** Options that hold a volume: mount points of a container, drives of a VM. */
export const holdsVolume = (type: GuestType, key: string): boolean =>
  type === 'lxc' ? isMountPoint(key) : isDrive(key);

const formatOf = (type: GuestType, key: string): PropertyFormat => {
  const format = optionSpec(type, key.replace(/^unused\d+$/, 'unused0'))?.format;
  return typeof format === 'object' ? format : {};
};

const volumeKey = (type: GuestType): 'volume' | 'file' => (type === 'lxc' ? 'volume' : 'file');

export const splitOption = (type: GuestType, key: string, value: string): Record<string, string> =>
  splitPropertyString(formatOf(type, key), value);

export const printOption = (type: GuestType, key: string, values: Record<string, string>): string =>
  printPropertyString(formatOf(type, key), values);

/** The volume id that an option holds; undefined for other options, bind mounts, `none` and host devices. */
export const volumeOf = (type: GuestType, key: string, value: unknown): string | undefined => {
  if (value === undefined || !holdsVolume(type, key)) return undefined;
  const volume = splitOption(type, key, String(value))[volumeKey(type)];
  return volume?.includes(':') === true && !volume.startsWith('/') ? volume : undefined;
};

export const isCdrom = (value: unknown): boolean => /(^|,)media=cdrom(,|$)/.test(String(value));

/** The disks of a configuration with the volumes they hold, without CD-ROMs. */
export const disksOf = ({ type, config }: { type: GuestType; config: GuestConfig }): [key: string, volid: string][] =>
  Object.keys(config)
    .filter((key) => holdsVolume(type, key) && !isCdrom(config[key]))
    .toSorted((a, b) => (a === 'rootfs' ? -1 : b === 'rootfs' ? 1 : a.localeCompare(b, 'en', { numeric: true })))
    .flatMap((key): [string, string][] => {
      const volid = volumeOf(type, key, config[key]);
      return volid === undefined ? [] : [[key, volid]];
    });

/** A hardware address with the prefix of Proxmox. */
const newMac = (): string =>
  ['BC', '24', '11', ...(randomBytes(3).toString('hex').toUpperCase().match(/../g) ?? [])].join(':');

/** What an option is turned into the stored form with. */
export interface Making {
  readonly host: Host;
  readonly guest: GuestType;
  readonly vmid: number;
  readonly now: number;
  readonly log: Log;
}

/** A network device as it is stored: with a MAC, containers with `type=veth`; VMs name the model as `virtio=MAC`. */
const storedNet = ({ guest }: Making, key: string, value: string): string => {
  const values = splitOption(guest, key, value);
  if (guest === 'lxc') {
    const hwaddr = (values['hwaddr'] ?? newMac()).toUpperCase();
    return printOption(guest, key, { ...values, hwaddr, type: 'veth' });
  }
  const { model = 'virtio', macaddr = newMac(), ...rest } = values;
  const tail = printOption(guest, key, rest);
  return [`${model}=${macaddr.toUpperCase()}`, ...(tail === '' ? [] : [tail])].join(',');
};

const cloudInitBytes = 4 * 2 ** 20;

/** `local-lvm:cloudinit`: a small drive that the server fills itself. */
const cloudInitDrive = (making: Making, storage: string, values: Record<string, string>): Record<string, string> => {
  const { host, vmid, guest, now, log } = making;
  const name = `vm-${vmid}-cloudinit`;
  const drive = allocate(host, { storage, vmid, guest, bytes: cloudInitBytes, now, log, name });
  return { ...values, file: drive.volid, media: 'cdrom', size: '4M' };
};

const importedBytes = (making: Making, source: string): number =>
  findVolume(making.host, source)?.sizeBytes ?? die(`unable to parse volume ID '${source}'`);

/** A mount point or drive as it is stored: a volume to be made is made, and its size stands beside it. */
const storedVolume = (making: Making, key: string, value: string): string => {
  const { guest, host, vmid, now, log } = making;
  const values = splitOption(guest, key, value);
  const at = volumeKey(guest);
  const volume = values[at] ?? '';
  const cloudInit = /^([\w.-]+):cloudinit$/.exec(volume);
  if (cloudInit?.[1] !== undefined) return printOption(guest, key, cloudInitDrive(making, cloudInit[1], values));
  const wanted = newVolume(volume);
  if (wanted === undefined) {
    const known = findVolume(host, volume);
    return printOption(guest, key, known === undefined ? values : { size: formatSize(known.sizeBytes), ...values });
  }
  const { 'import-from': source, ...kept } = values;
  const bytes = source === undefined ? Math.floor(wanted.gib * gibibyte) : importedBytes(making, source);
  const filesystem = guest === 'lxc' ? { filesystem: randomUUID() } : {};
  const made = allocate(host, { storage: wanted.storage, vmid, guest, bytes, now, log, ...filesystem });
  const stored = printOption(guest, key, { ...kept, [at]: made.volid, size: formatSize(bytes) });
  if (guest === 'qemu') log(`${key}: successfully created disk '${stored}'`);
  return stored;
};

/** Tags lower-case, sorted and joined by `;` (contract §4.4). */
const storedTags = (value: string): string => [...new Set(splitList(value.toLowerCase()))].toSorted().join(';');

/** An option as it goes into the configuration file. Makes the volume that `local-lvm:8` asks for. */
export const storedOption = (making: Making, key: string, value: string): string => {
  if (isNet(key)) return storedNet(making, key, value);
  if (holdsVolume(making.guest, key)) return storedVolume(making, key, value);
  if (key === 'tags') return storedTags(value);
  return key === 'description' ? value.replace(/\n$/, '') : value;
};

/** The lowest `unusedN` that is free. */
const unusedKey = (config: GuestConfig): string => {
  let index = 0;
  while (`unused${index}` in config) index += 1;
  return `unused${index}`;
};

/** Keeps a volume that no option holds any more as `unusedN` (PVE::AbstractConfig::add_unused_volume). */
export const addUnused = (config: GuestConfig, volid: string): void => {
  const known = Object.keys(config).some((key) => /^unused\d+$/.test(key) && config[key] === volid);
  if (!known) config[unusedKey(config)] = volid;
};

/** Whether a snapshot still needs a volume: then nobody may destroy it. */
export const inSnapshot = (guest: GuestState, volid: string): boolean =>
  [...guest.snapshots.values()].some(({ config }) =>
    Object.entries(config).some(
      ([key, value]) => holdsVolume(guest.type, key) && volumeOf(guest.type, key, value) === volid,
    ),
  );
