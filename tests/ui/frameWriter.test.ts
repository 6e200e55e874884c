import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { builtInThemes, tokens } from '../../components/themes.ts';
import { FrameWriter } from '../../src/ui/terminal/frameWriter.ts';
import { Random } from '../support/random.ts';

const columns = 40;
const rows = 8;

const aTerminal = (): {
  terminal: headless.Terminal;
  writer: FrameWriter;
  written: string[];
  screen: () => Promise<string>;
} => {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const written: string[] = [];
  const writer = new FrameWriter({
    rows,
    columns,
    write: (text) => {
      written.push(text);
      terminal.write(text);
    },
  });
  return { terminal, writer, written, screen: async () => cellsOf(terminal) };
};

/** Every cell with its character and style, so that a wrong colour is a difference. */
const cellsOf = async (terminal: headless.Terminal): Promise<string> => {
  await new Promise<void>((resolve) => terminal.write('', resolve));
  const lines = [];
  for (let row = 0; row < rows; row += 1) {
    const line = terminal.buffer.active.getLine(row);
    let text = '';
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = [cell.getFgColor(), cell.getBgColor(), cell.isBold(), cell.isInverse(), cell.isDim()].join();
      const plain = style === '-1,-1,0,0,0' || cell.getChars() === '';
      text += (cell.getChars() || ' ') + (plain ? '' : `{${style}}`);
    }
    lines.push(text.trimEnd());
  }
  return lines.join('\n');
};

/** What a terminal shows that was given the frame whole. */
const whole = async (frame: string): Promise<string> => {
  const { writer, screen } = aTerminal();
  writer.show(frame.split('\n'));
  return screen();
};

const pieces = [
  'guest',
  ' ',
  '  ',
  '\u001B[31mred\u001B[39m',
  '\u001B[7minverse\u001B[27m',
  '\u001B[1;36mbold\u001B[22;39m',
  '漢字',
  '●',
  '▁▂▃',
  '👩',
  'é',
  '│',
  '\u001B[38;5;200mrich\u001B[39m',
  '\u001B[48;2;1;2;3mdeep\u001B[49m',
];

describe('FrameWriter', () => {
  it('leaves the same cells as writing each frame whole, for random frames', async () => {
    const generator = new Random(20_261_121);
    const random = (): number => generator.next();
    const { writer, screen } = aTerminal();
    const someLine = (): string => {
      let line = '';
      for (let piece = 0; piece < random() * 7; piece += 1) line += pieces[Math.floor(random() * pieces.length)] ?? '';
      return line;
    };
    let lines = Array.from({ length: rows }, someLine);
    for (let step = 0; step < 300; step += 1) {
      lines = lines.map((line) => (random() < 0.4 ? someLine() : line)).slice(0, 1 + Math.floor(random() * rows));
      while (lines.length < rows && random() < 0.8) lines.push(someLine());
      const frame = lines.join('\n');
      writer.show(frame.split('\n'));
      expect(await screen(), `step ${String(step)}\n${frame}`).toBe(await whole(frame));
    }
  });

  it('does so on the paper of a theme', async () => {
    const generator = new Random(20_261_122);
    const random = (): number => generator.next();
    const { writer, screen } = aTerminal();
    const theme = builtInThemes['light'];
    if (theme === undefined) throw new Error('there is no light theme');
    const { paint, page } = createLook({ colour: true, unicode: true, theme });
    const someLine = (): string =>
      page(
        Array.from({ length: Math.floor(random() * 7) }, () => {
          const token = tokens[Math.floor(random() * tokens.length)] ?? 'text';
          return paint(token, ['–', 'guest', '  ', '漢', '│', '● running'][Math.floor(random() * 6)] ?? '');
        }).join(''),
        columns,
      );
    let lines = Array.from({ length: rows }, someLine);
    for (let step = 0; step < 200; step += 1) {
      lines = lines.map((line) => (random() < 0.4 ? someLine() : line));
      writer.show(lines);
      expect(await screen(), `step ${String(step)}`).toBe(await whole(lines.join('\n')));
    }
  });

  it('writes nothing for the same frame, and little for a little change', () => {
    const { writer, written } = aTerminal();
    writer.show('one\ntwo\nthree'.split('\n'));
    const first = written.length;
    writer.show('one\ntwo\nthree'.split('\n'));
    expect(written).toHaveLength(first);
    writer.show('one\ntwo\nthrew'.split('\n'));
    expect(written.at(-1)).toBe('\u001B[?2026h\u001B[3;5Hw\u001B[?2026l');
  });

  it('erases what a shorter line or frame leaves behind', async () => {
    const { writer, screen } = aTerminal();
    writer.show('a long line\nsecond\nthird'.split('\n'));
    writer.show('a'.split('\n'));
    expect(await screen()).toBe(await whole('a'));
  });

  it('writes over what was there before without clearing the screen first', async () => {
    const { terminal, writer, written, screen } = aTerminal();
    terminal.write('old picture that is longer\r\nsecond old line\r\nthird');
    writer.show('new\nlines'.split('\n'));
    expect(written.join('')).not.toContain('\u001B[2J');
    expect(await screen()).toBe(await whole('new\nlines'));
  });

  it('keeps the last character of a line as wide as the terminal, wrapping or not', async () => {
    for (const wrap of ['h', 'l']) {
      const { terminal, writer, screen } = aTerminal();
      terminal.write(`\u001B[?7${wrap}`);
      writer.show(`${'x'.repeat(columns - 1)}!\nsecond`.split('\n'));
      expect(await screen()).toBe(`${'x'.repeat(columns - 1)}!\nsecond${'\n'.repeat(rows - 2)}`);
    }
  });

  it('shows no more rows than the terminal has, and nothing while suspended', () => {
    const { writer, written } = aTerminal();
    writer.show(
      Array.from({ length: 50 }, (_, at) => String(at))
        .join('\n')
        .split('\n'),
    );
    expect(writer.lines).toHaveLength(rows);
    writer.suspend();
    const before = written.length;
    writer.show('hidden'.split('\n'));
    expect(written).toHaveLength(before);
    writer.resume();
    writer.show('seen'.split('\n'));
    expect(written.at(-1)).toContain('seen');
  });
});
