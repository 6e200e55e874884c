import { fit, truncate, widthOf } from './text.ts';

/** Widths and cutting of texts that already carry colours (SGR sequences, ECMA-48 §8.3.117). */

const colours = /\u001B\[[\d;:]*m/g;

/** Returns the text without its colours. */
export const withoutColours = (text: string): string => (text.includes('\u001B') ? text.replaceAll(colours, '') : text);

/** Returns the columns a coloured text takes. */
export const styledWidth = (text: string): number => widthOf(withoutColours(text));

/** Returns the text in exactly `columns` columns; one that is too wide loses its colours together with its end. */
export const fitStyled = (text: string, columns: number): string => {
  const width = styledWidth(text);
  if (width === columns) return text;
  return width > columns ? fit(withoutColours(text), columns) : text + ' '.repeat(columns - width);
};

/** Returns the text in at most `columns` columns; one that is too wide loses its colours together with its end. */
export const cutStyled = (text: string, columns: number): string =>
  styledWidth(text) <= columns ? text : truncate(withoutColours(text), columns);
