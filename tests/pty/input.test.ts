import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOfKey, strange } from '../../scripts/fuzz/gestures.ts';
import { Home } from '../support/home.ts';
import { launcherFile, startSimulator, type RunningSimulator } from '../support/simulator.ts';
import { Terminal } from '../support/terminal.ts';

/** What comes in through a real terminal besides keys: pastes, bytes cut anywhere, sequences that nobody knows, other sizes. */

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator[Symbol.asyncDispose]());

const open = async (columns = 120, rows = 40): Promise<{ terminal: Terminal } & AsyncDisposable> => {
  const home = new Home();
  home.addContext(simulator);
  const terminal = new Terminal(launcherFile, [], { columns, rows, env: home.env });
  await terminal.waitFor(/\b\d+s old/);
  await terminal.waitFor('opnsense');
  return {
    terminal,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
};

/** Where one is: what the header calls it, and the marked row. */
const settledPlace = (terminal: Terminal): string => {
  const [header = '', ...rest] = terminal.lines();
  const crumbs = header.split(/ {3,}/)[0] ?? '';
  const marked = rest.find((line) => line.startsWith('▸'))?.slice(0, 24) ?? '';
  return `${crumbs} | ${marked}`;
};

describe('pasted text', () => {
  it('goes into the line that is typed, without its line breaks and its colours', async () => {
    await using opened = await open();
    const { terminal } = opened;
    terminal.press('/');
    await terminal.waitFor('Guests  /_');
    terminal.write(Buffer.from('\u001B[200~next\ncloud\u001B[31mred\u001B[201~'));
    await terminal.waitFor('/next cloudred');
    terminal.press('<escape>');
    await terminal.waitFor('opnsense');
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });

  it('is no storm of commands in a list', async () => {
    await using opened = await open();
    const { terminal } = opened;
    const before = settledPlace(terminal);
    terminal.write(Buffer.from('\u001B[200~qqq6jjjG/x\r\u0003\u001B[201~'));
    await terminal.waitFor('pasted text is taken only while a line is typed');
    expect(settledPlace(terminal)).toBe(before);
    expect(terminal.hasExited).toBe(false);
  });
});

describe('bytes', () => {
  it('of a character that come one by one are one character', async () => {
    await using opened = await open();
    const { terminal } = opened;
    terminal.press('/');
    await terminal.waitFor('/_');
    for (const character of ['ä', '漢', '✓']) {
      for (const byte of Buffer.from(character)) {
        terminal.write(Buffer.from([byte]));
        await terminal.settled(20);
      }
    }
    await terminal.waitFor('/ä漢✓');
    terminal.press('<backspace><backspace>');
    await terminal.waitFor(/\/ä_/);
    expect(terminal.frame()).not.toContain('\uFFFD');
  });

  it('that are no UTF-8 bring nothing down', async () => {
    await using opened = await open();
    const { terminal } = opened;
    terminal.press('/');
    await terminal.waitFor('/_');
    terminal.write(Buffer.from([0xff, 0xc3, 0x28, 0xe2, 0x82, 0x80, 0x80]));
    terminal.press('<C-u>postgres<enter>');
    await terminal.waitFor('/postgres');
    expect(terminal.frame()).toMatch(/▸ +104 +postgres/);
  });

  it('of a key that come in two reads are one key', async () => {
    await using opened = await open();
    const { terminal } = opened;
    const down = Buffer.from(bytesOfKey('down'));
    terminal.press('j');
    await terminal.waitFor(/▸ +101/);
    for (let cut = 1; cut < down.length; cut += 1) {
      terminal.write(down.subarray(0, cut));
      terminal.write(down.subarray(cut));
    }
    await terminal.waitFor(/▸ +103/);
    expect(terminal.frame()).toContain('Guests');
  });
});

/** An arrow with Ctrl is an arrow; Esc three times is Esc. */
const known: ReadonlySet<string> = new Set(['\u001B[1;5A', '\u001B\u001B\u001B']);

describe('sequences that nobody knows', () => {
  it('are not keys', async () => {
    await using opened = await open();
    const { terminal } = opened;
    terminal.press('jj');
    await terminal.waitFor(/▸ +102/);
    const before = settledPlace(terminal);
    for (const sequence of strange.filter((one) => !known.has(one))) {
      terminal.write(Buffer.from(sequence));
      await terminal.settled(60);
      // One that was not complete takes at most the key after it; a paste that was begun is ended.
      terminal.write(Buffer.from('\u001B[201~'));
      terminal.press('<escape>');
      await terminal.settled(60);
      expect(settledPlace(terminal), JSON.stringify(sequence)).toBe(before);
      terminal.press('k');
      await terminal.waitFor(/▸ +101/);
      terminal.press('j');
      await terminal.waitFor(/▸ +102/);
    }
    terminal.press('q');
    expect(await terminal.exited).toEqual({ code: 0, signal: 0 });
  });
});

describe('another size', () => {
  it('in a storm of them ends in the picture of the last one', async () => {
    await using opened = await open();
    const { terminal } = opened;
    for (let times = 0; times < 150; times += 1) terminal.resize(40 + ((times * 37) % 160), 10 + ((times * 13) % 50));
    terminal.resize(100, 30);
    await terminal.waitFor((frame) => /^ proxdeck {2}lab ▸ Guests/.test(frame) && frame.includes('opnsense'));
    await terminal.settled(150);
    const lines = terminal.lines();
    expect(lines).toHaveLength(30);
    expect(lines[1]).toBe('─'.repeat(100));
    expect(lines.at(-2)).toBe('─'.repeat(100));
    expect(lines.at(-1)).toContain('quit');
  });
});
