import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../src/operations/runner.ts';
import { openSession } from '../../src/operations/session.ts';
import { Home } from '../../tests/support/home.ts';
import { summarize, type Summary } from './statistics.ts';

export interface Render {
  /** Files of the blueprint that is rendered. */
  readonly files: number;
  /** The whole of `stack render` where nothing is rendered yet: read, generate, compare, write and sync, keep the trail; ms. */
  readonly whole: Summary;
  /** The same where nothing has changed: nothing is written. */
  readonly again: Summary;
  /** `workspace init`, `stack add` and `stack render`, one process after the other, by the built program; ms. */
  readonly commands: Summary;
}

const root = path.resolve(import.meta.dirname, '../..');
const blueprint = 'lucia';

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

/** Renders the blueprint again and again, in a folder where nothing is rendered and in one where everything is. */
export async function measureRender(runs: number): Promise<Render> {
  using home = new Home();
  const workspace = path.join(home.folder, 'workspace');
  const commands: number[] = [];
  for (let count = 0; count < Math.ceil(runs / 3); count += 1) {
    rmSync(workspace, { recursive: true, force: true });
    commands.push(await timed(() => fromNothing(home, workspace)));
  }
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
    const fresh = await timed(async () => {
      files = (await render()).written;
    });
    const unchanged = await timed(render);
    if (count < warmUp) continue;
    whole.push(fresh);
    again.push(unchanged);
  }
  await session.close();
  return { files, whole: summarize(whole), again: summarize(again), commands: summarize(commands) };
}
