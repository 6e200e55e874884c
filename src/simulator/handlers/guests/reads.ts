import { die } from '../../handler.ts';
import type { ApiCall, Handler, Routes } from '../../handler.ts';
import { storageOnNode } from '../../usage.ts';
import type { GuestState } from '../../world.ts';
import { currentRow, guestName, lxcRow, qemuRow } from '../guest-rows.ts';
import { flag, nodeOf, required, text } from '../params.ts';
import { hostOf } from './config-change.ts';
import { typedValue } from './config-file.ts';
import type { GuestType } from './config-file.ts';
import { checkLock, forBoth, guestOf, guestsOn } from './guest.ts';
import { disksOf, isNet, splitOption } from './options.ts';
import { storageIdOf, volumeHasFeature } from './volumes.ts';

const visible = (call: ApiCall, type: GuestType): GuestState[] =>
  guestsOn(call.world, nodeOf(call).name).filter(
    (guest) => guest.type === type && call.may(`/vms/${guest.vmid}`, 'VM.Audit'),
  );

const listContainers: Handler = (call) => visible(call, 'lxc').map((guest) => lxcRow(guest, call.world, call.now()));

const listVms: Handler = (call) =>
  visible(call, 'qemu').map((guest) => qemuRow(guest, call.world, call.now(), flag(call, 'full')));

const current = (call: ApiCall, type: GuestType): unknown => currentRow(guestOf(call, type), call.world, call.now());

/** Link-local address from a MAC (RFC 4291, modified EUI-64). */
const linkLocal = (mac: string): string => {
  const bytes = mac.split(':').map((part) => Number.parseInt(part, 16));
  const [first = 0, ...rest] = bytes;
  const wide = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)];
  const groups = [0, 2, 4, 6].map((at) => (((wide[at] ?? 0) << 8) | (wide[at + 1] ?? 0)).toString(16));
  return `fe80::${groups.join(':')}`;
};

/** An interface as `ip addr` in the container shows it: `inet` is its first address, `inet6` its last. */
const interfaceRow = (name: string, mac: string, addresses: readonly string[]): Record<string, unknown> => {
  const four = addresses.filter((cidr) => !cidr.includes(':'));
  const six = addresses.filter((cidr) => cidr.includes(':'));
  return {
    name,
    hwaddr: mac,
    'hardware-address': mac,
    'ip-addresses': [...four, ...six].map((cidr) => ({
      'ip-address': cidr.split('/')[0],
      prefix: cidr.split('/')[1],
      'ip-address-type': cidr.includes(':') ? 'inet6' : 'inet',
    })),
    ...(four[0] === undefined ? {} : { inet: four[0] }),
    ...(six.length === 0 ? {} : { inet6: six.at(-1) }),
  };
};

/** Addresses of a device: static ones, those that the fixture knows, and the link-local one. Nobody configures an unmanaged system. */
const addressesOf = (guest: GuestState, values: Record<string, string>, isFirst: boolean): string[] => {
  if (guest.config['ostype'] === 'unmanaged') return [];
  const fixed = [values['ip'], values['ip6']].filter((ip) => ip?.includes('/') === true);
  const known = isFirst ? (guest.agent?.addresses ?? []) : [];
  const all = [...fixed.map(String), ...known, `${linkLocal(values['hwaddr'] ?? '')}/64`];
  return [...new Set(all)];
};

const listInterfaces: Handler = (call) => {
  const guest = guestOf(call, 'lxc');
  if (!guest.running) return null;
  const nets = Object.keys(guest.config).filter(isNet).toSorted();
  const rows = nets.map((key, index) => {
    const values = splitOption('lxc', key, String(guest.config[key]));
    return interfaceRow(
      values['name'] ?? key,
      (values['hwaddr'] ?? '').toLowerCase(),
      addressesOf(guest, values, index === 0),
    );
  });
  return [interfaceRow('lo', '00:00:00:00:00:00', ['127.0.0.1/8', '::1/128']), ...rows];
};

const feature = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  const wanted = required(call, 'feature');
  const kind = wanted === 'snapshot' || wanted === 'clone' ? wanted : 'copy';
  const snapname = text(call, 'snapname');
  const config =
    snapname === undefined
      ? guest.config
      : (guest.snapshots.get(snapname)?.config ?? die(`snapshot '${snapname}' does not exist`));
  const disks = disksOf({ type, config });
  const able = disks.every(([, volid]) => volumeHasFeature(hostOf(call, guest), volid, kind, snapname));
  if (type === 'lxc') return { hasFeature: able ? 1 : 0 };
  const reaches = (node: string): boolean =>
    disks.every(([, volid]) => {
      const storage = call.world.storages.get(storageIdOf(volid));
      return (
        storage !== undefined &&
        storageOnNode(storage, node) &&
        (node === guest.node || Number(storage.config['shared'] ?? 0) === 1)
      );
    });
  return { hasFeature: able ? 1 : 0, nodes: [...call.world.nodes.keys()].filter(reaches) };
};

