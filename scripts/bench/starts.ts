import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../../tests/support/home.ts';
import { launcherFile } from '../../tests/support/simulator.ts';
import { Terminal } from '../../tests/support/terminal.ts';
import { markedId, showsGuests, shownIds } from './screen.ts';
import { summarize } from './statistics.ts';
import type { Summary } from './statistics.ts';

export interface Starts {
  /** Wall time of `node -e 0`, ms: the measure of this machine at this moment. */
  readonly node: Summary;
  /** With no state at all: until ten guests are on the screen, ms. */
  readonly withoutCache: Summary;
  /** Until the picture of the last run is on the screen, ms. */
  readonly picture: Summary;
  /** Until the first frame of the program itself, ms. */
  readonly firstFrame: Summary;
  /** Until a key that was typed during the start has moved the mark, ms. */
  readonly firstKey: Summary;
  /** Moments after the picture when fewer guests were on the screen than the picture had. */
  readonly flickers: number;
  readonly keysTyped: number;
  readonly keysLost: number;
}

export const open = (home: Home): Terminal => new Terminal(launcherFile, [], { columns: 120, rows: 40, env: home.env });

export async function quit(terminal: Terminal): Promise<void> {
  terminal.press('q');
  await terminal.exited;
}

function nodeStartMs(): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  if (status !== 0) throw new Error('node -e 0 failed');
  return performance.now() - start;
}

async function startWithoutCache(home: Home): Promise<number> {
  home.forget();
  await using terminal = open(home);
  const shownAt = await terminal.waitFor(() => showsGuests(terminal));
  // The state is written behind the first frame; the next start wants it whole.
  await terminal.settled(500);
  await quit(terminal);
  return shownAt - terminal.startedAt;
}

const keysDuringStart = 20;
const betweenKeysMs = 8;

interface PictureStart {
  readonly picture: number;
  readonly firstFrame: number;
  readonly firstKey: number;
  readonly flickers: number;
  readonly keysLost: number;
}

/** Starts on the picture of the last run and types at once, as somebody in a hurry does. */
async function startWithPicture(home: Home): Promise<PictureStart> {
  await using terminal = open(home);
  const pictureAt = await terminal.waitFor(() => showsGuests(terminal));
  if (terminal.updates > 0) throw new Error('the launcher showed no picture');
  const ids = shownIds(terminal);
  const first = markedId(terminal);
  let flickers = 0;
  const watched = (holds: () => boolean) => (): boolean => {
    if (shownIds(terminal).length < ids.length) flickers += 1;
    return holds();
  };
  const firstFrame = terminal.waitFor(watched(() => terminal.updates > 0));
  const firstKey = terminal.waitFor(watched(() => terminal.updates > 0 && markedId(terminal) !== first));
  for (let key = 0; key < keysDuringStart; key += 1) {
    terminal.press('j');
    await sleep(betweenKeysMs);
  }
  const frameAt = await firstFrame;
  const keyAt = await firstKey;
  const moved = (): number => shownIds(terminal).indexOf(markedId(terminal) ?? '') - ids.indexOf(first ?? '');
  // A key is lost when it never moves the mark, not when a refresh of 10,000 rows comes before it.
  try {
    await terminal.waitFor(() => moved() === keysDuringStart, 5_000);
  } catch (missing) {
    console.error(String(missing).split('\n')[0]);
  }
  const keysLost = keysDuringStart - moved();
  // The mark goes home: the picture for the next start begins there.
  terminal.press('<home>');
  await terminal.waitFor(() => markedId(terminal) === first);
  await quit(terminal);
  return {
    picture: pictureAt - terminal.startedAt,
    firstFrame: frameAt - terminal.startedAt,
    firstKey: keyAt - terminal.startedAt,
    flickers,
    keysLost,
  };
}

/** Measures starts, with `node -e 0` measured beside each. */
export async function measureStarts(home: Home, runs: number): Promise<Starts> {
  const node: number[] = [];
  const withoutCache: number[] = [];
  const pictured: PictureStart[] = [];
  for (let run = 0; run < runs; run += 1) {
    node.push(nodeStartMs());
    withoutCache.push(await startWithoutCache(home));
  }
  for (let run = 0; run < runs; run += 1) {
    node.push(nodeStartMs());
    pictured.push(await startWithPicture(home));
  }
  const total = (figure: (start: PictureStart) => number): number =>
    pictured.reduce((sum, one) => sum + figure(one), 0);
  return {
    node: summarize(node),
    withoutCache: summarize(withoutCache),
    picture: summarize(pictured.map((one) => one.picture)),
    firstFrame: summarize(pictured.map((one) => one.firstFrame)),
    firstKey: summarize(pictured.map((one) => one.firstKey)),
    flickers: total((one) => one.flickers),
    keysTyped: runs * keysDuringStart,
    keysLost: total((one) => one.keysLost),
  };
}
