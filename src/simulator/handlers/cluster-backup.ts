import { randomUUID } from 'node:crypto';
import { nextEvent } from '../calendar-next.ts';
import { textFact } from '../facts.ts';
import { badParameters } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { ConfigValue, GuestState } from '../world.ts';
import { guestName } from './guest-rows.ts';
import { deleteKeys, localNode, required, sectionOf, splitList, text } from './params.ts';

type Job = Record<string, ConfigValue>;

/** Property strings that GET answers as objects (contract §8.6), with the key that may stand bare. */
const objects: Readonly<Record<string, string>> = {
  'prune-backups': 'keep-all',
  fleecing: 'enabled',
  performance: 'max-workers',
};

const parsed = (value: ConfigValue, bareKey: string): Record<string, string> =>
  Object.fromEntries(
    String(value)
      .split(',')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return at > 0 ? [part.slice(0, at), part.slice(at + 1)] : [bareKey, part];
      }),
  );

const shown = (id: string, job: Job): Record<string, unknown> => {
  const row: Record<string, unknown> = { id, type: 'vzdump', ...job };
  for (const [key, bareKey] of Object.entries(objects)) {
    const value = job[key];
    if (value !== undefined) row[key] = parsed(value, bareKey);
  }
  if (job['exclude-path'] !== undefined) row['exclude-path'] = splitList(job['exclude-path']);
  return row;
};

const nextRun = (call: ApiCall, job: Job): Record<string, number> => {
  if (Number(job['enabled'] ?? 1) !== 1 || job['schedule'] === undefined) return {};
  const at = nextEvent(String(job['schedule']), call.now(), textFact(localNode(call.world), 'timezone', 'UTC'));
  return at === undefined ? {} : { 'next-run': at };
};

const readJobs = (call: ApiCall): unknown =>
  [...call.world.backupJobs].map(([id, job]) => ({ ...shown(id, job), ...nextRun(call, job) }));

const jobOf = (call: ApiCall): [string, Job] => {
  const id = required(call, 'id');
  const job = call.world.backupJobs.get(id);
  return job ? [id, job] : badParameters({ id: `No such job '${id}'` });
};

/** The old form names a time and days of the week apart. */
const schedule = (job: Job): void => {
  const { starttime, dow } = job;
  if (starttime === undefined) return;
  job['schedule'] = dow === undefined ? starttime : `${dow} ${starttime}`;
  delete job['starttime'];
  delete job['dow'];
};

const create = (call: ApiCall): null => {
  const id = text(call, 'id') ?? randomUUID();
  if (call.world.backupJobs.has(id)) badParameters({ id: `Job '${id}' already exists` });
  const job: Job = { enabled: 1, ...sectionOf(call, ['id']) };
  schedule(job);
  call.world.backupJobs.set(id, job);
  return null;
};

const selections = ['vmid', 'all', 'pool'];

const update = (call: ApiCall): null => {
  const [, job] = jobOf(call);
  const changes = sectionOf(call, ['id', 'delete', 'digest']);
  deleteKeys(call, job);
  // One kind of selection replaces the other.
  if (selections.some((key) => changes[key] !== undefined))
    for (const key of [...selections, 'exclude']) delete job[key];
  Object.assign(job, changes);
  schedule(job);
  return null;
};

/** The guests that a job takes (PVE::VZDump::get_included_guests), by id. */
const guestsOfJob = (call: Pick<ApiCall, 'world'>, job: Readonly<Job>): GuestState[] => {
  const { guests, pools } = call.world;
  const excluded = new Set(splitList(job['exclude']).map(Number));
  const vmids =
    job['pool'] !== undefined
      ? [...(pools.get(String(job['pool']))?.vms ?? [])]
      : Number(job['all'] ?? 0) === 1
        ? [...guests.keys()].filter((vmid) => !excluded.has(vmid))
        : splitList(job['vmid']).map(Number);
  return vmids
    .flatMap((vmid) => guests.get(vmid) ?? [])
    .filter((guest) => job['node'] === undefined || guest.node === job['node'])
    .toSorted((left, right) => left.vmid - right.vmid);
};

const diskKeys = { lxc: /^(?:rootfs|mp\d+)$/, qemu: /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/ } as const;

/** Whether a volume is part of a backup, and why (mountpoint_backup_enabled, QemuConfig::get_backup_volumes). */
const inclusion = (guest: GuestState, key: string, value: string): { included: number; reason: string } => {
  if (key === 'rootfs') return { included: 1, reason: 'rootfs' };
  if (guest.type === 'lxc' && value.startsWith('/')) return { included: 0, reason: 'not a volume' };
  const option = /(?:^|,)backup=([01])/.exec(value)?.[1] ?? (guest.type === 'qemu' ? '1' : '0');
  return option === '1' ? { included: 1, reason: 'enabled' } : { included: 0, reason: 'disabled' };
};

const volumesOf = (guest: GuestState): unknown[] =>
  Object.keys(guest.config)
    .filter((key) => diskKeys[guest.type].test(key) && !String(guest.config[key]).includes('media=cdrom'))
    .toSorted()
    .map((key) => {
      const value = String(guest.config[key]);
      return { id: `${guest.vmid}:${key}`, name: value.split(',')[0], leaf: 1, ...inclusion(guest, key, value) };
    });

const includedVolumes = (call: ApiCall): unknown => {
  const [, job] = jobOf(call);
  const children = guestsOfJob(call, job)
    .filter((guest) => call.may(`/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => ({
      id: guest.vmid,
      name: guestName(guest),
      type: guest.type,
      leaf: 0,
      children: volumesOf(guest),
    }));
  return { children };
};

const notBackedUp = (call: ApiCall): unknown => {
  const covered = new Set<number>();
  for (const job of call.world.backupJobs.values()) for (const guest of guestsOfJob(call, job)) covered.add(guest.vmid);
  return [...call.world.guests.values()]
    .filter((guest) => !covered.has(guest.vmid) && call.may(`/vms/${guest.vmid}`, 'VM.Audit'))
    .map((guest) => ({ vmid: guest.vmid, type: guest.type, name: guestName(guest) }));
};

const analyze = (call: ApiCall): unknown => {
  const runs: { timestamp: number; utc: string }[] = [];
  const timezone = textFact(localNode(call.world), 'timezone', 'UTC');
  let from = Number(text(call, 'starttime') ?? call.now());
  for (let count = Number(text(call, 'iterations') ?? 10); count > 0; count -= 1) {
    const next = nextEvent(required(call, 'schedule'), from, timezone);
    if (next === undefined) break;
    // `Sat Nov 21 02:30:00 2026`, as Perl prints gmtime.
    const [day, date, month, year, time] = new Date(next * 1000).toUTCString().replace(',', '').split(' ');
    runs.push({ timestamp: next, utc: `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}` });
    from = next;
  }
  return runs;
};

/** /cluster/backup, /cluster/backup-info and the analysis of schedules (PVE::API2::Backup). */
export const backupRoutes: Routes = {
  'GET /cluster/backup': readJobs,
  'POST /cluster/backup': create,
  'GET /cluster/backup/{id}': (call) => shown(...jobOf(call)),
  'PUT /cluster/backup/{id}': update,
  'DELETE /cluster/backup/{id}': (call) => (call.world.backupJobs.delete(jobOf(call)[0]), null),
  'GET /cluster/backup/{id}/included_volumes': includedVolumes,
  'GET /cluster/backup-info/not-backed-up': notBackedUp,
  'GET /cluster/jobs/schedule-analyze': analyze,
};
