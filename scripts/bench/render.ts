import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../../src/operations/runner.ts';
import { openSession } from '../../src/operations/session.ts';
import { Home } from '../../tests/support/home.ts';
import { summarize, type Summary } from './statistics.ts';

/** Renders of one place, in ms. */
interface Renders {
  /** The whole of `stack render` where nothing is rendered yet: read, generate, compare, write and sync, keep the trail. */
  readonly whole: Summary;
  /** The same where nothing has changed: nothing is written. */
  readonly again: Summary;
}

export interface Render {
  /** Files of the blueprint that is rendered. */
  readonly files: number;
  /** In a file system in memory, where the machine has one: what Proxdeck itself takes. */
  readonly memory: Renders;
  /** On the disk of this machine, which makes and syncs a hundred new files in 20 ms in one minute and in 200 in the next. */
  readonly disk: Renders;
  /** `workspace init`, `stack add` and `stack render`, one process after the other, by the built program, on that disk; ms. */
  readonly commands: Summary;
}

const root = path.resolve(import.meta.dirname, '../..');
const blueprint = 'lucia';
/** Linux keeps this folder in memory. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const timed = async (work: () => unknown): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** The three commands that lead from nothing to a rendered stack. */
const fromNothing = (home: Home, workspace: string): void => {
  const lines = [
    ['workspace', 'init', workspace],
    ['stack', 'add', blueprint, '--blueprint', blueprint],
    ['stack', 'render', blueprint],
  ];
  for (const words of lines)
    execFileSync(path.join(root, 'bin/proxdeck'), words, {
      env: { ...process.env, ...home.env, PROXDECK_WORKSPACE: workspace },
      stdio: 'ignore',
    });
};

const workspaceOf = (home: Home): string => path.join(home.folder, 'workspace');

const measureCommands = async (runs: number): Promise<Summary> => {
  using home = new Home();
  const commands: number[] = [];
  for (let count = 0; count < runs; count += 1) {
    rmSync(workspaceOf(home), { recursive: true, force: true });
    commands.push(await timed(() => fromNothing(home, workspaceOf(home))));
  }
  return summarize(commands);
};

/** Renders the blueprint again and again, where nothing is rendered and where everything is. */
const measureRenders = async (within: string, runs: number): Promise<Renders & { readonly files: number }> => {
  using home = new Home(within);
  const workspace = workspaceOf(home);
  fromNothing(home, workspace);
  const session = openSession({
    config: { file: home.configFile, contexts: {} },
    readOnly: false,
    signal: new AbortController().signal,
    stateFolder: home.stateFolder,
    place: { current: workspace },
  });
  const render = () => run({ name: 'stack.render', input: { name: blueprint } }, session, { emit: () => undefined });
  const whole: number[] = [];
  const again: number[] = [];
  let files = 0;
  // What is loaded with the first one is measured by the commands.
  const warmUp = 3;
  for (let count = 0; count < runs + warmUp; count += 1) {
    for (const rendered of [`rendered/${blueprint}`, `.proxdeck/rendered/${blueprint}.json`])
      rmSync(path.join(workspace, rendered), { recursive: true, force: true });
    // A stack that did not change is not read again; here it is.
    utimesSync(path.join(workspace, 'stacks', blueprint, 'compose.yaml'), count, count);
    const fresh = await timed(async () => {
      files = (await render()).written;
    });
    const unchanged = await timed(render);
    if (count < warmUp) continue;
    whole.push(fresh);
    again.push(unchanged);
  }
  await session.close();
  return { files, whole: summarize(whole), again: summarize(again) };
};

/** Renders the blueprint in memory and on the disk, and from nothing by the commands. */
export const measureRender = async (runs: number): Promise<Render> => {
  const { files, ...memory } = await measureRenders(memoryFolder, runs);
  return {
    files,
    memory,
    disk: await measureRenders(tmpdir(), runs),
    commands: await measureCommands(Math.ceil(runs / 3)),
  };
};
