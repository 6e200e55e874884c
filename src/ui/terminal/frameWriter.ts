import { lineDifference, parseCells, wholeLine, type Cell } from './cells.ts';

/** Synchronized output (DEC private mode 2026): a terminal that knows it shows the frame at once, the others ignore it. */
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';

interface ShownLine {
  readonly text: string;
  /** Parsed on first need: most lines never change. */
  cells: readonly Cell[] | undefined;
}

/** What the writer needs of a terminal. */
export interface FrameTarget {
  write(text: string): void;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Shows whole frames on a terminal by writing only the cells that differ from the frame before.
 * Moving a mark is a few hundred bytes, an unchanged frame none.
 */
export class FrameWriter {
  readonly #target: FrameTarget;
  #shown: ShownLine[] | undefined;
  #active = true;
  /** Frames that were written, and their bytes: the bench and the tests read them. */
  framesWritten = 0;
  bytesWritten = 0;

  constructor(target: FrameTarget) {
    this.#target = target;
  }

  /** The lines now on the screen. */
  get lines(): readonly string[] {
    return this.#shown?.map((line) => line.text) ?? [];
  }

  /** Shows a frame; lines below the end of the terminal are left out. */
  show(frame: readonly string[]): void {
    if (!this.#active) return;
    const lines = frame.length > this.#target.rows ? frame.slice(0, this.#target.rows) : frame;
    const output = this.#shown === undefined ? this.#everything(lines) : this.#difference(this.#shown, lines);
    if (output === '') return;
    this.framesWritten += 1;
    this.bytesWritten += output.length;
    this.#target.write(beginUpdate + output + endUpdate);
  }

  /** Forgets what is on the screen: the next frame is written whole, over whatever is there, without clearing first. */
  invalidate(): void {
    this.#shown = undefined;
  }

  /** Nothing is written any more, until `resume`. For the end of the program and for child programs. */
  suspend(): void {
    this.#active = false;
  }

  resume(): void {
    this.#active = true;
    this.invalidate();
  }

  #everything(lines: readonly string[]): string {
    const shown: ShownLine[] = [];
    let output = '\u001B[m';
    for (const [row, text] of lines.entries()) {
      // Whatever stood there (the picture of the last run, a shell) is written over and erased to the end of the line,
      // never the whole screen at once: no flicker.
      output += wholeLine(row, text, this.#target.columns);
      shown.push({ text, cells: undefined });
    }
    if (lines.length < this.#target.rows) output += `\u001B[${String(lines.length + 1)};1H\u001B[J`;
    this.#shown = shown;
    return output;
  }

  #difference(shown: ShownLine[], lines: readonly string[]): string {
    let output = '';
    const height = Math.max(shown.length, lines.length);
    for (let row = 0; row < height; row += 1) {
      const text = lines[row] ?? '';
      const before = shown[row];
      if (before?.text === text) continue;
      const cells = parseCells(text);
      output += lineDifference(row, before === undefined ? [] : (before.cells ?? parseCells(before.text)), cells);
      shown[row] = { text, cells };
    }
    shown.length = lines.length;
    return output;
  }
}
