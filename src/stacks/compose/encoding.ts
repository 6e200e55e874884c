import { ProxdeckError } from '../../models/error.ts';

/** Bytes of a file that a person wrote, as text: whatever editors of any system leave is understood, and told where it cannot be. */

/** A text that was read in the wrong encoding once and saved as UTF-8 after that: `â€“` where `–` was written. */
export interface Mojibake {
  /** In which it was read: `macintosh`, `windows-1252`. */
  readonly encoding: string;
  /** Where the first such place is. */
  readonly offset: number;
  /** What stands there, and what was meant. */
  readonly written: string;
  readonly meant: string;
}

const utf16 = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined => {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: YAML begins with ASCII, so every other byte is nothing.
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  if (first !== 0 && second === 0 && bytes[3] === 0) return 'utf-16le';
  return first === 0 && second !== 0 && bytes[2] === 0 ? 'utf-16be' : undefined;
};

/** The offset of the first byte that is no UTF-8: what is before it decodes, with one byte more it does not. */
const offsetOfBroken = (bytes: Uint8Array): number => {
  const decodes = (length: number): boolean => {
    try {
      // As a stream, so that a character that is cut off at the end is no fault.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length;
  if (decodes(bad)) return bad;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(middle)) good = middle;
    else bad = middle;
  }
  return good;
};

/**
 * Returns the text of a file: UTF-8, or UTF-16 with or without a mark; a mark at its beginning is taken off. Throws `config` with
 * file:line:column and the offset in bytes for anything else.
 */
export const textOf = (bytes: Uint8Array, name: string): string => {
  const wide = utf16(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const offset = offsetOfBroken(bytes);
    const before = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n');
    const place = `${name}:${String(before.length)}:${String((before.at(-1) ?? '').length + 1)}`;
    throw new ProxdeckError('config', `${place}: this is not UTF-8, at byte ${String(offset)}.`, {
      hint: 'Save the file as UTF-8.',
      cause: error,
    });
  }
};

/** The byte that each character beyond ASCII was read from, by encoding. */
const bytesIn = (encoding: string): ReadonlyMap<string, number> => {
  const upper = Uint8Array.from({ length: 128 }, (_, index) => index + 128);
  return new Map(
    Array.from(new TextDecoder(encoding).decode(upper), (character, index) => [character, index + 128] as const),
  );
};

const asRead = (run: string, table: ReadonlyMap<string, number>): string | undefined => {
  const bytes = Array.from(run, (character) => table.get(character));
  if (bytes.includes(undefined)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte ?? 0));
  } catch {
    return undefined;
  }
};

const beyondAscii = /[\u0080-\u{10FFFF}]{2,}/gu;

/**
 * Recognises UTF-8 that was read as Mac OS Roman or Windows-1252 and saved again; undefined when all is well. Every run of characters
 * beyond ASCII must turn into fewer ones: real text of any language does not.
 */
export const mojibakeOf = (text: string): Mojibake | undefined => {
  const runs = [...text.matchAll(beyondAscii)].map(({ 0: written, index }) => ({ written, offset: index }));
  const [first] = runs;
  if (first === undefined) return undefined;
  for (const encoding of ['macintosh', 'windows-1252']) {
    const table = bytesIn(encoding);
    const meant = asRead(first.written, table);
    if (meant !== undefined && runs.every(({ written }) => asRead(written, table) !== undefined))
      return { encoding, ...first, meant };
  }
  return undefined;
};
