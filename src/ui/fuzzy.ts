/** How well what was typed fits a text: the ranking of the palette and of completions. Both must be lower case. */

/** Names on a cluster are nearly all ASCII; for those no table of Unicode is asked. */
const isLetterOrDigit = (code: number, character: string): boolean =>
  code < 128
    ? (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90)
    : /[\p{L}\p{N}]/u.test(character);

/** Whether a word begins at this place. */
export const wordStart = (text: string, at: number): boolean =>
  at === 0 || !isLetterOrDigit(text.charCodeAt(at - 1), text[at - 1] ?? '');

/** Below this, letters in order are a coincidence: nearly every long text has them. */
const leastScattered = 180;

/** Letters in order, not side by side: those at the beginnings of words and in a row count more. Undefined when one is missing. */
const scattered = (query: string, text: string): number | undefined => {
  let score = 300;
  let last = -1;
  for (const letter of query) {
    const next = text.indexOf(letter, last + 1);
    if (next === -1) return undefined;
    let at = next;
    // `wdb` means web-db: a beginning of a word further on is meant more often than a letter in the middle of one.
    if (next !== last + 1) while (at !== -1 && !wordStart(text, at)) at = text.indexOf(letter, at + 1);
    if (at === -1) at = next;
    if (at !== last + 1) score -= wordStart(text, at) ? 8 : 30 + Math.min(20, at - last);
    last = at;
  }
  const found = score - Math.min(60, text.length - query.length);
  return found < leastScattered ? undefined : found;
};

/**
 * Returns how well `query` fits `text`, 1…1000, or undefined when it does not fit at all. The same text is best, then its
 * beginning, the beginning of one of its words, any part of it, and last its letters in order.
 */
export const fit = (query: string, text: string): number | undefined => {
  if (query === text) return 1000;
  const rest = Math.min(99, text.length - query.length);
  if (text.startsWith(query)) return 900 - rest;
  const at = text.indexOf(query);
  if (at === -1) return query.length < 2 ? undefined : scattered(query, text);
  for (let start = at; start !== -1; start = text.indexOf(query, start + 1))
    if (wordStart(text, start)) return 800 - Math.min(99, start) / 2 - rest / 2;
  return 600 - Math.min(99, at) - rest / 2;
};
