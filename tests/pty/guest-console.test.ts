import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** Into a guest and out again, as a person does it: in the full screen and in plain mode. */

const leave = Buffer.from('\u001D');

let home: Home;
let simulator: RunningSimulator;
beforeAll(async () => {
  home = new Home();
  simulator = await startSimulator();
  home.addContext(simulator);
});
afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

const open = (args: readonly string[], env: Record<string, string | undefined> = {}): Terminal =>
  new Terminal(launcherFile, args, { columns: 120, rows: 30, env: { ...home.env, ...env } });

describe('in the full screen', () => {
  // With no picture of a run before there is nothing to see until the cluster is connected: only then a console can be opened.
  beforeEach(() => home.forget());

  it('runs uname -a in a container, honours a new size, and leaves everything as it was', async () => {
    await using terminal = open([]);
    await terminal.waitFor(/101 +traefik/);
    terminal.press('/traefik<enter>');
    await terminal.waitFor(/▸ +101 +traefik/);
    terminal.press('S');
    await terminal.waitFor(/101 traefik +by the API[\s\S]*ctrl-\] then esc leaves/);
    await terminal.waitFor(/traefik login:/);
    terminal.press('root<enter>uname -a<enter>');
    await terminal.waitFor(/Linux traefik \S+ #1 SMP .* GNU\/Linux/);
    terminal.resize(90, 26);
    await terminal.settled();
    terminal.press('stty size<enter>');
    await terminal.waitFor(/\n21 90\s*\n/);
    terminal.press('yes flood<enter>');
    await terminal.waitFor(/flood\s+flood/);
    terminal.press('<C-c>');
    await terminal.waitFor(/\^C\s+root@traefik:~#/);
    terminal.press('exit<enter>');
    await terminal.waitFor(/traefik login:/);
    terminal.write(leave);
    await terminal.waitFor(/enter types on/);
    terminal.press('<escape>');
    await terminal.waitFor(/▸ +101 +traefik/);
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
    expect(terminal.isAlternateScreen).toBe(false);
  });

  it('opens a shell of a node', async () => {
    await using terminal = open([]);
    await terminal.waitFor(/101 +traefik/);
    terminal.press('1');
    await terminal.waitFor(/▸ +pve1/);
    terminal.press('S');
    await terminal.waitFor(/node pve1 +by the API/);
    await terminal.waitFor(/pve1 login:/);
    terminal.press('root<enter>root-demo-pw<enter>hostname<enter>exit<enter>');
    await terminal.waitFor(/node\.console done/);
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});

describe('in plain mode', () => {
  it('says how one leaves, runs uname -a, and gives the terminal back', async () => {
    await using terminal = open(['guest', 'console', '103']);
    await terminal.waitFor(/103 vaultwarden, by the API\. Ctrl-\] leaves it, and what runs there goes on\./);
    terminal.press('<enter>');
    await terminal.waitFor(/login:\s*$/);
    terminal.press('root<enter>uname -a<enter>');
    await terminal.waitFor(/Linux vaultwarden \S+ #1 SMP .* GNU\/Linux/);
    terminal.resize(77, 22);
    await terminal.settled();
    terminal.press('stty size<enter>');
    await terminal.waitFor(/\n22 77\s*\n/);
    terminal.press('<C-c>');
    await terminal.waitFor(/\^C/);
    terminal.write(leave);
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
    expect(terminal.frame()).toMatch(/ended +left: what runs there goes on/);
    expect(terminal.raw).toContain('\u001B[?25h');
  });

  it('is entered from the console of lines, which goes on after it', async () => {
    await using terminal = open(['console']);
    await terminal.waitFor(/lab>\s*$/);
    terminal.press('guest console 102<enter>');
    await terminal.waitFor(/102 adguard, by the API/);
    await terminal.waitFor(/login:\s*$/);
    terminal.write(leave);
    await terminal.waitFor(/ended +left[\s\S]*lab>\s*$/);
    terminal.press('version<enter>');
    await terminal.waitFor(/proxdeck[\s\S]*lab>\s*$/);
    terminal.press('exit<enter>');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });

  it('says so when the server dies under it', async () => {
    const other = await startSimulator();
    await using terminal = open(['guest', 'console', '101'], { ...other.env, PROXDECK_CONTEXT: undefined });
    await terminal.waitFor(/login:\s*$/);
    other.kill('SIGKILL');
    expect(await terminal.exited).toEqual({ code: 5, signal: 0 });
    expect(terminal.frame()).toContain('The server went away under the console of 101 traefik.');
    await other[Symbol.asyncDispose]();
  });

  it('goes by ssh where it is told to, on the terminal itself', async () => {
    const folder = path.join(home.folder, 'bin');
    mkdirSync(folder);
    const script = [
      '#!/bin/sh',
      'if [ "$1" = -G ]; then echo "user $USER"; echo "hostname $3"; exit; fi',
      'echo "ran: $*"',
      'read -r line; echo "got $line"',
    ];
    writeFileSync(path.join(folder, 'ssh'), `${script.join('\n')}\n`);
    chmodSync(path.join(folder, 'ssh'), 0o755);
    await using terminal = open(['guest', 'console', '101', '--via', 'ssh'], {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    });
    await terminal.waitFor(/101 traefik, by ssh/);
    await terminal.waitFor(/ran: -t root@\S+ -- pct enter 101/);
    terminal.press('hello<enter>');
    await terminal.waitFor(/got hello/);
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});
