import type { TextPart } from './tree.ts';

/**
 * Variables in texts, by the Compose Specification (section Interpolation) and to the letter of what compose-go's `template` makes of its
 * corners: which brace closes, and that a `${…}` with an operator ends in the line where it begins.
 */

/** Returns the value of a variable, undefined when it is not set. */
export type Lookup = (variable: string) => string | undefined;

export interface Interpolated {
  readonly text: string;
  /** Only of a text in which variables stood. */
  readonly parts: readonly TextPart[] | undefined;
  /** Variables that are not set and have no default: they are empty. */
  readonly unset: readonly string[];
}

/** Why a text cannot be interpolated; the caller knows where it stands. */
export class InterpolationError extends Error {
  override readonly name = 'InterpolationError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const variableName = /[A-Za-z_][A-Za-z0-9_]*/y;
const operators = [':?', ':-', ':+', '?', '-', '+'] as const;

const nameAt = (text: string, at: number): string => {
  variableName.lastIndex = at;
  return variableName.exec(text)?.[0] ?? '';
};

/** Where the brace that was opened at the beginning closes. What follows an opening brace is never a closing one. */
const closingBrace = (text: string): number => {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '}') {
      open -= 1;
      if (open === 0) return at;
    }
    if (text[at] === '{') {
      open += 1;
      at += 1;
    }
  }
  return -1;
};

/** The `${…}` at a place, as far as its line goes; undefined when it is none. */
const bracedAt = (
  text: string,
  at: number,
): { name: string; operator: string; rest: string; end: number } | undefined => {
  const name = nameAt(text, at + 2);
  if (name === '') return undefined;
  const after = at + 2 + name.length;
  if (text[after] === '}') return { name, operator: '', rest: '', end: after + 1 };
  const operator = operators.find((candidate) => text.startsWith(candidate, after));
  if (operator === undefined) return undefined;
  const lineEnd = text.indexOf('\n', after);
  const line = text.slice(at, lineEnd === -1 ? undefined : lineEnd);
  const last = line.lastIndexOf('}');
  const begin = after - at + operator.length;
  if (last < begin) return undefined;
  const closing = closingBrace(line.slice(0, last + 1));
  const close = closing === -1 ? last : closing;
  return close < begin ? undefined : { name, operator, rest: line.slice(begin, close), end: at + close + 1 };
};

const invalid = (text: string): InterpolationError =>
  new InterpolationError(
    `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\` is no variable as Compose writes them.`,
    'Write ${NAME} or ${NAME:-default}; a dollar sign that is meant as such is written $$.',
  );

const required = (name: string, message: string): InterpolationError =>
  new InterpolationError(
    `the variable ${name} is needed and not set${message === '' ? '.' : `: ${message}`}`,
    `Set ${name} in .env beside the Compose file, or in the environment.`,
  );

/** What stands for a variable with an operator; an operator with a colon takes an empty value for none. */
const operate = (name: string, operator: string, rest: string, lookup: Lookup, unset: string[]): string => {
  const value = lookup(name);
  const given = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const other = (): string => {
    const inner = interpolate(rest, lookup);
    unset.push(...inner.unset);
    return inner.text;
  };
  if (operator.endsWith('+')) return given ? other() : (value ?? '');
  if (given) return value;
  if (operator.endsWith('-')) return other();
  throw required(name, other());
};

/** Replaces all variables of a text. Throws InterpolationError. */
export const interpolate = (text: string, lookup: Lookup): Interpolated => {
  let at = text.indexOf('$');
  if (at === -1) return { text, parts: undefined, unset: [] };
  const parts: TextPart[] = [];
  const unset: string[] = [];
  let plain = '';
  let from = 0;
  const add = (name: string, operator: string, rest: string, end: number): void => {
    if (plain !== '') parts.push(plain);
    plain = '';
    if (operator === '' && lookup(name) === undefined) unset.push(name);
    const value = operator === '' ? (lookup(name) ?? '') : operate(name, operator, rest, lookup, unset);
    parts.push({ variable: name, operator, written: text.slice(at, end), value });
    from = end;
  };
  for (; at !== -1; at = text.indexOf('$', from)) {
    plain += text.slice(from, at);
    const next = text[at + 1];
    if (next === '$') {
      plain += '$';
      from = at + 2;
    } else if (next === '{') {
      const braced = bracedAt(text, at);
      if (braced === undefined) throw invalid(text.slice(at));
      add(braced.name, braced.operator, braced.rest, braced.end);
    } else {
      const name = nameAt(text, at + 1);
      if (name !== '') add(name, '', '', at + 1 + name.length);
      else {
        plain += '$';
        from = at + 1;
      }
    }
  }
  plain += text.slice(from);
  if (plain !== '') parts.push(plain);
  const variables = parts.some((part) => typeof part !== 'string');
  return {
    text: parts.map((part) => (typeof part === 'string' ? part : part.value)).join(''),
    parts: variables ? parts : undefined,
    unset,
  };
};
