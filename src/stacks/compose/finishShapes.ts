import type { ComposeJson } from '../../models/compose.ts';
import { parseBytes, parseDuration, printDuration, printFloat32 } from './finishUnits.ts';
import { shellWords } from './finishWords.ts';
import { scalarText } from './scalars.ts';
import { failAt, isTreeList, isTreeMap, type Tree, type TreeMap } from './tree.ts';

/**
 * How values are printed: small functions that are put together to a table of the whole file (finishService.ts, finish.ts). Each returns
 * what is printed, or undefined for what is left out; that follows the types of compose-go, where an empty text, `false` and 0 are mostly
 * not printed and a pointer tells 0 from nothing.
 */

/** A place in the tree, for errors. */
interface At {
  readonly root: TreeMap;
  readonly path: readonly (string | number)[];
}

export type Shape = (value: Tree | undefined, at: At) => ComposeJson | undefined;

const fail = (at: At, message: string): never => failAt(at.root, at.path, message);

const below = (at: At, step: string | number): At => ({ root: at.root, path: [...at.path, step] });

/** Any value as the JSON it is. */
export const plain = (value: Tree): ComposeJson => {
  if (typeof value === 'bigint') return Number(value);
  if (isTreeList(value)) return value.map(plain);
  return isTreeMap(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)])) : value;
};

/** A value as Go prints it into a text. */
const printed = (value: Tree): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return scalarText(value);
  return typeof value === 'object' ? JSON.stringify(plain(value)) : String(value);
};

const wholeText = (value: Tree, at: At): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' || Number.isInteger(value) ? String(value) : fail(at, 'must be a text');
};

/** A shape whose empty value is left out. */
const unlessEmpty =
  (shape: Shape): Shape =>
  (value, at) => {
    const found = shape(value, at);
    return found === '' || found === 0 || found === false || found === '0' ? undefined : found;
  };

const given =
  (read: (value: Exclude<Tree, null>, at: At) => ComposeJson | undefined): Shape =>
  (value, at) =>
    value === undefined || value === null ? undefined : read(value, at);

export const text: Shape = given((value, at) => {
  const found = wholeText(value, at);
  return found === '' ? undefined : found;
});

/** true, false or not said. */
export const choice: Shape = given((value, at) => {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (['true', 'y', 'yes', 'on'].includes(word)) return true;
  return ['false', 'n', 'no', 'off'].includes(word) ? false : fail(at, 'must be `true` or `false`');
});
export const flag = unlessEmpty(choice);

/** A whole number, 0 among them. */
export const count: Shape = given((value, at) => {
  const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  return typeof number === 'number' ? Math.trunc(number) : fail(at, 'must be a whole number');
});
export const integer = unlessEmpty(count);

/** A whole number that a text cannot stand for. */
export const strictCount: Shape = given((value, at) =>
  typeof value === 'string' || Number(value) < 0
    ? fail(at, 'must be a whole number, 0 or more, without quotes')
    : count(value, at),
);
export const strictInteger = unlessEmpty(strictCount);

export const decimal: Shape = unlessEmpty(
  given((value, at) => {
    const number = typeof value === 'object' || value === '' ? Number.NaN : Number(value);
    return Number.isNaN(number) ? fail(at, 'must be a number') : printFloat32(number);
  }),
);

/** A size in bytes, printed as a text. A number with a fraction is not seen by Compose. */
export const bytes: Shape = unlessEmpty(
  given((value, at) => {
    if (typeof value !== 'string')
      return typeof value === 'bigint' || Number.isInteger(value) ? String(value) : undefined;
    const size = parseBytes(value);
    return size === undefined
      ? fail(at, `\`${value}\` is no size; it is written as in \`512m\` or \`4gb\``)
      : String(size);
  }),
);

export const duration: Shape = given((value, at) => {
  const time = parseDuration(printed(value));
  return time === undefined
    ? fail(at, `\`${printed(value)}\` is no duration; it is written as in \`1m30s\``)
    : printDuration(time);
});
/** A duration of which 0 is the same as nothing. */
export const longDuration: Shape = (value, at) => {
  const found = duration(value, at);
  return found === '0s' ? undefined : found;
};

/** A file mode, printed with octal digits. */
export const mode: Shape = given((value, at) => {
  if (typeof value === 'number' && Number.isInteger(value)) return `0${value.toString(8)}`;
  return typeof value === 'string' && /^[+-]?[0-7]+$/.test(value)
    ? `0${Number.parseInt(value, 8).toString(8)}`
    : fail(at, 'must be a file mode as in `0440`');
});

