import type { Schema } from '../../src/simulator/schema.ts';
import type { GuestState, World } from '../../src/simulator/world.ts';
import { apiPath } from './recording.ts';
import type { Recording } from './recording.ts';
import { parseUpid } from '../../src/simulator/upid.ts';

/** What a rule sees: the state to put right, and the judged request with its status and text. Never its body. */
interface Case {
  readonly world: World;
  readonly template: string;
  readonly path: Readonly<Record<string, string>>;
  readonly recording: Recording;
}

const param = ({ path, recording }: Case, name: string): string | undefined => {
  const value = path[name] ?? recording.request.params[name];
  return value === undefined ? undefined : String(value);
};

const isFine = ({ recording }: Case): boolean => recording.status === 200;

const newGuest = (vmid: number, type: 'lxc' | 'qemu', node: string): GuestState => ({
  vmid,
  type,
  node,
  config:
    type === 'lxc'
      ? { hostname: `CT${vmid}`, memory: 512, swap: 0, arch: 'amd64', ostype: 'debian' }
      : { name: `vm${vmid}`, memory: '512' },
  pending: new Map(),
  snapshots: new Map(),
  running: false,
  qmpstatus: 'stopped',
  startedAt: 0,
  pid: 0,
  cpu: { mean: 0, amplitude: 0, periodSeconds: 60, seed: 1 },
  memory: { mean: 0.1, amplitude: 0, periodSeconds: 60, seed: 1 },
  diskUsedBytes: 0,
  traffic: { netin: 0, netout: 0, diskread: 0, diskwrite: 0 },
  agent: undefined,
  firewall: { rules: [], options: {}, aliases: new Map(), ipsets: new Map() },
});

const run = (guest: GuestState, running: boolean, now: number): void => {
  if (guest.running === running) return;
  guest.running = running;
  guest.qmpstatus = running ? 'running' : 'stopped';
  guest.startedAt = running ? now : 0;
  guest.pid = running ? 1000 + guest.vmid : 0;
};

/** The guest that the path or the text names. */
const named = (one: Case): GuestState | undefined =>
  one.world.guests.get(Number(param(one, 'vmid') ?? /(?:CT|VM) (\d+)/.exec(one.recording.reason)?.[1]));

type Rule = (one: Case) => void;

/** 200 on a guest's path: the guest exists. */
const guestExists: Rule = (one) => {
  const [, type] = /^\/nodes\/\{node\}\/(lxc|qemu)\/\{vmid\}/.exec(one.template) ?? [];
  const vmid = Number(one.path['vmid']);
  if (type === undefined || !isFine(one) || !Number.isInteger(vmid) || one.world.guests.has(vmid)) return;
  if (one.template.split('/').length > 5)
    one.world.guests.set(vmid, newGuest(vmid, type === 'lxc' ? 'lxc' : 'qemu', one.path['node'] ?? ''));
};

/** `Configuration file '…/999.conf' does not exist`: there is no such guest. */
const guestMissing: Rule = ({ world, recording }) => {
  const [, vmid] = /^Configuration file '.*\/(\d+)\.conf' does not exist/.exec(recording.reason) ?? [];
  if (vmid !== undefined) world.guests.delete(Number(vmid));
};

/** `CT 101 not running`, `already running`, and what start and stop of a container say by working. */
const runState: Rule = (one) => {
  const guest = named(one);
  if (guest === undefined) return;
  const { reason, at } = one.recording;
  if (/^(?:CT|VM) \d+ (?:is )?not running/.test(reason)) run(guest, false, at);
  if (/already running|is running/.test(reason)) run(guest, true, at);
  if (!isFine(one) || guest.type !== 'lxc' || one.world.ha.resources.has(`ct:${guest.vmid}`)) return;
  if (one.template.endsWith('/status/start')) run(guest, false, at);
  if (/\/status\/(stop|shutdown|reboot|suspend)$/.test(one.template)) run(guest, true, at);
};

/** `CT is locked (backup)`. A write that worked: no lock. */
const lockState: Rule = (one) => {
  const guest = named(one);
  const [, lock] = /(?:CT|VM) is locked \(([a-z-]+)\)/.exec(one.recording.reason) ?? [];
  if (guest !== undefined && lock !== undefined) guest.config['lock'] = lock;
};

