import { fit, widthOf } from './text.ts';
import type { Look, Token } from './look.ts';

/** One line inside a card; the token paints the whole line. */
export interface CardLine {
  readonly text: string;
  readonly token?: Token;
}

/** Returns a framed card as lines: title in the upper edge, contents padded to the same width, at most `most` columns wide. */
export const cardLines = (
  look: Look,
  title: string,
  contents: readonly CardLine[],
  most: number,
): readonly string[] => {
  const widest = Math.max(widthOf(title) + 4, ...contents.map(({ text }) => widthOf(text)));
  const inner = Math.max(8, Math.min(most - 4, widest));
  const { horizontal, vertical } = look.glyphs;
  const unicode = vertical === '│';
  const corner = (glyph: string): string => (unicode ? glyph : '+');
  const edge = (text: string): string => look.paint('border', text);
  const head = fit(` ${title} `, Math.min(inner, widthOf(title) + 2));
  const top =
    edge(corner('┌') + horizontal) +
    look.paint('heading', head) +
    edge(horizontal.repeat(Math.max(0, inner + 1 - widthOf(head))) + corner('┐'));
  const body = contents.map(({ text, token }) => {
    const line = fit(text, inner);
    return `${edge(vertical)} ${token === undefined ? line : look.paint(token, line)} ${edge(vertical)}`;
  });
  const bottom = edge(corner('└') + horizontal.repeat(inner + 2) + corner('┘'));
  return [top, ...body, bottom].map((line) => look.page(line, inner + 4));
};
