import { isNarrow, isNarrowCode } from '../../../components/narrow.ts';
import { endOfColours } from '../../../components/styled.ts';
import { widthOf } from '../../../components/text.ts';

/** One column of a terminal line. A wide character stands in its first column; the second holds an empty text. */
export interface Cell {
  readonly text: string;
  /** The parameters of one SGR sequence that brings a reset terminal into this cell's style; empty for none. */
  readonly style: string;
}

const escape = '\u001B';
const sgr = /\u001B\[[\d;]*m/g;
const blank: Cell = { text: ' ', style: '' };
let segmenter: Intl.Segmenter | undefined;

/**
 * The style a stream of SGR sequences has built up (ECMA-48 §8.3.117): at most one parameter each of weight, colours and so on.
 * Screens are made of a few dozen styles: each is worked out once, and remembers what every sequence met in it leads to.
 */
class Style {
  /** The parameters that bring a reset terminal into this style. */
  readonly text: string;
  /** Shared cells of printable ASCII, so that parsing a line allocates next to nothing. */
  readonly ascii: readonly Cell[];
  readonly #attributes: ReadonlyMap<string, string>;
  readonly #next = new Map<string, Style>();
  readonly #glyphs = new Map<number, Cell>();

  constructor(attributes: ReadonlyMap<string, string>) {
    this.#attributes = attributes;
    this.text = [...attributes.values()].join(';');
    this.ascii = Array.from({ length: 95 }, (_, index) => ({
      text: String.fromCharCode(32 + index),
      style: this.text,
    }));
  }

  /** A shared cell of another character of one UTF-16 unit: a glyph, a bar, a spark. */
  glyph(code: number): Cell {
    let cell = this.#glyphs.get(code);
    if (cell === undefined) {
      cell = { text: String.fromCharCode(code), style: this.text };
      this.#glyphs.set(code, cell);
    }
    return cell;
  }

  /** The style after one more sequence with these parameters. */
  after(parameters: string): Style {
    let next = this.#next.get(parameters);
    if (next === undefined) {
      next = styleOf(changed(this.#attributes, parameters));
      this.#next.set(parameters, next);
    }
    return next;
  }
}

const changed = (attributes: ReadonlyMap<string, string>, parameters: string): ReadonlyMap<string, string> => {
  const now = new Map(attributes);
  const codes = parameters === '' ? ['0'] : parameters.split(';');
  for (let index = 0; index < codes.length; index += 1) {
    const code = Number(codes[index]);
    if (code === 38 || code === 48) {
      const length = codes[index + 1] === '2' ? 5 : 3;
      now.set(code === 38 ? 'foreground' : 'background', codes.slice(index, index + length).join(';'));
      index += length - 1;
    } else apply(now, code);
  }
  return now;
};

const apply = (attributes: Map<string, string>, code: number): void => {
  if (code === 0) attributes.clear();
  else if (code === 1) attributes.set('bold', '1');
  else if (code === 2) attributes.set('dim', '2');
  else if (code === 22) {
    attributes.delete('bold');
    attributes.delete('dim');
  } else if (code >= 3 && code <= 9) attributes.set(`flag${String(code)}`, String(code));
  else if (code >= 23 && code <= 29) attributes.delete(`flag${String(code - 20)}`);
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) attributes.set('foreground', String(code));
  else if (code === 39) attributes.delete('foreground');
  else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) attributes.set('background', String(code));
  else if (code === 49) attributes.delete('background');
};

/** Whatever is shown, no more than this is remembered. */
const mostTransitions = 5_000;
let transitions = 0;
const styles = new Map<string, Style>();
let unstyled = new Style(new Map());

const styleOf = (attributes: ReadonlyMap<string, string>): Style => {
  transitions += 1;
  if (transitions > mostTransitions) {
    transitions = 0;
    styles.clear();
    unstyled = new Style(new Map());
  }
  if (attributes.size === 0) return unstyled;
  const style = new Style(attributes);
  const known = styles.get(style.text);
  if (known !== undefined) return known;
  styles.set(style.text, style);
  return style;
};

const pushText = (cells: Cell[], text: string, style: string): void => {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) {
    const width = widthOf(segment);
    if (width === 0) continue;
    cells.push({ text: segment, style });
    if (width === 2) cells.push({ text: '', style });
  }
};

/** Whether what stands at `index` is certain not to join with the character before it. */
const joinsNothing = (line: string, index: number): boolean => {
  const code = line.charCodeAt(index);
  return Number.isNaN(code) || code === 0x1b || isNarrowCode(code);
};

