import { NARROW } from '../../components/narrow.ts';

/** What can be measured without asking Unicode: text of narrow characters, with or without styles. */

/** One SGR sequence (colour, bold …) in the form that every library here reads alike. */
const SGR = String.raw`\u001b\[(?:\d{1,3}(?:;\d{1,3})*)?m`;

const asciiText = /^[ -~]*$/u;
const narrowText = new RegExp(`^[${NARROW}]*$`, 'u');
const narrowStyledText = new RegExp(`^(?:[${NARROW}]|${SGR})*$`, 'u');
const narrowStyledBlock = new RegExp(`^(?:[${NARROW}\\n]|${SGR})*$`, 'u');
// Control characters stand alone too, but for CR LF.
const singleGraphemes = new RegExp(String.raw`^(?:[${NARROW}\u0000-\u0009\u000b-\u001f\u007f]|(?<!\r)\n)*$`, 'u');
const sgr = new RegExp(SGR, 'gu');

/** Printable ASCII only: as many columns as characters. */
export const isAscii = (text: string): boolean => asciiText.test(text);

/** Narrow characters only: as many columns as characters. */
export const isNarrow = (text: string): boolean => narrowText.test(text);

/** Narrow characters and SGR sequences, on one line. */
export const isNarrowStyled = (text: string): boolean => narrowStyledText.test(text);

/** Narrow characters, SGR sequences and newlines. */
export const isNarrowStyledBlock = (text: string): boolean => narrowStyledBlock.test(text);

/** Text in which every character is a grapheme of its own. */
export const isSingleGraphemes = (text: string): boolean => singleGraphemes.test(text);

/** `text` without its SGR sequences. */
export const withoutSgr = (text: string): string => text.replaceAll(sgr, '');

/** Calls back for each SGR sequence and each stretch of text between them, in order. */
export function eachPart(text: string, onSgr: (sequence: string) => void, onText: (stretch: string) => void): void {
  let end = 0;
  for (const match of text.matchAll(sgr)) {
    if (match.index > end) onText(text.slice(end, match.index));
    onSgr(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) onText(text.slice(end));
}
