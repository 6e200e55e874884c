import { taskEntry } from './cluster-log.ts';
import { formatUpid } from './upid.ts';
import type { Clock } from './clock.ts';
import type { Worker } from './handler.ts';
import type { TaskState, World } from './world.ts';

/** Starts workers and keeps count of those that still run. */
export interface TaskEngine {
  /** Starts a worker and returns its UPID. The work begins after the call that started it has been answered. */
  fork(user: string, node: string, type: string, id: string, work: (worker: Worker) => Promise<void>): string;
  /** Resolves when no worker runs any more. */
  idle(): Promise<void>;
  /** Interrupts everything that runs, and waits for it. */
  stop(): Promise<void>;
}

const logToCluster = (world: World, time: number, task: TaskState, msg: string, failed: boolean): void => {
  const uid = (world.clusterLog.at(-1)?.uid ?? 0) + 1;
  world.clusterLog.push(taskEntry(uid, time, task, msg, failed));
};

const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).trim().replaceAll(/\s*\n\s*/g, ' ');

/** `OK`, `WARNINGS: n` or the text of the error, and the log's last line that tells it (contract §7.2). */
const finish = (task: TaskState, failure: string | undefined, endtime: number): void => {
  const warnings = task.log.filter((line) => line.startsWith('WARN: ')).length;
  const good = warnings === 0 ? 'OK' : `WARNINGS: ${warnings}`;
  task.exitstatus = failure ?? good;
  task.endtime = endtime;
  task.log.push(failure === undefined ? `TASK ${good}` : `TASK ERROR: ${failure}`);
};

/** Makes the worker engine of a simulated cluster (PVE::RESTEnvironment::fork_worker). */
export const createTaskEngine = (world: World, clock: Clock): TaskEngine => {
  const running = new Map<TaskState, Promise<void>>();
  let nextPid = 4096 + (world.tasks.length % 1000);

  const newTask = (user: string, node: string, type: string, id: string): TaskState => {
    const starttime = clock.now();
    const pid = nextPid;
    nextPid = nextPid >= 0x3ffff ? 1024 : nextPid + 7;
    const uptime = Math.max(0, starttime - (world.nodes.get(node)?.bootedAt ?? starttime));
    const parts = { node, pid, pstart: uptime * 100 + (pid % 100), starttime, type, id, user };
    return { ...parts, upid: formatUpid(parts), log: [], abort: new AbortController() };
  };

  const run = async (task: TaskState, work: (worker: Worker) => Promise<void>): Promise<void> => {
    const signal = task.abort?.signal;
    // The caller has its UPID before the work begins.
    await Promise.resolve();
    let failure: string | undefined;
    try {
      await work({ task, log: (line) => void task.log.push(line), sleep: (ms) => clock.sleep(ms, signal) });
    } catch (thrown) {
      failure = reasonOf(thrown);
    }
    finish(task, failure, clock.now());
    running.delete(task);
    logToCluster(world, clock.now(), task, `end task ${task.upid} ${task.exitstatus}`, failure !== undefined);
  };

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };

  return {
    fork: (user, node, type, id, work) => {
      const task = newTask(user, node, type, id);
      world.tasks.push(task);
      logToCluster(world, task.starttime, task, `starting task ${task.upid}`, false);
      running.set(task, run(task, work));
      return task.upid;
    },
    idle,
    stop: async () => {
      for (const task of running.keys()) task.abort?.abort();
      await idle();
    },
  };
};