/** A create that worked: the name was free. `already exists`: it was taken. */
const created: Rule = (one) => {
  const { world, template, recording } = one;
  if (recording.request.method !== 'POST') return;
  const vmid = Number(param(one, 'vmid') ?? param(one, 'newid'));
  const creates = /^\/nodes\/\{node\}\/(lxc|qemu)$/.exec(template);
  if (isFine(one) && creates !== null && param(one, 'force') === undefined) world.guests.delete(vmid);
  const [, taken] = /(?:CT|VM) (\d+) already exists/.exec(recording.reason) ?? [];
  if (taken !== undefined && !world.guests.has(Number(taken)))
    world.guests.set(
      Number(taken),
      newGuest(Number(taken), template.includes('qemu') ? 'qemu' : 'lxc', one.path['node'] ?? ''),
    );
};

const collections: Readonly<
  Record<string, { readonly key: string; readonly of: (world: World) => Map<string, unknown> }>
> = {
  '/pools': { key: 'poolid', of: (world) => world.pools },
  '/storage': { key: 'storage', of: (world) => world.storages },
  '/access/users': { key: 'userid', of: (world) => world.access.users },
  '/access/groups': { key: 'groupid', of: (world) => world.access.groups },
  '/access/roles': { key: 'roleid', of: (world) => world.access.roles },
  '/access/domains': { key: 'realm', of: (world) => world.access.realms },
  '/cluster/ha/resources': { key: 'sid', of: (world) => world.ha.resources },
  '/cluster/backup': { key: 'id', of: (world) => world.backupJobs },
};

/** POST on a collection that worked: the name was free. */
const freeName: Rule = (one) => {
  const collection = collections[one.template];
  if (collection === undefined || one.recording.request.method !== 'POST' || !isFine(one)) return;
  collection.of(one.world).delete(param(one, collection.key) ?? '');
};

/** `… 'x' does not exist`: it does not. */
const missingName: Rule = ({ world, recording }) => {
  const [, what, name = ''] = /(storage|pool|role|group|user) '([^']+)' does not exist/.exec(recording.reason) ?? [];
  if (what === 'storage') world.storages.delete(name);
  if (what === 'pool') world.pools.delete(name);
  if (what === 'role') world.access.roles.delete(name);
  if (what === 'group') world.access.groups.delete(name);
};

/** `storage 'x' is disabled`. */
const disabledStorage: Rule = ({ world, recording }) => {
  const [, name = ''] = /^storage '([^']+)' is disabled/.exec(recording.reason) ?? [];
  const storage = world.storages.get(name);
  if (storage !== undefined) storage.config['disable'] = 1;
};

/** A token that may call exists, and one that was created was not there before. */
const tokens: Rule = (one) => {
  const { world, recording, template } = one;
  const [userid = '', tokenid] = recording.as.split('!');
  const user = world.access.users.get(userid);
  if (tokenid !== undefined && user !== undefined && !user.tokens.has(tokenid))
    user.tokens.set(tokenid, { secret: '00000000-0000-4000-8000-000000000000', privsep: true, expire: 0 });
  if (template !== '/access/users/{userid}/token/{tokenid}') return;
  const owner = world.access.users.get(one.path['userid'] ?? '');
  if (recording.request.method === 'POST' && isFine(one)) owner?.tokens.delete(one.path['tokenid'] ?? '');
};

/** 200 on a task's status: the task exists. */
const taskExists: Rule = (one) => {
  const parts = parseUpid(one.path['upid'] ?? '');
  if (parts === undefined || !isFine(one) || !one.template.endsWith('/status')) return;
  const upid = one.path['upid'] ?? '';
  if (one.world.tasks.some((task) => task.upid === upid)) return;
  one.world.tasks.push({ ...parts, upid, log: ['TASK OK'], endtime: parts.starttime, exitstatus: 'OK' });
};

/** 200 on a snapshot's path (not in a task's way): the snapshot exists. */
const snapshotExists: Rule = (one) => {
  const name = one.path['snapname'];
  const guest = named(one);
  if (
    name === undefined ||
    guest === undefined ||
    !isFine(one) ||
    !one.template.endsWith('/config') ||
    guest.snapshots.has(name)
  )
    return;
  guest.snapshots.set(name, { name, snaptime: one.recording.at, config: { ...guest.config } });
};

const rules: readonly Rule[] = [
  guestExists,
  guestMissing,
  created,
  runState,
  lockState,
  freeName,
  missingName,
  disabledStorage,
  tokens,
  taskExists,
  snapshotExists,
];

/** Puts into the state what the judged request and its status imply. The rules know templates and texts, never a name or a literal path. */
export const imply = (world: World, schema: Schema, recording: Recording): void => {
  const found = schema.find(apiPath(recording));
  if (found === undefined) return;
  for (const rule of rules) rule({ world, template: found.template, path: found.pathParams, recording });
};
