import { randomUUID } from 'node:crypto';
import { die } from '../../handler.ts';
import type { ApiCall, Worker } from '../../handler.ts';
import { textFact } from '../../facts.ts';
import { parseKeep, pruneMarks } from '../../prune.ts';
import type { GuestState } from '../../world.ts';
import { guestName } from '../guest-rows.ts';
import { archiveOf, backupsOf, dataBytes, localTime, takenBytes } from './backup-archive.ts';
import type { Archive } from './backup-archive.ts';
import { hostOf } from './config-change.ts';
import { tarTotal } from './creation.ts';
import { checkLock } from './guest.ts';
import { disksOf, formatSize, splitOption } from './options.ts';
import { end, start } from './run-state.ts';
import { findVolume, onlinePlace, snapshotLog, usableStorage, volumeHasFeature } from './volumes.ts';

/** A backup job as it was asked for, on one node. */
export interface Job {
  readonly vmids: readonly number[];
  readonly node: string;
  readonly storage: string;
  readonly mode: string;
  readonly compress: string;
  readonly notesTemplate: string | undefined;
  readonly protects: boolean;
  /** Retention of this job; absent: the storage's. */
  readonly prune: string | undefined;
  readonly removes: boolean;
}

type Info = (line: string) => void;

/** A mount point is saved when it is the root or says `backup=1`; a drive unless it says `backup=0`. */
const includes = (guest: GuestState, key: string): boolean => {
  const { backup } = splitOption(guest.type, key, String(guest.config[key]));
  return guest.type === 'lxc' ? key === 'rootfs' || backup === '1' : backup !== '0';
};

const diskBytes = (call: ApiCall, guest: GuestState): number =>
  disksOf(guest).reduce((sum, [, volid]) => sum + (findVolume(hostOf(call, guest), volid)?.sizeBytes ?? 0), 0);

/** The mode that is possible: a stopped guest is only read; a container needs storage snapshots for `snapshot`. */
const modeFor = (call: ApiCall, guest: GuestState, wanted: string, info: Info): string => {
  if (!guest.running) return 'stop';
  if (guest.type === 'qemu' || wanted !== 'snapshot') return wanted;
  const able = disksOf(guest).every(([, volid]) => volumeHasFeature(hostOf(call, guest), volid, 'snapshot', undefined));
  if (able) return 'snapshot';
  info('mode failure - some volumes do not support snapshots');
  info("trying 'suspend' mode instead");
  return 'suspend';
};

const logContainer = (guest: GuestState, info: Info): void => {
  info(`CT Name: ${guestName(guest)}`);
  for (const [key] of disksOf(guest)) {
    const mount = key === 'rootfs' ? '/' : splitOption('lxc', key, String(guest.config[key]))['mp'];
    const kept = includes(guest, key);
    info(
      `${kept ? 'including' : 'excluding'} ${key === 'rootfs' ? 'mount point rootfs' : `volume mount point ${key}`} ('${mount}') ${kept ? 'in' : 'from'} backup`,
    );
  }
};

const logVm = (call: ApiCall, guest: GuestState, info: Info): void => {
  info(`VM Name: ${guestName(guest)}`);
  for (const [key, volid] of disksOf(guest)) {
    const size = findVolume(hostOf(call, guest), volid)?.sizeBytes ?? 0;
    info(
      includes(guest, key)
        ? `include disk '${key}' '${volid}' ${formatSize(size)}`
        : `exclude disk '${key}' '${volid}' (backup=no)`,
    );
  }
};

const megabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 2 ** 30).toFixed(2)}GB` : `${Math.max(1, Math.round(bytes / 2 ** 20))}MB`;

/** What a disk of a homelab gives, in bytes a second; a backup takes long enough to be watched, and no longer than one watches. */
const readRate = 400e6;
const [leastSeconds, mostSeconds] = [7, 40];

/** Reads a VM's disks through its QEMU, with the progress that it tells. */
const readVm = async (guest: GuestState, bytes: number, worker: Worker, info: Info): Promise<void> => {
  if (!guest.running) info('starting kvm to execute backup task');
  info(`started backup task '${randomUUID()}'`);
  const gib = (value: number): string => `${(value / 2 ** 30).toFixed(1)} GiB`;
  const seconds = Math.min(mostSeconds, Math.max(leastSeconds, Math.ceil(bytes / readRate)));
  const speed = `${(bytes / seconds / 2 ** 20).toFixed(1)} MiB/s`;
  for (let second = 1; second <= seconds; second += 1) {
    await worker.sleep(1000);
    const percent = Math.floor((100 * second) / seconds);
    info(
      `${String(percent).padStart(3)}% (${gib((bytes * percent) / 100)} of ${gib(bytes)}) in ${second}s, read: ${speed}, write: ${speed}`,
    );
  }
  info(`transferred ${(bytes / 2 ** 30).toFixed(2)} GiB in ${seconds} seconds (${speed})`);
};

const readContainer = async (guest: GuestState, bytes: number, worker: Worker, info: Info): Promise<void> => {
  // A running system is a bigger one: it takes long enough to be watched, and to be stopped.
  const seconds = guest.running ? 8 : 2;
  for (let second = 0; second < seconds; second += 1) await worker.sleep(1000);
  info(`Total bytes written: ${tarTotal(bytes, seconds)}`);
};

/** Removes what the retention does not keep any more, the new backup counted in. */
const prune = (call: ApiCall, job: Job, guest: GuestState, info: Info): void => {
  const host = { world: call.world, node: job.node };
  const retention = job.prune ?? String(usableStorage(host, job.storage).config['prune-backups'] ?? 'keep-all=1');
  const keep = parseKeep(retention);
  if (!job.removes || (keep['keep-all'] ?? 0) > 0) return;
  const place = onlinePlace(host, job.storage);
  const backups = backupsOf(place, guest);
  const node = call.world.nodes.get(job.node);
  const zone = node === undefined ? 'UTC' : textFact(node, 'timezone', 'UTC');
  info(`prune older backups with retention: ${retention}`);
  const marks = pruneMarks(
    backups.map(({ ctime, protected: kept }) => ({ ctime, protected: kept === true })),
    keep,
    zone,
  );
  const gone = backups.filter((_, index) => marks[index] === 'remove');
  for (const volume of gone) {
    info(`removing backup '${volume.volid}'`);
    place.volumes.delete(volume.volid);
    place.usedBytes -= takenBytes(volume);
  }
  info(`pruned ${gone.length} backup(s) not covered by keep-retention policy`);
};

const snapshotDisks = (
  call: ApiCall,
  guest: GuestState,
  step: 'create' | 'delete',
  worker: Worker,
  info: Info,
): void => {
  info(step === 'create' ? "create storage snapshot 'vzdump'" : "cleanup temporary 'vzdump' snapshot");
  for (const [key, volid] of disksOf(guest)) {
    if (includes(guest, key)) snapshotLog(hostOf(call, guest), volid, 'vzdump', step, worker.log);
  }
};

const store = (call: ApiCall, job: Job, { volume }: Archive, info: Info): void => {
  const place = onlinePlace({ world: call.world, node: job.node }, job.storage);
  if (place.usedBytes + takenBytes(volume) > place.totalBytes) die('job failed with err -28 - No space left on device');
  place.volumes.set(volume.volid, volume);
  place.usedBytes += takenBytes(volume);
  info(`archive file size: ${megabytes(volume.sizeBytes)}`);
  if (volume.notes !== undefined) info('adding notes to backup');
  if (volume.protected === true) info('marking backup as protected');
};

const save = async (
  call: ApiCall,
  job: Job,
  guest: GuestState,
  at: number,
  worker: Worker,
  info: Info,
): Promise<void> => {
  const wasRunning = guest.running;
  if (guest.type === 'lxc' && wasRunning) logContainer(guest, info);
  const mode = modeFor(call, guest, job.mode, info);
  info(`backup mode: ${mode}`);
  info('ionice priority: 7');
  if (!wasRunning && guest.type === 'lxc') logContainer(guest, info);
  if (guest.type === 'qemu') logVm(call, guest, info);
  if (wasRunning && mode === 'stop') {
    info('stopping virtual guest');
    await worker.sleep(2000);
    end(call, guest);
  }
  if (guest.type === 'lxc' && mode === 'snapshot') snapshotDisks(call, guest, 'create', worker, info);
  const bytes = dataBytes(guest, diskBytes(call, guest));
  const storage = usableStorage({ world: call.world, node: job.node }, job.storage);
  const { compress, notesTemplate, protects } = job;
  const archive = archiveOf(call.world, guest, bytes, { storage, compress, at, notesTemplate, protects });
  info(`creating ${storage.config['type'] === 'pbs' ? 'Proxmox Backup Server' : 'vzdump'} archive '${archive.target}'`);
  if (guest.type === 'qemu' && guest.agent?.running === true && guest.running) {
    info("issuing guest-agent 'fs-freeze' command");
    info("issuing guest-agent 'fs-thaw' command");
  }
  await (guest.type === 'lxc' ? readContainer : readVm)(guest, bytes, worker, info);
  store(call, job, archive, info);
  prune(call, job, guest, info);
  if (guest.type === 'lxc' && mode === 'snapshot') snapshotDisks(call, guest, 'delete', worker, info);
  if (!wasRunning || mode !== 'stop') return;
  info('restarting vm');
  await start(call, guest, worker, true);
};

const duration = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');

/** Backs up one guest of a job. Throws when that fails; the lock `backup` never stays. */
export const backUp = async (call: ApiCall, job: Job, vmid: number, worker: Worker): Promise<void> => {
  const info: Info = (line) => worker.log(`INFO: ${line}`);
  const guest = call.world.guests.get(vmid) ?? die(`unable to find VM '${vmid}'`);
  const at = call.now();
  info(`Starting Backup of VM ${vmid} (${guest.type})`);
  info(`Backup started at ${localTime(call.world, job.node, at)}`);
  info(`status = ${guest.running ? 'running' : 'stopped'}`);
  checkLock(guest);
  guest.config['lock'] = 'backup';
  try {
    await save(call, job, guest, at, worker, info);
  } finally {
    delete guest.config['lock'];
  }
  info(`Finished Backup of VM ${vmid} (${duration(call.now() - at)})`);
  info(`Backup finished at ${localTime(call.world, job.node, call.now())}`);
};
