import path from 'node:path';
import { loadFixture } from '../../src/simulator/fixture.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { parseUpid } from '../../src/simulator/upid.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { TaskState, World } from '../../src/simulator/world.ts';
import { effectsOf, readHistory } from './history.ts';
import type { Effect } from './history.ts';
import type { Recording } from './recording.ts';
import { send } from './wire.ts';

const here = import.meta.dirname;

/** The second for which recorded-machine.yaml is written. */
const beginning = 1_795_208_662;

/** A guest is locked while such a task works on it. */
const lockWhile: Readonly<Record<string, string>> = {
  vzdump: 'backup',
  move_volume: 'disk',
  vzsnapshot: 'snapshot',
  qmsnapshot: 'snapshot',
  vzcreate: 'create',
  qmclone: 'clone',
};

/** The recorded machine, which can be moved forward in time. */
export interface RecordedMachine {
  readonly sim: Simulator;
  /** Moves to just before a second. */
  advance(second: number): Promise<void>;
  /** What happens in that second, one after the other; the order in which it did is not known. */
  during(second: number): readonly Effect[];
  apply(effect: Effect): Promise<void>;
  /** Shows the tasks as they were at a second, with or without those that began in it. Returns whether any did. */
  showTasks(second: number, withNew: boolean): boolean;
  close(): Promise<void>;
}

/** Puts a copy of the state back into the world that the simulator holds on to. */
export const restore = (world: World, copy: World): void => {
  for (const key of ['nodes', 'guests', 'storages', 'pools', 'backupJobs'] as const)
    refill<unknown, unknown>(world[key], copy[key]);
  for (const key of ['realms', 'users', 'groups', 'roles'] as const)
    refill<unknown, unknown>(world.access[key], copy.access[key]);
  world.access.acl.splice(0, Infinity, ...copy.access.acl);
  world.tasks.splice(0, Infinity, ...copy.tasks);
  world.clusterLog.splice(0, Infinity, ...copy.clusterLog);
  replace(world.options, copy.options);
  replace(world.sections, copy.sections);
  refill(world.ha.resources, copy.ha.resources);
  refill(world.ha.rules, copy.ha.rules);
  delete world.ha.active;
  if (copy.ha.active !== undefined) world.ha.active = copy.ha.active;
};

const refill = <K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void => {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
};

const replace = <V>(record: Record<string, V>, from: Readonly<Record<string, V>>): void => {
  for (const key of Object.keys(record)) delete record[key];
  Object.assign(record, from);
};

/** A copy of the state. What tasks hold on to (a signal to stop) is left out. */
export const copyOf = (world: World): World =>
  structuredClone({ ...world, tasks: world.tasks.map(({ abort: _abort, ...task }) => task) });

/** Starts the recorded machine as it was before its first answer. */
export const startMachine = async (recordings: readonly Recording[]): Promise<RecordedMachine> => {
  const world = loadFixture(path.join(here, 'recorded-machine.yaml'), beginning);
  const index = world.tasks.splice(0, Infinity);
  // What was written before the recording began is not known.
  world.clusterLog.splice(0);
  const sim = await startSimulator({ world, speed: Infinity, authDelayMs: 0, proxyTimeoutMs: 10 });
  world.access.users.get('root@pam')?.tokens.clear();
  const effects = effectsOf(recordings, readHistory(path.join(here, 'recorded-history.yaml')), index);
  const logs = new Map<string, readonly string[]>();
  let next = 0;

  /**
   * A task that the simulator ran takes the name that it had on the machine; how it ended there is in the index.
   * Returns false when it failed there for reasons outside its API (a stopped monitor, no network): then nothing has changed.
   */
  const adopt = (upid: string, ran: TaskState): boolean => {
    const parts = parseUpid(upid);
    const known = index.find((task) => task.upid === upid);
    const asRun = known === undefined || ran.exitstatus === known.exitstatus;
    logs.set(upid, asRun ? ran.log : [...ran.log.slice(0, -1), ...known.log]);
    if (known === undefined && parts !== undefined) index.push({ ...ran, ...parts, upid, endtime: parts.starttime });
    return asRun || known.exitstatus === 'OK';
  };

  const machine: RecordedMachine = {
    sim,
    during: (second) => effects.filter((effect, position) => position >= next && effect.at === second),
    apply: async ({ at, upid, change }) => {
      sim.clock.set(upid === undefined ? at : (parseUpid(upid)?.starttime ?? at));
      if ('patch' in change) {
        change.patch(world);
        return;
      }
      const before = copyOf(world);
      await send(sim, change.send);
      await sim.engine.idle();
      const [ran] = world.tasks.splice(before.tasks.length, Infinity);
      if (upid !== undefined && ran !== undefined && !adopt(upid, ran)) restore(world, before);
    },
    advance: async (second) => {
      world.tasks.splice(0, Infinity);
      for (let effect = effects[next]; effect !== undefined && effect.at < second; effect = effects[next]) {
        await machine.apply(effect);
        next += 1;
      }
    },
    showTasks: (second, withNew) => {
      const started = index
        .filter((task) => task.starttime < second || (withNew && task.starttime === second))
        .sort((a, b) => a.starttime - b.starttime || a.pstart - b.pstart);
      world.tasks.splice(0, Infinity, ...started.map((task) => shown(task, logs.get(task.upid) ?? task.log, second)));
      for (const guest of world.guests.values()) {
        const busy = world.tasks.find(
          (task) => task.endtime === undefined && task.id === String(guest.vmid) && lockWhile[task.type] !== undefined,
        );
        if (busy !== undefined) guest.config['lock'] = lockWhile[busy.type] ?? '';
      }
      return index.some((task) => task.starttime === second);
    },
    close: () => sim.close(),
  };
  return machine;
};

const shown = (task: TaskState, log: readonly string[], second: number): TaskState => {
  const { endtime, exitstatus, ...rest } = task;
  if (endtime !== undefined && endtime > second) return { ...rest, log: [] };
  return {
    ...rest,
    log: [...log],
    ...(endtime === undefined ? {} : { endtime }),
    ...(exitstatus === undefined ? {} : { exitstatus }),
  };
};
