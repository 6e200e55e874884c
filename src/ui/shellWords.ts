/** Words of a command line: foreign text goes in as one word, whatever it holds. */

/** Needs no quotes in any shell. */
const plainWord = /^[\w@%+:,./-][\w@%+:,./=-]*$/;
/** A terminal would act on these when they are pasted, or hide them. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const octal = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/**
 * Returns a text as one word: as it is, in single quotes, inside which nothing has a meaning, or with control characters in
 * `$'…'` (POSIX 2024, 2.2.4; bash, zsh, ksh), so that nothing but visible text is ever pasted.
 */
export const shellWord = (text: string): string => {
  if (plainWord.test(text)) return text;
  if (!unseen.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = [...text].map((letter) => (unseen.test(letter) ? octal(letter) : letter.replace(/['\\]/, '\\$&')));
  return `$'${escaped.join('')}'`;
};

/** Returns a text followed by the value of a variable as one word: `shellWith('password=', 'PASSWORD')`. */
export const shellWith = (text: string, variable: string): string =>
  `${text === '' ? '' : shellWord(text)}"$${variable}"`;