/** A list, left out where it is empty. */
export const list =
  (item: Shape): Shape =>
  (value, at) => {
    if (!isTreeList(value)) return value === undefined || value === null ? undefined : fail(at, 'must be a list');
    return value.length === 0 ? undefined : value.map((each, index) => item(each, below(at, index)) ?? null);
  };

const textItem: Shape = given(wholeText);
export const texts = list(given((value, at) => wholeText(value, at)));
/** A list that may be a single text. */
export const textOrTexts: Shape = (value, at) => (typeof value === 'string' ? [value] : texts(value, at));
/** A list of texts and numbers. */
export const printedTexts: Shape = list(given((value) => printed(value)));

/** Words of a command, `null` where there is none, an empty list where there is to be none. */
export const command: Shape = (value, at) => {
  if (value === undefined || value === null) return null;
  if (isTreeList(value)) return value.map((each, index) => textItem(each, below(at, index)) ?? '');
  const line = wholeText(value, at);
  return shellWords(line) ?? fail(at, `\`${line}\` is no command: a quote or a parenthesis is not closed`);
};

/** A test that is one line runs in a shell. */
export const healthTest: Shape = (value, at) => (typeof value === 'string' ? ['CMD-SHELL', value] : texts(value, at));

/** A mapping of names that a person chose, left out where it is empty. */
export const named =
  (item: Shape): Shape =>
  (value, at) => {
    if (!isTreeMap(value)) return value === undefined || value === null ? undefined : fail(at, 'must be a mapping');
    const entries = Object.entries(value).map(([key, each]) => [key, item(each, below(at, key)) ?? null] as const);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };

/** `KEY: value` or a list of `KEY=value`; how what has no value is printed. */
const pairs = (nothing: string | null, spaceAllowed: boolean): Shape => {
  const fromMap = named((value) => (value === null || value === undefined ? nothing : printed(value)));
  return (value, at) => {
    if (!isTreeList(value)) return fromMap(value, at);
    const entries = value.map((each, index) => {
      const [key = '', after] = printed(each).split(/=(.*)/s);
      if (!spaceAllowed && /\s$/.test(key)) return fail(below(at, index), `there is a space after \`${key.trim()}\``);
      return [key, after ?? nothing] as const;
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
};
export const labels = pairs('', true);
/** Variables: one without a value is taken from where Compose runs. */
export const variables = pairs(null, false);

/** Options that are texts already; a number among them has no fraction. */
export const textOptions: Shape = named((value, at) => text(value, at) ?? '');

/** `host=address` lines in order, each address one of its own. */
export const hosts: Shape = (value, at) => {
  const lineOf = (host: string, address: string): string => {
    if (host === '' || /[:=]/.test(host)) return fail(at, `\`${host}\` is no name of a host`);
    return `${host}=${/^\[.+\]$/.test(address) ? address.slice(1, -1) : address}`;
  };
  if (isTreeMap(value)) {
    const lines = Object.entries(value).flatMap(([host, addresses]) =>
      (isTreeList(addresses) ? addresses : [addresses ?? '']).map((address) => lineOf(host, printed(address))),
    );
    return lines.length === 0 ? undefined : lines.toSorted(byCode);
  }
  if (!isTreeList(value)) return undefined;
  const lines = value.flatMap((each, index) => {
    const [, host, addresses] = /^([^=]*)=(.*)$/s.exec(printed(each)) ?? /^([^:]*):(.*)$/s.exec(printed(each)) ?? [];
    if (host === undefined || addresses === undefined)
      return fail(below(at, index), 'must be written as in `host=address`');
    return addresses.split(',').map((address) => lineOf(host, address));
  });
  return lines.length === 0 ? undefined : lines.toSorted(byCode);
};

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A mapping with known keys. Others are left out but those that begin with `x-`. */
export const struct = (fields: Readonly<Record<string, Shape>>): Shape => {
  const known = Object.entries(fields);
  return given((value, at) => {
    if (!isTreeMap(value)) return fail(at, 'must be a mapping');
    const result: Record<string, ComposeJson> = {};
    for (const [key, shape] of known) {
      const found = shape(value[key], below(at, key));
      if (found !== undefined) result[key] = found;
    }
    for (const [key, each] of Object.entries(value)) if (key.startsWith('x-')) result[key] = plain(each);
    return result;
  });
};

/** What is printed even where nothing is said. */
export const always =
  (shape: Shape, nothing: ComposeJson): Shape =>
  (value, at) =>
    shape(value, at) ?? nothing;

/** A soft and a hard limit, or one for both. */
export const limits: Shape = named((value, at) => {
  if (typeof value === 'string') return fail(at, 'must be a whole number');
  return isTreeMap(value) ? struct({ soft: integer, hard: integer })(value, at) : (integer(value, at) ?? {});
});
