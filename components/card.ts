import { fitStyled, styledWidth } from './styled.ts';
import { fit, widthOf } from './text.ts';
import type { Look, Token } from './look.ts';

/** One line inside a card. The token paints the whole line; a text without one may carry colours of its own. */
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
  const widest = Math.max(widthOf(title) + 4, ...contents.map(({ text }) => styledWidth(text)));
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
    const line = token === undefined ? fitStyled(text, inner) : look.paint(token, fit(text, inner));
    return `${edge(vertical)} ${line} ${edge(vertical)}`;
  });
  const bottom = edge(corner('└') + horizontal.repeat(inner + 2) + corner('┘'));
  return [top, ...body, bottom].map((line) => look.page(line, inner + 4));
};
