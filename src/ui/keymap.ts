import { didYouMean } from '../models/nearest.ts';
import { standsAlone, type Scope } from './keyScopes.ts';
import { keyLabel, keyTable, type Action, type Binding } from './keyTable.ts';
import { presets, presetNames } from './presets.ts';
import { screenTitles, type ScreenName } from './state.ts';

/** What the configuration says of keys. */
export interface KeySettings {
  readonly preset?: string;
  /** Keys by action; `scope/action` for one place only. */
  readonly bindings?: Readonly<Record<string, readonly string[]>>;
}

/** Something wrong with the keys of the configuration; nothing of it keeps the program from working. */
export interface KeyProblem {
  /** Where in the configuration it stands. */
  readonly path: readonly string[];
  readonly message: string;
}

/** The keys in effect: which binding a key means in which scope. */
export class Keymap {
  readonly bindings: readonly Binding[];
  readonly problems: readonly KeyProblem[];
  readonly #byKey = new Map<Scope, Map<string, Binding>>();
  readonly #starts = new Map<Scope, Set<string>>();

  constructor(bindings: readonly Binding[], problems: readonly KeyProblem[] = []) {
    this.bindings = bindings;
    this.problems = problems;
    for (const binding of bindings) {
      for (const key of binding.keys) {
        const keys = this.#byKey.get(binding.scope) ?? new Map<string, Binding>();
        this.#byKey.set(binding.scope, keys.set(key, keys.get(key) ?? binding));
        const start = key.slice(0, Math.max(0, key.lastIndexOf(' ')));
        if (start !== '') this.#starts.set(binding.scope, (this.#starts.get(binding.scope) ?? new Set()).add(start));
      }
    }
  }

  /** The binding of a key or chord, in the narrowest of the scopes that has one. */
  find(sequence: string, scopes: readonly Scope[]): Binding | undefined {
    for (const scope of scopes) {
      const binding = this.#byKey.get(scope)?.get(sequence);
      if (binding !== undefined) return binding;
    }
    return undefined;
  }

  /** Whether a chord of one of the scopes begins so. */
  begins(sequence: string, scopes: readonly Scope[]): boolean {
    return scopes.some((scope) => this.#starts.get(scope)?.has(sequence) === true);
  }

  /** The keys of an action; empty when it has none. */
  keysOf(scope: Scope, action: Action): readonly string[] {
    return this.bindings.find((binding) => binding.scope === scope && binding.action === action)?.keys ?? [];
  }
}

/** Other ways to write the names of keys. */
const aliases: Readonly<Record<string, string>> = {
  esc: 'escape',
  return: 'enter',
  pgup: 'pageup',
  pgdn: 'pagedown',
  pgdown: 'pagedown',
  del: 'backspace',
  backtab: 'shift-tab',
};
const named = new Set(
  'escape enter pageup pagedown up down left right home end tab shift-tab space backspace'.split(' '),
);

/** Not every terminal sends these. */
const functionKey = /^f\d+$/i;

const oneKey = (text: string): string | undefined => {
  if ([...text].length === 1) return text === ' ' ? 'space' : text;
  const plain = text.replace(/^<(.+)>$/, '$1');
  const control = /^(?:ctrl|c)[-+](.)$/i.exec(plain)?.[1];
  if (control !== undefined) return `ctrl-${control.toLowerCase()}`;
  const name = plain.toLowerCase();
  const known = aliases[name] ?? name;
  return named.has(known) ? known : undefined;
};

/**
 * Returns the name of a key or chord as the table has it: `ctrl-d`, `g g`, `escape`. People also write `C-d`, `gg`, `esc`.
 * Undefined for what not every terminal can send: Alt, function keys, and what is no key at all.
 */
export const parseKey = (text: string): string | undefined => {
  const whole = oneKey(text.trim() === '' ? text : text.trim());
  if (whole !== undefined) return whole;
  // `gg` is two letters; a longer word would be a slip.
  const parts =
    /^\S{2}$/u.test(text.trim()) && !functionKey.test(text.trim()) ? [...text.trim()] : text.trim().split(/\s+/);
  const keys = parts.map(oneKey);
  return parts.length > 1 && keys.every((key) => key !== undefined) ? keys.join(' ') : undefined;
};

/** Scopes whose keys count at the same time, for each of them. A narrower one may take a key of `details` or `list`, not of its own. */
const together: readonly (readonly Scope[])[] = [
  ...(Object.keys(screenTitles) as ScreenName[]).flatMap((screen): readonly (readonly Scope[])[] => [
    [screen, 'list', 'global'],
    [screen, 'details', 'global'],
  ]),
  ...[...new Set(keyTable.map(({ scope }) => scope))].map((scope): readonly Scope[] =>
    standsAlone(scope) ? [scope] : [scope, 'global'],
  ),
];

const meet = (one: Scope, other: Scope): boolean =>
  one === other || together.some((scopes) => scopes.includes(one) && scopes.includes(other));

const collide = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);

/** Returns two bindings that claim the same key, or one the beginning of the other, where both count; as sentences. */
export const keyClashes = (bindings: readonly Binding[]): readonly string[] => {
  const clashes = new Set<string>();
  for (const [at, one] of bindings.entries()) {
    for (const other of bindings.slice(at + 1)) {
      if (!meet(one.scope, other.scope)) continue;
      for (const key of one.keys)
        if (other.keys.some((second) => collide(key, second)))
          clashes.add(`${key}: ${one.action} (${one.scope}) and ${other.action} (${other.scope})`);
    }
  }
  return [...clashes];
};