/** What the human monitor says; only the commands that read. */
const monitor: Handler = (call) => {
  const guest = guestOf(call, 'qemu');
  if (!guest.running) die(`VM ${guest.vmid} not running`);
  const command = required(call, 'command').trim();
  if (command === 'info status') return `VM status: ${guest.qmpstatus === 'running' ? 'running' : 'paused'}\r\n`;
  if (command === 'info name') return `${guestName(guest)}\r\n`;
  if (command === 'info version') return '10.1.2\r\n';
  return `unknown command: '${command.split(' ')[0]}'\r\n`;
};

const sendKey: Handler = (call) => {
  const guest = guestOf(call, 'qemu');
  if (!guest.running) die(`VM ${guest.vmid} not running`);
  return null;
};

const cloudInitKeys = /^(ci\w+|sshkeys|ipconfig\d+|nameserver|searchdomain|name)$/;

const cloudInit: Handler = (call) => {
  const guest = guestOf(call, 'qemu');
  const keys = [...new Set([...Object.keys(guest.config), ...guest.pending.keys()])].filter((key) =>
    cloudInitKeys.test(key),
  );
  return keys.map((key) => {
    const value = guest.config[key];
    const pending = guest.pending.get(key);
    const shown = (of: string | number): string | number =>
      key === 'cipassword' ? '**********' : typedValue('qemu', key, of);
    return {
      key,
      ...(value === undefined ? {} : { value: shown(value) }),
      ...(pending === undefined || pending === null ? {} : { pending: shown(pending) }),
      ...(pending === null ? { delete: 1 } : {}),
    };
  });
};

const regenerate: Handler = (call) => {
  const guest = guestOf(call, 'qemu');
  checkLock(guest);
  const has = Object.values(guest.config).some((value) => String(value).includes('cloudinit'));
  return has ? null : die('No cloudinit config found');
};

const networkData = (guest: GuestState): string => {
  const nets = Object.keys(guest.config).filter((key) => /^ipconfig\d+$/.test(key));
  const lines = nets.flatMap((key) => {
    const values = splitOption('qemu', key, String(guest.config[key]));
    const address =
      values['ip'] === 'dhcp'
        ? ['    - type: dhcp4']
        : ['    - type: static', `      address: '${values['ip'] ?? ''}'`];
    return ['    - type: physical', `      name: eth${key.slice(8)}`, '      subnets:', ...address];
  });
  return ['version: 1', 'config:', ...lines, ''].join('\n');
};

/** The files that cloud-init would read (PVE::QemuServer::Cloudinit). */
const dumpCloudInit: Handler = (call) => {
  const guest = guestOf(call, 'qemu');
  const kind = required(call, 'type');
  if (kind === 'meta') return `instance-id: ${guest.vmid}\n`;
  if (kind === 'network') return networkData(guest);
  const user =
    guest.config['ciuser'] === undefined ? ['user: root', 'disable_root: False'] : [`user: ${guest.config['ciuser']}`];
  const keys = decodeURIComponent(String(guest.config['sshkeys'] ?? ''))
    .split('\n')
    .filter((line) => line !== '');
  const authorized = keys.length === 0 ? [] : ['ssh_authorized_keys:', ...keys.map((line) => `  - ${line}`)];
  return [
    '#cloud-config',
    `hostname: ${guestName(guest)}`,
    'manage_etc_hosts: true',
    ...user,
    ...authorized,
    'chpasswd:',
    '  expire: False',
    'users:',
    '  - default',
    'package_upgrade: true',
    '',
  ].join('\n');
};

export const readRoutes: Routes = {
  'GET /nodes/{node}/lxc': listContainers,
  'GET /nodes/{node}/qemu': listVms,
  ...forBoth({ 'GET /status/current': current, 'GET /feature': feature }),
  'GET /nodes/{node}/lxc/{vmid}/interfaces': listInterfaces,
  'POST /nodes/{node}/qemu/{vmid}/monitor': monitor,
  'PUT /nodes/{node}/qemu/{vmid}/sendkey': sendKey,
  'GET /nodes/{node}/qemu/{vmid}/cloudinit': cloudInit,
  'PUT /nodes/{node}/qemu/{vmid}/cloudinit': regenerate,
  'GET /nodes/{node}/qemu/{vmid}/cloudinit/dump': dumpCloudInit,
};
