import { nextEvent } from './calendar-next.ts';
import { textFact } from './facts.ts';
import { chores } from './life-chores.ts';
import { reconcileHa } from './life-ha.ts';
import { followOrders } from './life-power.ts';
import { sampleAt } from './pvestatd.ts';
import type { AsRoot } from './as-root.ts';
import type { ConfigValue, World } from './world.ts';

export interface LifeOptions {
  readonly world: World;
  /** Seconds since 1970, of the simulated clock. */
  readonly now: () => number;
  readonly asRoot: AsRoot;
  /** Which life it is: the same seed and the same clock give the same events. */
  readonly seed: number;
}

/** What a job passes on to vzdump: all but what concerns the job itself (contract §8.6). */
const ofTheJob = new Set(['id', 'type', 'schedule', 'enabled', 'comment', 'repeat-missed', 'node', 'starttime', 'dow']);

const vzdumpParams = (job: Readonly<Record<string, ConfigValue>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(job)
      .filter(([key]) => !ofTheJob.has(key))
      .map(([key, value]) => [key, String(value)]),
  );

/** Starts the backup jobs that are due between two moments on every node they concern, as pvescheduler does. */
const runBackupJobs = async ({ world, asRoot }: LifeOptions, from: number, to: number): Promise<void> => {
  const online = [...world.nodes.values()].filter((node) => node.online);
  const timezone = online[0] ? textFact(online[0], 'timezone', 'UTC') : 'UTC';
  for (const job of world.backupJobs.values()) {
    if (Number(job['enabled'] ?? 1) !== 1 || job['schedule'] === undefined) continue;
    const due = nextEvent(String(job['schedule']), from, timezone);
    if (due === undefined || due > to) continue;
    for (const node of online) {
      if (job['node'] !== undefined && job['node'] !== node.name) continue;
      await asRoot('POST', `/nodes/${node.name}/vzdump`, vzdumpParams(job));
    }
  }
};

/** One step of life: everything that happens after `from` and up to `to` (seconds since 1970). */
export const liveOn = async (options: LifeOptions, from: number, to: number): Promise<void> => {
  const { world, asRoot, seed } = options;
  // Publishes what the nodes see at the beginning of each cycle, whether or not somebody asks then.
  sampleAt(world, to);
  await followOrders(world, asRoot, to);
  await runBackupJobs(options, from, to);
  await reconcileHa(world, asRoot, from, to);
  for (const chore of chores) {
    const shift = (seed * 7919) % chore.everySeconds;
    const before = Math.floor((from + shift) / chore.everySeconds);
    const slot = Math.floor((to + shift) / chore.everySeconds);
    // After a pause (a laptop that slept) only the last turn is made up for.
    if (slot > before) await chore.run({ world, asRoot, seed, slot, at: to });
  }
};

const stepMs = 1000;

/**
 * Keeps a simulated cluster alive until the returned function is called: backup jobs by their schedule, chores of daemons,
 * a guest that flaps, log lines, reboots that were ordered.
 */
export const startLife = (options: LifeOptions): (() => void) => {
  let reached = options.now();
  let busy = false;
  const step = async (): Promise<void> => {
    const now = options.now();
    if (busy || now <= reached) return;
    busy = true;
    try {
      const from = reached;
      reached = now;
      await liveOn(options, from, now);
    } catch (error) {
      const [node] = options.world.nodes.values();
      node?.syslog.push({
        at: now,
        text: `pvescheduler[1301]: ${error instanceof Error ? error.message : String(error)}`,
      });
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void step(), stepMs);
  timer.unref();
  return () => clearInterval(timer);
};
