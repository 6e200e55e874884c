import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSession } from '../../src/faces/tui/connect.ts';
import { startProgram } from '../../tests/support/program.ts';
import { startTroubledCluster } from '../fuzz/cluster.ts';
import { heapUsed } from '../fuzz/heap.ts';
import { hurry } from '../fuzz/hurry.ts';

export interface Hour {
  /** Simulated minutes between the two figures. */
  readonly minutes: number;
  /** Used heap after a garbage collection, in bytes. */
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly polls: number;
}

/** How many times faster than real time it passes. */
const speed = 60;
const warmUpMinutes = 10;

/** Lets the program look at the living demo for an hour of simulated time, going from screen to screen once a minute. */
export async function measureHour(minutes: number): Promise<Hour> {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-hour-'));
  await using cluster = await startTroubledCluster(speed, 1);
  const normal = hurry(speed);
  const env = { ...cluster.env, HOME: folder };
  const options = { env, stateFolder: path.join(folder, 'state'), readOnly: false, colour: true, unicode: true };
  const program = await startProgram({ columns: 120, rows: 40, connect: () => connectSession(options, undefined) });
  let heapBefore = 0;
  try {
    for (let minute = 0; minute < warmUpMinutes + minutes; minute += 1) {
      if (minute === warmUpMinutes) heapBefore = heapUsed();
      program.type(Buffer.from(['0', '1', '2', '4', '6', '7'][minute % 6] ?? '2'));
      await program.settle();
      await sleep(60_000 / speed);
    }
    program.type(Buffer.from('0'));
    await program.settle();
    const polls = program.app.session?.calls.records.filter(({ origin }) => origin === 'poll').length ?? 0;
    return { minutes, heapBefore, heapAfter: heapUsed(), polls };
  } finally {
    await program.close();
    normal();
    rmSync(folder, { recursive: true, force: true });
  }
}