/** Splits a line with SGR sequences into cells. Other escape sequences are left out. Trailing unstyled blanks are not kept. */
export const parseCells = (line: string): Cell[] => {
  const cells: Cell[] = [];
  let style = unstyled;
  let index = 0;
  while (index < line.length) {
    const code = line.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f) {
      const next = line.charCodeAt(index + 1);
      // A combining mark may follow; everything below U+0300 cannot join.
      if (Number.isNaN(next) || next < 0x300) {
        cells.push(style.ascii[code - 0x20] ?? blank);
        index += 1;
        continue;
      }
    }
    if (code === 0x1b) {
      const end = endOfColours(line, index);
      if (end !== -1) {
        style = style.after(line.slice(index + 2, end));
        index = end + 1;
        continue;
      }
      const other = /^\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|.)?/.exec(line.slice(index));
      index += other?.[0].length ?? 1;
      continue;
    }
    // A glyph, a bar, a spark between plain neighbours is the common case.
    if (isNarrowCode(code) && joinsNothing(line, index + 1)) {
      cells.push(style.glyph(code));
      index += 1;
      continue;
    }
    let end = line.indexOf(escape, index);
    if (end === -1) end = line.length;
    pushText(cells, line.slice(index, end), style.text);
    index = end;
  }
  while (cells.length > 0 && isBlank(cells.at(-1))) cells.pop();
  return cells;
};

const isBlank = (cell: Cell | undefined): boolean => cell === undefined || (cell.text === ' ' && cell.style === '');
const same = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a === b || (isBlank(a) && isBlank(b)) || (a?.text === b?.text && a?.style === b?.style);

/** Equal columns between two changed runs that are cheaper to write again than to jump over (`ESC [ row ; column H` is 6 to 9 bytes). */
const worthJumping = 8;

/**
 * Terminals of different age do not agree how wide an emoji is. Its two columns are blanked first and the cursor is put behind them
 * by number, so that whatever it takes, nothing after it moves.
 */
const emoji = (text: string, column: number): string =>
  `  \u001B[${String(column + 1)}G${text}\u001B[${String(column + 3)}G`;
const isEmoji = (text: string): boolean => (text.codePointAt(0) ?? 0) > 0xffff;

/** Writes cells [from, to) beginning in the reset style; ends in the reset style. */
const runText = (cells: readonly Cell[], from: number, to: number): string => {
  let text = '';
  let style = '';
  for (let column = from; column < to; column += 1) {
    const cell = cells[column] ?? blank;
    if (cell.style !== style && cell.text !== '') {
      // From a style to another one always through reset: two styles never mix.
      text += cell.style === '' ? '\u001B[m' : style === '' ? `\u001B[${cell.style}m` : `\u001B[0;${cell.style}m`;
      style = cell.style;
    }
    text += isEmoji(cell.text) ? emoji(cell.text, column) : cell.text;
  }
  return style === '' ? text : `${text}\u001B[m`;
};

/** Returns cells as a line with SGR sequences; it begins and ends in the reset style. */
export const styledText = (cells: readonly Cell[]): string => {
  let text = '';
  let style = '';
  for (const cell of cells) {
    if (cell.style !== style && cell.text !== '') {
      text += cell.style === '' ? '\u001B[m' : `\u001B[0;${cell.style}m`;
      style = cell.style;
    }
    text += cell.text;
  }
  return style === '' ? text : `${text}\u001B[m`;
};

/**
 * Returns a whole line over whatever stands there, without clearing it first. `row` counts from 0.
 * A line that fills the terminal's `columns` is not followed by an erasure: the cursor stands on its last character then.
 */
export const wholeLine = (row: number, line: string, columns: number): string => {
  const plain = line.replaceAll(sgr, '');
  // Only text of narrow characters is certain to take the columns that it seems to take.
  const cells = isNarrow(plain) ? undefined : parseCells(line);
  const text = cells === undefined ? `${line}\u001B[m` : runText(cells, 0, cells.length);
  const width = cells?.length ?? plain.length;
  return `\u001B[${String(row + 1)};1H${text}${width < columns ? '\u001B[K' : ''}`;
};

/**
 * Returns what turns one shown line into another: cursor movement, changed runs, and erase-to-end where the line became shorter.
 * `row` counts from 0. The terminal must be in the reset style and is left so.
 */
export const lineDifference = (row: number, before: readonly Cell[], after: readonly Cell[]): string => {
  let output = '';
  const end = Math.max(before.length, after.length);
  let column = 0;
  while (column < end) {
    if (same(before[column], after[column])) {
      column += 1;
      continue;
    }
    let from = column;
    // Never begin in the second half of a wide character, new or old.
    while (from > 0 && (after[from]?.text === '' || before[from]?.text === '')) from -= 1;
    let last = column;
    for (let ahead = column + 1; ahead < end && ahead - last <= worthJumping; ahead += 1) {
      if (!same(before[ahead], after[ahead])) last = ahead;
    }
    let to = last + 1;
    // Nor end before one: half of a wide character, new or old, is never left standing.
    while (to < end && (after[to]?.text === '' || before[to]?.text === '')) to += 1;
    output += `\u001B[${String(row + 1)};${String(from + 1)}H`;
    if (to >= after.length)
      return `${output + runText(after, from, after.length)}${before.length > after.length ? '\u001B[K' : ''}`;
    output += runText(after, from, to);
    column = to;
  }
  return output;
};
