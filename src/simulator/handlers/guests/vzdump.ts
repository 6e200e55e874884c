import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Handler, Routes, Worker } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { flag, list, nodeOf, required, text } from '../params.ts';
import { localTime } from './backup-archive.ts';
import { backUp } from './backup-run.ts';
import type { Job } from './backup-run.ts';
import { configText } from './config-file.ts';
import { guestsOn, reasonOf } from './guest.ts';
import { archivedConfig } from './restore-lxc.ts';
import { findVolume, onlinePlace, storageIdOf, supports, usableStorage } from './volumes.ts';

/** Options that only root@pam itself may set. */
const rootOptions = ['tmpdir', 'dumpdir', 'script', 'job-id'];
const hostOptions = ['bwlimit', 'ionice', 'performance'];

const checkMay = (call: ApiCall, vmids: readonly number[]): void => {
  for (const option of rootOptions) {
    if (call.params[option] !== undefined && !call.caller.root)
      badParameters({ [option]: 'Only root may set this option.' });
  }
  if (hostOptions.some((option) => call.params[option] !== undefined)) call.require('/', 'Sys.Modify');
  const storage = text(call, 'storage');
  if (storage !== undefined) call.require(`/storage/${storage}`, 'Datastore.AllocateSpace');
  if (text(call, 'prune-backups') !== undefined) call.require(`/storage/${storage ?? 'local'}`, 'Datastore.Allocate');
  for (const vmid of vmids) call.require(`/vms/${vmid}`, 'VM.Backup');
};

/** Guests that are named, or all that the caller may back up; only those on this node, and ids that nobody has. */
const selected = (call: ApiCall): number[] => {
  const node = nodeOf(call).name;
  const excluded = new Set(list(call, 'exclude').map(Number));
  const pool = text(call, 'pool');
  const isHere = (vmid: number): boolean => (call.world.guests.get(vmid)?.node ?? node) === node;
  if (pool !== undefined) {
    const members = call.world.pools.get(pool)?.vms ?? die(`no such pool '${pool}'`);
    return [...members].filter((vmid) => call.world.guests.get(vmid)?.node === node && !excluded.has(vmid));
  }
  if (flag(call, 'all')) {
    const mayBackUp = (guest: GuestState): boolean => call.may(`/vms/${guest.vmid}`, 'VM.Backup');
    return guestsOn(call.world, node)
      .filter((guest) => mayBackUp(guest) && !excluded.has(guest.vmid))
      .map((guest) => guest.vmid)
      .toSorted((a, b) => a - b);
  }
  return list(call, 'vmid').map(Number).filter(isHere);
};

const quoted = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value}'`);

/** `vzdump 101 102 --storage dir2 …`: the call as a command line. */
const commandLine = (call: ApiCall, vmids: readonly number[]): string => {
  const options = Object.keys(call.params).filter((key) => key !== 'vmid' && call.params[key] !== undefined);
  const named = call.params['vmid'] === undefined ? [] : vmids;
  return ['vzdump', ...named, ...options.map((key) => `--${key} ${quoted(text(call, key) ?? '')}`)].join(' ');
};

const jobOf = (call: ApiCall, vmids: readonly number[]): Job => ({
  vmids,
  node: nodeOf(call).name,
  storage: text(call, 'storage') ?? 'local',
  mode: text(call, 'mode') ?? 'snapshot',
  compress: text(call, 'compress') ?? '0',
  notesTemplate: text(call, 'notes-template'),
  protects: flag(call, 'protected'),
  prune: text(call, 'prune-backups'),
  removes: call.params['remove'] === undefined || flag(call, 'remove'),
});

/** The storage is looked at before any guest: a job without one fails as a whole. */
const checkStorage = (call: ApiCall, job: Job): void => {
  const host = { world: call.world, node: job.node };
  try {
    onlinePlace(host, job.storage);
  } catch (error) {
    const reason = reasonOf(error);
    die(
      `could not activate storage '${job.storage}': ${reason}\ncould not get storage information for '${job.storage}': ${reason}`,
    );
  }
  if (!supports(usableStorage(host, job.storage), 'backup')) {
    die(
      `could not get storage information for '${job.storage}': can't use storage '${job.storage}' for backups - wrong content type`,
    );
  }
};

