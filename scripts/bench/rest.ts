import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../../tests/support/home.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { cpuMs, residentBytes } from './processes.ts';
import { showsGuests } from './screen.ts';
import { open, quit } from './starts.ts';

export interface Rest {
  readonly seconds: number;
  /** CPU time of the program and its children, in % of one core. */
  readonly cpuPercent: number;
  /** Resident memory: the highest of one sample a second, bytes. */
  readonly residentBytes: number;
  /** Calls in the busiest minute, as the server saw them; scaled when less than a minute was watched. */
  readonly callsPerMinute: number;
  /** Calls by path over the whole time. */
  readonly calls: Readonly<Record<string, number>>;
}

const minuteMs = 60_000;

/** The most calls that any minute holds. */
function busiestMinute(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + minuteMs).length));
}

/** Lets the program stand on its list of guests and watches what it does by itself. */
export async function measureRest(home: Home, proxy: CountingProxy, seconds: number): Promise<Rest> {
  await using terminal = open(home);
  await terminal.waitFor(() => showsGuests(terminal) && terminal.updates > 0);
  // What comes after a start (history, the database) is not rest.
  await sleep(5_000);
  const from = performance.now();
  const cpuBefore = cpuMs(terminal.pid);
  let resident = 0;
  for (let second = 1; second <= seconds; second += 1) {
    await sleep(Math.max(0, from + second * 1_000 - performance.now()));
    resident = Math.max(resident, residentBytes(terminal.pid));
  }
  const cpu = cpuMs(terminal.pid) - cpuBefore;
  const watchedMs = performance.now() - from;
  const calls = proxy.calls.filter((call) => call.at >= from);
  await quit(terminal);
  const inMinute = busiestMinute(calls.map((call) => call.at));
  const counted = Object.groupBy(calls, ({ method, path }) => `${method} ${path}`);
  return {
    seconds,
    cpuPercent: (cpu / watchedMs) * 100,
    residentBytes: resident,
    callsPerMinute: watchedMs < minuteMs ? (inMinute * minuteMs) / watchedMs : inMinute,
    calls: Object.fromEntries(Object.entries(counted).map(([path, all]) => [path, all?.length ?? 0])),
  };
}
