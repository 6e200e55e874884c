import {
  ansiCodesToString,
  diffAnsiCodes,
  reduceAnsiCodesIncremental,
  styledCharsFromTokens,
  styledCharsToString,
  tokenize,
} from '@alcalzone/ansi-tokenize';
import type { AnsiCode, StyledChar } from '@alcalzone/ansi-tokenize';
import { BoundedCache } from './bounded-cache.ts';
import { eachPart, isAscii, isNarrowStyled, isNarrowStyledBlock } from './narrow.ts';
import { stringWidth } from './string-width.ts';

export type Styles = readonly AnsiCode[];

/** One line of text as it goes to the screen, read once and kept between frames. */
export interface Line {
  /** The text as it was given. */
  readonly text: string;
  /** Columns as `string-width` counts them; what clipping goes by. */
  readonly width: number;
  /** Cells that the line fills: every character takes at least one. */
  readonly cells: number;
  /** Styles of the first and of the last character: what a neighbour has to switch from and to. */
  readonly firstStyles: Styles;
  readonly lastStyles: Styles;
  /** The text with the switches between its own characters, but neither the first switch on nor the last off. */
  readonly body: string;
  /** The characters; made at the first call, for lines that are cut or overlapped. */
  characters(): readonly StyledChar[];
  /** The same as stretches of one style; only for lines of narrow characters. */
  readonly runs?: readonly Run[];
}

/** A text of several lines, with the styles carried over the line ends. */
export interface Block {
  readonly lines: readonly Line[];
  /** Columns of the widest line of the text as it was given. */
  readonly width: number;
}

/** A stretch of characters of one style, each one column wide. */
interface Run {
  readonly text: string;
  readonly styles: Styles;
}

const NO_STYLES: Styles = [];
const ignorable = /^\p{Default_Ignorable_Code_Point}+$/u;

/** What the terminal must be sent to go from one style to another. */
export function transition(from: Styles, to: Styles): string {
  if (from === to || (from.length === 0 && to.length === 0)) return '';
  return ansiCodesToString(diffAnsiCodes([...from], [...to]));
}

const once = <Value>(make: () => Value): (() => Value) => {
  let value: Value | undefined;
  return () => (value ??= make());
};

// ---- reading text -------------------------------------------------------------------------------------------------

/** The characters of any text. Those that are invisible by themselves take no cell, as in Ink. */
const readCharacters = (text: string): StyledChar[] =>
  styledCharsFromTokens(tokenize(text)).filter((character) => !ignorable.test(character.value));

const sgrCodes = new BoundedCache<AnsiCode[]>(256);
const codesOf = (sequence: string): AnsiCode[] =>
  sgrCodes.get(sequence, () => tokenize(sequence).filter((token) => token.type === 'ansi'));

/** The runs of a narrow text: the same styles as `readCharacters` finds, without an object a character. */
function readRuns(text: string): { runs: Run[]; endStyles: Styles } {
  const runs: Run[] = [];
  let styles: AnsiCode[] = [];
  const switchStyle = (sequence: string): void => {
    styles = reduceAnsiCodesIncremental(styles, codesOf(sequence));
  };
  eachPart(text, switchStyle, (stretch) => runs.push({ text: stretch, styles }));
  return { runs, endStyles: styles };
}

const charactersOf = (runs: readonly Run[]): StyledChar[] =>
  runs.flatMap(({ text, styles }) =>
    Array.from(text, (value) => ({ type: 'char' as const, value, fullWidth: false, styles: [...styles] })),
  );

// ---- lines --------------------------------------------------------------------------------------------------------

function plainLine(text: string): Line {
  const characters = once(() => charactersOf([{ text, styles: NO_STYLES }]));
  const cells = text.length;
  return { text, width: cells, cells, firstStyles: NO_STYLES, lastStyles: NO_STYLES, body: text, characters };
}

/** The text of runs with the switches between them. */
function joinRuns(runs: readonly Run[]): string {
  let joined = '';
  let styles = runs[0]?.styles ?? NO_STYLES;
  for (const run of runs) {
    joined += transition(styles, run.styles) + run.text;
    styles = run.styles;
  }
  return joined;
}

function narrowLine(text: string): Line {
  const { runs } = readRuns(text);
  const cells = runs.reduce((sum, run) => sum + run.text.length, 0);
  const firstStyles = runs[0]?.styles ?? NO_STYLES;
  const lastStyles = runs.at(-1)?.styles ?? NO_STYLES;
  const characters = once(() => charactersOf(runs));
  return { text, width: cells, cells, firstStyles, lastStyles, body: joinRuns(runs), characters, runs };
}