const othersRun = (call: ApiCall, job: Job, worker: Worker): boolean =>
  call.world.tasks.some(
    (task) =>
      task.type === 'vzdump' &&
      task.node === job.node &&
      task.endtime === undefined &&
      task !== worker.task &&
      task.starttime <= worker.task.starttime &&
      task.pid < worker.task.pid,
  );

/** One backup job a node: the next waits. */
const waitForTurn = async (call: ApiCall, job: Job, worker: Worker): Promise<void> => {
  if (!othersRun(call, job, worker)) return;
  worker.log('INFO: trying to get global lock - waiting...');
  while (othersRun(call, job, worker)) await worker.sleep(1000);
  worker.log('INFO: got global lock');
};

const runJob = async (call: ApiCall, job: Job, worker: Worker): Promise<void> => {
  checkStorage(call, job);
  worker.log(`INFO: starting new backup job: ${commandLine(call, job.vmids)}`);
  await waitForTurn(call, job, worker);
  let failed = false;
  for (const vmid of job.vmids) {
    try {
      await backUp(call, job, vmid, worker);
    } catch (error) {
      failed = true;
      worker.log(`ERROR: Backup of VM ${vmid} failed - ${reasonOf(error)}`);
      worker.log(`INFO: Failed at ${localTime(call.world, job.node, call.now())}`);
    }
    if (worker.task.abort?.signal.aborted === true) break;
  }
  worker.log(failed ? 'INFO: Backup job finished with errors' : 'INFO: Backup job finished successfully');
  if (failed) die('job errors');
};

const stopRunning = (call: ApiCall): void => {
  call.require('/', 'Sys.Modify');
  const node = nodeOf(call).name;
  for (const task of call.world.tasks) {
    if (task.type === 'vzdump' && task.node === node && task.endtime === undefined) task.abort?.abort();
  }
};

/** Answers a UPID, or `OK` when nothing here is to be backed up (contract §13). */
const startBackup: Handler = (call) => {
  if (
    text(call, 'vmid') === undefined &&
    !flag(call, 'all') &&
    text(call, 'pool') === undefined &&
    !flag(call, 'stop')
  ) {
    badParameters({ vmid: 'property is missing' });
  }
  const vmids = selected(call);
  checkMay(call, vmids);
  if (flag(call, 'stop')) stopRunning(call);
  if (vmids.length === 0 && !flag(call, 'all')) return 'OK';
  const job = jobOf(call, vmids);
  const id = vmids.length === 1 && !flag(call, 'all') ? String(vmids[0]) : '';
  return call.fork(job.node, 'vzdump', id, (worker) => runJob(call, job, worker));
};

/** /etc/vzdump.conf as it is by default, with what the storage adds. */
const defaults: Handler = (call) => {
  const id = text(call, 'storage') ?? 'local';
  const storage = call.world.storages.get(id) ?? die(`storage '${id}' does not exist`);
  const path = storage.config['path'];
  return {
    all: 0,
    bwlimit: 0,
    compress: '0',
    ...(path === undefined ? {} : { dumpdir: `${path}/dump` }),
    fleecing: { enabled: 0 },
    ionice: 7,
    lockwait: 180,
    mailnotification: 'always',
    mode: 'snapshot',
    'notification-mode': 'auto',
    performance: { 'max-workers': 16, 'pbs-entries-max': 1_048_576 },
    pigz: 0,
    'prune-backups': String(storage.config['prune-backups'] ?? 'keep-all=1'),
    quiet: 0,
    remove: 1,
    stdexcludes: 1,
    stop: 0,
    stopwait: 10,
    storage: id,
    zstd: 1,
  };
};

const extractConfig: Handler = (call) => {
  const volid = required(call, 'volume');
  const host = { world: call.world, node: nodeOf(call).name };
  const storage = usableStorage(host, storageIdOf(volid)).storage;
  const volume = findVolume(host, volid) ?? die(`volume '${volid}' does not exist`);
  call.require(`/storage/${storage}`, 'Datastore.AllocateSpace', 'Datastore.Allocate');
  if (volume.content !== 'backup') die(`unable to parse '${volid}' as a backup`);
  return configText(archivedConfig(call, volume));
};

export const vzdumpRoutes: Routes = {
  'POST /nodes/{node}/vzdump': startBackup,
  'GET /nodes/{node}/vzdump/defaults': defaults,
  'GET /nodes/{node}/vzdump/extractconfig': extractConfig,
};
