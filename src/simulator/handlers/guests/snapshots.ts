import { die } from '../../handler.ts';
import { randomUUID } from 'node:crypto';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState, SnapshotState } from '../../world.ts';
import { qemuVersion } from '../guest-rows.ts';
import { flag, required, text } from '../params.ts';
import { hostOf } from './config-change.ts';
import { configDigest, snapshotSection, typedConfig } from './config-file.ts';
import type { GuestConfig, GuestType } from './config-file.ts';
import { checkLock, forBoth, forkFor, guestOf, isTemplate, label, taskType, withLock } from './guest.ts';
import { addUnused, disksOf, sizeBytes, splitOption } from './options.ts';
import { end, start } from './run-state.ts';
import { findVolume, snapshotLog, volumeHasFeature } from './volumes.ts';

const typedNotes = (type: GuestType, notes: string): string =>
  String(typedConfig(type, { description: notes })['description'] ?? '');

const row = (type: GuestType, snapshot: SnapshotState): Record<string, unknown> => ({
  name: snapshot.name,
  snaptime: snapshot.snaptime,
  description: snapshot.description === undefined ? '' : typedNotes(type, snapshot.description),
  ...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
  ...(snapshot.snapstate === undefined ? {} : { snapstate: snapshot.snapstate }),
  ...(type === 'qemu' ? { vmstate: snapshot.vmstate === true ? 1 : 0 } : {}),
});

const listSnapshots = (call: ApiCall, type: GuestType): unknown => {
  const guest = guestOf(call, type);
  const parent = guest.config['parent'];
  const current = {
    name: 'current',
    description: 'You are here!',
    digest: configDigest(guest),
    running: guest.running ? 1 : 0,
    ...(parent === undefined ? {} : { parent }),
  };
  return [...[...guest.snapshots.values()].map((snapshot) => row(type, snapshot)), current];
};

const snapshotOf = (guest: GuestState, name: string): SnapshotState =>
  guest.snapshots.get(name) ?? die(`snapshot '${name}' does not exist`);

const getSnapshotConfig = (call: ApiCall, type: GuestType): GuestConfig =>
  typedConfig(type, snapshotSection(snapshotOf(guestOf(call, type), required(call, 'snapname'))));

const putSnapshotConfig = (call: ApiCall, type: GuestType): null => {
  const guest = guestOf(call, type);
  checkLock(guest);
  const snapshot = snapshotOf(guest, required(call, 'snapname'));
  const description = text(call, 'description');
  if (description !== undefined) snapshot.description = description.replace(/\n$/, '');
  return null;
};

const notCopied = /^(snapstate|snaptime|vmstate|lock|digest|description|unused\d+)$/;

/** What of a configuration a snapshot keeps (PVE::AbstractConfig::__snapshot_copy_config). */
const copied = (config: GuestConfig): GuestConfig =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !notCopied.test(key) && key !== 'parent'));

const checkNew = (guest: GuestState, name: string): void => {
  if (isTemplate(guest)) die(`you can't take a snapshot if it's a template`);
  checkLock(guest);
  if (guest.snapshots.has(name)) die(`snapshot name '${name}' already used`);
};

const supportsSnapshots = (call: ApiCall, guest: GuestState): boolean =>
  disksOf(guest).every(([, volid]) => volumeHasFeature(hostOf(call, guest), volid, 'snapshot', undefined));

/** Freezes a running VM and saves its RAM where asked for: both need what only Proxmox's QEMU has. */
const saveState = async (
  call: ApiCall,
  guest: GuestState,
  snapshot: SnapshotState,
  worker: Worker,
  ram: boolean,
): Promise<void> => {
  if (guest.config['agent'] !== undefined && guest.agent?.running !== true) {
    worker.log('skipping guest filesystem freeze - agent configured but not running?');
  }
  if (qemuVersion(guest.node, call.world).isStock) {
    worker.log(`VM ${guest.vmid} qmp command 'savevm-end' failed - The command savevm-end has not been found`);
    die(`VM ${guest.vmid} qmp command 'query-savevm' failed - The command query-savevm has not been found`);
  }
  if (!ram) return;
  worker.log(`saving VM state and RAM using storage '${String(guest.config['vmstatestorage'] ?? 'local-lvm')}'`);
  await worker.sleep(2000);
  worker.log('completed saving the VM state in 2s, saved 512.00 MiB');
  snapshot.vmstate = true;
};

const takeSnapshot = async (
  call: ApiCall,
  guest: GuestState,
  snapshot: SnapshotState,
  worker: Worker,
  ram: boolean,
): Promise<void> => {
  checkNew(guest, snapshot.name);
  if (!supportsSnapshots(call, guest)) die('snapshot feature is not available');
  guest.snapshots.set(snapshot.name, snapshot);
  guest.config['lock'] = 'snapshot';
  snapshot.snapstate = 'prepare';
  // When this fails the lock and `snapstate: prepare` stay, as on a real node.
  if (guest.type === 'qemu' && guest.running) await saveState(call, guest, snapshot, worker, ram);
  for (const [key, volid] of disksOf(guest)) {
    await worker.sleep(600);
    if (guest.type === 'qemu') worker.log(`snapshotting 'drive-${key}' (${volid})`);
    snapshotLog(hostOf(call, guest), volid, snapshot.name, 'create', worker.log);
  }
  delete snapshot.snapstate;
  delete guest.config['lock'];
  guest.config['parent'] = snapshot.name;
};

