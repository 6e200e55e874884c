import * as z from 'zod';

/** The pieces the schema of Compose files is made of. What is checked is a tree (tree.ts); what zod returns is not used. */

/** Kinds of values, as a person calls them. */
const kindNames = {
  text: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: '`true` or `false`',
  nothing: 'nothing',
} as const;
type Kind = keyof typeof kindNames;

const isKind = (value: unknown, kind: Kind): boolean => {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'integer':
      return Number.isInteger(value) || typeof value === 'bigint';
    case 'boolean':
      return typeof value === 'boolean';
    case 'nothing':
      return value === null;
  }
};

/** What stands there, for a sentence that says it is the wrong thing. */
export const described = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return `the text \`${value}\``;
  return typeof value === 'boolean' ? `\`${String(value)}\`` : `the number ${String(value)}`;
};

/** A single value of one of some kinds. `params.expected` says what is asked for, so that several alternatives can be told in one. */
export const scalar = (...kinds: readonly [Kind, ...Kind[]]): z.ZodType =>
  z.custom((value) => kinds.some((kind) => isKind(value, kind)), {
    params: { expected: kinds.map((kind) => kindNames[kind]) },
    error: ({ input }) => `must be ${kinds.map((kind) => kindNames[kind]).join(' or ')}, this is ${described(input)}`,
  });

export const text = scalar('text');
export const flag = scalar('boolean', 'text');
export const integer = scalar('integer', 'text');
export const number = scalar('number', 'text');

/** One of some words. */
export const word = (...words: readonly string[]): z.ZodType =>
  z.custom((value) => typeof value === 'string' && words.includes(value), {
    params: { words },
    error: ({ input }) =>
      `must be one of ${words.map((each) => `\`${each}\``).join(', ')}, this is ${described(input)}`,
  });

/** A text in which a pattern is found. */
export const like = (pattern: RegExp, says: string): z.ZodType =>
  z.custom((value) => typeof value === 'string' && pattern.test(value), {
    error: ({ input }) => `${says}; this is ${described(input)}`,
  });

/** A whole number between two others, or a text that a variable may become one of. */
export const between = (least: number, most: number, says: string): z.ZodType =>
  z.custom(
    (value) =>
      typeof value === 'string' ||
      (typeof value === 'number' && isKind(value, 'integer') && value >= least && value <= most),
    { error: ({ input }) => `${says}; this is ${described(input)}` },
  );

export const list = (item: z.ZodType): z.ZodType => z.array(item);

/** A list in which nothing stands twice. */
export const set = (item: z.ZodType): z.ZodType =>
  z.array(item).check(({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, each] of value.entries()) {
      const key = JSON.stringify(each, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
      if (seen.has(key))
        issues.push({
          code: 'custom',
          input: each,
          path: [index],
          message: `stands in the list twice: ${described(each)}`,
        });
      seen.add(key);
    }
  });

interface Mapping {
  /** Keys that must be there. */
  readonly required?: readonly string[];
  /** Keys that begin with `x-` are allowed. */
  readonly extensions?: boolean;
}

/** A mapping with known keys. */
export const mapping = (
  keys: Readonly<Record<string, z.ZodType>>,
  { required = [], extensions = true }: Mapping = {},
): z.ZodType =>
  z
    .looseObject(Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value.optional()])))
    .check(({ value, issues }) => {
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(keys, key) && !(extensions && key.startsWith('x-')))
          issues.push({ code: 'unrecognized_keys', keys: [key], input: value, path: [] });
      }
      for (const key of required) {
        if (!Object.hasOwn(value, key))
          issues.push({ code: 'custom', input: value, path: [], message: `\`${key}\` is missing` });
      }
    });

/** A mapping of names that a person chooses. Names that do not match are refused, or looked at no further if `others` are allowed. */
export const named = (
  value: z.ZodType,
  { names = /./, says = 'a name is missing' }: { readonly names?: RegExp; readonly says?: string } = {},
): z.ZodType =>
  z
    .looseObject({})
    .catchall(value)
    .check(({ value: whole, issues }) => {
      for (const key of Object.keys(whole)) {
        if (!names.test(key)) issues.push({ code: 'custom', input: key, path: [key], message: says });
      }
    });

/** One of several forms. */
export const either = (...forms: readonly [z.ZodType, z.ZodType, ...z.ZodType[]]): z.ZodType => z.union(forms);

export const anything = z.unknown();
export const texts = set(text);
export const textOrTexts = either(text, texts);
/** `KEY: value` lines, or a list of `KEY=value`. */
export const pairs = either(named(scalar('text', 'number', 'boolean', 'nothing')), texts);
/** A line for a shell, or a list of words. */
export const command = either(scalar('nothing', 'text'), list(text));
export const textsByName = named(text);
export const optionsByName = named(scalar('text', 'number'));
