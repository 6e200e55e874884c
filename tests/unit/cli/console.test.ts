import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Console } from '../../../src/faces/cli/console.ts';
import type { Surroundings } from '../../../src/faces/cli/execute.ts';
import { faceCommands } from '../../../src/faces/cli/faceCommands.ts';
import type { Globals } from '../../../src/faces/cli/globals.ts';
import { pipedLines } from '../../../src/faces/cli/lines.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aHome } from '../config/folder.ts';

const globals: Globals = {
  output: 'table',
  yes: false,
  readOnly: false,
  plain: false,
  dryRun: false,
  color: true,
  ascii: false,
};

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, faults: [], fixture: new URL('cluster.yaml', import.meta.url).pathname });
});
afterAll(() => simulator.close());

const yaml = (): string =>
  ['home', 'work']
    .map((name) =>
      [
        `  ${name}:`,
        `url: ${simulator.url}`,
        `token: '${simulator.token}'`,
        `fingerprint: '${simulator.fingerprint}'`,
      ].join('\n    '),
    )
    .join('\n');

/** Types lines into a console and returns all it wrote. */
const type = async (lines: readonly string[], over: { linear?: boolean; globals?: Partial<Globals> } = {}) => {
  const env = aHome(`current: home\ncontexts:\n${yaml()}\n`);
  const written = { stdout: '', stderr: '' };
  const prompts: string[] = [];
  const surroundings: Surroundings = {
    env,
    signal: new AbortController().signal,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    terminal: undefined,
    colour: false,
    linear: over.linear ?? false,
  };
  const left = [...lines];
  const session = new Console({ ...globals, ...over.globals }, surroundings, faceCommands(surroundings));
  const code = await session.run({
    next: async (prompt) => {
      prompts.push(prompt);
      return left.shift();
    },
  });
  return { code, prompts, session, ...written };
};

describe('the console', () => {
  it('says what it is and how the cluster is, then does line after line', async () => {
    const { stdout, stderr, prompts, code } = await type(['guest list', '', '  exit ', 'never reached']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Proxdeck console. Type help for what there is, exit to leave.\n/);
    expect(stdout).toMatch(/VMID +NAME/);
    expect(prompts).toEqual(['home> ', 'home> ', 'home> ']);
    expect(code).toBe(0);
  });

  it('writes no escape sequence and no box', async () => {
    const { stdout } = await type(['guest list', 'node list', 'cluster show']);
    expect(stdout).not.toMatch(/[\u001B─│┌┐└┘]/);
  });

  it('goes on after an error, and ends with the code of the last command', async () => {
    const { stdout, stderr, code } = await type(['guest lst', 'guest show 99999', 'version']);
    expect(stderr).toMatch(/unknown command 'lst'/);
    expect(stderr).toMatch(/There is no guest 99999/);
    expect(stdout).toMatch(/proxdeck/i);
    expect(code).toBe(0);
    expect((await type(['guest show 99999'])).code).toBe(4);
  });

  it('takes quotes, a slash before a command, and short names', async () => {
    const { stdout, stderr } = await type(['/status', '/help', 'guest list --node "pve1"']);
    expect(stderr).toBe('');
    expect(stdout).toContain('In the console:');
    expect(stdout).toContain('use NAME');
  });

  it('goes to another context for all that follows, and not to one that is not there', async () => {
    const { prompts, stderr } = await type(['use work', 'use wrok', 'node list']);
    expect(prompts).toEqual(['home> ', 'work> ', 'work> ', 'work> ']);
    expect(stderr).toContain('There is no context wrok. Did you mean work?');
  });

  it('keeps to how it was started: read-only, JSON', async () => {
    const { stderr } = await type(['guest start 101'], { globals: { readOnly: true } });
    expect(stderr).toContain('read-only');
    const { stdout } = await type(['node list'], { globals: { output: 'json' } });
    expect(stdout).toContain('"node": "pve1"');
  });

  it('does not open itself or the full screen inside of itself', async () => {
    expect((await type(['console'])).stderr).toContain("unknown command 'console'");
    expect((await type(['demo'])).stderr).toContain("unknown command 'demo'");
  });

  it('reads rows out as sentences to a screen reader', async () => {
    const { stdout } = await type(['node list'], { linear: true });
    expect(stdout).toMatch(/^node pve1, status online, cpu \d+%, /m);
    expect(stdout).not.toMatch(/ {2,}\S/);
  });

  it('completes commands, its own words, and what is on the cluster', async () => {
    const { session } = await type([]);
    expect(await session.complete('us')).toEqual([['use'], 'us']);
    expect(await session.complete('gue')).toEqual([['guest'], 'gue']);
    expect((await session.complete('guest sh'))[0]).toEqual(expect.arrayContaining(['show', 'shutdown']));
    expect((await session.complete('/guest show '))[0]).toEqual(expect.arrayContaining(['101']));
  });

  it('takes its lines from a pipe until that ends', async () => {
    const pipe = new PassThrough();
    const lines = pipedLines(pipe);
    pipe.end('one\ntwo');
    expect([await lines.next('> '), await lines.next('> '), await lines.next('> ')]).toEqual(['one', 'two', undefined]);
  });
});
