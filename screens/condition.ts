import type { Glyphs, Token } from '../components/look.ts';
import type { Cell } from '../components/table.ts';
import { percent } from '../components/units.ts';

/** What several screens say in the same way: conditions and loads. */

/** A condition is always glyph, word and colour, never colour alone. */
export interface Condition {
  readonly glyph: Exclude<keyof Glyphs, 'spark'>;
  readonly word: string;
  readonly token: Token;
}

/** Returns part / whole, or undefined when the whole is not known. */
export const fractionOf = (part: number | undefined, whole: number | undefined): number | undefined =>
  part !== undefined && whole !== undefined && whole > 0 ? part / whole : undefined;

/** From 80 % on a load is worth a look, from 95 % on it is trouble. */
export const loadToken = (fraction: number | undefined): Token | undefined => {
  if (fraction === undefined || fraction < 0.8) return undefined;
  return fraction >= 0.95 ? 'error' : 'warn';
};

/** A load as percent, coloured when it is high. */
export const meter = (fraction: number | undefined): Cell => {
  const token = loadToken(fraction);
  return { text: percent(fraction), ...(token === undefined ? {} : { token }) };
};

/** What stands where there is nothing to say. */
export const nothing: Cell = { text: '–', token: 'muted' };
