import type { GuestType } from '../models/cluster.ts';

/** What a running guest takes at once (contract §11.4, §12.4). */

const fast: Readonly<Record<GuestType, RegExp>> = {
  lxc: /^(?:description|onboot|startup|protection|hostname|hookscript|cores|tags|lock|unused\d+|memory|swap|cpulimit|cpuunits|net\d+)$/,
  qemu: /^(?:lock|name|onboot|shares|startup|description|protection|vmstatestorage|hookscript|tags|unused\d+|cpulimit|cpuunits|balloon)$/,
};

/** What QEMU takes while it runs, by the word of `hotplug` that allows it. */
const byHotplug: readonly (readonly [RegExp, string])[] = [
  [/^net\d+$/, 'network'],
  [/^(?:scsi|virtio)\d+$/, 'disk'],
  [/^usb\d+$/, 'usb'],
  [/^memory$/, 'memory'],
  [/^vcpus$/, 'cpu'],
];

const usualHotplug = ['network', 'disk', 'usb'];

/** Whether a guest that runs takes a setting only with its next start. What it refuses in the end waits as well. */
export const waitsForStart = (
  type: GuestType,
  settings: Readonly<Record<string, string>>,
  key: string,
  value: string | null,
): boolean => {
  if (fast[type].test(key)) return false;
  // A mount point can be added to a running container, but neither changed nor taken away.
  if (type === 'lxc') return !(/^(?:mp|dev)\d+$/.test(key) && value !== null && settings[key] === undefined);
  const word = byHotplug.find(([pattern]) => pattern.test(key))?.[1];
  const { hotplug = '1' } = settings;
  const words = hotplug === '1' ? usualHotplug : hotplug.split(/[,;]/);
  return word === undefined || !words.includes(word);
};
