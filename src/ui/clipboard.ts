import type { Notice } from './state.ts';

/** xterm takes sequences of at most 74,994 bytes, and others are not known to take more; what remains is base64. */
const longestSequence = 74_994;
const bytesAround = 16;

/** The most bytes of text that can be copied through a terminal. */
export const longestCopy = Math.floor((longestSequence - bytesAround) / 4) * 3;

/** Told when a text is longer than that. */
export const tooLongToCopy: Notice = {
  token: 'warn',
  text: `too long to copy: terminals take ${String(longestCopy)} bytes`,
  hint: 'save it to a file instead',
};

const sequence = (text: string): string => `\u001B]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;

/** tmux takes such a sequence for itself only with `set-clipboard on`; wrapped it goes to the terminal outside (tmux(1), allow-passthrough). */
const throughTmux = (inner: string): string => `\u001BPtmux;${inner.replaceAll('\u001B', '\u001B\u001B')}\u001B\\`;

/**
 * Returns what puts a text into the clipboard of the terminal, also through SSH (OSC 52, xterm control sequences). Undefined
 * for a text that terminals would cut or drop.
 */
export const clipboardSequence = (
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  if (Buffer.byteLength(text, 'utf8') > longestCopy) return undefined;
  const plain = sequence(text);
  return env['TMUX'] === undefined ? plain : plain + throughTmux(plain);
};
