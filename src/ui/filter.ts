/**
 * The filter grammar of every list: words that must all match; `!word` must not; `field:value` looks at one field
 * (`tag: node: status: type: pool: name: id:`); a leading `-f` makes the words fuzzy (letters in order).
 */

export interface FilterFields {
  /** Lower-case text of everything that a plain word may match. */
  readonly text: string;
  /** Lower-case values by field; several for a list such as tags. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

type Test = (fields: FilterFields) => boolean;

const fuzzy = (needle: string, text: string): boolean => {
  let at = 0;
  for (const letter of needle) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};

const testOf = (word: string, isFuzzy: boolean): Test => {
  if (word.startsWith('!') && word.length > 1) {
    const inner = testOf(word.slice(1), isFuzzy);
    return (fields) => !inner(fields);
  }
  const colon = word.indexOf(':');
  const field = colon > 0 ? word.slice(0, colon) : '';
  const value = word.slice(colon + 1);
  return (row) => {
    const values = field === '' ? undefined : row.fields[field];
    // An unknown field is ordinary text: `10:30` or an IPv6 address is something to look for.
    if (values === undefined) return isFuzzy ? fuzzy(word, row.text) : row.text.includes(word);
    // A field without a value matches what has none: `pool:` finds guests in no pool.
    if (value === '') return values.every((one) => one === '');
    return field === 'tag' || field === 'id' ? values.includes(value) : values.some((one) => one.includes(value));
  };
};

/** Compiles a filter. Returns undefined for one that lets everything through. */
export const compileFilter = (filter: string): Test | undefined => {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!');
  const isFuzzy = words[0] === '-f';
  const tests = (isFuzzy ? words.slice(1) : words).map((word) => testOf(word, isFuzzy));
  return tests.length === 0 ? undefined : (fields) => tests.every((test) => test(fields));
};
