import { die, forbidden } from '../../handler.ts';
import type { ApiCall } from '../../handler.ts';
import type { GuestType } from './config-file.ts';
import { onlyRoot, requireOnGuest } from './guest.ts';
import { isCdrom, isNet, splitOption } from './options.ts';
import { newVolume } from './volumes.ts';

/** For whom and on what options are to be set or removed. */
export interface Subject {
  readonly type: GuestType;
  readonly vmid: number;
  readonly pool: string | undefined;
  readonly unprivileged: boolean;
}

/** SDN.Use on the bridge, and on the VLAN of it that is named. */
const requireBridge = (call: ApiCall, type: GuestType, key: string, value: string): void => {
  const { bridge, tag } = splitOption(type, key, value);
  if (bridge === undefined) return;
  const zone = `/sdn/zones/localnetwork/${bridge}`;
  call.require(tag === undefined ? zone : `${zone}/${tag}`, 'SDN.Use');
};

/** Datastore.AllocateSpace on the storage where a new volume is wanted. */
const requireSpace = (call: ApiCall, volume: string): void => {
  const storage = newVolume(volume)?.storage ?? /^([\w.-]+):cloudinit$/.exec(volume)?.[1];
  if (storage !== undefined) call.require(`/storage/${storage}`, 'Datastore.AllocateSpace');
};

const lxcPrivileges: readonly [RegExp, string][] = [
  [/^(cores|cpuunits|cpulimit)$/, 'VM.Config.CPU'],
  [/^(rootfs|mp\d+|unused\d+)$/, 'VM.Config.Disk'],
  [/^(memory|swap)$/, 'VM.Config.Memory'],
  [/^(net\d+|nameserver|searchdomain|hostname)$/, 'VM.Config.Network'],
];

const checkFeatures = (call: ApiCall, { vmid, pool, unprivileged }: Subject, value: string | undefined): void => {
  if (!unprivileged) onlyRoot(call, 'changing feature flags for privileged container is only allowed for root@pam');
  const others = Object.keys(splitOption('lxc', 'features', value ?? '')).some((key) => key !== 'nesting');
  if (others) onlyRoot(call, 'changing feature flags (except nesting) is only allowed for root@pam');
  requireOnGuest(call, vmid, pool, 'VM.Allocate');
};

/** PVE::LXC::check_ct_modify_config_perm for one option; `value` is undefined for a removal. */
const checkContainerOption = (call: ApiCall, subject: Subject, key: string, value: string | undefined): void => {
  const { vmid, pool } = subject;
  if (/^dev\d+$/.test(key)) return onlyRoot(call, 'configuring device passthrough is only allowed for root@pam');
  if (key === 'hookscript') return onlyRoot(call, 'changing the hookscript is only allowed for root@pam');
  if (key === 'features') return checkFeatures(call, subject, value);
  requireOnGuest(call, vmid, pool, lxcPrivileges.find(([pattern]) => pattern.test(key))?.[1] ?? 'VM.Config.Options');
  if (value === undefined) return;
  if (isNet(key)) requireBridge(call, 'lxc', key, value);
  if (!/^(rootfs|mp\d+)$/.test(key)) return;
  const volume = splitOption('lxc', key, value)['volume'] ?? '';
  if (volume.startsWith('/')) forbidden('mount point type bind is only allowed for root@pam');
  requireSpace(call, volume);
};

const qemuPrivileges: readonly [RegExp, string][] = [
  [/^(cpu|cpulimit|cpuunits|cores|sockets|smp|vcpus|numa\d*|affinity)$/, 'VM.Config.CPU'],
  [/^(memory|balloon|shares|hugepages|keephugepages|allow-ksm)$/, 'VM.Config.Memory'],
  [
    /^(acpi|arch|bios|hotplug|kvm|machine|scsihw|smbios1|tablet|vga|vmgenid|watchdog|audio0|rng0|serial\d|usb\d+|hostpci\d+|virtiofs\d+)$/,
    'VM.Config.HWType',
  ],
  [/^(boot|bootdisk|vmstatestorage|unused\d+|(ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0)$/, 'VM.Config.Disk'],
  [/^(ci\w+|sshkeys|ipconfig\d+|nameserver|searchdomain)$/, 'VM.Config.Cloudinit'],
  [/^net\d+$/, 'VM.Config.Network'],
];

/** Options of a VM that reach through to the host. */
const checkHostOption = (call: ApiCall, key: string, value: string | undefined): void => {
  if (call.caller.root) return;
  if (/^(args|hookscript|parallel\d|ivshmem)$/.test(key)) die(`only root can set '${key}' config`);
  const real = /^usb\d+$/.test(key) ? !/^(host=)?spice|mapping=/.test(value ?? '') : !/mapping=/.test(value ?? '');
  if (/^(usb|hostpci)\d+$/.test(key) && value !== undefined && real)
    die(`only root can set '${key}' config for real devices`);
  if (/^serial\d$/.test(key) && value !== undefined && value !== 'socket')
    die(`only root can set '${key}' config for real devices`);
};

/** PVE::API2::Qemu check_vm_modify_config_perm for one option; `value` is undefined for a removal. */
const checkVmOption = (call: ApiCall, { vmid, pool }: Subject, key: string, value: string | undefined): void => {
  checkHostOption(call, key, value);
  const isDrive = /^(ide|sata|scsi|virtio)\d+$/.test(key);
  const volume = isDrive && value !== undefined ? (splitOption('qemu', key, value)['file'] ?? '') : '';
  if (isDrive && value !== undefined && isCdrom(value)) return requireOnGuest(call, vmid, pool, 'VM.Config.CDROM');
  const privilege = qemuPrivileges.find(([pattern]) => pattern.test(key))?.[1] ?? 'VM.Config.Options';
  requireOnGuest(call, vmid, pool, privilege);
  if (value === undefined) return;
  if (isNet(key)) requireBridge(call, 'qemu', key, value);
  if (volume.startsWith('/')) die('Only root can pass arbitrary filesystem paths.');
  requireSpace(call, volume);
};

/** What the caller must hold to set or remove these options. Throws 403, or the 500 of what only root may set. */
export const checkOptions = (
  call: ApiCall,
  subject: Subject,
  set: Readonly<Record<string, string>>,
  remove: readonly string[],
): void => {
  if (call.caller.root) return;
  const check = subject.type === 'lxc' ? checkContainerOption : checkVmOption;
  for (const key of remove) check(call, subject, key, undefined);
  for (const [key, value] of Object.entries(set)) check(call, subject, key, value);
};
