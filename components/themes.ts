/** Colour schemes as data: what each token looks like. Nothing here knows a terminal. */

/** Everything that components and screens may colour with. What a token looks like is the theme's. */
export const tokens = [
  'text',
  'muted',
  'accent',
  'ok',
  'warn',
  'error',
  'info',
  'selection',
  'border',
  'heading',
  /** The open one of several tabs. */
  'tab',
  /** The header of a context that is production. */
  'danger',
] as const;

export type Token = (typeof tokens)[number];

/** The names of a terminal's own sixteen colours, in their order (ECMA-48 §8.3.117 and the bright ones of aixterm). */
export const colourNames = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'bright-black',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
] as const;

/** `#rrggbb`, or the name of one of the terminal's own sixteen. */
export type Colour = `#${string}` | (typeof colourNames)[number];

export interface TokenStyle {
  readonly colour?: Colour;
  readonly background?: Colour;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly reverse?: boolean;
}

export interface Theme {
  /** What the whole screen stands on; without it, the terminal's own. */
  readonly background?: Colour;
  readonly tokens: Readonly<Record<Token, TokenStyle>>;
}

/** The terminal's own sixteen colours, so that every scheme a person chose for the terminal stays readable. */
const terminal: Theme = {
  tokens: {
    text: {},
    muted: { colour: 'bright-black' },
    accent: { colour: 'cyan' },
    ok: { colour: 'green' },
    warn: { colour: 'yellow' },
    error: { colour: 'red' },
    info: { colour: 'blue' },
    selection: { reverse: true },
    border: { colour: 'bright-black' },
    heading: { bold: true },
    tab: { bold: true, underline: true },
    danger: { colour: 'bright-white', background: 'red' },
  },
};

const dark: Theme = {
  background: '#16191f',
  tokens: {
    text: { colour: '#d5dbe5' },
    muted: { colour: '#8f99a8' },
    accent: { colour: '#6ac8e4' },
    ok: { colour: '#7fce8c' },
    warn: { colour: '#e5b45a' },
    error: { colour: '#ff837a' },
    info: { colour: '#86b3ff' },
    selection: { colour: '#ffffff', background: '#2c4a6e' },
    border: { colour: '#666f7d' },
    heading: { colour: '#ffffff', bold: true },
    tab: { colour: '#6ac8e4', bold: true, underline: true },
    danger: { colour: '#ffffff', background: '#b3261e', bold: true },
  },
};

const light: Theme = {
  background: '#fafaf7',
  tokens: {
    text: { colour: '#24292f' },
    muted: { colour: '#626a74' },
    accent: { colour: '#05668d' },
    ok: { colour: '#1a7036' },
    warn: { colour: '#835400' },
    error: { colour: '#bd2018' },
    info: { colour: '#0a58b8' },
    selection: { colour: '#0b2239', background: '#c9e0f6' },
    border: { colour: '#868d96' },
    heading: { colour: '#000000', bold: true },
    tab: { colour: '#05668d', bold: true, underline: true },
    danger: { colour: '#ffffff', background: '#b3261e', bold: true },
  },
};

const highContrast: Theme = {
  background: '#000000',
  tokens: {
    text: { colour: '#ffffff' },
    muted: { colour: '#d0d0d0' },
    accent: { colour: '#00ffff' },
    ok: { colour: '#00ff87' },
    warn: { colour: '#ffff00' },
    error: { colour: '#ffafaf' },
    info: { colour: '#87d7ff' },
    selection: { colour: '#000000', background: '#ffff00', bold: true },
    border: { colour: '#ffffff' },
    heading: { colour: '#ffffff', bold: true, underline: true },
    tab: { colour: '#000000', background: '#00ffff', bold: true },
    danger: { colour: '#ffffff', background: '#af0000', bold: true },
  },
};

export const usualTheme = 'terminal';

/** The themes that come with the program, by name. */
export const builtInThemes: Readonly<Record<string, Theme>> = {
  [usualTheme]: terminal,
  dark,
  light,
  'high-contrast': highContrast,
};
