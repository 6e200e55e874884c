import { standsAlone, type Scope } from './keyScopes.ts';
import type { Action, Binding } from './keyTable.ts';
import { usualKeymap, type Keymap } from './keymap.ts';

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
  if (code >= 28 && code < 32) return [`ctrl-${String.fromCharCode(64 + code).toLowerCase()}`];
  return code < 32 ? [] : [character];
};

/** The bytes that a terminal sends for keys, for whom they are typed ahead. */
export const bytesOfKey = (key: string): string => {
  const [sequence] = [...sequenceKeys].find(([, [name]]) => name === key) ?? [];
  if (sequence !== undefined) return sequence;
  const control = /^ctrl-(.)$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 31);
  return bytesOfNames[key] ?? key;
};

const bytesOfNames: Readonly<Record<string, string>> = {
  space: ' ',
  enter: '\r',
  tab: '\t',
  'shift-tab': '\u001B[Z',
  backspace: '\u007F',
  escape: '\u001B',
};

/** The character that a key name types into a text field; undefined for a key that types nothing. */
export const typedCharacter = (key: string): string | undefined =>
  key === 'space' ? ' ' : [...key].length === 1 ? key : undefined;

/** Nobody means more rows than this; a digit that leans on the keyboard must not. */
const mostDigits = 6;

/**
 * Finds what keys mean in the scopes of the moment, the narrowest first; keeps the beginning of a chord such as `g g`.
 * Digits choose screens, so a count begins inside a chord: `g5j` moves by five, `g42G` goes to row 42. Where digits choose
 * nothing, in a range or under a preset that took them from the screens, they are counts by themselves.
 */
export class KeyReader {
  keymap: Keymap = usualKeymap;
  #chord = '';
  #digits = '';
  #count: number | undefined;

  /** The beginning of a chord or count that waits for more. */
  get pending(): string {
    return this.#digits + this.#chord;
  }

  /** The number that was typed before the last key; undefined when there was none. */
  get count(): number | undefined {
    return this.#count;
  }

  clear(): void {
    this.#chord = '';
    this.#digits = '';
  }

  /** Returns the binding a key completes, or undefined when it means nothing or more is awaited. `ranging`: digits are counts. */
  read(key: string, scopes: readonly Scope[], ranging = false): Binding | undefined {
    this.#count = undefined;
    if (this.#counts(key, scopes, ranging)) {
      this.#digits = (this.#digits + key).slice(0, mostDigits);
      // The chord was the way in; what the number is for comes behind it.
      this.#chord = '';
      return undefined;
    }
    const sequence = this.#chord === '' ? key : `${this.#chord} ${key}`;
    const binding = key === 'escape' && this.#digits !== '' ? undefined : this.keymap.find(sequence, scopes);
    if (binding === undefined && this.keymap.begins(sequence, scopes)) {
      this.#chord = sequence;
      return undefined;
    }
    if (binding !== undefined && this.#digits !== '') this.#count = Number(this.#digits);
    this.clear();
    return binding;
  }

  #counts(key: string, scopes: readonly Scope[], ranging: boolean): boolean {
    if (!/^\d$/.test(key) || scopes.some(standsAlone)) return false;
    if (this.#chord !== '') return key !== '0' && this.keymap.find(`${this.#chord} ${key}`, scopes) === undefined;
    if (this.#digits !== '') return true;
    return key !== '0' && (ranging || [...'123456789'].every((digit) => this.keymap.find(digit, scopes) === undefined));
  }
}

/** Handlers by action; an action without one does nothing in this view. */
export type Handlers = Partial<Record<Action, () => void>>;
