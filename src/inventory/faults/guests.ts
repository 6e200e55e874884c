import type { Guest } from '../../models/cluster.ts';
import { plainReason } from '../../models/taskReason.ts';
import { counted, percent } from '../../models/units.ts';
import type { Facts } from '../facts.ts';
import type { Snapshot } from '../types.ts';
import { guestLabel, listed, type Fault } from './fault.ts';

/** Faults of single guests: failed, nearly full, locked by nobody, paused; and replication that fails. */

const failing: Readonly<Record<string, string>> = {
  'io-error': 'stands still after an input/output error of its disk',
  'internal-error': 'stands still after an internal error of QEMU',
  'guest-panicked': 'has panicked',
};

const fullShare = 0.9;

const one = (guest: Guest, kind: Fault['kind'], severity: Fault['severity'], text: string): Fault => ({
  id: `${kind} ${guest.id}`,
  kind,
  severity,
  subject: guestLabel(guest),
  vmids: [guest.vmid],
  ...(guest.context !== undefined && { context: guest.context }),
  node: guest.node,
  text,
});

/** A lock that no running task holds stays until a person takes it away. */
const isStuck = (guest: Guest, { tasks }: Snapshot): boolean =>
  guest.lock !== undefined &&
  !tasks.some(
    (task) =>
      task.endtime === undefined &&
      task.context === guest.context &&
      (task.id === String(guest.vmid) || (task.type === 'vzdump' && task.node === guest.node)),
  );

/** Faults of guests on nodes that are there: what went away with a node is told with the node. */
export const guestFaults = (snapshot: Snapshot): readonly Fault[] => {
  const online = new Set(snapshot.nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const guests = snapshot.guests.filter(({ template, node }) => !template && online.has(node));
  const paused = guests.filter(({ status, lock }) => status === 'paused' && lock === undefined);
  return [
    ...guests.flatMap((guest): readonly Fault[] => {
      const text = failing[guest.status];
      const used = guest.type === 'lxc' && guest.maxdisk > 0 ? guest.disk / guest.maxdisk : 0;
      return [
        ...(guest.hastate === 'error'
          ? [one(guest, 'guest-failed', 'error', 'HA gave up on it: state error, disable it in HA to begin anew')]
          : []),
        ...(text === undefined ? [] : [one(guest, 'guest-failed', 'error', text)]),
        ...(used >= fullShare
          ? [one(guest, 'guest-full', used >= 0.97 ? 'error' : 'warn', `disk ${percent(used)} used`)]
          : []),
        ...(isStuck(guest, snapshot)
          ? [one(guest, 'guest-stuck', 'warn', `is locked (${guest.lock ?? ''}), and no running task holds the lock`)]
          : []),
      ];
    }),
    ...pausedFault(paused),
  ];
};

const pausedFault = (guests: readonly Guest[]): readonly Fault[] => {
  const [first] = guests;
  if (first === undefined) return [];
  if (guests.length === 1) return [one(first, 'guest-paused', 'warn', 'is paused')];
  return [
    {
      id: 'guest-paused',
      kind: 'guest-paused',
      severity: 'warn',
      subject: counted(guests.length, 'guest'),
      vmids: guests.map(({ vmid }) => vmid),
      text: `are paused: ${listed(guests.map(({ name }) => name))}`,
    },
  ];
};

/** Replication jobs whose last run failed: the copy on the other node grows old. */
export const replicationFaults = ({ nodes, guests }: Snapshot, facts: Facts): readonly Fault[] =>
  nodes.flatMap(({ node, context }): readonly Fault[] => {
    const fact = facts.get('replication', node);
    return (fact?.value ?? []).map((job): Fault => {
      const guest = guests.find((one) => one.vmid === job.guest && one.context === context);
      const targetAway = nodes.some((row) => row.node === job.target && row.status === 'offline');
      const reason = targetAway ? 'that node is away' : plainReason(job.error);
      const times = job.failures > 1 ? ` ${String(job.failures)} times in a row` : '';
      return {
        id: `replication-failing ${node} ${job.id}`,
        kind: 'replication-failing',
        severity: 'error',
        subject: guest === undefined ? String(job.guest) : guestLabel(guest),
        vmids: [job.guest],
        ...(context !== undefined && { context }),
        node,
        text: `replication to ${job.target} failed${times}${reason === undefined ? '' : `: ${reason}`}`,
        at: fact?.at ?? 0,
      };
    });
  });
