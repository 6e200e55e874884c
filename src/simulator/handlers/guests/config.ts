import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Routes } from '../../handler.ts';
import type { ConfigValue, GuestState } from '../../world.ts';
import { flag, integer, list, text } from '../params.ts';
import { applyChange, removeOption, hostOf } from './config-change.ts';
import type { Change } from './config-change.ts';
import { configDigest, optionSpec, snapshotSection, typedConfig, typedValue } from './config-file.ts';
import type { GuestConfig, GuestType } from './config-file.ts';
import { checkOptions } from './config-permissions.ts';
import { checkDigest, checkLock, forBoth, forkFor, guestOf, requireOnGuest, skipsLock } from './guest.ts';
import { freeVolume } from './volumes.ts';

const nothing = (): void => undefined;

/** The configuration with its pending changes merged in. */
const merged = (guest: GuestState): GuestConfig => {
  const config = { ...guest.config };
  for (const [key, value] of guest.pending) {
    if (value === null) delete config[key];
    else config[key] = value;
  }
  return config;
};

const ofSnapshot = (guest: GuestState, name: string): GuestConfig =>
  snapshotSection(guest.snapshots.get(name) ?? die(`snapshot '${name}' does not exist`));

const hidden = (type: GuestType, config: GuestConfig): GuestConfig =>
  type === 'qemu' && config['cipassword'] !== undefined ? { ...config, cipassword: '**********' } : config;

const getConfig = (call: ApiCall, type: GuestType): GuestConfig => {
  const guest = guestOf(call, type);
  const snapshot = text(call, 'snapshot');
  const current = flag(call, 'current');
  if (snapshot !== undefined && current) {
    const clash = "cannot use 'snapshot' parameter with 'current'";
    badParameters({ snapshot: clash, current: clash });
  }
  const live = current ? guest.config : merged(guest);
  const config = snapshot === undefined ? live : ofSnapshot(guest, snapshot);
  return { ...typedConfig(type, hidden(type, config)), digest: configDigest(guest) };
};

const pendingRow = (guest: GuestState, key: string): Record<string, unknown> => {
  const value = guest.config[key];
  const pending = guest.pending.get(key);
  const shown = (of: ConfigValue): ConfigValue =>
    key === 'cipassword' ? '**********' : typedValue(guest.type, key, of);
  return {
    key,
    ...(value === undefined ? {} : { value: shown(value) }),
    ...(pending === undefined || pending === null ? {} : { pending: shown(pending) }),
    ...(pending === null ? { delete: 1 } : {}),
  };
};

const getPending = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  const keys = new Set([...Object.keys(guest.config), ...guest.pending.keys()]);
  return [...[...keys].map((key) => pendingRow(guest, key)), { key: 'digest', value: configDigest(guest) }];
};

/** Parameters of `PUT config` that are no options. */
const controls = new Set([
  'node',
  'vmid',
  'digest',
  'delete',
  'revert',
  'skiplock',
  'force',
  'background_delay',
  'import-working-storage',
]);

/** The options among the parameters of a call, as text. */
export const optionsIn = (call: ApiCall, without: ReadonlySet<string> = controls): Record<string, string> => {
  const options: Record<string, string> = {};
  for (const key of Object.keys(call.params).toSorted()) {
    const value = text(call, key);
    if (value !== undefined && !without.has(key)) options[key] = value;
  }
  return options;
};

const checkDeletes = (type: GuestType, set: Readonly<Record<string, string>>, remove: readonly string[]): void => {
  for (const key of remove) {
    if (key in set) badParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    const known = optionSpec(type, key) !== undefined && !controls.has(key);
    if (!known) badParameters({ delete: `unknown option '${key}'` });
  }
};

const changeIn = (call: ApiCall, type: GuestType): Change => {
  const change = { set: optionsIn(call), remove: list(call, 'delete'), revert: list(call, 'revert') };
  if (Object.keys(change.set).length + change.remove.length + change.revert.length === 0) die('no options specified');
  checkDeletes(type, change.set, change.remove);
  return change;
};

