import { textOf } from './encoding.ts';
import { interpolate, InterpolationError, type Lookup } from './interpolate.ts';
import { composeError } from './tree.ts';

/** Files of variables: `.env` and what `env_file` names, in the dialect of Compose (compose-go, `dotenv`). */

/** What a file of variables is read with. */
export interface DotenvReading {
  /** As a person knows the file. */
  readonly name: string;
  /** Values for `${…}` in it; what stands in the file before counts where this knows none. */
  readonly lookup: Lookup;
  /** `raw` takes every line as it stands; without one it is Compose's own dialect. */
  readonly format?: string;
  /** Variables of the files read before it. */
  readonly before?: ReadonlyMap<string, string>;
}

/** The text of a file and how far it is read. */
interface Cursor {
  readonly name: string;
  readonly text: string;
  at: number;
}

const fail = ({ name, text }: Cursor, at: number, message: string, hint: string): never => {
  const before = text.slice(0, at).split('\n');
  const place = `${name}:${String(before.length)}:${String((before.at(-1) ?? '').length + 1)}`;
  throw composeError(undefined, `${place}: ${message}`, hint);
};

const blank = /[\t\v\f\r \u0085\u00A0]*/y;
const space = /\s*/y;

const skip = (cursor: Cursor, what: RegExp): void => {
  what.lastIndex = cursor.at;
  cursor.at += what.exec(cursor.text)?.[0].length ?? 0;
};

/** Goes to where the next variable begins; false at the end. */
const toStatement = (cursor: Cursor): boolean => {
  for (;;) {
    skip(cursor, space);
    if (cursor.at >= cursor.text.length) return false;
    if (cursor.text[cursor.at] !== '#') return true;
    const end = cursor.text.indexOf('\n', cursor.at);
    if (end === -1) return false;
    cursor.at = end;
  }
};

const exported = /export\s+/y;
const nameCharacter = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00A0]/u;

/** Reads `NAME=`, `NAME:` or `NAME` alone in its line, which takes its value from around. */
const readName = (cursor: Cursor): { readonly key: string; readonly inherited: boolean } => {
  skip(cursor, exported);
  const begin = cursor.at;
  let end = begin;
  while (end < cursor.text.length && !'=:\n'.includes(cursor.text[end] ?? '')) {
    const character = String.fromCodePoint(cursor.text.codePointAt(end) ?? 0);
    if (!nameCharacter.test(character))
      fail(
        cursor,
        end,
        `\`${character}\` cannot stand in the name of a variable.`,
        'Write each variable as NAME=value.',
      );
    end += character.length;
  }
  // A name that the file ends with has no line break and is no name to Compose.
  const atEnd = end >= cursor.text.length;
  const key = atEnd ? '' : cursor.text.slice(begin, end).trimEnd();
  if (key.includes(' '))
    fail(cursor, begin, `a name has no blank in it: \`${key}\`.`, 'Write each variable as NAME=value.');
  const inherited = cursor.text[end] === '\n';
  cursor.at = atEnd ? begin : end + 1;
  skip(cursor, blank);
  return { key, inherited };
};

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** What a double-quoted value may write with a backslash. `\$` becomes `$$`, which interpolation makes a dollar sign of. */
const unescaped = (text: string): string =>
  text.replaceAll(
    /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g,
    (whole, letter: string | undefined, octal: string | undefined) => {
      if (letter === '$') return '$$';
      if (letter !== undefined) return escapes[letter] ?? whole;
      const code = /^[0-7]{3}$/.test(octal ?? '') ? Number.parseInt(octal ?? '', 8) : 256;
      return code > 255 ? `\\${octal ?? ''}` : String.fromCodePoint(code);
    },
  );

/** The text between quotes; a backslash hides the quote that follows it. */
const quoted = (cursor: Cursor, quote: string): string => {
  let found = '';
  for (let at = cursor.at + 1; at < cursor.text.length; at += 1) {
    const character = cursor.text[at] ?? '';
    if (character === quote) {
      cursor.at = at + 1;
      return found;
    }
    const next = cursor.text[at + 1];
    if (character === '\\' && next !== undefined) {
      found += next === quote ? quote : `\\${next}`;
      at += 1;
    } else found += character;
  }
  return fail(cursor, cursor.at, 'the quote that begins here is never closed.', `Close it with ${quote}.`);
};

const readValue = (cursor: Cursor, expand: (text: string, at: number) => string): string => {
  const begin = cursor.at;
  const first = cursor.text[begin];
  if (first === "'") return quoted(cursor, first);
  if (first === '"') return expand(unescaped(quoted(cursor, first)), begin);
  const end = cursor.text.indexOf('\n', begin);
  const line = cursor.text.slice(begin, end === -1 ? undefined : end);
  cursor.at = end === -1 ? cursor.text.length : end + 1;
  // A comment begins after a blank; `a#b` is a value.
  return expand((line.split(' #', 1)[0] ?? '').trimEnd(), begin);
};

/** The format `raw` is that of `docker run --env-file`: no quotes, no variables. */
const parseRaw = (cursor: Cursor, lookup: Lookup): readonly (readonly [string, string])[] =>
  cursor.text.split('\n').flatMap((whole): readonly (readonly [string, string])[] => {
    const begin = cursor.at;
    cursor.at += whole.length + 1;
    const line = whole.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) return [];
    const [key = '', value] = line.split(/=(.*)/s);
    if (key === '' || /[ \t]/.test(key))
      fail(cursor, begin, `\`${key}\` is no name of a variable.`, 'Write each variable as NAME=value.');
    const found = value ?? lookup(key);
    return found === undefined ? [] : [[key, found]];
  });

/** Returns `before` and the variables of a file over it. Throws `config` with file:line:column. */
export const parseDotenv = (bytes: Uint8Array, reading: DotenvReading): Map<string, string> => {
  const { name, lookup, format = '' } = reading;
  const found = new Map(reading.before);
  const cursor: Cursor = { name, text: textOf(bytes, name), at: 0 };
  if (format === 'raw') return new Map([...found, ...parseRaw(cursor, lookup)]);
  if (format !== '' && format !== '.env')
    fail(cursor, 0, `\`${format}\` is no format of a file of variables.`, 'Leave `format` away, or write `raw`.');
  const expand = (text: string, at: number): string => {
    try {
      return interpolate(text, (variable) => lookup(variable) ?? found.get(variable)).text;
    } catch (error) {
      if (error instanceof InterpolationError) return fail(cursor, at, error.message, error.hint);
      throw error;
    }
  };
  while (toStatement(cursor)) {
    const { key, inherited } = readName(cursor);
    const value = inherited ? lookup(key) : readValue(cursor, expand);
    if (value !== undefined) found.set(key, value);
  }
  return found;
};