const createSnapshot = (call: ApiCall, type: GuestType): string => {
  const name = required(call, 'snapname');
  if (name === 'current' || (type === 'lxc' && name === 'vzdump'))
    die(`unable to use snapshot name '${name}' (reserved name)`);
  const guest = guestOf(call, type);
  const description = text(call, 'description');
  const ram = flag(call, 'vmstate');
  return forkFor(call, guest, taskType(type, 'snapshot'), async (worker) => {
    const parent = guest.config['parent'];
    const snapshot: SnapshotState = {
      name,
      snaptime: call.now(),
      config: copied(guest.config),
      ...(description === undefined ? {} : { description: description.replace(/\n$/, '') }),
      ...(parent === undefined ? {} : { parent: String(parent) }),
    };
    await takeSnapshot(call, guest, snapshot, worker, ram);
  });
};

/** The disks have the sizes of the snapshot again. */
const restoreSizes = (call: ApiCall, guest: GuestState, snapshot: SnapshotState): void => {
  for (const [key, volid] of disksOf({ type: guest.type, config: snapshot.config })) {
    const volume = findVolume(hostOf(call, guest), volid);
    const size = sizeBytes(splitOption(guest.type, key, String(snapshot.config[key]))['size']);
    if (volume !== undefined && size !== undefined) volume.sizeBytes = size;
  }
};

/** The configuration of a snapshot in place of the live one; disks that it does not know stay as `unusedN`. */
const restoreConfig = (guest: GuestState, snapshot: SnapshotState): void => {
  const kept = Object.entries(guest.config).filter(([key]) => key === 'description' || /^unused\d+$/.test(key));
  const before = disksOf(guest).map(([, volid]) => volid);
  guest.config = { ...Object.fromEntries(kept), ...snapshot.config, parent: snapshot.name };
  guest.pending.clear();
  const now = new Set(disksOf(guest).map(([, volid]) => volid));
  for (const volid of before) if (!now.has(volid)) addUnused(guest.config, volid);
  if (guest.config['vmgenid'] !== undefined) guest.config['vmgenid'] = randomUUID();
};

const rollBack = async (call: ApiCall, guest: GuestState, name: string, worker: Worker): Promise<void> => {
  if (isTemplate(guest)) die(`you can't rollback if ${label(guest.type)} is a template`);
  checkLock(guest);
  const snapshot = snapshotOf(guest, name);
  if (snapshot.snapstate !== undefined)
    die(`unable to rollback to incomplete snapshot (snapstate = ${snapshot.snapstate})`);
  if (guest.running) {
    await worker.sleep(800);
    end(call, guest);
  }
  await withLock(guest, 'rollback', async () => {
    for (const [, volid] of disksOf({ type: guest.type, config: snapshot.config })) {
      await worker.sleep(700);
      snapshotLog(hostOf(call, guest), volid, name, 'rollback', worker.log);
    }
    restoreSizes(call, guest, snapshot);
    restoreConfig(guest, snapshot);
  });
};

const rollback = (call: ApiCall, type: GuestType): string => {
  const guest = guestOf(call, type);
  const name = required(call, 'snapname');
  const starts = flag(call, 'start');
  return forkFor(call, guest, taskType(type, 'rollback'), async (worker) => {
    await rollBack(call, guest, name, worker);
    const withRam = guest.snapshots.get(name)?.vmstate === true;
    if (starts || withRam) await start(call, guest, worker, false);
  });
};

/** Snapshots that grew from the one that goes now grow from its parent. */
const relink = (guest: GuestState, snapshot: SnapshotState): void => {
  for (const other of guest.snapshots.values()) {
    if (other.parent !== snapshot.name) continue;
    if (snapshot.parent === undefined) delete other.parent;
    else other.parent = snapshot.parent;
  }
  if (guest.config['parent'] !== snapshot.name) return;
  if (snapshot.parent === undefined) delete guest.config['parent'];
  else guest.config['parent'] = snapshot.parent;
};

const logMissing = (call: ApiCall, volid: string, name: string, worker: Worker): void => {
  const storage = call.world.storages.get(volid.split(':', 1)[0] ?? '');
  if (storage?.config['type'] !== 'lvmthin') return;
  const path = `${String(storage.config['vgname'] ?? 'pve')}/snap_${volid.split(':')[1]}_${name}`;
  worker.log(`lvremove snapshot '${path}' error:   Failed to find logical volume "${path}"`);
};

const dropSnapshot = async (call: ApiCall, guest: GuestState, name: string, worker: Worker): Promise<void> => {
  checkLock(guest);
  const snapshot = snapshotOf(guest, name);
  const incomplete = snapshot.snapstate === 'prepare';
  await withLock(guest, 'snapshot-delete', async () => {
    for (const [, volid] of disksOf({ type: guest.type, config: snapshot.config })) {
      await worker.sleep(500);
      if (incomplete) logMissing(call, volid, name, worker);
      else snapshotLog(hostOf(call, guest), volid, name, 'delete', worker.log);
    }
    relink(guest, snapshot);
    guest.snapshots.delete(name);
  });
};

const deleteSnapshot = (call: ApiCall, type: GuestType): string => {
  const guest = guestOf(call, type);
  const name = required(call, 'snapname');
  return forkFor(call, guest, taskType(type, 'delsnapshot'), (worker) => dropSnapshot(call, guest, name, worker));
};

export const snapshotRoutes: Routes = forBoth({
  'GET /snapshot': listSnapshots,
  'POST /snapshot': createSnapshot,
  'DELETE /snapshot/{snapname}': deleteSnapshot,
  'GET /snapshot/{snapname}/config': getSnapshotConfig,
  'PUT /snapshot/{snapname}/config': putSnapshotConfig,
  'POST /snapshot/{snapname}/rollback': rollback,
});
