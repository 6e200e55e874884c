import { truncate, widthOf } from './text.ts';

/** Widths and cutting of texts that already carry colours (SGR sequences, ECMA-48 §8.3.117). */

const colours = /\u001B\[[\d;:]*m/g;

/** Returns the text without its colours. */
export const withoutColours = (text: string): string => (text.includes('\u001B') ? text.replaceAll(colours, '') : text);

/** Returns the columns a coloured text takes. */
export const styledWidth = (text: string): number => widthOf(withoutColours(text));

/** Cuts a coloured text that is wider than `columns`. Sequences behind the cut stay, so that every colour is closed. */
const truncateStyled = (text: string, columns: number): string => {
  let room = columns;
  let cut = false;
  return text
    .split(/(\u001B\[[\d;:]*m)/)
    .map((part, at) => {
      if (at % 2 === 1) return part;
      if (cut || part === '') return '';
      const width = widthOf(part);
      // One column is kept for the sign that something was cut.
      if (width < room) {
        room -= width;
        return part;
      }
      cut = true;
      return room <= 1 ? '…'.slice(0, room) : truncate(`${part}  `, room);
    })
    .join('');
};

/** Returns the text in exactly `columns` columns; of one that is too wide the end goes, not its colours. */
export const fitStyled = (text: string, columns: number): string => {
  const cut = cutStyled(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - styledWidth(cut)));
};

/** Returns the text in at most `columns` columns; of one that is too wide the end goes, not its colours. */
export const cutStyled = (text: string, columns: number): string => {
  if (!text.includes('\u001B')) return truncate(text, columns);
  return styledWidth(text) <= columns ? text : truncateStyled(text, Math.max(0, columns));
};
