import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { isRecord } from '../models/record.ts';
import type { Field } from './fields.ts';

/** Words of a line as the input of an operation, for faces that have no shell before them. */

export interface Split {
  readonly words: readonly string[];
  /** Where the last word begins in the text; its end where the text ends in a blank. */
  readonly lastAt: number;
  /** A quote that is not closed. */
  readonly open: boolean;
}

/** Splits a line at blanks. Quotes of both kinds hold a word together; a backslash takes the next character as it is. */
export const splitLine = (text: string): Split => {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let lastAt = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      lastAt = at + 1;
      continue;
    }
    if (word === undefined) lastAt = at;
    word ??= '';
    if (character === '\\' && quote !== "'" && at + 1 < text.length) {
      at += 1;
      word += text[at] ?? '';
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else word += character;
  }
  if (word !== undefined) words.push(word);
  else lastAt = text.length;
  return { words, lastAt, open: quote !== '' };
};

/** Writes a word so that splitLine reads it back as it is. */
export const quoteWord = (word: string): string =>
  /^[^\s"'\\]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;

const flagText = ({ flag, type, usual }: Field): string =>
  `--${type === 'boolean' && usual === true ? 'no-' : ''}${flag}`;

/**
 * Returns what words say of an input, whether or not all is there: positional fields in order, `--flag value`, `--flag=value`,
 * `-s value`, and `--flag` or `--no-flag` for a yes or no. Values stay texts, which the operation's schema reads. Throws `usage`
 * with what was probably meant.
 */
export const inputGiven = (
  name: string,
  fields: readonly Field[],
  words: readonly string[],
): Readonly<Record<string, unknown>> => {
  const input: Record<string, unknown> = {};
  const positional = fields.filter((field) => field.positional);
  const hint = `It takes: ${usageOf(fields)}`;
  const give = ({ key, many }: Field, value: unknown): void => {
    const before = input[key];
    input[key] = many ? [...(Array.isArray(before) ? (before as unknown[]) : []), value] : value;
  };
  let place = 0;
  let literal = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--' && !literal) {
      literal = true;
      continue;
    }
    if (literal || !/^-[^\d]/.test(word)) {
      const field = positional[Math.min(place, positional.length - 1)];
      if (field === undefined || (place >= positional.length && !field.many))
        throw new ProxdeckError('usage', `${name} does not take “${word}”.`, { hint });
      give(field, word);
      place += 1;
      continue;
    }
    const [flag = '', ...rest] = word.split('=');
    const field = fields.find((one) => !one.positional && (flag === flagText(one) || flag === `-${one.short ?? '-'}`));
    if (field === undefined)
      throw new ProxdeckError('usage', `${name} has no ${flag}.${didYouMean(flag, fields.map(flagText))}`, { hint });
    if (field.secret)
      throw new ProxdeckError('usage', `${flag} is a secret and is not typed on a line that is kept.`, {
        hint: `Use \`proxdeck ${name.replace('.', ' ')} ${flag}-file FILE\` in a shell.`,
      });
    if (field.type === 'boolean' && rest.length === 0) give(field, field.usual !== true);
    else if (rest.length > 0) give(field, rest.join('='));
    else {
      at += 1;
      if (words[at] === undefined) throw new ProxdeckError('usage', `${flag} needs a value.`, { hint });
      give(field, words[at]);
    }
  }
  return input;
};

/** The input that words mean, as inputGiven reads it. Throws `usage` also where a positional field is missing. */
export const inputFrom = (
  name: string,
  fields: readonly Field[],
  words: readonly string[],
): Readonly<Record<string, unknown>> => {
  const input = inputGiven(name, fields, words);
  const missing = fields.find(({ key, required, positional }) => positional && required && input[key] === undefined);
  if (missing !== undefined)
    throw new ProxdeckError('usage', `${name} needs ${missing.flag}: ${missing.description}.`, {
      hint: `It takes: ${usageOf(fields)}`,
    });
  return input;
};

/** The fields of an operation as a line of usage: `<guests...> [--force]`. */
export const usageOf = (fields: readonly Field[]): string =>
  fields
    .filter(({ secret }) => !secret)
    .map((field) => {
      if (field.positional) {
        const text = `${field.flag}${field.many ? '...' : ''}`;
        return field.required ? `<${text}>` : `[${text}]`;
      }
      const value = field.type === 'boolean' ? '' : ` ${field.choices.length > 0 ? field.choices.join('|') : 'VALUE'}`;
      return field.required ? `${flagText(field)}${value}` : `[${flagText(field)}${value}]`;
    })
    .join(' ');

/** The flags of an operation as they are typed, with what they mean. */
export const flagsOf = (fields: readonly Field[]): readonly { readonly value: string; readonly detail: string }[] =>
  fields
    .filter(({ positional, secret }) => !positional && !secret)
    .map((field) => ({ value: flagText(field), detail: field.description }));

const given = (value: unknown, { usual, many }: Field): readonly string[] => {
  if (value === undefined || (usual !== undefined && JSON.stringify(value) === JSON.stringify(usual))) return [];
  const values: readonly unknown[] = many && Array.isArray(value) ? value : [value];
  return values.map(String);
};

/** Returns an input as it would be typed: positional fields first, then flags; what is usual is left out, secrets come from a file. */
export const commandOf = (name: string, fields: readonly Field[], input: unknown): string => {
  const values = isRecord(input) ? input : {};
  const words = fields.flatMap((field) =>
    given(values[field.key], field).flatMap((value) => {
      if (field.secret) return [`${flagText(field)}-file`, 'FILE'];
      if (field.positional) return [quoteWord(value)];
      return field.type === 'boolean' ? [flagText(field)] : [flagText(field), quoteWord(value)];
    }),
  );
  return ['proxdeck', ...name.split('.'), ...words].join(' ');
};

/** Returns the words and numbers of an input as they would be typed, one after the other. */
export const wordsOfInput = (input: unknown): string =>
  (isRecord(input) ? Object.values(input) : [])
    .flat()
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(' ');
