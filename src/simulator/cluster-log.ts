import { taskSucceeded } from '../models/cluster.ts';
import type { TaskState, World } from './world.ts';

type Entry = World['clusterLog'][number];

/** What the cluster is told of a task (contract §7.5): by pvedaemon, as an error when it failed. */
export const taskEntry = (
  uid: number,
  time: number,
  { pid, node, user }: TaskState,
  msg: string,
  failed: boolean,
): Entry => ({ uid, time, pri: failed ? 3 : 6, tag: 'pvedaemon', pid, node, user, msg });

/** pmxcfs keeps a ring of entries; so many are enough for a screen. */
const kept = 500;

/** The log that tasks of before have left behind, oldest first. */
export const logOfTasks = (tasks: readonly TaskState[]): Entry[] =>
  tasks
    .flatMap((task) => {
      const { upid, starttime, endtime, exitstatus = '' } = task;
      const begun = { time: starttime, task, msg: `starting task ${upid}`, failed: false };
      if (endtime === undefined) return [begun];
      return [
        begun,
        { time: endtime, task, msg: `end task ${upid} ${exitstatus}`, failed: !taskSucceeded(exitstatus) },
      ];
    })
    .toSorted((a, b) => a.time - b.time)
    .slice(-kept)
    .map(({ time, task, msg, failed }, index) => taskEntry(index + 1, time, task, msg, failed));
