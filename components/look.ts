import { colourCode, pairOf, type Depth, type Pair } from './colours.ts';
import { fitStyled } from './styled.ts';
import { builtInThemes, tokens, usualTheme, type Colour, type Theme, type Token, type TokenStyle } from './themes.ts';

export type { Token } from './themes.ts';

/** Everything about appearance that a terminal and a theme decide: colours by token, and the symbols it can show. */
export interface Look {
  /** Wraps a text in the colour of a token; the text itself must be free of escape sequences. */
  paint(token: Token, text: string): string;
  /** A text in colours that are data, such as those of tags; like `info` where the terminal has not enough colours. */
  tag(text: string, colours: { readonly background: Colour; readonly colour: Colour }): string;
  /** A line of the screen in exactly `columns` columns on the paper of the theme; the line itself where it has none. */
  page(line: string, columns: number): string;
  readonly glyphs: Glyphs;
  /** Whether tokens can be told apart by colour; without it everything must be told by words and symbols. */
  readonly colourful: boolean;
  /** Nothing may move that tells nothing new: no spinner, no age that ticks. */
  readonly still: boolean;
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
  /** A branch of a tree that others follow, and the last one. */
  readonly fork: string;
  readonly branch: string;
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
  fork: '├',
  branch: '└',
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
  fork: '+',
  branch: '`',
  barFull: '#',
  barEmpty: '.',
  enter: 'Enter',
  up: '^',
  down: 'v',
  spark: ['_', '.', ',', '-', '=', '+', '*', '#'],
};

/** Without colour a selection and a heading must still be seen; everything else is told by glyph and word. */
const colourless: Partial<Record<Token, TokenStyle>> = {
  selection: { reverse: true },
  heading: { bold: true },
  danger: { reverse: true },
};

export interface LookOptions {
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Usually `any`: every theme can be shown. */
  readonly depth?: Depth;
  /** Usually the terminal's own colours; so it is where a theme needs more colours than there are. */
  readonly theme?: Theme;
  readonly still?: boolean;
}

/** Makes the look of a terminal. */
export const createLook = ({ colour, unicode, depth = 'any', theme, still = false }: LookOptions): Look => {
  const usual = builtInThemes[usualTheme];
  const chosen = depth === 16 && theme !== undefined && isRich(theme) ? usual : (theme ?? usual);
  const styles = colour ? (chosen?.tokens ?? {}) : colourless;
  const pairs = new Map<Token, Pair>(
    tokens.flatMap((token) => (styles[token] === undefined ? [] : [[token, pairOf(styles[token], depth)] as const])),
  );
  const paint: Look['paint'] = (token, text) => {
    const pair = pairs.get(token);
    return pair === undefined || text === '' ? text : pair.open + text + pair.close;
  };
  return {
    paint,
    tag: (text, colours) => {
      if (!colour || depth === 16) return paint('info', text);
      const { open, close } = pairOf(colours, depth);
      return open + text + close;
    },
    page: drawable(colour && chosen !== undefined ? pageOf(chosen, depth) : (line) => line, unicode),
    glyphs: unicode ? unicodeGlyphs : asciiGlyphs,
    colourful: colour,
    still,
  };
};

/** What sentences are made of beyond ASCII, and what stands for it, as wide: glyphs have their own set. */
const plainSigns: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '…': '~',
  '·': '.',
  '×': 'x',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '⏎': '<',
  '▾': 'v',
  '▸': '>',
};
const signs = new RegExp(`[${Object.keys(plainSigns).join('')}]`, 'g');

/** Lines of sentences that a terminal without Unicode can show. Names of the cluster stay what they are. */
const drawable = (page: Look['page'], unicode: boolean): Look['page'] =>
  unicode
    ? page
    : (line, columns) =>
        page(
          line.replaceAll(signs, (sign) => plainSigns[sign] ?? sign),
          columns,
        );

/** Whether a theme has colours that are not the terminal's own. */
const isRich = ({ background, tokens: styles }: Theme): boolean =>
  [background, ...Object.values(styles).flatMap((style) => [style.colour, style.background])].some((one) =>
    one?.startsWith('#'),
  );

/** Sequences that bring back the terminal's own colours, alone or with the end of a weight. */
const ends = /\u001B\[(?:(?:0|2[247]|39|49)(?:;(?:2[247]|39|49))*)?m/g;

/** Lines on the paper of a theme: begun, filled and, after each coloured part, continued in its colours. */
const pageOf = ({ background, tokens: { text } }: Theme, depth: Depth): Look['page'] => {
  const front = text.colour === undefined ? undefined : colourCode(text.colour, 'front', depth);
  const behind = background === undefined ? undefined : colourCode(background, 'behind', depth);
  if (front === undefined && behind === undefined) return (line) => line;
  const begin = (codes: readonly (string | undefined)[]): string => {
    const known = codes.filter((code) => code !== undefined);
    return known.length === 0 ? '' : `\u001B[${known.join(';')}m`;
  };
  const again = (end: string): string => {
    const all = end === '\u001B[m' || end.startsWith('\u001B[0');
    return end + begin([all || end.includes('39') ? front : undefined, all || end.includes('49') ? behind : undefined]);
  };
  return (line, columns) => `${begin([front, behind])}${fitStyled(line, columns).replaceAll(ends, again)}\u001B[m`;
};
