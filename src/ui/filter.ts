import { didYouMean } from '../models/nearest.ts';

/**
 * The filter grammar of every list: words that must all match; `!word` must not; `field:value` looks at one field
 * (`tag: node: status: type: pool: name: id: ip:`); `field:a,b` takes either; quotes hold blanks together; a leading `-f`
 * makes the words fuzzy (letters in order).
 */

export interface FilterFields {
  /** Lower-case text of everything that a plain word may match. */
  readonly text: string;
  /** Lower-case values by field; several for a list such as tags. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Fields that are worked out when a filter first looks at them: of 10,000 rows most filters need the text alone. */
export class LateFields implements FilterFields {
  readonly #makeText: () => string;
  readonly #makeFields: () => FilterFields['fields'];
  #text: string | undefined;
  #fields: FilterFields['fields'] | undefined;

  constructor(makeText: () => string, makeFields: () => FilterFields['fields']) {
    this.#makeText = makeText;
    this.#makeFields = makeFields;
  }

  get text(): string {
    return (this.#text ??= this.#makeText());
  }

  get fields(): FilterFields['fields'] {
    return (this.#fields ??= this.#makeFields());
  }
}

type Test = (fields: FilterFields) => boolean;

/** Fields whose values are names on their own: part of one is another one. */
const wholeFields = new Set(['tag', 'id', 'since']);

interface Word {
  readonly not: boolean;
  /** What stands before the first colon outside of quotes; empty where there is none. */
  readonly field: string;
  readonly value: string;
  /** As typed, without quotes: what is looked for when there is no such field. */
  readonly whole: string;
}

interface Parsed {
  readonly words: readonly Word[];
  readonly fuzzy: boolean;
  /** A quote that nobody closed; it is taken as closed at the end. */
  readonly open: boolean;
}

/** Splits at blanks outside of quotes. */
const parse = (filter: string): Parsed => {
  const words: Word[] = [];
  let current = { not: false, field: '', value: '', quoted: false, any: false };
  let quote = '';
  const end = (): void => {
    const { not, field, value, quoted, any } = current;
    const whole = field === '' ? value : `${field}:${value}`;
    if (any && (whole !== '' || quoted)) words.push({ not, field, value, whole });
    current = { not: false, field: '', value: '', quoted: false, any: false };
  };
  for (const character of filter.toLowerCase()) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else current.value += character;
      continue;
    }
    if (/\s/.test(character)) {
      end();
      continue;
    }
    const first = !current.any;
    current.any = true;
    // A quote inside a word, as in O'Brien, is a letter.
    if ((character === '"' || character === "'") && current.value === '') {
      quote = character;
      current.quoted = true;
    } else if (character === '!' && first) current.not = true;
    else if (character === ':' && current.field === '' && current.value !== '' && !current.quoted)
      current = { ...current, field: current.value, value: '' };
    else current.value += character;
  }
  const open = quote !== '';
  end();
  const isFuzzy = words[0]?.whole === '-f' && !words[0].not;
  return { words: isFuzzy ? words.slice(1) : words, fuzzy: isFuzzy, open };
};

const inOrder = (needle: string, text: string): boolean => {
  let at = 0;
  for (const letter of needle) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};

const positive = ({ field, value, whole }: Word, fuzzy: boolean): Test => {
  const wanted = value.split(',').filter((one) => one !== '');
  return (row) => {
    const values = field === '' ? undefined : row.fields[field];
    // An unknown field is ordinary text: `10:30` or an IPv6 address is something to look for.
    if (values === undefined) return fuzzy ? inOrder(whole, row.text) : row.text.includes(whole);
    // A field without a value matches what has none: `pool:` finds guests in no pool.
    if (wanted.length === 0) return values.every((one) => one === '');
    const matches = wholeFields.has(field)
      ? (one: string) => wanted.includes(one)
      : (one: string) => wanted.some((part) => (fuzzy ? inOrder(part, one) : one.includes(part)));
    return values.some(matches);
  };
};

/** Compiles a filter. Returns undefined for one that lets everything through. */
export const compileFilter = (filter: string): Test | undefined => {
  const { words, fuzzy } = parse(filter);
  const tests = words.map((word): Test => {
    const test = positive(word, fuzzy);
    return word.not ? (fields) => !test(fields) : test;
  });
  return tests.length === 0 ? undefined : (fields) => tests.every((test) => test(fields));
};

/**
 * Returns what is odd about a filter, as a sentence: a quote that nobody closed, a field that these rows do not have but one
 * of a similar name is there. Undefined when nothing is.
 */
export const filterProblem = (filter: string, fields: readonly string[]): string | undefined => {
  const { words, open } = parse(filter);
  for (const { field } of words) {
    // What only looks like a field, a time or an address, is looked for as text.
    if (field === '' || fields.includes(field) || !/^[a-z]+$/.test(field)) continue;
    return `there is no field ${field}: here.${didYouMean(field, fields)} There are ${fields.map((one) => `${one}:`).join(' ')}`;
  }
  return open ? 'a quote is not closed' : undefined;
};
