import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** The program for those who cannot have, or do not want, a full screen. */

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

describe('a screen reader', () => {
  it('gets lines in words: no other screen, no escape sequence, no box', async () => {
    await using terminal = new Terminal(launcherFile, [], {
      columns: 100,
      rows: 30,
      env: { ...home.env, INK_SCREEN_READER: 'true', LANG: 'C.UTF-8' },
    });
    await terminal.waitFor(/lab>\s*$/);
    terminal.press('guest show 104<enter>');
    await terminal.waitFor(/name postgres[\s\S]*lab>\s*$/);
    terminal.press('node list<enter>');
    await terminal.waitFor(/node pve3, status offline/);
    expect(terminal.isAlternateScreen).toBe(false);
    expect(terminal.raw).not.toMatch(/[\u001B─│┌└]/);
    terminal.press('exit<enter>');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});

describe('the console on a terminal', () => {
  it('has history and completion, drops a line at Ctrl-C, and ends with Ctrl-D', async () => {
    await using terminal = new Terminal(launcherFile, ['console'], {
      columns: 100,
      rows: 30,
      env: { ...home.env, LANG: 'C.UTF-8' },
    });
    await terminal.waitFor(/lab>\s*$/);
    terminal.press('clus<tab>');
    await terminal.waitFor(/lab> cluster\s*$/);
    terminal.press('show<enter>');
    await terminal.waitFor(/lab> cluster show\n[\s\S]*lab>\s*$/);
    terminal.press('this is dropped<C-c>');
    await terminal.waitFor(/exit leaves/);
    terminal.press('<up>');
    await terminal.waitFor(/lab> cluster show\s*$/);
    terminal.press('<C-c>');
    terminal.press('<C-d>');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });

  it('does what is asked, and goes on', async () => {
    await using terminal = new Terminal(launcherFile, ['--plain'], {
      columns: 100,
      rows: 30,
      env: { ...home.env, LANG: 'C.UTF-8' },
    });
    await terminal.waitFor(/lab>\s*$/);
    terminal.press('guest stop 104 --yes<enter>');
    await terminal.waitFor(/lab> guest stop[\s\S]*lab>\s*$/);
    // Pasted at once: no line is lost, and what was begun is there to be finished.
    terminal.press('version<enter>node list<enter>ex');
    await terminal.waitFor(/node +v?26[\s\S]*lab> node list\n[\s\S]*pve3[\s\S]*lab> ex\s*$/i);
    terminal.press('it<enter>');
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });
});
