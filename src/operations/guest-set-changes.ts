import * as z from 'zod';
import type { GuestType } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { cores, guestName, mountPoint, networkDevice, onOff, tagList } from './guest-input.ts';
import { memorySize } from './measures.ts';
import { networkMistake } from './network-rules.ts';
import { mergeProperties, parseProperties, printProperties } from './property-string.ts';

/** What a person may change of the settings of a guest; `set` and `delete` reach what has no field of its own. */
export const changeFields = {
  name: guestName.exactOptional(),
  cores: cores.exactOptional().describe('processor cores'),
  memory: memorySize.exactOptional().describe('memory: 512M, 2G'),
  swap: memorySize.exactOptional().describe('swap of a container'),
  net: z
    .array(networkDevice)
    .default([])
    .describe('network device: net0=tag=30 changes what is named and keeps the rest; may be repeated'),
  mount: z.array(mountPoint).default([]).describe('mount point of a container: STORAGE:GIB,mp=/data; may be repeated'),
  features: z.string().exactOptional().describe('features of a container: nesting=1'),
  tags: tagList.exactOptional(),
  description: z.string().max(8192).exactOptional().describe('notes'),
  onboot: onOff.exactOptional().describe('whether it starts with its node: on, off'),
  set: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*=.+$/s, 'write a setting as KEY=VALUE'))
    .default([])
    .describe('any other setting, as KEY=VALUE; may be repeated'),
  delete: z.array(z.string().min(1)).default([]).describe('setting to take away; may be repeated'),
};

const fields = z.object(changeFields);
export type WantedChanges = z.output<typeof fields>;

/** Setting → new text, or null where it is taken away. */
export type Changes = ReadonlyMap<string, string | null>;

type Settings = Readonly<Record<string, string>>;

const keyed = (text: string, prefix: string, usual: string): readonly [string, string] => {
  const [, key = usual, rest = text] = new RegExp(`^(${prefix}\\d+)=(.+)$`).exec(text) ?? [];
  return [key, rest];
};

/** A device that is there keeps what is not named, so that it does not get another hardware address. */
const device = (type: GuestType, settings: Settings, text: string): readonly [string, string] => {
  const [key, rest] = keyed(text, 'net', 'net0');
  const wanted = parseProperties(rest);
  const before = settings[key];
  if (before !== undefined) {
    const merged = printProperties(mergeProperties(parseProperties(before), wanted));
    const mistake = networkMistake(merged);
    if (mistake !== undefined) throw new ProxdeckError('usage', `${key}: ${mistake}.`);
    return [key, merged];
  }
  const first: readonly [string, string] = type === 'lxc' ? ['name', `eth${key.slice(3)}`] : ['', 'virtio'];
  const isNamed = type === 'lxc' ? wanted.has('name') : wanted.has('') || wanted.has('model');
  return [key, isNamed ? rest : printProperties(new Map([first, ...wanted]))];
};

const freeMount = (taken: ReadonlySet<string>): string => {
  for (let index = 0; ; index += 1) if (!taken.has(`mp${String(index)}`)) return `mp${String(index)}`;
};

const mounts = (settings: Settings, wanted: readonly string[]): readonly (readonly [string, string])[] => {
  const taken = new Set(Object.keys(settings));
  return wanted.map((text) => {
    const [key, rest] = keyed(text, 'mp', freeMount(taken));
    taken.add(key);
    const before = settings[key];
    return [
      key,
      before === undefined ? rest : printProperties(mergeProperties(parseProperties(before), parseProperties(rest))),
    ];
  });
};

const listFrom = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(',')).filter((key) => key !== '');

const forContainers = (type: GuestType, { swap, features, mount }: WantedChanges): void => {
  if (type === 'lxc') return;
  const wrong =
    swap !== undefined ? 'swap' : features !== undefined ? 'features' : mount.length > 0 ? 'mount' : undefined;
  if (wrong !== undefined) throw new ProxdeckError('usage', `${wrong} is for containers, and this is a VM.`);
};

const asText = (value: string | number | boolean): string => String(typeof value === 'boolean' ? Number(value) : value);

/**
 * What is to be changed against the settings as they are; what is already so is left out. Throws `usage` for what the sort of
 * guest does not have, and for a setting that is both set and taken away.
 */
export const changesOf = (type: GuestType, settings: Settings, wanted: WantedChanges): Changes => {
  forContainers(type, wanted);
  const {
    name,
    tags,
    description,
    net,
    mount,
    set,
    delete: gone,
    cores: count,
    memory,
    swap,
    features,
    onboot,
  } = wanted;
  const plain = { [type === 'lxc' ? 'hostname' : 'name']: name, cores: count, memory, swap, features, onboot };
  const asked: readonly (readonly [string, string | null])[] = [
    ...Object.entries(plain).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, asText(value)]],
    ),
    ...(tags === undefined ? [] : [['tags', tags.length === 0 ? null : tags.join(';')] as const]),
    ...(description === undefined ? [] : [['description', description === '' ? null : description] as const]),
    ...net.map((text) => device(type, settings, text)),
    ...mounts(settings, mount),
    ...set.map((text): [string, string] => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    ...listFrom(gone).map((key): [string, null] => [key, null]),
  ];
  const twice = asked.find(([key], index) => asked.findIndex(([other]) => other === key) !== index);
  if (twice !== undefined) throw new ProxdeckError('usage', `${twice[0]} is named twice.`);
  const isSo = (key: string, value: string | null): boolean =>
    value === null ? settings[key] === undefined : settings[key]?.replace(/\n$/, '') === value;
  return new Map(asked.filter(([key, value]) => !isSo(key, value)));
};

/** What the server asks for before it changes a setting (contract §11.4, §6.6). */
export const privilegeFor = (type: GuestType, key: string): string => {
  if (/^(?:cores|sockets|cpu\w*|vcpus|numa)$/.test(key)) return 'VM.Config.CPU';
  if (/^(?:memory|swap|balloon|shares)$/.test(key)) return 'VM.Config.Memory';
  if (/^net\d+$/.test(key)) return 'VM.Config.Network';
  if (type === 'lxc' && /^(?:nameserver|searchdomain|hostname)$/.test(key)) return 'VM.Config.Network';
  if (type === 'qemu' && /^(?:ci|sshkeys|ipconfig\d|nameserver|searchdomain)/.test(key))
    return 'VM.Config.Cloudinit|VM.Config.Network';
  if (/^(?:rootfs|(?:mp|unused|scsi|sata|virtio)\d+|efidisk0|tpmstate0)$/.test(key)) return 'VM.Config.Disk';
  if (/^ide\d+$/.test(key)) return 'VM.Config.Disk|VM.Config.CDROM';
  if (type === 'lxc' && key === 'features') return 'VM.Allocate';
  return 'VM.Config.Options';
};

/** The privileges that follow from the fields alone, where the sort of guest does not matter. */
export const privilegesNamed = ({
  cores: count,
  memory,
  swap,
  net,
  mount,
  tags,
  description,
  onboot,
}: WantedChanges) => [
  ...(count === undefined ? [] : ['VM.Config.CPU']),
  ...(memory === undefined && swap === undefined ? [] : ['VM.Config.Memory']),
  ...(net.length === 0 ? [] : ['VM.Config.Network']),
  ...(mount.length === 0 ? [] : ['VM.Config.Disk']),
  ...(tags === undefined && description === undefined && onboot === undefined ? [] : ['VM.Config.Options']),
];
