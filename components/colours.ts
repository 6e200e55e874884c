import { colourNames, type Colour, type TokenStyle } from './themes.ts';

/** From colours to what a terminal is told: SGR parameters (ECMA-48 §8.3.117), as many colours as it can show. */

/** How many colours a terminal shows: its own sixteen, xterm's 256, or any of 24 bits. */
export type Depth = 16 | 256 | 'any';

type Rgb = readonly [red: number, green: number, blue: number];

/** Returns red, green and blue, 0…255, of `#rrggbb`; undefined for one of the terminal's own, which only the terminal knows. */
export const rgbOf = (colour: Colour): Rgb | undefined => {
  if (!colour.startsWith('#')) return undefined;
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

/** xterm's 256 colours behind the sixteen: a cube of six steps a side, and 24 greys. */
const steps = [0, 95, 135, 175, 215, 255] as const;

const distance = (a: Rgb, b: Rgb): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

const nearestStep = (value: number): number =>
  steps.reduce<number>(
    (best, step, at) => (Math.abs(step - value) < Math.abs((steps[best] ?? 0) - value) ? at : best),
    0,
  );

/** Returns the number among xterm's 256 colours (16…255) that is nearest to a colour. */
export const nearestOf256 = (rgb: Rgb): number => {
  const [red, green, blue] = [nearestStep(rgb[0]), nearestStep(rgb[1]), nearestStep(rgb[2])];
  const grey = Math.max(0, Math.min(23, Math.round(((rgb[0] + rgb[1] + rgb[2]) / 3 - 8) / 10)));
  const cube = 16 + 36 * red + 6 * green + blue;
  return distance(rgb256(232 + grey), rgb) < distance(rgb256(cube), rgb) ? 232 + grey : cube;
};

/** Returns what one of xterm's 256 colours (16…255) looks like. */
export const rgb256 = (index: number): Rgb => {
  if (index >= 232) {
    const level = 8 + 10 * (index - 232);
    return [level, level, level];
  }
  const at = index - 16;
  return [steps[Math.floor(at / 36)] ?? 0, steps[Math.floor(at / 6) % 6] ?? 0, steps[at % 6] ?? 0];
};

/** Returns the SGR parameters of a colour; undefined where the terminal cannot show it. */
export const colourCode = (colour: Colour, place: 'front' | 'behind', depth: Depth): string | undefined => {
  const own = colourNames.findIndex((name) => name === colour);
  const offset = place === 'front' ? 0 : 10;
  if (own >= 0) return String((own < 8 ? 30 + own : 82 + own) + offset);
  const rgb = rgbOf(colour);
  if (rgb === undefined || depth === 16) return undefined;
  return depth === 256
    ? `${String(38 + offset)};5;${String(nearestOf256(rgb))}`
    : `${String(38 + offset)};2;${rgb.join(';')}`;
};

/** What stands before a text and behind it, so that the text looks like `style`. */
export interface Pair {
  readonly open: string;
  readonly close: string;
}

/** Returns the sequences of a style. Two empty ones for a style that changes nothing. */
export const pairOf = ({ colour, background, bold, underline, reverse }: TokenStyle, depth: Depth): Pair => {
  const front = colour === undefined ? undefined : colourCode(colour, 'front', depth);
  const behind = background === undefined ? undefined : colourCode(background, 'behind', depth);
  const codes: readonly (readonly [string | undefined | false, string])[] = [
    [bold === true && '1', '22'],
    [underline === true && '4', '24'],
    [reverse === true && '7', '27'],
    [front, '39'],
    [behind, '49'],
  ];
  const used = codes.filter(([on]) => on !== undefined && on !== false);
  const sequence = (parameters: readonly (string | undefined | false)[]): string =>
    parameters.length === 0 ? '' : `\u001B[${parameters.join(';')}m`;
  return { open: sequence(used.map(([on]) => on)), close: sequence(used.map(([, off]) => off)) };
};

/**
 * Returns the contrast of two colours after WCAG 2.2 (relative luminance): 1 for none, 21 for black on white;
 * undefined when one of them is the terminal's own.
 */
export const contrast = (one: Colour, other: Colour): number | undefined => {
  const [a, b] = [rgbOf(one), rgbOf(other)];
  if (a === undefined || b === undefined) return undefined;
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

const luminance = (rgb: Rgb): number => {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
};
