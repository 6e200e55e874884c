import xterm from '@xterm/headless';
import type { IBufferCell, IBufferLine } from '@xterm/headless';
import { widthOf } from '../../../components/text.ts';
import type { TerminalSize } from '../../proxmox/types.ts';

/** Lines above the screen that are kept; older ones go. */
const scrollback = 5000;

/** How the emulator's rows are drawn. */
export interface Drawn {
  /** Without it a cell keeps its weight and loses its colours. */
  readonly colourful: boolean;
  /** Whether the cursor is shown. */
  readonly cursor: boolean;
}

const flags = (cell: IBufferCell): readonly string[] => [
  ...(cell.isBold() === 0 ? [] : ['1']),
  ...(cell.isDim() === 0 ? [] : ['2']),
  ...(cell.isItalic() === 0 ? [] : ['3']),
  ...(cell.isUnderline() === 0 ? [] : ['4']),
  ...(cell.isInvisible() === 0 ? [] : ['8']),
  ...(cell.isStrikethrough() === 0 ? [] : ['9']),
];

/** The parameters of SGR that choose a colour; `base` is 30 for letters, 40 for what is behind them. */
const colour = (base: 30 | 40, value: number, kind: 'default' | 'palette' | 'rgb'): readonly string[] => {
  if (kind === 'default') return [];
  if (kind === 'rgb')
    return [
      `${String(base + 8)};2;${String((value >> 16) & 255)};${String((value >> 8) & 255)};${String(value & 255)}`,
    ];
  if (value < 8) return [String(base + value)];
  return value < 16 ? [String(base + 60 + value - 8)] : [`${String(base + 8)};5;${String(value)}`];
};

const colours = (cell: IBufferCell): readonly string[] => [
  ...colour(30, cell.getFgColor(), cell.isFgDefault() ? 'default' : cell.isFgRGB() ? 'rgb' : 'palette'),
  ...colour(40, cell.getBgColor(), cell.isBgDefault() ? 'default' : cell.isBgRGB() ? 'rgb' : 'palette'),
];

/** The parameters of the SGR sequence that brings a reset terminal into the style of a cell. */
const styleOf = (cell: IBufferCell, colourful: boolean, isCursor: boolean): string =>
  [...flags(cell), ...((cell.isInverse() !== 0) === isCursor ? [] : ['7']), ...(colourful ? colours(cell) : [])].join(
    ';',
  );

/**
 * What a cell shows. What our own terminal would draw in another width than the guest's does would shift all behind it: blanks stand
 * for it.
 */
const textOf = (cell: IBufferCell): string => {
  const text = cell.getChars();
  if (text === '') return ' ';
  return text.length === 1 || widthOf(text) === cell.getWidth() ? text : ' '.repeat(cell.getWidth());
};

/** A terminal without a screen: takes the bytes of a console, knows its cells. */
export class Emulator {
  readonly #terminal: xterm.Terminal;
  #isCursorHidden = false;

  /** `onReply` is given what the terminal answers by itself, such as where its cursor is. */
  constructor({ columns, rows }: TerminalSize, onReply: (text: string) => void) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback, allowProposedApi: true });
    this.#terminal.onData(onReply);
    for (const final of ['h', 'l'] as const)
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
        if (parameters.includes(25)) this.#isCursorHidden = final === 'l';
        return false;
      });
  }

  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Lines above the screen. */
  get above(): number {
    return this.#terminal.buffer.active.baseY;
  }

  /** Whether cursor keys are sent in their other form (DECCKM). */
  get isApplication(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  /** Whether the program wants to be told what is pasted. */
  get takesPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Resolves when the bytes are on the screen: who writes faster than that fills the memory. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#terminal.resize(columns, rows);
  }

  /** The rows of the screen as lines with SGR sequences, `back` lines before the newest. */
  lines(back: number, drawn: Drawn): readonly string[] {
    const { active } = this.#terminal.buffer;
    const top = Math.max(0, active.baseY - back);
    const isCursorShown = drawn.cursor && !this.#isCursorHidden;
    const cursorRow = active.baseY + active.cursorY;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      const line = active.getLine(top + row);
      const cursor = isCursorShown && top + row === cursorRow ? Math.min(active.cursorX, this.#terminal.cols - 1) : -1;
      return line === undefined ? '' : this.#line(line, cursor, drawn.colourful);
    });
  }

  /** The text of what is shown, without colours and without blanks at the ends. */
  text(back: number): string {
    const { active } = this.#terminal.buffer;
    const top = Math.max(0, active.baseY - back);
    const rows = Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(top + row)?.translateToString(true) ?? '').trimEnd(),
    );
    return rows.join('\n').trimEnd();
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #line(line: IBufferLine, cursor: number, colourful: boolean): string {
    const cell = this.#terminal.buffer.active.getNullCell();
    let text = '';
    let style = '';
    for (let column = 0; column < this.#terminal.cols; column += 1) {
      line.getCell(column, cell);
      if (cell.getWidth() === 0) continue;
      const wanted = styleOf(cell, colourful, column === cursor);
      const shown = textOf(cell);
      // Beside a character that is not plain a sequence keeps neighbours apart, which together would be one of another width.
      if (wanted !== style || shown > '\u02FF') text += wanted === '' ? '\u001B[m' : `\u001B[0;${wanted}m`;
      style = wanted;
      text += shown;
    }
    return style === '' ? text : `${text}\u001B[m`;
  }
}
