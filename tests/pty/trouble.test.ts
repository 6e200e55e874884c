import { afterEach, describe, expect, it } from 'vitest';
import { assetPath } from '../../src/simulator/assets.ts';
import { generateWorld } from '../../src/simulator/generate.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { formatUpid } from '../../src/simulator/upid.ts';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator as startServer } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** The program in a terminal while its cluster is in trouble. The simulator lives in this process, so that trouble comes on time. */

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const back of undo.splice(0).toReversed()) await back();
});

const homelab = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const fixture = options.world === undefined ? { fixture: assetPath('demo/homelab.yaml') } : {};
  const simulator = await startSimulator({ ...fixture, authDelayMs: 0, ...options });
  undo.push(() => simulator.close());
  return simulator;
};

const open = (
  simulator: Pick<Simulator, 'url' | 'fingerprint' | 'token'>,
  size: { readonly columns: number; readonly rows: number } = { columns: 120, rows: 40 },
): Terminal => {
  const home = new Home();
  home.addContext(simulator);
  const terminal = new Terminal(launcherFile, [], { ...size, env: home.env });
  undo.push(
    () => home[Symbol.dispose](),
    () => terminal[Symbol.asyncDispose](),
  );
  return terminal;
};

const live = /\b\ds old/;

/** `R` asks again; an answer that was asked for before may come first, so what is waited for must be what only trouble shows. */
const refreshed = async (terminal: Terminal, shows: string | RegExp): Promise<void> => {
  terminal.press('R');
  await terminal.waitFor(shows);
};