/** What both kinds check before anything is changed. */
const checkChange = (call: ApiCall, guest: GuestState, change: Change): void => {
  const unprivileged = Number(guest.config['unprivileged'] ?? 0) === 1;
  const subject = { type: guest.type, vmid: guest.vmid, pool: undefined, unprivileged };
  checkOptions(call, subject, change.set, [...change.remove, ...change.revert]);
};

const putContainerConfig = (call: ApiCall): null => {
  if (
    !Object.keys(optionsIn(call)).length &&
    text(call, 'delete') === undefined &&
    text(call, 'revert') === undefined
  ) {
    die('no options specified');
  }
  const guest = guestOf(call, 'lxc');
  const change = changeIn(call, 'lxc');
  checkChange(call, guest, change);
  checkLock(guest);
  checkDigest(guest, text(call, 'digest'));
  applyChange(call, guest, change, nothing);
  return null;
};

/** Loads and checks everything that a change of a VM needs, before it is done or handed to a worker. */
const prepareVmChange = (call: ApiCall): { guest: GuestState; change: Change } => {
  const skip = skipsLock(call);
  const change = changeIn(call, 'qemu');
  const guest = guestOf(call, 'qemu');
  checkChange(call, guest, change);
  if (!skip) checkLock(guest);
  checkDigest(guest, text(call, 'digest'));
  return { guest, change };
};

/** `force=1` destroys the data of a removed disk at once instead of keeping it as `unusedN`. */
const changeVm = (call: ApiCall, guest: GuestState, change: Change, log: (line: string) => void): void => {
  const before = new Set(Object.keys(guest.config));
  applyChange(call, guest, change, log);
  if (!flag(call, 'force') || change.remove.length === 0) return;
  const fresh = Object.keys(guest.config).filter((key) => /^unused\d+$/.test(key) && !before.has(key));
  for (const key of fresh) removeOption(hostOf(call, guest), guest, key, log);
};

const putVmConfig = (call: ApiCall): null => {
  const { guest, change } = prepareVmChange(call);
  changeVm(call, guest, change, nothing);
  return null;
};

const postVmConfig = (call: ApiCall): string | null => {
  const { guest, change } = prepareVmChange(call);
  const asked = Object.keys(call.params)
    .filter((key) => !['node', 'vmid', 'background_delay', 'digest', 'skiplock'].includes(key))
    .toSorted()
    .map((key) => `-${key} ${key === 'cipassword' ? '<hidden>' : text(call, key)}`);
  const upid = forkFor(call, guest, 'qmconfig', async (worker) => {
    worker.log(`update VM ${guest.vmid}: ${asked.join(' ')}`);
    await worker.sleep(100);
    changeVm(call, guest, change, worker.log);
  });
  return integer(call, 'background_delay') === undefined ? upid : null;
};

const unlink = (call: ApiCall): null => {
  const guest = guestOf(call, 'qemu');
  checkLock(guest);
  const host = hostOf(call, guest);
  for (const key of list(call, 'idlist')) {
    requireOnGuest(call, guest.vmid, undefined, 'VM.Config.Disk');
    const kept = new Set(Object.keys(guest.config));
    removeOption(host, guest, key, nothing);
    const orphan = Object.keys(guest.config).find((other) => !kept.has(other));
    if (orphan === undefined || !flag(call, 'force')) continue;
    freeVolume(host, String(guest.config[orphan]), nothing);
    delete guest.config[orphan];
  }
  return null;
};

export const configRoutes: Routes = {
  ...forBoth({ 'GET /config': getConfig, 'GET /pending': getPending }),
  'PUT /nodes/{node}/lxc/{vmid}/config': putContainerConfig,
  'PUT /nodes/{node}/qemu/{vmid}/config': putVmConfig,
  'POST /nodes/{node}/qemu/{vmid}/config': postVmConfig,
  'PUT /nodes/{node}/qemu/{vmid}/unlink': unlink,
};
