import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { GuestState, NodeState } from '../world.ts';
import { integer, nodeOf, required } from './params.ts';

type Job = Readonly<Record<string, unknown>>;

/** Every job runs by the default schedule, each quarter of an hour. */
const everySeconds = 900;
/** Seconds that a run takes. */
const runSeconds = 4.2;

const slotBefore = (at: number): number => Math.floor(at / everySeconds) * everySeconds;

const partsOf = (job: Job): { readonly vmid: number; readonly jobnum: number } => {
  const [vmid = '', jobnum = ''] = String(job['id']).split('-');
  return { vmid: Number(vmid), jobnum: Number(jobnum) };
};

const guestOf = (call: ApiCall, job: Job): GuestState | undefined => call.world.guests.get(partsOf(job).vmid);

/** Jobs of guests that are on the node of the path and that the caller may see. */
const jobsOf = (call: ApiCall): readonly Job[] => {
  const wanted = integer(call, 'guest');
  return [...(call.world.sections['replication']?.values() ?? [])].filter((job) => {
    const guest = guestOf(call, job);
    return (
      guest?.node === nodeOf(call).name &&
      (wanted === undefined || guest.vmid === wanted) &&
      call.may(`/vms/${guest.vmid}`, 'VM.Audit')
    );
  });
};

const targetOf = (call: ApiCall, job: Job): NodeState | undefined => call.world.nodes.get(String(job['target']));

const volumesOf = (guest: GuestState | undefined): string =>
  Object.entries(guest?.config ?? {})
    .filter(([key]) => /^(?:rootfs|mp\d+|scsi\d+|virtio\d+)$/.test(key))
    .map(([, value]) => String(value).split(',')[0])
    .join(',');

/** What ssh to a node that is away ends with. */
const errorOf = (job: Job, target: NodeState, lastSync: number, volumes: string): string =>
  `command '/usr/bin/ssh -e none -o 'BatchMode=yes' -o 'HostKeyAlias=${target.name}' root@${target.ip} -- pvesr prepare-local-job ${String(job['id'])} ${volumes} --last_sync ${lastSync}' failed: exit code 255`;

interface Run {
  readonly last_sync: number;
  readonly last_try: number;
  readonly next_sync: number;
  readonly fail_count: number;
  readonly error?: string;
}

/**
 * A job whose target went away fails once and is not tried again until the target is back (PVE::ReplicationState::job_status:
 * no next time while it has failed and the target is offline).
 */
const runOf = (call: ApiCall, job: Job): Run => {
  const now = call.now();
  const target = targetOf(call, job);
  const slot = slotBefore(now);
  if (Number(job['disable'] ?? 0) === 1) return { last_sync: 0, last_try: 0, next_sync: 0, fail_count: 0 };
  if (target === undefined || target.online) {
    return { last_sync: slot, last_try: slot, next_sync: slot + everySeconds, fail_count: 0 };
  }
  const lastSync = slotBefore((target.downSince ?? slot) - 1);
  const volumes = volumesOf(guestOf(call, job));
  return {
    last_sync: lastSync,
    last_try: lastSync + everySeconds,
    next_sync: 0,
    fail_count: 1,
    error: errorOf(job, target, lastSync, volumes),
  };
};

const statusRow = (call: ApiCall, job: Job): Record<string, unknown> => {
  const { vmid, jobnum } = partsOf(job);
  return {
    ...job,
    guest: vmid,
    jobnum,
    vmtype: guestOf(call, job)?.type,
    source: nodeOf(call).name,
    duration: runSeconds,
    ...runOf(call, job),
  };
};

const jobOf = (call: ApiCall): Job => {
  const id = required(call, 'id');
  return jobsOf(call).find((job) => job['id'] === id) ?? die(`no such replication job '${id}'`);
};

const stamp = (at: number): string => new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ');

const logOf = (call: ApiCall, job: Job): readonly string[] => {
  const id = String(job['id']);
  const guest = guestOf(call, job);
  const { last_try: at, error } = runOf(call, job);
  if (at === 0) return [];
  const volumes = volumesOf(guest);
  const said = [
    'start replication job',
    `guest => ${guest?.type === 'qemu' ? 'VM' : 'CT'} ${guest?.vmid ?? ''}, running => ${guest?.running === true ? 1 : 0}`,
    `volumes => ${volumes}`,
    ...(error === undefined
      ? [
          `create snapshot '__replicate_${id}_${at}__' on ${volumes}`,
          'using secure transmission, rate limit: none',
          `incremental sync '${volumes}' (__replicate_${id}_${at - everySeconds}__ => __replicate_${id}_${at}__)`,
          'end replication job',
        ]
      : [
          `(remote_prepare_local_job) ssh: connect to host ${targetOf(call, job)?.ip ?? ''} port 22: No route to host`,
          `end replication job with error: ${error}`,
        ]),
  ];
  return said.map((text, index) => `${stamp(at + Math.floor(index / 3))} ${id}: ${text}`);
};

const readLog = (call: ApiCall): unknown => {
  const lines = logOf(call, jobOf(call));
  const start = integer(call, 'start') ?? 0;
  call.siblings['total'] = lines.length;
  return lines.slice(start, start + (integer(call, 'limit') ?? 50)).map((t, index) => ({ n: start + index + 1, t }));
};

/** /nodes/{node}/replication (PVE::API2::Replication): how the jobs of the guests that are here go. */
export const replicationRoutes: Routes = {
  'GET /nodes/{node}/replication': (call) => jobsOf(call).map((job) => statusRow(call, job)),
  'GET /nodes/{node}/replication/{id}/status': (call) => statusRow(call, jobOf(call)),
  'GET /nodes/{node}/replication/{id}/log': readLog,
};
