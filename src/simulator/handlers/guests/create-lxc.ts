import { randomBytes } from 'node:crypto';
import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, nodeOf, required, text } from '../params.ts';
import { optionsIn } from './config.ts';
import { typedValue } from './config-file.ts';
import type { GuestConfig } from './config-file.ts';
import { checkOptions } from './config-permissions.ts';
import {
  checkMayCreate,
  enrol,
  filePath,
  newGuest,
  nothingMade,
  storeOptions,
  tarTotal,
  unpackedBytes,
} from './creation.ts';
import type { Made } from './creation.ts';
import { setRootPassword } from './console.ts';
import { checkUnused, forkFor, reasonOf, vmidOf } from './guest.ts';
import { splitOption } from './options.ts';
import type { Making } from './options.ts';
import { restoreContainer } from './restore-lxc.ts';
import { start } from './run-state.ts';
import { findVolume, newVolume, storageIdOf, supports, usableStorage } from './volumes.ts';

/** Parameters of `POST /lxc` that are no options of the container. */
const controls = new Set(
  'node vmid ostemplate restore force unique storage pool start password bwlimit ssh-public-keys ignore-unpack-errors ha-managed unprivileged'.split(
    ' ',
  ),
);

const checkKeys = (keys: string | undefined): void => {
  const lines = (keys ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const looksRight = (line: string): boolean => /(^|\s)(ssh-|ecdsa-|sk-)\S+\s+[A-Za-z0-9+/=]+/.test(line);
  if (!lines.every(looksRight)) die('SSH public key validation failed');
};

/** What may be read of a template or backup, and whether its storage is there. Whether the file is, the worker finds out. */
const checkSource = (call: ApiCall, volid: string): void => {
  const storage = usableStorage({ world: call.world, node: nodeOf(call).name }, storageIdOf(volid)).storage;
  const owner = /vzdump-(?:lxc|qemu)-(\d+)-/.exec(volid)?.[1];
  if (owner !== undefined && !call.may(`/storage/${storage}`, 'Datastore.Allocate')) {
    call.require(`/storage/${storage}`, 'Datastore.AllocateSpace');
    call.require(`/vms/${owner}`, 'VM.Backup');
  } else call.require(`/storage/${storage}`, 'Datastore.AllocateSpace', 'Datastore.Audit');
};

/** Mount points as asked for; without a root file system 4 GiB on `storage`. A bare size means that storage too. */
const mountPoints = (options: Readonly<Record<string, string>>, storage: string): Record<string, string> => {
  const keys = Object.keys(options).filter((key) => /^(rootfs|mp\d+)$/.test(key));
  if (keys.length === 0) return { rootfs: `${storage}:4` };
  if (!keys.includes('rootfs')) die("mount points configured, but 'rootfs' not set - aborting");
  return Object.fromEntries(
    keys.map((key) => {
      const value = options[key] ?? '';
      return [key, /^\d+(\.\d+)?(,|$)/.test(value) ? `${storage}:${value}` : value];
    }),
  );
};

const checkStorages = (call: ApiCall, mounts: Readonly<Record<string, string>>): void => {
  const host = { world: call.world, node: nodeOf(call).name };
  for (const [key, value] of Object.entries(mounts)) {
    const wanted = newVolume(splitOption('lxc', key, value)['volume'] ?? '');
    if (wanted === undefined) continue;
    const { storage } = usableStorage(host, wanted.storage);
    if (supports(usableStorage(host, storage), 'rootdir')) continue;
    badParameters({ storage: `storage '${storage}' does not support container directories` });
  }
};

const distributions = [
  'debian',
  'devuan',
  'ubuntu',
  'centos',
  'fedora',
  'opensuse',
  'archlinux',
  'alpine',
  'gentoo',
  'nixos',
];

const osTypeOf = (template: string): string =>
  distributions.find((name) => template.includes(name)) ?? die('unable to detect OS distribution');

const newHostKeys = (hostname: string, worker: Worker): void => {
  for (const kind of ['ecdsa', 'ed25519', 'rsa']) {
    worker.log(`Creating SSH host key 'ssh_host_${kind}_key' - this may take some time ...`);
    worker.log(`done: SHA256:${randomBytes(32).toString('base64').replaceAll('=', '')} root@${hostname}`);
  }
};

const extract = async (
  making: Making,
  template: string,
  ostype: string | undefined,
  hostname: string,
  worker: Worker,
): Promise<string> => {
  const volume = findVolume(making.host, template) ?? die(`volume '${template}' does not exist`);
  worker.log(`extracting archive '${filePath(making.host, template)}'`);
  await worker.sleep(3500);
  const bytes = unpackedBytes(volume);
  worker.log(`Total bytes read: ${tarTotal(bytes, 3.5)}`);
  const os = ostype ?? osTypeOf(template);
  if (os === 'unmanaged') {
    worker.log('Falling back to amd64.');
    worker.log('Use `pct set VMID --arch ARCH` to change.');
    return os;
  }
  worker.log('Detected container architecture: amd64');
  await worker.sleep(800);
  newHostKeys(hostname, worker);
  return os;
};

interface Wanted {
  readonly template: string;
  readonly mounts: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly unprivileged: boolean;
}

const build = async (making: Making, wanted: Wanted, made: Made, worker: Worker): Promise<GuestConfig> => {
  const { mounts, options, unprivileged, template } = wanted;
  const disks = storeOptions(making, mounts, made);
  await worker.sleep(700);
  const hostname = options['hostname'] ?? `CT${making.vmid}`;
  const ostype = await extract(making, template, options['ostype'], hostname, worker);
  const config = {
    arch: 'amd64',
    hostname,
    memory: 512,
    swap: 512,
    ostype,
    ...storeOptions(making, options, made),
    ...disks,
  };
  const typed: GuestConfig = unprivileged ? { unprivileged: 1 } : {};
  for (const [key, value] of Object.entries(config)) {
    typed[key] = key === 'description' ? value : typedValue('lxc', key, value);
  }
  return typed;
};

const create = async (call: ApiCall, guest: GuestState, wanted: Wanted, worker: Worker): Promise<void> => {
  const host = { world: call.world, node: guest.node };
  const making: Making = { host, guest: 'lxc', vmid: guest.vmid, now: call.now(), log: worker.log };
  const made = nothingMade();
  try {
    guest.config = await build(making, wanted, made, worker);
    const template = findVolume(host, wanted.template);
    // A file system takes a little more than what lies in it.
    if (template !== undefined) guest.diskUsedBytes = Math.floor(unpackedBytes(template) * 1.1);
  } catch (error) {
    worker.log(reasonOf(error));
    made.undo(host, worker.log);
    call.world.guests.delete(guest.vmid);
    die(`unable to create CT ${guest.vmid} - ${reasonOf(error)}`);
  }
  enrol(call, guest);
  if (flag(call, 'start')) forkFor(call, guest, 'vzstart', (starter) => start(call, guest, starter, false));
};

const createContainer = (call: ApiCall): string => {
  const vmid = vmidOf(call);
  const restores = flag(call, 'restore');
  const storage = text(call, 'storage') ?? 'local';
  const options = optionsIn(call, controls);
  const unprivileged = Number(call.params['unprivileged'] ?? 1) === 1;
  checkMayCreate(call, vmid, restores && flag(call, 'force') && call.world.guests.get(vmid)?.type === 'lxc');
  checkKeys(text(call, 'ssh-public-keys'));
  if (!unprivileged) call.require('/', 'Sys.Modify');
  checkOptions(call, { type: 'lxc', vmid, pool: text(call, 'pool'), unprivileged }, options, []);
  call.require(`/storage/${storage}`, 'Datastore.AllocateSpace');
  const template = required(call, 'ostemplate');
  if (!(restores && flag(call, 'force'))) checkUnused(call.world, vmid);
  checkSource(call, template);
  if (restores) return restoreContainer(call, options, storage);
  const mounts = mountPoints(options, storage);
  checkStorages(call, mounts);
  const others = Object.fromEntries(Object.entries(options).filter(([key]) => !(key in mounts)));
  const guest = newGuest(vmid, 'lxc', nodeOf(call).name, { lock: 'create' });
  call.world.guests.set(vmid, guest);
  setRootPassword(guest, text(call, 'password'));
  const wanted = { template, mounts, options: others, unprivileged };
  return forkFor(call, guest, 'vzcreate', (worker) => create(call, guest, wanted, worker));
};

export const createContainerRoutes: Routes = { 'POST /nodes/{node}/lxc': createContainer };
