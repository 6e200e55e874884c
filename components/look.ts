/** The tokens that components and screens may colour with. What they look like is the theme's. */
export type Token =
  | 'text'
  | 'muted'
  | 'accent'
  | 'ok'
  | 'warn'
  | 'error'
  | 'info'
  | 'selection'
  | 'border'
  | 'heading'
  /** The open one of several tabs. */
  | 'tab'
  | 'danger';

/** Everything about appearance that a terminal decides: colours by token, and the symbols it can show. */
export interface Look {
  /** Wraps a text in the colour of a token; the text itself must be free of escape sequences. */
  paint(token: Token, text: string): string;
  readonly glyphs: Glyphs;
  /** Whether tokens can be told apart by colour; without it everything must be told by words and symbols. */
  readonly colourful: boolean;
}

export interface Glyphs {
  readonly running: string;
  readonly stopped: string;
  readonly paused: string;
  readonly working: string;
  readonly warning: string;
  readonly failed: string;
  readonly unknown: string;
  readonly selected: string;
  readonly marked: string;
  readonly locked: string;
  readonly separator: string;
  readonly vertical: string;
  readonly horizontal: string;
  readonly ellipsis: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly enter: string;
  readonly up: string;
  readonly down: string;
  /** Eight heights, lowest first. */
  readonly spark: readonly string[];
}

const unicodeGlyphs: Glyphs = {
  running: '●',
  stopped: '○',
  paused: '◐',
  working: '⟳',
  warning: '▲',
  failed: '✖',
  unknown: '?',
  selected: '▸',
  marked: '✓',
  locked: '⚿',
  separator: '▸',
  vertical: '│',
  horizontal: '─',
  ellipsis: '…',
  barFull: '▓',
  barEmpty: '░',
  enter: '⏎',
  up: '▴',
  down: '▾',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
};

const asciiGlyphs: Glyphs = {
  running: '*',
  stopped: 'o',
  paused: '~',
  working: '>',
  warning: '!',
  failed: 'x',
  unknown: '?',
  selected: '>',
  marked: '+',
  locked: 'L',
  separator: '>',
  vertical: '|',
  horizontal: '-',
  ellipsis: '~',
  barFull: '#',
  barEmpty: '.',
  enter: 'Enter',
  up: '^',
  down: 'v',
  spark: ['_', '.', ',', '-', '=', '+', '*', '#'],
};

/** Select graphic rendition (ECMA-48 §8.3.117) by token: the terminal's own 16 colours, so that every scheme stays readable. */
const sixteenColours: Record<Token, readonly [open: string, close: string]> = {
  text: ['', ''],
  muted: ['\u001B[90m', '\u001B[39m'],
  accent: ['\u001B[36m', '\u001B[39m'],
  ok: ['\u001B[32m', '\u001B[39m'],
  warn: ['\u001B[33m', '\u001B[39m'],
  error: ['\u001B[31m', '\u001B[39m'],
  info: ['\u001B[34m', '\u001B[39m'],
  selection: ['\u001B[7m', '\u001B[27m'],
  border: ['\u001B[90m', '\u001B[39m'],
  heading: ['\u001B[1m', '\u001B[22m'],
  tab: ['\u001B[1;4m', '\u001B[22;24m'],
  danger: ['\u001B[97;41m', '\u001B[39;49m'],
};

/** Without colour a selection and a heading must still be seen; everything else is told by glyph and word. */
const noColours: Partial<Record<Token, readonly [open: string, close: string]>> = {
  selection: sixteenColours.selection,
  heading: sixteenColours.heading,
  danger: sixteenColours.selection,
};

/** Makes the look of a terminal. */
export const createLook = (terminal: { colour: boolean; unicode: boolean }): Look => {
  const table: Partial<Record<Token, readonly [open: string, close: string]>> = terminal.colour
    ? sixteenColours
    : noColours;
  return {
    paint(token, text) {
      const pair = table[token];
      return pair === undefined || text === '' ? text : pair[0] + text + pair[1];
    },
    glyphs: terminal.unicode ? unicodeGlyphs : asciiGlyphs,
    colourful: terminal.colour,
  };
};