describe('the API', () => {
  it('is away: the rows stay and look old, and it comes back by itself', async () => {
    const simulator = await homelab();
    const terminal = open(simulator);
    await terminal.waitFor(live);
    await terminal.waitFor('postgres');
    const mend = simulator.setFault('status=595');
    await refreshed(terminal, /away, .*again in/);
    expect(terminal.frame()).toContain('postgres');
    mend();
    // Nobody presses anything.
    await terminal.waitFor((frame) => live.test(frame) && !frame.includes('away'));
    expect(terminal.frame()).toContain('postgres');
  });

  it('drops every third connection: nothing but a refresh that comes later', async () => {
    const simulator = await homelab();
    const terminal = open(simulator);
    await terminal.waitFor(live);
    const mend = simulator.setFault('reset=0.3');
    for (let times = 0; times < 5; times += 1) terminal.press('R');
    await terminal.waitFor('postgres');
    mend();
    await terminal.waitFor((frame) => live.test(frame) && !frame.includes('away'));
    expect(terminal.frame()).toContain('postgres');
  });

  it('is left although it never answers', async () => {
    const simulator = await homelab();
    const terminal = open(simulator);
    await terminal.waitFor(live);
    simulator.setFault('latency=600000');
    terminal.press('R1jj2/web<enter>');
    await terminal.waitFor('/web');
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});

describe('a node', () => {
  it('dies and comes back: said in words, with what it takes along', async () => {
    const simulator = await homelab();
    const terminal = open(simulator);
    await terminal.waitFor(live);
    await terminal.waitFor('2/3 nodes');
    const mend = simulator.setFault('node-down=pve2');
    await refreshed(terminal, '1/3 nodes');
    terminal.press('/node:pve2<enter>');
    await terminal.waitFor(/jellyfin +.*pve2 +\? unknown/);
    await terminal.waitFor('node pve2 is away');
    mend();
    await refreshed(terminal, '2/3 nodes');
    await terminal.waitFor(/jellyfin +.*pve2 +● running/);
    expect(terminal.frame()).not.toContain('is away');
  });
});

describe('a storage', () => {
  it('that hangs holds nothing else up: the list goes on, and what is asked of it says so in place', async () => {
    // The real one answers after 30 s that it does not.
    const simulator = await homelab({ proxyTimeoutMs: 1_500 });
    const terminal = open(simulator);
    await terminal.waitFor(live);
    simulator.setFault('storage-hang=nas');
    terminal.press('4/nas<enter><enter>]');
    await terminal.waitFor(/nas .*✖/);
    await terminal.waitFor(/timed out|did not answer|Connection/);
    // What only a fresh answer can show, while the storage still hangs.
    Object.assign(simulator.world.guests.get(104)?.config ?? {}, { hostname: 'renamed' });
    terminal.press('2R');
    await terminal.waitFor('renamed');
    expect(terminal.frame()).not.toContain('away,');
  });
});

describe('a login that may see little', () => {
  it('is told on each screen what it lacks, and loses none', async () => {
    using home = new Home();
    const terminal = new Terminal(launcherFile, ['demo', '--as', 'viewer@pve!demo'], {
      columns: 120,
      rows: 40,
      env: home.env,
    });
    undo.push(() => terminal[Symbol.asyncDispose]());
    await terminal.waitFor(live);
    for (const [keys, title] of [
      ['0', 'Overview'],
      ['1', 'Nodes'],
      ['4', 'Storage'],
      ['6', 'Tasks'],
      ['7', 'Logs'],
      ['9', 'Access'],
      [':cluster<enter>', 'Cluster'],
      ['2', 'Guests'],
    ] as const) {
      terminal.press(keys);
      await terminal.waitFor(`homelab ▸ ${title}`);
      await terminal.settled(300);
      expect(terminal.hasExited, terminal.frame()).toBe(false);
    }
  });
});

describe('a sign-in', () => {
  it('whose ticket has expired is renewed without a word', async () => {
    const simulator = await homelab();
    const home = new Home();
    const user = simulator.world.access.users.get('anna@pve');
    expect(user).toBeDefined();
    const terminal = new Terminal(launcherFile, [], {
      columns: 120,
      rows: 40,
      env: {
        ...home.env,
        PROXDECK_URL: simulator.url,
        PROXDECK_FINGERPRINT: simulator.fingerprint,
        PROXDECK_USER: 'anna@pve',
        PROXDECK_PASSWORD: 'anna-demo',
      },
    });
    undo.push(
      () => home[Symbol.dispose](),
      () => terminal[Symbol.asyncDispose](),
    );
    await terminal.waitFor(live);
    await terminal.waitFor('postgres');
    // Tickets hold for two hours.
    simulator.clock.set(simulator.clock.now() + 3 * 3_600);
    const guest = simulator.world.guests.get(104);
    expect(guest).toBeDefined();
    // What only a fresh answer can show.
    Object.assign(guest?.config ?? {}, { hostname: 'renewed' });
    await refreshed(terminal, 'renewed');
    expect(terminal.frame()).not.toContain('away');
  });

  it('whose token was taken away says so, and keeps what it knew', async () => {
    const simulator = await homelab();
    const terminal = open(simulator);
    await terminal.waitFor(live);
    simulator.world.access.users.get('root@pam')?.tokens.delete('proxdeck');
    await refreshed(terminal, 'away');
    expect(terminal.frame()).toMatch(/token/i);
    expect(terminal.frame()).toContain('postgres');
  });
});

describe('a certificate', () => {
  it('that is another one now is refused, with what to do', async () => {
    const first = await homelab();
    const port = Number(new URL(first.url).port);
    const terminal = open(first);
    await terminal.waitFor(live);
    await first.close();
    const second = await homelab({ port });
    expect(second.fingerprint).not.toBe(first.fingerprint);
    await refreshed(terminal, 'away');
    // The card shows what was pinned and what is there now; Cancel leaves the old picture.
    await terminal.waitFor(/certificate/i);
    await terminal.waitFor(/▸ Cancel/);
    terminal.press('<enter>');
    await terminal.waitFor((frame) => !frame.includes('Cancel') && frame.includes('postgres'));
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});

describe('500 tasks', () => {
  it('are gone through to the oldest one, and filtered', async () => {
    const world = generateWorld({ nodes: 2, guests: 20, seed: 1 }, Date.now() / 1_000);
    const [node = ''] = world.nodes.keys();
    const now = Math.floor(Date.now() / 1_000);
    for (let number = 1; number <= 500; number += 1) {
      const starttime = now - number * 60;
      const worker = { node, pid: number, pstart: number, starttime, type: 'vzsnapshot', id: '100', user: 'root@pam' };
      const exitstatus = number === 500 ? 'the very first one failed' : 'OK';
      world.tasks.push({ ...worker, upid: formatUpid(worker), log: [], endtime: starttime + 2, exitstatus });
    }
    const terminal = open(await homelab({ world }));
    await terminal.waitFor(live);
    terminal.press('6');
    await terminal.waitFor('CT 100 - snapshot');
    // The poll brings the last ones; whoever goes to the end is brought what came before, page by page.
    await expect
      .poll(
        async () => {
          terminal.press('G');
          await terminal.settled(80);
          return terminal.frame();
        },
        { timeout: 45_000, interval: 100 },
      )
      .toMatch(/▸ +✖ the very/);
    terminal.press('!');
    await terminal.waitFor((frame) => frame.split('\n').filter((line) => line.includes('- snapshot')).length <= 2);
    expect(terminal.frame()).toContain('the very');
  });
});

describe('a terminal of 40×10', () => {
  it('has every screen, each with where one is and how old it is', async () => {
    const terminal = open(await homelab(), { columns: 40, rows: 10 });
    await terminal.waitFor('opnsense');
    for (const [keys, title] of [
      ['0', 'Overview'],
      ['1', 'Nodes'],
      ['2', 'Guests'],
      ['4', 'Storage'],
      ['6', 'Tasks'],
      ['7', 'Logs'],
      ['9', 'Access'],
      ['@', 'Command log'],
      ['C', 'Contexts'],
      [':cluster<enter>', 'Cluster'],
      [':settings<enter>', 'Settings'],
    ] as const) {
      terminal.press(keys);
      await terminal.waitFor(`lab ▸ ${title}`);
      await terminal.settled(80);
      const lines = terminal.lines();
      expect(lines[0], terminal.frame()).toContain(title);
      expect(
        lines.slice(1, -1).some((line) => line.trim() !== ''),
        terminal.frame(),
      ).toBe(true);
    }
    terminal.press('2?');
    await terminal.waitFor('actions');
    terminal.press('<escape>');
    await terminal.waitFor('opnsense');
    terminal.press('<C-k>');
    await terminal.waitFor('screen');
  });
});

describe('a cluster of 10,000 guests', () => {
  it('is moved through, filtered and sorted', async () => {
    await using server = await startServer(['--nodes', '32', '--guests', '10000']);
    const terminal = open(server);
    await terminal.waitFor(live);
    terminal.press('G');
    await terminal.waitFor((frame) => !/▸ +100 /.test(frame) && /▸ +\d{4,}/.test(frame));
    const last = /▸ +(\d+)/.exec(terminal.frame())?.[1] ?? '';
    terminal.press(`/id:${last}<enter>`);
    await terminal.waitFor((frame) => frame.split('\n').filter((line) => /● |○ |◐ /.test(line)).length < 5);
    expect(terminal.frame()).toMatch(new RegExp(`▸ +${last} `));
    terminal.press('<escape>');
    await terminal.waitFor((frame) => frame.split('\n').filter((line) => /● |○ |◐ /.test(line)).length > 20);
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});
