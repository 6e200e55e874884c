import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../../tests/support/home.ts';
import { showsGuests } from './screen.ts';
import { open, quit } from './starts.ts';
import { summarize, type Summary } from './statistics.ts';

export interface Idle {
  readonly seconds: number;
  /** Frames a second while nothing but the age of the data changes. */
  readonly framesPerSecond: number;
  /** Bytes of one of them, with the marks of synchronized output. */
  readonly bytes: Summary;
  /** Frames after which the screen looked as before. */
  readonly identical: number;
}

const update = /\u001B\[\?2026h[^]*?\u001B\[\?2026l/g;

/** Stops the refresh and watches what is still drawn. */
export async function measureIdle(home: Home, seconds: number): Promise<Idle> {
  await using terminal = open(home);
  await terminal.waitFor((frame) => showsGuests(terminal) && /\d+s old/.test(frame));
  terminal.press('a');
  await terminal.waitFor(', paused');
  // The notice goes after 6 s; what comes after a start (history, facts) has come by then.
  await sleep(8_000);
  const before = terminal.raw.length;
  let identical = 0;
  let shown = terminal.fingerprint();
  let updates = terminal.updates;
  const watching = setInterval(() => {
    if (terminal.updates === updates) return;
    const now = terminal.fingerprint();
    if (now === shown) identical += terminal.updates - updates;
    shown = now;
    updates = terminal.updates;
  }, 50);
  await sleep(seconds * 1_000);
  clearInterval(watching);
  const frames = terminal.raw.slice(before).match(update) ?? [];
  await quit(terminal);
  return {
    seconds,
    framesPerSecond: frames.length / seconds,
    bytes: summarize(frames.map((frame) => Buffer.byteLength(frame))),
    identical,
  };
}
