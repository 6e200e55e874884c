import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** The whole program as a person meets it: launcher, screen, client, simulator, in a real terminal. */

/** A home of its own for each test: the program remembers where one was. */
let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home[Symbol.dispose]());

const demo = (size: { columns: number; rows: number }): Terminal =>
  new Terminal(launcherFile, ['demo'], { ...size, env: home.env });

const shows = (terminal: Terminal, text: string | RegExp): Promise<number> =>
  terminal.waitFor(() => (typeof text === 'string' ? terminal.frame().includes(text) : text.test(terminal.frame())));

describe('the demo', () => {
  it('opens, moves, filters, opens a guest and leaves the terminal as it was [S4-040] [S4-069]', async () => {
    await using terminal = demo({ columns: 80, rows: 24 });
    await shows(terminal, /\d+s old/);
    await shows(terminal, 'traefik');
    expect(terminal.frame()).toContain('2/3 nodes');
    expect(terminal.isAlternateScreen).toBe(true);
    terminal.press('j');
    await shows(terminal, /▸ +101 +traefik/);
    terminal.press('/postgres<enter>');
    await shows(terminal, '/postgres');
    await terminal.waitFor(() => !terminal.frame().includes('traefik'));
    terminal.press('<enter>');
    await shows(terminal, /container on pve1/);
    terminal.press('<escape>');
    await shows(terminal, /▸ +104 +postgres/);
    terminal.press('<escape>');
    await shows(terminal, 'traefik');
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.raw).toContain('\u001B[?25h');
  });

  it('follows the log of a task that was started in it', async () => {
    await using terminal = demo({ columns: 120, rows: 40 });
    await shows(terminal, /\d+s old/);
    terminal.press('/old-wiki<enter>');
    await shows(terminal, /▸ +154 +old-wiki/);
    terminal.press('xs');
    // Its log comes by itself, and is found again among the tasks.
    await shows(terminal, /CT 154 - start[\s\S]*TASK OK/);
    await shows(terminal, 'guest.start done');
    terminal.press('q6');
    await shows(terminal, /CT 154 - start/);
    terminal.press('/154<enter><enter>');
    await shows(terminal, /CT 154 - start[\s\S]*TASK OK/);
    terminal.press('qq');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('lays itself out anew at each size and is never taller than the terminal', async () => {
    await using terminal = demo({ columns: 200, rows: 60 });
    await shows(terminal, /\d+s old/);
    for (const [columns, rows] of [
      [120, 40],
      [80, 24],
      [40, 10],
      [60, 15],
      [200, 60],
      [81, 20],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.waitFor(
        () =>
          terminal.frame().split('\n')[0]?.includes('homelab') === true && terminal.frame().split('\n').length <= rows,
      );
      await terminal.settled(60);
      expect(terminal.frame()).toContain('opnsense');
    }
    terminal.press('q');
    await terminal.exited;
  });

  it('shows the picture of the last run before it has asked anybody, and says when it was taken', async () => {
    {
      await using first = demo({ columns: 80, rows: 24 });
      await shows(first, /\d+s old/);
      await shows(first, 'opnsense');
      first.press('q');
      await first.exited;
    }
    await using terminal = demo({ columns: 80, rows: 24 });
    await terminal.waitFor(() => terminal.frame().includes('opnsense'));
    expect(terminal.frame()).toMatch(/as of \d\d:\d\d:\d\d/);
    await shows(terminal, /\d+s old/);
    terminal.press('q');
    await terminal.exited;
  });

  it('ends by Ctrl-C at any moment, and its simulator with it', async () => {
    for (const wait of [15, 30, 60, 120, 200, 250, 300, 350, 400, 500, 600, 700, 1200]) {
      await using terminal = demo({ columns: 80, rows: 24 });
      await new Promise((resolve) => setTimeout(resolve, wait));
      terminal.press('<C-c>');
      const ended = await Promise.race([terminal.exited, new Promise((resolve) => setTimeout(resolve, 8000))]);
      expect(ended, `after ${String(wait)} ms`).toBeDefined();
      expect(terminal.isAlternateScreen).toBe(false);
    }
    await expect.poll(() => simulatorsOf(home), { timeout: 10_000 }).toEqual([]);
  });
});

/** Simulators that belong to a home and still run. */
const simulatorsOf = ({ folder }: Home): readonly string[] =>
  globSync('/proc/[0-9]*/cmdline').filter((file) => {
    try {
      return (
        readFileSync(file, 'utf8').includes('simulate') &&
        readFileSync(file.replace('cmdline', 'environ'), 'utf8').includes(folder)
      );
    } catch {
      // It ended between the listing and the look.
      return false;
    }
  });

describe('a cluster of one’s own', () => {
  let simulator: RunningSimulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(async () => simulator[Symbol.asyncDispose]());

  it('shows a task that was started elsewhere, and follows its log to TASK OK', async () => {
    using own = new Home();
    own.addContext(simulator, 'lab');
    await using terminal = new Terminal(launcherFile, [], { columns: 120, rows: 40, env: own.env });
    await shows(terminal, /\d+s old/);
    const stopped = JSON.parse(
      execFileSync(launcherFile, ['guest', 'list', '--output', 'json'], {
        encoding: 'utf8',
        env: { ...process.env, ...simulator.env, HOME: own.folder },
      }),
    ) as { vmid: number; type: string; status: string; node: string; template: boolean; lock?: string }[];
    const guest = stopped.find(
      ({ type, status, node, template, lock }) =>
        type === 'lxc' && status === 'stopped' && node !== 'pve3' && !template && lock === undefined,
    );
    if (guest === undefined) throw new Error('the homelab has no stopped container');
    execFileSync(launcherFile, ['api', 'post', `/nodes/${guest.node}/lxc/${String(guest.vmid)}/status/start`], {
      env: { ...process.env, ...simulator.env, HOME: own.folder },
    });
    terminal.press('6');
    await shows(terminal, `CT ${String(guest.vmid)} - start`);
    terminal.press(`/${String(guest.vmid)} start<enter><enter>`);
    await shows(terminal, 'TASK OK');
    await shows(terminal, '● OK');
    terminal.press('qq');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('says what is wrong with a wrong token, and keeps its screen', async () => {
    using own = new Home();
    own.addContext({ ...simulator, token: 'root@pam!proxdeck=00000000-0000-0000-0000-000000000000' });
    await using terminal = new Terminal(launcherFile, [], { columns: 100, rows: 24, env: own.env });
    await shows(terminal, 'away');
    expect(terminal.frame()).toMatch(/token/i);
    terminal.press('q');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });

  it('says that a server is gone, keeps the old rows, and comes back by itself', async () => {
    using own = new Home();
    const server = await startSimulator();
    own.addContext(server);
    await using terminal = new Terminal(launcherFile, [], { columns: 100, rows: 24, env: own.env });
    await shows(terminal, 'opnsense');
    server.kill('SIGSTOP');
    terminal.press('R');
    await shows(terminal, /away|\b1\ds old/);
    expect(terminal.frame()).toContain('opnsense');
    server.kill('SIGCONT');
    await shows(terminal, /\b\ds old/);
    await server[Symbol.asyncDispose]();
    terminal.press('R');
    await shows(terminal, 'away');
    expect(terminal.frame()).toContain('opnsense');
    terminal.press('q');
    await terminal.exited;
  });

  it('restores the terminal and says one line when its configuration is broken', async () => {
    using own = new Home();
    own.addContext(simulator);
    execFileSync('sh', ['-c', `printf 'contexts:\\n  lab:\\n    urll: x\\n' > ${own.configFile}`]);
    await using terminal = new Terminal(launcherFile, [], { columns: 100, rows: 24, env: own.env });
    expect(await terminal.exited).toMatchObject({ code: 1 });
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.frame()).toMatch(/config\.yaml:\d+:\d+/);
    expect(terminal.frame()).toContain('url');
  });

  it('offers the demo and a form when nothing is configured', async () => {
    using own = new Home();
    await using terminal = new Terminal(launcherFile, [], { columns: 100, rows: 24, env: own.env });
    await shows(terminal, 'No cluster is configured yet');
    terminal.press('<down><enter>');
    await shows(terminal, 'What do you call it?');
    terminal.press('lab<enter>');
    await shows(terminal, 'Where is it?');
    terminal.press(`${simulator.url}<enter>`);
    await shows(terminal, simulator.fingerprint.slice(0, 20));
    terminal.press('<down><enter>');
    await shows(terminal, 'Sign in with a password, or with an API token?');
    terminal.press(`<down><enter>${simulator.token}<enter>`);
    await shows(terminal, 'lab is connected');
    terminal.press('<enter>');
    await shows(terminal, /\d+s old/);
    expect(terminal.raw).not.toContain(simulator.token);
    expect(terminal.frame()).toContain('lab ▸ Guests');
    terminal.press('q');
    await terminal.exited;
  });
});
