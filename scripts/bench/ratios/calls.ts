import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSession } from '../../../src/faces/tui/connect.ts';
import { startProgram, type Program } from '../../../tests/support/program.ts';
import { startTroubledCluster } from '../../fuzz/cluster.ts';
import type { ScreenName } from '../../../src/ui/state.ts';

/** How often the API is called for what a person looks at: the same on every machine. */

/** Screens with a row whose details are opened, one tab after the other. */
const looks: readonly { readonly screen: ScreenName; readonly keys: readonly string[] }[] = [
  { screen: 'guests', keys: ['2', '/', 'postgres', '\r', '\r'] },
  { screen: 'nodes', keys: ['1', '/', 'pve1', '\r', '\r'] },
  { screen: 'storage', keys: ['4', '/', 'nas', '\r', '\r'] },
  { screen: 'tasks', keys: ['6', '\r'] },
];

/** Longer than anything is looked at before it is asked for, and than an answer of this machine takes; in milliseconds. */
const quietMs = 700;

const callsOf = (program: Program): number =>
  program.app.session?.calls.records.filter(({ origin }) => origin === 'person').length ?? 0;

/** Resolves with the number of calls once no more come. */
const calm = async (program: Program): Promise<number> => {
  for (;;) {
    const before = callsOf(program);
    await sleep(quietMs);
    const running = program.app.session?.calls.records.some(({ durationMs }) => durationMs === undefined) ?? false;
    if (!running && callsOf(program) === before) return before;
  }
};

const press = async (program: Program, keys: string): Promise<void> => {
  program.type(Buffer.from(keys));
  await program.settle();
};

/** Calls that are made when each tab of a guest, a node, a storage and a task is looked at for the first time, and for coming back. */
export const callsOfLooks = async (): Promise<Readonly<Record<string, number>>> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-calls-'));
  await using cluster = await startTroubledCluster(1);
  const env = { ...cluster.env, HOME: folder };
  const options = { env, stateFolder: path.join(folder, 'state'), readOnly: false, colour: true, unicode: true };
  const program = await startProgram({ columns: 120, rows: 40, connect: () => connectSession(options, undefined) });
  const figures: Record<string, number> = {};
  try {
    let known = await calm(program);
    figures['calls, the first list of guests'] = known;
    for (const { screen, keys } of looks) {
      for (const one of keys) await press(program, one);
      const details = program.app.details(screen);
      for (const first = details.tab; ;) {
        const now = await calm(program);
        figures[`calls, ${screen} ${details.tab ?? ''}`] = now - known;
        known = now;
        await press(program, ']');
        if (details.tab === first) break;
      }
      const again = await calm(program);
      figures[`calls, ${screen} looked at again`] = again - known;
      known = again;
      for (let times = 0; times < 3; times += 1) {
        await press(program, '\u001B');
        await sleep(40);
      }
    }
    return figures;
  } finally {
    await program.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
