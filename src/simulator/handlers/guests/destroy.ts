import { die } from '../../handler.ts';
import type { ApiCall, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { haSid } from '../guest-rows.ts';
import { flag, splitList } from '../params.ts';
import { hostOf } from './config-change.ts';
import { forget } from './creation.ts';
import { checkLock, forkFor, guestOf, label, skipsLock } from './guest.ts';
import { isHaManaged, stop } from './run-state.ts';
import { disksOf, volumeOf } from './options.ts';
import { freeVolume, isBase, storageIdOf } from './volumes.ts';

/** Takes the guest out of backup jobs, HA, replication: what `purge` means. */
const purge = (call: ApiCall, guest: GuestState): void => {
  const { world } = call;
  world.ha.resources.delete(haSid(guest));
  for (const job of world.backupJobs.values()) {
    if (job['vmid'] === undefined) continue;
    job['vmid'] = splitList(job['vmid'])
      .filter((vmid) => vmid !== String(guest.vmid))
      .join(',');
  }
  const replication = world.sections['replication'];
  for (const id of replication?.keys() ?? []) if (id.startsWith(`${guest.vmid}-`)) replication?.delete(id);
};

const ownVolumes = (guest: GuestState): string[] => {
  const unused = Object.entries(guest.config)
    .filter(([key]) => /^unused\d+$/.test(key))
    .map(([, volid]) => String(volid));
  const drives = Object.entries(guest.config)
    .filter(([, value]) => String(value).includes('cloudinit'))
    .flatMap(([key, value]) => volumeOf(guest.type, key, value) ?? []);
  return [...disksOf(guest).map(([, volid]) => volid), ...unused, ...drives];
};

/** A base image that others are linked to cannot go, except where the storage keeps them apart (lvmthin). */
const checkLinked = (call: ApiCall, volid: string): void => {
  const storage = call.world.storages.get(storageIdOf(volid));
  if (!isBase(volid) || storage === undefined || storage.config['type'] === 'lvmthin') return;
  const name = volid.split(':')[1] ?? '';
  const linked = [...storage.places.values()].some((place) =>
    [...place.volumes.values()].some((volume) => volume.parent === name),
  );
  if (linked) die(`base volume '${volid}' is still in use by linked cloned`);
};

/** Volumes of the guest on any storage that its configuration does not name: `destroy-unreferenced-disks`. */
const unreferenced = (call: ApiCall, guest: GuestState, named: readonly string[]): string[] =>
  [...call.world.storages.values()].flatMap((storage) =>
    [...storage.places.entries()]
      .filter(([node]) => node === '' || node === guest.node)
      .flatMap(([, place]) => [...place.volumes.values()])
      .filter((volume) => volume.vmid === guest.vmid && /^(images|rootdir)$/.test(volume.content))
      .map((volume) => volume.volid)
      .filter((volid) => !named.includes(volid)),
  );

const destroy = async (call: ApiCall, guest: GuestState, worker: Worker): Promise<void> => {
  const kind = label(guest.type);
  if (guest.running) {
    worker.log(`forced to stop ${kind} ${guest.vmid} before destroying!`);
    await stop(call, guest, worker, true);
  }
  const volids = ownVolumes(guest);
  for (const volid of volids) checkLinked(call, volid);
  if (flag(call, 'destroy-unreferenced-disks')) volids.push(...unreferenced(call, guest, volids));
  await worker.sleep(600);
  for (const volid of volids) freeVolume(hostOf(call, guest), volid, worker.log);
  if (flag(call, 'purge')) {
    worker.log(`purging ${kind} ${guest.vmid} from related configurations..`);
    purge(call, guest);
  }
  forget(call, guest);
};

/** What forbids the destruction of a guest before any worker starts. */
const checkMayGo = (call: ApiCall, guest: GuestState): void => {
  const kind = label(guest.type);
  if (Number(guest.config['protection'] ?? 0) === 1)
    die(`can't remove ${kind} ${guest.vmid} - protection mode enabled`);
  if (guest.type === 'lxc' || !skipsLock(call)) checkLock(guest);
  if (isHaManaged(call.world, guest) && !flag(call, 'purge')) {
    die(`unable to remove ${kind} ${guest.vmid} - used in HA resources and purge parameter not set.`);
  }
  const replicated = [...(call.world.sections['replication']?.keys() ?? [])].some((id) =>
    id.startsWith(`${guest.vmid}-`),
  );
  if (replicated && !flag(call, 'purge'))
    die(`unable to remove ${kind} ${guest.vmid} - used in replication jobs and purge parameter not set.`);
};

const destroyContainer = (call: ApiCall): string => {
  const guest = guestOf(call, 'lxc');
  checkMayGo(call, guest);
  if (guest.running && !flag(call, 'force')) die(`unable to destroy CT ${guest.vmid} - container is running`);
  return forkFor(call, guest, 'vzdestroy', (worker) => destroy(call, guest, worker));
};

const destroyVm = (call: ApiCall): string => {
  const guest = guestOf(call, 'qemu');
  checkMayGo(call, guest);
  if (guest.running) die(`VM ${guest.vmid} is running - destroy failed`);
  return forkFor(call, guest, 'qmdestroy', (worker) => destroy(call, guest, worker));
};

export const destroyRoutes: Routes = {
  'DELETE /nodes/{node}/lxc/{vmid}': destroyContainer,
  'DELETE /nodes/{node}/qemu/{vmid}': destroyVm,
};
