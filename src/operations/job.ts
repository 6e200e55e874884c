import * as z from 'zod';
import type { Context } from './context.ts';
import { operation, type Privilege } from './operation.ts';
import { figure, flag, maybe, readData, readRows, word } from './rows.ts';

const needs = (): readonly Privilege[] => [{ path: '/', privilege: 'Sys.Audit' }];

const job = z.looseObject({
  id: z.string(),
  enabled: maybe(flag),
  schedule: maybe(z.string()),
  /** Seconds since 1970; missing for a job that is off, and before Proxmox VE 7.1. */
  'next-run': maybe(figure),
  'last-run': maybe(figure),
  comment: maybe(word),
  /** What a backup takes: all guests, a pool, or some by their ids (`101,102`). */
  all: maybe(flag),
  exclude: maybe(word),
  pool: maybe(z.string()),
  vmid: maybe(word),
  /** Only guests that are on this node. */
  node: maybe(z.string()),
  storage: maybe(z.string()),
  /** snapshot, suspend, stop */
  mode: maybe(z.string()),
  'prune-backups': z.record(z.string(), word).optional().catch(undefined),
  /** What a realm sync reads. */
  realm: maybe(z.string()),
});

/** A scheduled job of the cluster: `vzdump` is a backup, `realm-sync` reads users from a directory. */
export interface ScheduledJob extends z.output<typeof job> {
  readonly type: 'vzdump' | 'realm-sync';
}

/** Lists the scheduled jobs: `GET /cluster/backup` and, from Proxmox VE 8 on, `GET /cluster/jobs/realm-sync`. */
export const listJobs = operation({
  name: 'job.list',
  summary: 'List scheduled jobs: backups and realm syncs',
  risk: 'read',
  input: z.object({
    storage: z.string().exactOptional().describe('only backups that write here').meta({ completes: 'storage' }),
  }),
  columns: [
    { field: 'id', title: 'JOB' },
    { field: 'type', title: 'TYPE' },
    { field: 'enabled', title: 'ON' },
    { field: 'schedule', title: 'SCHEDULE' },
    { field: 'next-run', title: 'NEXT', unit: 'moment' },
    { field: 'pool', title: 'POOL' },
    { field: 'vmid', title: 'GUESTS' },
    { field: 'all', title: 'ALL' },
    { field: 'storage', title: 'STORAGE' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context, _resolved, { storage }): AsyncGenerator<never, readonly ScheduledJob[], void> {
    const [backups, syncs] = await Promise.all([
      readRows(context, '/cluster/backup', job),
      storage === undefined ? realmSyncs(context) : [],
    ]);
    return [
      ...backups
        .filter((one) => storage === undefined || one.storage === storage)
        .map((one) => ({ ...one, type: 'vzdump' as const })),
      ...syncs.map((one) => ({ ...one, type: 'realm-sync' as const })),
    ];
  },
});

/** Servers before 8 know no such jobs. */
const realmSyncs = async (context: Context): Promise<readonly z.output<typeof job>[]> => {
  const { release } = await context.proxmox().version({ signal: context.signal, origin: 'person' });
  return Number.parseFloat(release) >= 8 ? readRows(context, '/cluster/jobs/realm-sync', job) : [];
};

const guest = z.looseObject({ vmid: figure, type: maybe(z.string()), name: maybe(word) });

/** Lists guests that no backup job takes: `GET /cluster/backup-info/not-backed-up`. */
export const listUncovered = operation({
  name: 'job.uncovered',
  summary: 'List guests that no backup job takes',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'type', title: 'TYPE' },
  ],
  needs,
  async *run(context) {
    return readRows(context, '/cluster/backup-info/not-backed-up', guest);
  },
});

const volume = z.looseObject({
  /** `101:rootfs` or `rootfs` */
  id: word,
  name: maybe(z.string()),
  included: maybe(flag),
  reason: maybe(z.string()),
});
const covered = z.looseObject({
  id: figure,
  name: maybe(word),
  type: maybe(z.string()),
  children: z.array(volume).optional().catch(undefined),
});
const tree = z.looseObject({ children: z.array(covered).optional().catch(undefined) });

/** Lists the volumes that a backup job takes and leaves out: `GET /cluster/backup/{id}/included_volumes`. */
export const listJobVolumes = operation({
  name: 'job.volumes',
  summary: 'List the volumes that a backup job takes',
  risk: 'read',
  input: z.object({ id: z.string().min(1).describe('id of a backup job').meta({ positional: true }) }),
  columns: [
    { field: 'vmid', title: 'VMID' },
    { field: 'guest', title: 'GUEST' },
    { field: 'key', title: 'DISK' },
    { field: 'volume', title: 'VOLUME' },
    { field: 'included', title: 'IN BACKUP' },
    { field: 'reason', title: 'WHY' },
  ],
  needs,
  async *run(context, _resolved, { id }) {
    const data = await readData(context, `/cluster/backup/${encodeURIComponent(id)}/included_volumes`);
    return (tree.parse(data).children ?? []).flatMap((one) =>
      (one.children ?? []).map((disk) => ({
        vmid: one.id,
        guest: one.name,
        key: disk.id.split(':').at(-1) ?? disk.id,
        volume: disk.name,
        included: disk.included,
        reason: disk.reason,
      })),
    );
  },
});
