import { styledCharsToString } from '@alcalzone/ansi-tokenize';
import type { StyledChar } from '@alcalzone/ansi-tokenize';
import { blank, blockOf, cellsOf, cutLine, lineOf, transition } from './line.ts';
import type { Block, Line, Styles } from './line.ts';

/** An edge that is undefined does not clip; `x2` and `y2` are exclusive. */
interface Clip {
  readonly x1: number | undefined;
  readonly x2: number | undefined;
  readonly y1: number | undefined;
  readonly y2: number | undefined;
}

type Transformer = (line: string, index: number) => string;

/** A line at its place in a row. */
interface Segment {
  readonly x: number;
  readonly line: Line;
}

/** A block where it is written, after clipping. */
interface Placed {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly Line[];
}

const tighter = (
  outer: number | undefined,
  inner: number | undefined,
  pick: (a: number, b: number) => number,
): number | undefined => {
  if (outer === undefined) return inner;
  return inner === undefined ? outer : pick(outer, inner);
};

const intersection = (outer: Clip | undefined, inner: Clip): Clip =>
  outer === undefined
    ? inner
    : {
        x1: tighter(outer.x1, inner.x1, Math.max),
        x2: tighter(outer.x2, inner.x2, Math.min),
        y1: tighter(outer.y1, inner.y1, Math.max),
        y2: tighter(outer.y2, inner.y2, Math.min),
      };

const isEmpty = (from: number | undefined, to: number | undefined): boolean =>
  from !== undefined && to !== undefined && from >= to;

function clipColumns(placed: Placed, width: number, { x1, x2 }: Clip): Placed | undefined {
  const { x } = placed;
  if (x1 === undefined || x2 === undefined) return placed;
  if (x + width < x1 || x > x2) return undefined;
  const from = Math.max(0, x1 - x);
  const lines = placed.lines.map((line) => cutLine(line, from, Math.min(line.width, x2 - x)));
  return { ...placed, x: Math.max(x, x1), lines };
}

function clipRows(placed: Placed, { y1, y2 }: Clip): Placed | undefined {
  const { y, lines } = placed;
  if (y1 === undefined || y2 === undefined) return placed;
  if (y + lines.length < y1 || y > y2) return undefined;
  const from = Math.max(0, y1 - y);
  return { ...placed, y: Math.max(y, y1), lines: lines.slice(from, Math.min(lines.length, y2 - y)) };
}

function clipBlock(x: number, y: number, block: Block, clip: Clip | undefined): Placed | undefined {
  const placed: Placed = { x, y, lines: block.lines };
  if (clip === undefined) return placed;
  if (isEmpty(clip.x1, clip.x2) || isEmpty(clip.y1, clip.y2)) return undefined;
  const inColumns = clipColumns(placed, block.width, clip);
  return inColumns === undefined ? undefined : clipRows(inColumns, clip);
}

/** The segments from left to right, or undefined if they overlap or leave the row. */
function sideBySide(segments: readonly Segment[], width: number): readonly Segment[] | undefined {
  const sorted = segments.toSorted((a, b) => a.x - b.x);
  let column = 0;
  for (const { x, line } of sorted) {
    if (x < column) return undefined;
    column = x + line.cells;
  }
  return column <= width ? sorted : undefined;
}

const NO_STYLES: Styles = [];

/** A row of segments that do not touch each other's cells: their texts, with the switches of style between them. */
function joinSegments(segments: readonly Segment[]): string {
  let row = '';
  let column = 0;
  let styles = NO_STYLES;
  for (const { x, line } of segments) {
    if (x > column) {
      row += transition(styles, NO_STYLES) + ' '.repeat(x - column);
      styles = NO_STYLES;
    }
    row += transition(styles, line.firstStyles) + line.body;
    styles = line.lastStyles;
    column = x + line.cells;
  }
  return row + transition(styles, NO_STYLES);
}

const emptyCell: StyledChar = { type: 'char', value: ' ', fullWidth: false, styles: [] };

/** Writes a segment over what is there. A wide character that loses one half loses the other too. */
function overwrite(cells: StyledChar[], { x, line }: Segment): void {
  const left = cells[x - 1];
  if (cells[x]?.value === '' && left !== undefined && cellsOf(left) > 1) cells[x - 1] = blank(left);
  let column = x;
  for (const character of line.characters()) {
    cells[column] = character;
    const end = column + cellsOf(character);
    // The second half of a wide character is an empty cell, or a space if the first half is left of the screen.
    const half = { ...emptyCell, value: column < 0 ? ' ' : '', styles: character.styles };
    for (let next = column + 1; next < end; next += 1) cells[next] = half;
    column = end;
  }
  const right = cells[column];
  if (right?.value === '') cells[column] = blank(right);
}

/** A row where segments overlap: cell by cell, later ones over earlier ones. */
function overlaySegments(segments: readonly Segment[], width: number): string {
  const cells = Array.from({ length: width }, () => emptyCell);
  for (const segment of segments) overwrite(cells, segment);
  // A text that starts right of the screen leaves holes before it.
  return styledCharsToString(cells.filter((cell) => cell !== undefined));
}

/**
 * Ink's virtual screen (`ink/build/output.js`), which it replaces in the bundle: the same frames, byte for byte.
 *
 * Ink builds a grid of cell objects and reads every text anew in each frame, which is half of its time. Here a row is
 * a list of segments, cells are made only where segments overlap, and what was read is kept between frames.
 */
export class Output {
  readonly width: number;
  readonly height: number;
  readonly #rows: Segment[][];
  readonly #clips: Clip[] = [];

  constructor({ width, height }: { width: number; height: number }) {
    this.width = width;
    this.height = height;
    this.#rows = Array.from({ length: height }, () => []);
  }

  clip(clip: Clip): void {
    this.#clips.push(intersection(this.#clips.at(-1), clip));
  }

  unclip(): void {
    this.#clips.pop();
  }

  write(x: number, y: number, text: string, { transformers }: { transformers: readonly Transformer[] }): void {
    if (text === '') return;
    const placed = clipBlock(x, y, blockOf(text), this.#clips.at(-1));
    if (placed === undefined) return;
    for (const [index, line] of placed.lines.entries()) {
      const row = this.#rows[placed.y + index];
      if (row === undefined) continue;
      const shown = transformers.reduce((current, transform) => transform(current, placed.y + index - y), line.text);
      const final = shown === line.text ? line : lineOf(shown);
      if (final.cells > 0) row.push({ x: placed.x, line: final });
    }
  }

  get(): { output: string; height: number } {
    const rows = this.#rows.map((segments) => {
      const sorted = sideBySide(segments, this.width);
      const row = sorted === undefined ? overlaySegments(segments, this.width) : joinSegments(sorted);
      return row.trimEnd();
    });
    return { output: rows.join('\n'), height: this.height };
  }
}
