import { setTimeout as sleep } from 'node:timers/promises';
import { generateWorld } from '../../src/simulator/generate.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { formatUpid } from '../../src/simulator/upid.ts';
import type { TaskState } from '../../src/simulator/world.ts';
import { Home } from '../../tests/support/home.ts';
import { cpuMs, residentBytes } from './processes.ts';
import { open, quit } from './starts.ts';
import { summarize, type Summary } from './statistics.ts';

export interface Follow {
  readonly linesPerSecond: number;
  readonly seconds: number;
  /** CPU time of the program, in % of one core. */
  readonly cpuPercent: number;
  /** How old the last line on the screen was, at moments a tenth of a second apart, ms. */
  readonly lag: Summary;
  /** Resident memory: the highest of one sample a second, bytes. */
  readonly residentBytes: number;
}

const tickMs = 20;
const linesPerSecond = 5_000;
/** The log is looked at before anything is counted. */
const warmUpSeconds = 3;

const words = 'INFO: root.pxar: had to back up of in average was done incrementally reused'.split(' ');
const line = (number: number): string =>
  `line ${String(number)} ${Array.from({ length: 8 }, (_, at) => words[(number * 7 + at * 3) % words.length]).join(' ')}`;

/** Follows the log of a running task that grows by 5,000 lines a second. The simulator lives in this process, so that its work is not counted. */
export async function measureFollow(seconds: number): Promise<Follow> {
  const now = Date.now() / 1_000;
  const world = generateWorld({ nodes: 3, guests: 50, seed: 1 }, now);
  const node = [...world.nodes.keys()][0] ?? '';
  const worker = {
    node,
    pid: 4_711,
    pstart: 815,
    starttime: Math.floor(now),
    type: 'vzdump',
    id: '100',
    user: 'root@pam',
  };
  const task: TaskState = { ...worker, upid: formatUpid(worker), log: [] };
  world.tasks.push(task);
  const simulator = await startSimulator({ world });
  using home = new Home();
  home.addContext(simulator);
  await using terminal = open(home);
  /** When each tick was written, by the number of its last line. */
  const written: { readonly last: number; readonly at: number }[] = [];
  const begun = performance.now();
  const writer = setInterval(() => {
    const due = ((performance.now() - begun) * linesPerSecond) / 1_000;
    while (task.log.length < due) task.log.push(line(task.log.length + 1));
    written.push({ last: task.log.length, at: performance.now() });
  }, tickMs);
  try {
    await terminal.waitFor(/\d+s old/);
    terminal.press('6');
    await terminal.waitFor('running');
    terminal.press('L');
    await terminal.waitFor(/line \d+ /);
    await sleep(warmUpSeconds * 1_000);
    const from = performance.now();
    const cpuBefore = cpuMs(terminal.pid);
    const lags: number[] = [];
    let resident = 0;
    for (let sample = 1; sample <= seconds * 10; sample += 1) {
      await sleep(Math.max(0, from + sample * 100 - performance.now()));
      const shown = terminal.lines().flatMap((row) => /line (\d+) /.exec(row)?.[1] ?? []);
      const last = Number(shown.at(-1) ?? 0);
      // The first line that is not on the screen yet has been waiting since it was written.
      const missed = written.find((tick) => tick.last > last);
      lags.push(missed === undefined ? 0 : performance.now() - missed.at);
      if (sample % 10 === 0) resident = Math.max(resident, residentBytes(terminal.pid));
    }
    const cpuPercent = ((cpuMs(terminal.pid) - cpuBefore) / (performance.now() - from)) * 100;
    terminal.press('<escape>');
    await quit(terminal);
    return { linesPerSecond, seconds, cpuPercent, lag: summarize(lags), residentBytes: resident };
  } finally {
    clearInterval(writer);
    await simulator.close();
  }
}
