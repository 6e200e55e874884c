import { taskSucceeded, type Task } from '../../models/cluster.ts';
import { taskLabel } from '../../models/upid.ts';
import { plainReason } from '../../models/taskReason.ts';
import type { Snapshot } from '../types.ts';
import { guestLabel, listed, when, type Fault } from './fault.ts';

/** Tasks of the last day that failed and that nothing made good since. */

/** Says why a task failed, where somebody read its log. */
export type ReasonOf = (upid: string) => string | undefined;

const daySeconds = 86_400;
/** More lines than this say less than their number. */
const most = 4;

const hasFailed = ({ status, endtime }: Task): boolean =>
  endtime !== undefined && status !== undefined && !taskSucceeded(status);

/** The same work on the same thing. */
const workOf = ({ type, id, node, context = '' }: Task): string => `${context} ${type} ${id === '' ? node : id}`;

/** The newest failure of each work that did not succeed afterwards, and how often it failed. */
const unresolved = (
  tasks: readonly Task[],
  now: number,
): readonly { readonly task: Task; readonly times: number }[] => {
  const ended = tasks.filter(({ endtime }) => endtime !== undefined);
  const works = Map.groupBy(ended, workOf);
  return [...works.values()].flatMap((runs) => {
    const ordered = runs.toSorted((a, b) => b.starttime - a.starttime);
    const firstGood = ordered.findIndex((task) => !hasFailed(task));
    const failed = firstGood < 0 ? ordered : ordered.slice(0, firstGood);
    const [task] = failed;
    if (task === undefined || (task.endtime ?? 0) < now / 1000 - daySeconds) return [];
    return [{ task, times: failed.length }];
  });
};

/** A status that is only a word of Proxmox VE's says nothing that a person could act on. */
const saidBy = ({ status = '' }: Task): string | undefined =>
  /^(job errors|unexpected status|stopped: )/.test(status) ? undefined : plainReason(status);

/** `start` for a guest, whose name stands before it; `packages: refresh lists` for what is about no guest. */
const workText = ({ type }: Task, isOfGuest: boolean): string => {
  if (type === 'vzdump') return 'backup';
  const label = taskLabel(type, '');
  return isOfGuest ? (label.split(' - ').at(-1) ?? label) : label.replace(' - ', ': ').toLowerCase();
};

/** Failed backups are told apart from other tasks: they are what one needs when everything else goes wrong. */
export const taskFaults = (
  { tasks, guests }: Snapshot,
  now: number,
  reasonOf: ReasonOf = () => undefined,
): readonly Fault[] => {
  const failed = unresolved(tasks, now).toSorted((a, b) => (b.task.endtime ?? 0) - (a.task.endtime ?? 0));
  const fault = ({ task, times }: { readonly task: Task; readonly times: number }): Fault => {
    const guest = guests.find(({ vmid, context }) => String(vmid) === task.id && context === task.context);
    const isBackup = task.type === 'vzdump';
    const reason = reasonOf(task.upid) ?? saidBy(task);
    const often = times > 1 ? `, ${String(times)} times` : '';
    return {
      id: `task ${task.upid}`,
      kind: isBackup ? 'backup-failed' : 'task-failed',
      severity: isBackup ? 'error' : 'warn',
      subject: guest === undefined ? subjectOf(task) : guestLabel(guest),
      ...(guest === undefined ? {} : { vmids: [guest.vmid] }),
      ...(task.context !== undefined && { context: task.context }),
      node: task.node,
      upid: task.upid,
      text: `${workText(task, guest !== undefined)} failed ${when(task.endtime ?? task.starttime, now)}${often}${reason === undefined ? '' : `: ${reason}`}`,
    };
  };
  const faults = failed.map(fault);
  return [
    ...faults.filter(({ kind }) => kind === 'backup-failed'),
    ...collapsed(faults.filter(({ kind }) => kind === 'task-failed')),
  ];
};

const subjectOf = ({ type, id, node }: Task): string => (id === '' || type === 'vzdump' ? node : id);

/** Many failed tasks are one line that leads to the list of tasks. */
const collapsed = (faults: readonly Fault[]): readonly Fault[] => {
  if (faults.length <= most) return faults;
  const shown = faults.slice(0, most - 1);
  const rest = faults.slice(most - 1);
  return [
    ...shown,
    {
      id: 'tasks-failed',
      kind: 'task-failed',
      severity: 'warn',
      subject: `${String(rest.length)} more tasks`,
      text: `failed in the last day: ${listed(rest.map(({ subject }) => subject))}`,
    },
  ];
};
