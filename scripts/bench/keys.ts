import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../../tests/support/home.ts';
import { Terminal } from '../../tests/support/terminal.ts';
import { markedId, showsGuests, shownIds } from './screen.ts';
import { open, quit } from './starts.ts';
import { summarize } from './statistics.ts';
import type { Summary } from './statistics.ts';

interface KeyFigures {
  /** From the key to the arrival of the bytes that moved the mark, ms. */
  readonly latency: Summary;
  /** Bytes until then. */
  readonly bytes: Summary;
}

export interface Keys {
  /** Only the mark moved. */
  readonly move: KeyFigures;
  /** The whole list moved by a row. */
  readonly scroll: KeyFigures;
  /** From a key to the answer of a program that only echoes, in the same minutes, ms: what of the others is not ours. */
  readonly echo: Summary;
}

interface Press {
  readonly scrolled: boolean;
  readonly latency: number;
  readonly bytes: number;
}

/** A person's pause between keys; random, so that keys meet timers and refreshes at every phase. */
const pause = (): Promise<void> => sleep(40 + Math.random() * 50);

async function press(terminal: Terminal, key: string): Promise<Press> {
  await pause();
  const before = markedId(terminal);
  const [top] = shownIds(terminal);
  const bytesBefore = terminal.bytes;
  const pressedAt = terminal.press(key);
  const shownAt = await terminal.waitFor(() => markedId(terminal) !== before, 5_000);
  const bytes = terminal.chunks.filter((chunk) => chunk.at <= shownAt).reduce((sum, chunk) => sum + chunk.bytes, 0);
  return { scrolled: shownIds(terminal)[0] !== top, latency: shownAt - pressedAt, bytes: bytes - bytesBefore };
}

/** Keys of each run that are not counted: code that V8 has not compiled yet takes twice as long (9 ms for the very first key). */
const warmUpKeys = 10;

/** Walks down the list until it scrolls, on for a while, and back. */
async function walk(home: Home, steps: number): Promise<Press[]> {
  await using terminal = open(home);
  await terminal.waitFor(() => showsGuests(terminal) && terminal.updates > 0);
  await terminal.settled(1_000);
  for (let key = 0; key < warmUpKeys; key += 1) await press(terminal, key < warmUpKeys / 2 ? 'j' : 'k');
  const presses: Press[] = [];
  for (const key of ['j', 'k']) {
    for (let step = 0; step < steps; step += 1) presses.push(await press(terminal, key));
  }
  await quit(terminal);
  return presses;
}

const echoProgram = path.join(import.meta.dirname, 'echo.mjs');

/** Types at a program that does nothing but echo. */
async function echo(keys: number): Promise<number[]> {
  await using terminal = new Terminal(process.execPath, [echoProgram], { columns: 120, rows: 40 });
  await terminal.waitFor(() => terminal.updates > 0);
  const latencies: number[] = [];
  for (let key = 0; key < warmUpKeys + keys; key += 1) {
    await pause();
    const { updates } = terminal;
    const pressedAt = terminal.press('j');
    latencies.push((await terminal.waitFor(() => terminal.updates > updates, 5_000)) - pressedAt);
  }
  await quit(terminal);
  return latencies.slice(warmUpKeys);
}

const figures = (presses: readonly Press[]): KeyFigures => ({
  latency: summarize(presses.map((one) => one.latency)),
  bytes: summarize(presses.map((one) => one.bytes)),
});

/** A walk. */
const echoedKeys = 50;

/** Measures keys over `runs` walks through a list of `guests`. */
export async function measureKeys(home: Home, guests: number, runs: number): Promise<Keys> {
  const presses: Press[] = [];
  const echoes: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    presses.push(...(await walk(home, Math.min(60, guests - 1))));
    echoes.push(...(await echo(echoedKeys)));
  }
  return {
    move: figures(presses.filter((one) => !one.scrolled)),
    scroll: figures(presses.filter((one) => one.scrolled)),
    echo: summarize(echoes),
  };
}
