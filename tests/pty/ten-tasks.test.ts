import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Hands } from '../support/hands.ts';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** What people come for, each from a fresh start, by keys alone, in at most eight of them; a text that is typed counts as one. */

const most = 8;

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator[Symbol.asyncDispose]());

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const back of undo.splice(0).toReversed()) await back();
});

const start = async ({
  args = [],
  home = new Home(),
}: { readonly args?: readonly string[]; readonly home?: Home } = {}): Promise<{
  readonly terminal: Terminal;
  readonly hands: Hands;
}> => {
  if (args.length === 0) home.addContext(simulator);
  const terminal = new Terminal(launcherFile, args, { columns: 120, rows: 40, env: home.env });
  undo.push(
    () => home[Symbol.dispose](),
    () => terminal[Symbol.asyncDispose](),
  );
  await terminal.waitFor(/\b\d+s old/);
  return { terminal, hands: new Hands(terminal) };
};

/** The lines of a section of the overview, from its title to the next empty line of its column. */
const sectionOf = (terminal: Terminal, title: string): readonly string[] => {
  const lines = terminal.lines();
  const at = lines.findIndex((line) => line.includes(title));
  const from = lines[at]?.indexOf(title) ?? 0;
  const rest = lines.slice(at + 1).map((line) => line.slice(from));
  const end = rest.findIndex((line) => line.trim() === '' || line.startsWith('─'));
  return rest.slice(0, end === -1 ? rest.length : end);
};

/** What was copied last, out of the terminal's clipboard sequence (OSC 52). */
const copied = (terminal: Terminal): string => {
  const sequences = [...terminal.raw.matchAll(/\u001B\]52;c;([A-Za-z0-9+/=]+)\u0007/g)];
  return Buffer.from(sequences.at(-1)?.[1] ?? '', 'base64').toString('utf8');
};

const proxdeck = (...args: readonly string[]): string =>
  execFileSync(launcherFile, args, { encoding: 'utf8', env: { ...process.env, ...simulator.env } });

describe('ten tasks', () => {
  it('find a guest by its address', async () => {
    const { terminal, hands } = await start();
    await hands.press('/');
    hands.type('192.0.2.113');
    await hands.press('<enter>');
    await terminal.waitFor(/▸ +113 +nextcloud/);
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('see why a backup failed', async () => {
    const { terminal, hands } = await start();
    await hands.press('0');
    await terminal.waitFor(/120 jellyfin +backup failed (?:at|on \S+ at) \S+ storage nas is full/);
    const at = sectionOf(terminal, 'NEEDS YOU').findIndex((line) => line.includes('backup failed'));
    await hands.press(...Array.from({ length: at }, () => 'j'), '<enter>');
    await terminal.waitFor('No space left on device');
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('read the log of the last task that failed', async () => {
    const { terminal, hands } = await start();
    await hands.press('6', '!');
    // The tasks are asked for behind the rows of the guests.
    await terminal.waitFor(/▸ +✖/);
    await hands.press('<enter>');
    await terminal.waitFor(/TASK ERROR: command 'apt-get update' failed/);
    expect(terminal.frame()).toContain("Temporary failure resolving 'deb.debian.org'");
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('find the busiest guest of the cluster', async () => {
    const { terminal, hands } = await start();
    await hands.press('0');
    await terminal.waitFor(/BUSIEST/);
    await terminal.waitFor(() => sectionOf(terminal, 'BUSIEST').length > 2);
    const loads = sectionOf(terminal, 'BUSIEST').map((line) => Number(/cpu +(\d+)%/.exec(line)?.[1]));
    expect(loads).toEqual(loads.toSorted((one, other) => other - one));
    const guests = JSON.parse(proxdeck('guest', 'list', '--output', 'json')) as { vmid: number; cpu: number }[];
    const busiest = guests.toSorted((one, other) => other.cpu - one.cpu).slice(0, 3);
    // The figures of the next ten seconds may be others; the busiest one is among the three busiest of now.
    expect(busiest.map(({ vmid }) => String(vmid))).toContain(/\d+/.exec(sectionOf(terminal, 'BUSIEST')[0] ?? '')?.[0]);
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('see which guests have no backup', async () => {
    const { terminal, hands } = await start();
    await hands.press('/');
    hands.type('backup:never');
    await hands.press('<enter>');
    // Who is backed up is not in what the poll brings: the slow crawl finds out, beginning ten seconds after the start.
    await terminal.waitFor((frame) => frame.includes('k3s-1') && !frame.includes('traefik'), 60_000);
    const names = terminal.lines().flatMap((line) => /^(?:▸| ) +\d{3} +(\S+)/.exec(line)?.[1] ?? []);
    expect(names).toContain('k3s-2');
    expect(names).not.toContain('postgres');
    expect(hands.presses).toBeLessThanOrEqual(most);
  }, 90_000);

  it('see which storage is full first', async () => {
    const { terminal, hands } = await start();
    await hands.press('0');
    await terminal.waitFor(/nas .* 9\d% .*full in \d+ d/);
    expect(sectionOf(terminal, 'STORAGE')[0]).toContain('nas');
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('see what changed in the last hour', async () => {
    const { terminal, hands } = await start();
    proxdeck('guest', 'shutdown', '153', '--yes');
    await hands.press('0', 'R');
    await terminal.waitFor('CHANGED');
    await terminal.waitFor(() => sectionOf(terminal, 'CHANGED').some((line) => /153 minecraft/.test(line)));
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('see what a login may not do', async () => {
    const { terminal, hands } = await start({ args: ['demo', '--as', 'viewer@pve!demo'] });
    await hands.press('9', '!');
    await terminal.waitFor(/✖ no +take and delete snapshots +VM\.Snapshot/);
    expect(terminal.frame()).toContain('as viewer@pve!demo');
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('go to another cluster', async () => {
    await using second = await startSimulator(['--nodes', '2', '--guests', '20']);
    const home = new Home();
    const { terminal, hands } = await start({ home });
    expect(terminal.frame()).toContain('lab ▸ Guests');
    const context = ({ url, fingerprint, token }: RunningSimulator): object => ({ url, fingerprint, token });
    const contexts = { lab: context(simulator), office: context(second) };
    writeFileSync(home.configFile, JSON.stringify({ current: 'lab', contexts }), { mode: 0o600 });
    await hands.press('C');
    await terminal.waitFor('office');
    await hands.press('j', '<enter>');
    await terminal.waitFor(/office ▸ .*2\/2 nodes/);
    expect(hands.presses).toBeLessThanOrEqual(most);
  });

  it('copy the curl line of the last call', async () => {
    const { terminal, hands } = await start();
    await hands.press('@', 'x', 'c');
    await terminal.waitFor('copied');
    expect(copied(terminal)).toMatch(/^curl .*\$PROXDECK_TOKEN.*\/api2\/json\//s);
    expect(copied(terminal)).not.toContain(simulator.token.split('=')[1]);
    expect(hands.presses).toBeLessThanOrEqual(most);
  });
});
