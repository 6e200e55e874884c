import { keyTable, type Action, type Binding, type Scope } from './keyTable.ts';

/** What Ink tells of a key press besides the characters (its `useInput`). */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

/**
 * Turns one read of Ink's input into key names: `j`, `G`, `ctrl-d`, `pagedown`, `space`, `enter`.
 * Ink hands over plain text of one read as one string: every character of it is a key of its own.
 * An Esc followed by a letter while the loop was busy arrives as Alt and the letter: it is taken apart again.
 */
export const keyNames = (input: string, key: InkKey): readonly string[] => {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageDown) return ['pagedown'];
  if (key.pageUp) return ['pageup'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['enter'];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  // Terminals send DEL for the Backspace key; Ink calls it delete.
  if (key.backspace || key.delete) return ['backspace'];
  if (key.escape) return ['escape'];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  const letters = keysOfText(input);
  return key.meta ? ['escape', ...letters] : letters;
};

/** Key names of plain text, one a character. */
export const keysOfText = (text: string): readonly string[] => [...text].flatMap(nameOfCharacter);

/** The escape sequences of the keys that move (xterm control sequences, “PC-style function keys”). */
export const sequenceKeys: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ up: 'A', down: 'B', right: 'C', left: 'D', home: 'H', end: 'F' })
    .flatMap(([name, end]) => [`\u001B[${end}`, `\u001BO${end}`].map((sequence) => [sequence, [name]] as const))
    .concat([
      ['\u001B[5~', ['pageup']],
      ['\u001B[6~', ['pagedown']],
    ]),
);

const nameOfCharacter = (character: string): string[] => {
  if (character === ' ') return ['space'];
  if (character === '\r' || character === '\n') return ['enter'];
  if (character === '\t') return ['tab'];
  if (character === '\u007F' || character === '\b') return ['backspace'];
  const code = character.codePointAt(0) ?? 0;
  if (code > 0 && code < 27) return [`ctrl-${String.fromCharCode(96 + code)}`];
  return code < 32 ? [] : [character];
};

/** The character that a key name types into a text field; undefined for a key that types nothing. */
export const typedCharacter = (key: string): string | undefined =>
  key === 'space' ? ' ' : [...key].length === 1 ? key : undefined;

/** Finds what keys mean in the scopes of the moment, the narrowest first; keeps the beginning of a chord such as `g g`. */
export class KeyReader {
  #pending = '';

  /** The beginning of a chord that waits for more. */
  get pending(): string {
    return this.#pending;
  }

  clear(): void {
    this.#pending = '';
  }

  /** Returns the binding a key completes, or undefined when it means nothing or more is awaited. */
  read(key: string, scopes: readonly Scope[]): Binding | undefined {
    const sequence = this.#pending === '' ? key : `${this.#pending} ${key}`;
    const binding = find(sequence, scopes);
    const waits = binding === undefined && scopes.some((scope) => startsOf(scope).has(sequence));
    this.#pending = waits ? sequence : '';
    return binding;
  }
}

const find = (sequence: string, scopes: readonly Scope[]): Binding | undefined => {
  for (const scope of scopes) {
    const binding = keyTable.find((one) => one.scope === scope && one.keys.includes(sequence));
    if (binding !== undefined) return binding;
  }
  return undefined;
};

const starts = new Map<Scope, ReadonlySet<string>>();
/** First parts of the chords of a scope. */
const startsOf = (scope: Scope): ReadonlySet<string> => {
  let set = starts.get(scope);
  if (set === undefined) {
    set = new Set(
      keyTable
        .filter((binding) => binding.scope === scope)
        .flatMap((binding) => binding.keys)
        .filter((keys) => keys.includes(' '))
        .map((keys) => keys.slice(0, keys.lastIndexOf(' '))),
    );
    starts.set(scope, set);
  }
  return set;
};

/** Handlers by action; an action without one does nothing in this view. */
export type Handlers = Partial<Record<Action, () => void>>;
