import { bytes } from '../../components/units.ts';
import { naturalOrder } from '../../src/models/natural.ts';
import type { GuestConfig, PendingChange } from '../../src/operations/guest-config.ts';

/** A guest's configuration sorted into what it is about, in words a person reads. Pure: values in, texts out. */

/** One key of the configuration. */
export interface Setting {
  readonly key: string;
  /** What it means now, a line each: the first one says the most. */
  readonly texts: readonly string[];
  /** As Proxmox VE writes it. */
  readonly raw: string;
  /** What becomes of it with the next start; undefined when nothing changes. */
  readonly next?: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly Setting[];
}

/** Groups and their settings in the order of a person's questions; numbers at the end of a key are left out. */
const groups: readonly (readonly [title: string, stems: readonly string[]])[] = [
  [
    'general',
    'name hostname ostype arch unprivileged onboot startup protection template lock tags parent agent'.split(' '),
  ],
  ['cpu', 'cores sockets vcpus cpu cpulimit cpuunits affinity numa'.split(' ')],
  ['memory', 'memory balloon swap shares hugepages keephugepages allow-ksm'.split(' ')],
  ['disks', 'rootfs mp scsi virtio sata ide efidisk tpmstate unused scsihw boot bootdisk'.split(' ')],
  ['network', 'net ipconfig nameserver searchdomain'.split(' ')],
  ['cloud-init', 'citype ciuser cipassword ciupgrade cicustom sshkeys'.split(' ')],
  ['devices', 'dev hostpci usb serial parallel virtiofs vga audio rng tablet watchdog'.split(' ')],
];
/** Everything that is in no group. */
const others = 'options';

const stemOf = (key: string): string => key.replace(/\d+$/, '');

/** Keys that say nothing about the guest itself, and those that are shown apart. */
const apart = new Set(['digest', 'description']);

const switches =
  /^(?:onboot|protection|template|unprivileged|numa|kvm|acpi|tablet|console|debug|freeze|autostart|ciupgrade)$/;
/** In MiB. */
const sizes = /^(?:memory|swap|balloon)$/;
const volumes = /^(?:rootfs|mp\d+|(?:scsi|virtio|sata|ide)\d+|efidisk0|tpmstate0|unused\d+)$/;

/** Takes a property string apart: `local:vm-1,size=8G` is a bare first part and pairs (contract §5.4). */
export const propertiesOf = (text: string): { readonly bare: string; readonly pairs: ReadonlyMap<string, string> } => {
  const parts = text.split(',').map((part): readonly [string, string] => {
    const at = part.indexOf('=');
    return at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
  });
  return {
    bare: parts.find(([key]) => key === '')?.[1] ?? '',
    pairs: new Map(parts.filter(([key]) => key !== '')),
  };
};

const volumeTexts = (raw: string): readonly string[] => {
  const { bare, pairs } = propertiesOf(raw);
  const { size, mp, ...options } = Object.fromEntries(pairs);
  const first = [size ?? '', bare || (options['file'] ?? options['volume'] ?? ''), mp === undefined ? '' : `on ${mp}`];
  const rest = Object.entries(options)
    .filter(([key]) => key !== 'file' && key !== 'volume')
    .map(([key, value]) => `${key}=${value}`);
  return [first.filter(Boolean).join('  '), ...(rest.length === 0 ? [] : [rest.join('  ')])];
};

const keysOf = (raw: string): readonly string[] => {
  try {
    return decodeURIComponent(raw)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^(\S+) (\S{8})\S*(\S{8})/, '$1 $2…$3'));
  } catch {
    // Not percent-encoded: somebody wrote it into the file by hand.
    return [raw];
  }
};

const textsOf = (key: string, raw: string): readonly string[] => {
  if (switches.test(key)) return [raw === '1' ? 'yes' : raw === '0' ? 'no' : raw];
  if (key === 'balloon' && raw === '0') return ['off'];
  if (sizes.test(key) && /^\d+$/.test(raw)) return [bytes(Number(raw) * 2 ** 20)];
  if (key === 'sshkeys') return keysOf(raw);
  if (key === 'tags') return [raw.split(/[;, ]+/).join(' ')];
  if (volumes.test(key)) return volumeTexts(raw);
  return [raw.split(',').join('  ')];
};

const rawOf = (value: GuestConfig[string]): string =>
  Array.isArray(value) ? value.map((pair) => pair.join(': ')).join('\n') : String(value);

const settingOf = (key: string, value: GuestConfig[string] | undefined, change: PendingChange | undefined): Setting => {
  const now = change === undefined ? value : change.value;
  const raw = now === undefined ? '' : rawOf(now);
  const texts = now === undefined ? ['not set'] : key === 'lxc' ? raw.split('\n') : textsOf(key, raw);
  const next =
    change === undefined
      ? undefined
      : change.pending === undefined
        ? 'removed'
        : textsOf(key, rawOf(change.pending)).join('  ');
  return { key, texts, raw, ...(next !== undefined && { next }) };
};

/** Sorts a configuration into groups; those without a setting are left out. What waits for the next start stands with its key. */
export const configGroups = (config: GuestConfig, pending: readonly PendingChange[]): readonly SettingGroup[] => {
  const changes = new Map(pending.map((change) => [change.key, change]));
  const keys = [...new Set([...Object.keys(config), ...changes.keys()])].filter((key) => !apart.has(key));
  const sorted = Map.groupBy(keys, (key) => groups.find(([, stems]) => stems.includes(stemOf(key)))?.[0] ?? others);
  return [...groups, [others, []] as const].flatMap(([title, stems]) => {
    const own = sorted.get(title);
    if (own === undefined) return [];
    const rank = (key: string): number => stems.indexOf(stemOf(key));
    const inOrder = own.toSorted((a, b) => rank(a) - rank(b) || naturalOrder(a, b));
    return [{ title, settings: inOrder.map((key) => settingOf(key, config[key], changes.get(key))) }];
  });
};
