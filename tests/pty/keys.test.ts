import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** Keys and commands of one's own, in the whole program on a real terminal. */

let home: Home;
let simulator: RunningSimulator;
beforeAll(async () => {
  home = new Home();
  simulator = await startSimulator();
  home.addContext(simulator);
  const config: unknown = JSON.parse(readFileSync(home.configFile, 'utf8'));
  const keys = { preset: 'k9s', bindings: { refesh: 'r', 'list/sort-by': ['gs'] } };
  const commands = {
    talk: { key: 'E', on: 'guests', title: 'talk to cat', exec: 'cat -' },
    fail: { key: 'F', on: 'guests', exec: ['sh', '-c', 'echo "$0 is $1"; exit 3', '{{name}}', '{{vmid}}'] },
  };
  writeFileSync(home.configFile, JSON.stringify({ ...Object(config), keys, commands }, undefined, 2));
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

const start = (): Terminal => new Terminal(launcherFile, [], { columns: 120, rows: 30, env: home.env });

const shows = (terminal: Terminal, text: string | RegExp): Promise<number> =>
  terminal.waitFor(() => (typeof text === 'string' ? terminal.frame().includes(text) : text.test(terminal.frame())));

describe('a command of one’s own', () => {
  // The second time the launcher shows the picture of the first run, and has changed the modes of the terminal for it.
  it.each(['the first run', 'over the picture of the last run'])('has the terminal as it was: %s', async () => {
    await using terminal = start();
    await shows(terminal, /\d+s old/);
    terminal.press('E');
    await shows(terminal, 'Proxdeck comes back when this ends');
    expect(terminal.isAlternateScreen).toBe(false);
    terminal.press('hello<enter>');
    // Once as the terminal echoes it, once as cat says it.
    await shows(terminal, /hello\s+hello/);
    terminal.press('<C-d>');
    await terminal.waitFor(() => terminal.isAlternateScreen);
    await shows(terminal, 'opnsense');
    terminal.press('F');
    await shows(terminal, 'opnsense is 100');
    await shows(terminal, 'It ended with 3. Enter goes back.');
    terminal.press('<enter>');
    await terminal.waitFor(() => terminal.isAlternateScreen);
    await shows(terminal, 'opnsense');
    // Cards are drawn and answered as before.
    terminal.press('x');
    await shows(terminal, 'shut down');
    terminal.press('<escape>');
    terminal.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('is ended by Ctrl-C, which ends nothing else', async () => {
    await using terminal = start();
    await shows(terminal, /\d+s old/);
    terminal.press('E');
    await shows(terminal, 'Proxdeck comes back when this ends');
    terminal.press('<C-c>');
    await terminal.waitFor(() => terminal.isAlternateScreen);
    await shows(terminal, 'opnsense');
    terminal.press('1');
    await shows(terminal, 'Nodes');
    terminal.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });
});

describe('keys of one’s own', () => {
  it('count from the first frame, and what is wrong stands in the settings with its line', async () => {
    await using terminal = start();
    await shows(terminal, /\d+s old/);
    terminal.press('gs');
    await shows(terminal, 'sort by');
    terminal.press('<escape>');
    terminal.press(':settings<enter>');
    await shows(terminal, /keys +k9s/);
    terminal.press('jjjjj');
    await shows(terminal, /config\.yaml:\d+:/);
    terminal.press('qq');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });
});
