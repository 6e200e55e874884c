import realSanitizeAnsi from 'ink-sanitize-ansi';
import { BoundedCache } from './bounded-cache.ts';
import { isNarrowStyledBlock } from './narrow.ts';

const sanitized = new BoundedCache<string>(512);

/**
 * A text without the escape sequences that would break Ink's layout: the same answer as `ink/build/sanitize-ansi.js`.
 *
 * Ink asks several times a frame for every text. Text with nothing but colours in it comes back as it is.
 */
export const sanitizeAnsi = (text: string): string =>
  isNarrowStyledBlock(text) ? text : sanitized.get(text, realSanitizeAnsi);