/** The bindings that a name of the configuration means. A bare action means it everywhere but where text is typed. */
const meant = (name: string, { scope, action }: Binding): boolean =>
  name === `${scope}/${action}` || (name === action && !standsAlone(scope));

interface Wish {
  readonly name: string;
  readonly keys: readonly string[];
  readonly path: readonly string[];
}

const isTaken = (key: string, scope: Scope, bindings: readonly Binding[]): Binding | undefined =>
  bindings.find((one) => meet(scope, one.scope) && one.keys.some((other) => collide(key, other)));

/** Gives actions other keys. A key that is given is taken from whoever had it. */
const granted = (
  bindings: readonly Binding[],
  wishes: readonly Wish[],
): { readonly bindings: readonly Binding[]; readonly problems: readonly KeyProblem[] } => {
  if (wishes.length === 0) return { bindings, problems: [] };
  const problems: KeyProblem[] = [];
  const own = new Map<Binding, Binding>();
  for (const { name, keys, path } of wishes) {
    for (const binding of bindings.filter((one) => meant(name, one))) {
      const free = keys.filter((key) => {
        const other = isTaken(key, binding.scope, [...own.values()]);
        if (other === undefined || other.action === binding.action) return true;
        problems.push({ path, message: `${keyLabel(key)} is already given to ${other.action}; that keeps it` });
        return false;
      });
      own.set(binding, { ...binding, keys: free });
    }
  }
  const given = [...own.values()];
  const left = bindings.map((binding) => {
    const wished = own.get(binding);
    if (wished !== undefined) return wished;
    const keys = binding.keys.filter((key) => isTaken(key, binding.scope, given) === undefined);
    return keys.length === binding.keys.length ? binding : { ...binding, keys };
  });
  for (const [at, binding] of left.entries()) {
    const before = bindings[at]?.keys ?? [];
    if (binding.keys.length > 0 || before.length === 0 || own.has(bindings[at] ?? binding)) continue;
    const taker = isTaken(before[0] ?? '', binding.scope, given);
    const path = wishes.find(({ name }) => taker !== undefined && meant(name, taker))?.path ?? [];
    problems.push({
      path,
      message: `takes ${before.map(keyLabel).join(' ')} from ${binding.action}, which has no key now`,
    });
  }
  return { bindings: left, problems };
};

/** Returns the keys in effect: the table, what a preset changes, and on top what the person chose. Own bindings come last, with their problems. */
export const keymapOf = (
  { preset = 'proxdeck', bindings: own = {} }: KeySettings,
  more: readonly Binding[] = [],
): Keymap => {
  const problems: KeyProblem[] = [];
  const chosen = Object.hasOwn(presets, preset) ? presets[preset as keyof typeof presets] : undefined;
  if (chosen === undefined)
    problems.push({
      path: ['keys', 'preset'],
      message: `there is no preset ${preset}.${didYouMean(preset, presetNames)} There are: ${presetNames.join(', ')}`,
    });
  const base = granted(
    keyTable,
    Object.entries<readonly string[]>(chosen ?? {}).map(([name, keys]) => ({ name, keys, path: ['keys', 'preset'] })),
  );
  const wishes = Object.entries(own).flatMap(([name, texts]): readonly Wish[] => {
    const path = ['keys', 'bindings', name];
    if (!keyTable.some((binding) => meant(name, binding))) {
      const known = keyTable.flatMap(({ scope, action }) => [action, `${scope}/${action}`]);
      problems.push({ path, message: `there is no action ${name}.${didYouMean(name, known)}` });
      return [];
    }
    const keys = texts.flatMap((text) => {
      const key = parseKey(text);
      if (key === undefined) problems.push({ path, message: `${text} is no key that every terminal sends` });
      return key ?? [];
    });
    // An empty list takes all keys away; one in which nothing can be read changes nothing.
    return texts.length > 0 && keys.length === 0 ? [] : [{ name, keys, path }];
  });
  const personal = granted(base.bindings, wishes);
  problems.push(...personal.problems);
  const final = addOwn(personal.bindings, more, problems);
  return new Keymap(final, problems);
};

/** Adds commands of the person: their keys are taken from whoever had them there. */
const addOwn = (bindings: readonly Binding[], more: readonly Binding[], problems: KeyProblem[]): readonly Binding[] => {
  if (more.length === 0) return bindings;
  const added: Binding[] = [];
  for (const binding of more) {
    const keys = binding.keys.filter((key) => {
      const other = isTaken(key, binding.scope, added);
      if (other !== undefined)
        problems.push({ path: ['commands'], message: `${keyLabel(key)} is already given to “${other.title}”` });
      return other === undefined;
    });
    added.push({ ...binding, keys });
  }
  const rest = bindings.map((binding) => {
    const keys = binding.keys.filter((key) => isTaken(key, binding.scope, added) === undefined);
    if (keys.length === 0 && binding.keys.length > 0)
      problems.push({
        path: ['commands'],
        message: `a command takes ${binding.keys.map(keyLabel).join(' ')} from ${binding.action}, which has no key now`,
      });
    return keys.length === binding.keys.length ? binding : { ...binding, keys };
  });
  return [...added, ...rest];
};

/** The keys of a person who changed none. */
export const usualKeymap = new Keymap(keyTable);
