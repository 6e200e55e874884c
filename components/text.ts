import stringWidth from 'string-width';
import { isNarrow } from './narrow.ts';

/** Widths, cutting and cleaning of text for a terminal. Everything counts columns, never UTF-16 units. */

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const controlSequences = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;
/** What joins or modifies emoji: terminals do not agree how wide such clusters are, so they are shown as their plain parts. */
const modifiers = /\p{Variation_Selector}|\p{Emoji_Modifier}|\u{20E3}/gu;
let segmenter: Intl.Segmenter | undefined;
/** Made on first use: most screens are plain ASCII and never need it. */
const graphemes = (text: string): Intl.Segments => {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
};
/** Names longer than this are cut before anything is measured: a 10 kB name must not cost 10 kB of work a frame. */
const longest = 1024;

/** Returns the columns a text takes on a terminal. */
export const widthOf = (text: string): number => (isNarrow(text) ? text.length : stringWidth(text));

/** Makes foreign text harmless: escape sequences go, tabs become blanks, every other control character a `·`. */
export const clean = (text: string): string => {
  if (isNarrow(text)) return text.length > longest ? text.slice(0, longest) : text;
  const short = text.length > longest ? text.slice(0, longest) : text;
  return short
    .replaceAll(controlSequences, '')
    .replaceAll('\t', '  ')
    .replaceAll(modifiers, '')
    .replaceAll(controls, '·');
};

/** Cuts a text to at most `columns`, by grapheme, ending in `…` where something was cut. */
export const truncate = (text: string, columns: number, ellipsis = '…'): string => {
  if (columns <= 0) return '';
  if (isNarrow(text)) {
    if (text.length <= columns) return text;
    return columns <= ellipsis.length ? text.slice(0, columns) : text.slice(0, columns - ellipsis.length) + ellipsis;
  }
  if (widthOf(text) <= columns) return text;
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    const width = widthOf(segment);
    if (used + width > columns - ellipsis.length) break;
    taken += segment;
    used += width;
  }
  return columns < ellipsis.length ? taken : taken + ellipsis;
};

/** Returns the text in exactly `columns` columns: cut or filled with blanks. */
export const fit = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
  if (columns <= 0) return '';
  const cut = truncate(text, columns);
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(cut)));
  return align === 'left' ? cut + blanks : blanks + cut;
};

/** Breaks a text into lines of at most `columns`, at the column where it is full. An empty text is one empty line. */
export const wrapHard = (text: string, columns: number): string[] => {
  if (columns <= 0 || text === '') return [''];
  if (isNarrow(text)) {
    const lines = [];
    for (let at = 0; at < text.length; at += columns) lines.push(text.slice(at, at + columns));
    return lines;
  }
  const lines = [];
  let line = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    const width = widthOf(segment);
    if (used + width > columns) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += segment;
    used += width;
  }
  return [...lines, line];
};

/** Breaks a text into lines of at most `columns`, between words where that is possible. An empty text is one empty line. */
export const wrapWords = (text: string, columns: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = wrapHard(word, columns);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
};
