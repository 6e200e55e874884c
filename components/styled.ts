import { isNarrowCode } from './narrow.ts';
import { truncate, widthOf } from './text.ts';

/** Widths and cutting of texts that already carry colours (SGR sequences, ECMA-48 §8.3.117). */

const colours = /\u001B\[[\d;:]*m/g;

/** Returns the index of the `m` that ends the SGR sequence whose escape stands at `start`; -1 when there is none. */
export const endOfColours = (text: string, start: number): number => {
  if (text.charCodeAt(start + 1) !== 0x5b) return -1;
  for (let at = start + 2; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x6d) return at;
    // Only digits, `;` and `:` stand between: 0x30 to 0x3b.
    if (code < 0x30 || code > 0x3b) return -1;
  }
  return -1;
};

/** Returns the text without its colours. */
export const withoutColours = (text: string): string => (text.includes('\u001B') ? text.replaceAll(colours, '') : text);

/** Returns the columns a coloured text takes. */
export const styledWidth = (text: string): number => {
  // Nearly all text is narrow: counted in one walk, without a copy of it.
  let columns = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isNarrowCode(code)) columns += 1;
    else {
      const end = code === 0x1b ? endOfColours(text, at) : -1;
      if (end === -1) return widthOf(withoutColours(text));
      at = end;
    }
  }
  return columns;
};

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