function anyLine(text: string): Line {
  const characters = readCharacters(text);
  const firstStyles = characters[0]?.styles ?? NO_STYLES;
  const lastStyles = characters.at(-1)?.styles ?? NO_STYLES;
  const whole = styledCharsToString(characters);
  const opening = transition(NO_STYLES, firstStyles).length;
  const closing = transition(lastStyles, NO_STYLES).length;
  return {
    text,
    width: stringWidth(text),
    cells: characters.reduce((sum, character) => sum + cellsOf(character), 0),
    firstStyles,
    lastStyles,
    body: whole.slice(opening, whole.length - closing),
    characters: () => characters,
  };
}

const lines = new BoundedCache<Line>(4096);

/** The line of a text without line ends. */
export const lineOf = (text: string): Line =>
  isAscii(text) ? plainLine(text) : lines.get(text, isNarrowStyled(text) ? narrowLine : anyLine);

/** Cells that a character fills, as Ink counts them. */
export const cellsOf = (character: StyledChar): number => Math.max(1, stringWidth(character.value));

/** A space in place of half a wide character: the background stays. */
export const blank = (cell: StyledChar): StyledChar => ({ ...cell, value: ' ', fullWidth: false });

// ---- blocks -------------------------------------------------------------------------------------------------------

function splitRuns(runs: readonly Run[]): Run[][] {
  const rows: Run[][] = [[]];
  for (const { text, styles } of runs) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) rows.push([]);
      if (part !== '') rows.at(-1)?.push({ text: part, styles });
    }
  }
  return rows;
}

function splitCharacters(characters: readonly StyledChar[]): StyledChar[][] {
  const rows: StyledChar[][] = [[]];
  for (const character of characters) {
    if (character.value === '\n') rows.push([]);
    else rows.at(-1)?.push(character);
  }
  return rows;
}

/** Runs as a text that stands by itself: all on at its start, all off at its end. */
const standAlone = (runs: readonly Run[]): string =>
  transition(NO_STYLES, runs[0]?.styles ?? NO_STYLES) +
  joinRuns(runs) +
  transition(runs.at(-1)?.styles ?? NO_STYLES, NO_STYLES);

const splitLines = (text: string): string[] =>
  isNarrowStyledBlock(text)
    ? splitRuns(readRuns(text).runs).map(standAlone)
    : splitCharacters(readCharacters(text)).map((row) => styledCharsToString(row));

/** A line of a narrow block as it was given: undefined if it leaves a style on for the next one. */
interface Closed {
  readonly line: Line | undefined;
}

const closedLines = new BoundedCache<Closed>(4096);

function readClosed(text: string): Closed {
  if (!isNarrowStyled(text)) return { line: undefined };
  const { runs, endStyles } = readRuns(text);
  return { line: endStyles.length === 0 ? lineOf(standAlone(runs)) : undefined };
}

/** The lines one by one, for blocks whose lines do not depend on each other: one that changed costs one reading. */
function independentLines(texts: readonly string[]): Line[] | undefined {
  const read: Line[] = [];
  for (const text of texts) {
    const line = isAscii(text) ? plainLine(text) : closedLines.get(text, readClosed).line;
    if (line === undefined) return undefined;
    read.push(line);
  }
  return read;
}

function readBlock(text: string): Block {
  const texts = text.split('\n');
  const width = Math.max(...texts.map((line) => stringWidth(line)));
  return { lines: independentLines(texts) ?? splitLines(text).map(lineOf), width };
}

const blocks = new BoundedCache<Block>(512);

/** The lines of a text; each stands by itself, so that rows can be cut and put together. */
export const blockOf = (text: string): Block =>
  isAscii(text) ? { lines: [plainLine(text)], width: text.length } : blocks.get(text, readBlock);

// ---- cutting ------------------------------------------------------------------------------------------------------

const slices = new BoundedCache<Line>(2048);

function cutRuns(runs: readonly Run[], from: number, to: number): string {
  const kept: Run[] = [];
  let column = 0;
  for (const { text, styles } of runs) {
    const part = text.slice(Math.max(0, from - column), Math.max(0, to - column));
    if (part !== '') kept.push({ text: part, styles });
    column += text.length;
  }
  return standAlone(kept);
}

function cutCharacters(line: Line, from: number, to: number): string {
  const kept: StyledChar[] = [];
  let column = 0;
  for (const character of line.characters()) {
    const width = stringWidth(character.value);
    const start = column;
    column += width;
    if (column <= from) continue;
    if (start >= to) break;
    const isHalf = width > 1 && (start < from || column > to);
    kept.push(isHalf ? blank(character) : character);
  }
  return styledCharsToString(kept);
}

/** The columns `from` up to `to` (exclusive). Half a wide character becomes a space of its style. */
export function cutLine(line: Line, from: number, to: number): Line {
  if (from >= to) return lineOf('');
  if (isAscii(line.text)) return plainLine(line.text.slice(from, to));
  return slices.get(`${from}:${to}:${line.text}`, () =>
    lineOf(line.runs === undefined ? cutCharacters(line, from, to) : cutRuns(line.runs, from, to)),
  );
}
