import { describe, expect, it } from 'vitest';
import { parseCells } from '../../../src/ui/terminal/cells.ts';
import { Emulator } from '../../../src/ui/console/emulator.ts';
import { ConsoleModel } from '../../../src/ui/console/model.ts';
import { bytesOfKey, keysOfText } from '../../../src/ui/keys.ts';
import { fakeLine } from '../../support/fakeLine.ts';

const size = { columns: 20, rows: 4 };
const colourful = { colourful: true, cursor: false };

const shown = async (text: string, drawn: { colourful: boolean; cursor: boolean } = colourful) => {
  const emulator = new Emulator(size, () => undefined);
  await emulator.write(Buffer.from(text));
  return emulator.lines(0, drawn);
};

describe('the cells of a console', () => {
  it('keep weights and colours of every kind', async () => {
    const [line = ''] = await shown(
      '\u001B[1;31mr\u001B[0;94mb\u001B[0;38;5;208mo\u001B[0;48;2;1;2;3mt\u001B[0;7mi\u001B[0mp',
    );
    expect(parseCells(line).map(({ text, style }) => `${text} ${style}`.trim())).toEqual([
      'r 1;31',
      'b 94',
      'o 38;5;208',
      't 48;2;1;2;3',
      'i 7',
      'p',
    ]);
  });

  it('lose their colours and keep their weight where the terminal has none', async () => {
    const [line = ''] = await shown('\u001B[1;31mred', { colourful: false, cursor: false });
    expect(line.trimEnd()).toMatch(/^\u001B\[0;1mred\u001B\[m/);
  });

  it('show where the cursor is, also on a cell that is inverse, unless the program hides it', async () => {
    const inverse = async (text: string): Promise<readonly number[]> =>
      (await shown(text, { colourful: true, cursor: true })).flatMap((line) =>
        parseCells(line).flatMap(({ style }, column) => (style === '7' ? [column] : [])),
      );
    expect(await inverse('ab')).toEqual([2]);
    expect(await inverse('\u001B[7mabc\u001B[0m\u001B[2G')).toEqual([0, 2]);
    expect(await inverse('ab\u001B[?25l')).toEqual([]);
    expect(await inverse('x'.repeat(20))).toEqual([19]);
  });

  it('never take another width here than in the guest', async () => {
    const lines = await shown('漢字|é|e\u0301|🇩🇪|👨‍👩‍👧|\u2764\uFE0F|\u0378x');
    for (const line of lines) expect(parseCells(line).length).toBeLessThanOrEqual(size.columns);
    expect(lines.join('')).toContain('漢');
  });

  it('hold no control character of the guest but our own colours', async () => {
    const lines = await shown('a\u0007b\u001B]0;title\u0007c\u001B[5;5Hd\u009Be');
    expect(lines.join('').replaceAll(/\u001B\[[\d;]*m/g, '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
  });
});

const followed = async (...texts: string[]) => {
  const { line, sent, push, end } = fakeLine();
  const model = new ConsoleModel(line, size, () => undefined);
  push(...texts);
  end();
  await model.follow();
  return { model, sent };
};

describe('what is typed', () => {
  it('goes as it is; a paste is marked only for who asked for it, and cursor keys have the form that was asked for', async () => {
    const { model, sent } = await followed('');
    model.type('ä\u001B[A');
    model.type('\u001B[200~two\rlines\u001B[201~');
    const { model: vim, sent: toVim } = await followed('\u001B[?1h\u001B[?2004h');
    vim.type('\u001B[A\u001B[200~two\u001B[201~');
    expect(sent).toEqual(['ä\u001B[A', 'two\rlines']);
    expect(toVim).toEqual(['\u001BOA\u001B[200~two\u001B[201~']);
  });

  it('is answered by the terminal itself where a program asks it', async () => {
    const { sent } = await followed('\u001B[6n');
    expect(sent).toEqual(['\u001B[1;1R']);
  });

  it.each(['a', ' ', '\r', '\t', '\u007F', '\u001B', '\u0003', '\u001D', '\u001B[A', '\u001B[5~', 'ö'])(
    'ahead, as keys, becomes the same bytes: %j',
    (bytes) => {
      const keys = bytes.startsWith('\u001B')
        ? { '\u001B': 'escape', '\u001B[A': 'up', '\u001B[5~': 'pageup' }[bytes]
        : keysOfText(bytes)[0];
      expect(bytesOfKey(keys ?? '')).toBe(bytes);
    },
  );
});

describe('looking back', () => {
  it('goes as far as lines are kept, stays where it is while more comes, and ends when one types', async () => {
    const { line, push, end } = fakeLine();
    const changed = Promise.withResolvers<void>();
    const model = new ConsoleModel(line, size, changed.resolve);
    const following = model.follow();
    push(Array.from({ length: 30 }, (_, at) => `line ${String(at)}`).join('\r\n'));
    await changed.promise;
    model.setTyping(false);
    model.scroll(10);
    const seen = model.draw(size, { colourful: false })[0];
    expect(seen?.trimEnd()).toBe('line 16');
    push('\r\nmore\r\nand more');
    end();
    await following;
    expect(model.draw(size, { colourful: false })[0]).toBe(seen);
    expect(model.back).toBe(12);
    model.scroll(1_000_000);
    expect(model.draw(size, { colourful: false })[0]?.trimEnd()).toBe('line 0');
    model.setTyping(true);
    expect(model.draw(size, { colourful: false }).at(-1)).toContain('and more');
    expect(model.text).toContain('more\nand more');
  });

  it('keeps five thousand lines of a flood and no more', async () => {
    const chunk = `${'flood '.repeat(200)}\r\n`.repeat(50);
    const { model } = await followed(...Array.from({ length: 40 }, () => chunk));
    model.scroll(1_000_000);
    expect(model.back).toBe(5000);
  });
});

describe('the size', () => {
  it('is told to the guest when it is another one, once', async () => {
    const { model, sent } = await followed('hello');
    model.draw({ columns: 30, rows: 6 }, { colourful: true });
    model.draw({ columns: 30, rows: 6 }, { colourful: true });
    expect(sent).toEqual(['30×6']);
    expect(model.draw({ columns: 30, rows: 6 }, { colourful: true })).toHaveLength(6);
  });
});
