import { ProxdeckError } from '../models/error.ts';
import { splitLine } from '../operations/words.ts';
import type { Scope } from './keyScopes.ts';
import { keyTable, type Binding, type OwnCommand } from './keyTable.ts';
import { parseKey, type KeyProblem } from './keymap.ts';

/** Commands of the person's own: a key, a template with the fields of the selected row, and what runs it. */

/** One command as the configuration has it, under a name of its own. */
export interface CommandSettings {
  readonly key?: string;
  readonly title?: string;
  /** The screens on which the key counts; everywhere without it. */
  readonly on?: readonly string[];
  /** A command line of Proxdeck: `guest shutdown {{vmid}}`. */
  readonly run?: string;
  /** A program and its arguments; as a text it is split at blanks. No shell reads it. */
  readonly exec?: string | readonly string[];
  readonly confirm: boolean;
  /** Whether Enter is awaited when the program has ended well; after a failure it always is. */
  readonly pause: boolean;
}

export type Commands = Readonly<Record<string, CommandSettings>>;

/** What a template becomes with a row: ready words, none of them read by a shell. */
export interface FilledCommand {
  readonly kind: 'run' | 'exec';
  readonly words: readonly string[];
}

/** `{{ name }}` is one word, though it is split at blanks. */
const blanksInHole = /\{\{[\s\w.|]+\}\}/g;

const templateWords = ({ run, exec }: CommandSettings): readonly string[] => {
  const split = (text: string): readonly string[] =>
    splitLine(text.replaceAll(blanksInHole, (whole) => whole.replaceAll(/\s/g, ''))).words;
  if (run !== undefined) return split(run);
  return typeof exec === 'string' ? split(exec) : (exec ?? []);
};

const scopes = new Set<string>(keyTable.map(({ scope }) => scope));

/** Returns the bindings of the commands, and what is wrong with how they are written. */
export const ownBindings = (
  commands: Commands,
): { readonly bindings: readonly Binding[]; readonly problems: readonly KeyProblem[] } => {
  const problems: KeyProblem[] = [];
  const bindings = Object.entries(commands).flatMap(([name, settings]): readonly Binding[] => {
    const path = ['commands', name];
    const { key: wanted, on = ['global'] } = settings;
    const bad = (message: string, place: readonly string[] = path): readonly Binding[] => {
      problems.push({ path: place, message });
      return [];
    };
    if ((settings.run === undefined) === (settings.exec === undefined))
      return bad('a command has either run: (a line of Proxdeck) or exec: (a program)');
    if (templateWords(settings).length === 0) return bad('is empty');
    const unknown = on.find((scope) => scope !== 'global' && !scopes.has(scope));
    if (unknown !== undefined) return bad(`on: there is no screen ${unknown} that has keys`, [...path, 'on']);
    const key = wanted === undefined ? undefined : parseKey(wanted);
    if (wanted !== undefined && key === undefined)
      bad(`key: ${wanted} is no key that every terminal sends`, [...path, 'key']);
    const action: OwnCommand = `command.${name}`;
    const title = settings.title ?? templateWords(settings).join(' ');
    // Without a key it is there through the palette and the command line.
    return on.map((scope) => ({ action, scope: scope as Scope, keys: key === undefined ? [] : [key], title }));
  });
  return { bindings, problems };
};

/** The fields of a row that a template can name: texts, numbers, yes and no, lists of them joined by commas. */
export const templateFields = (
  row: object | undefined,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const own = Object.entries(row ?? {}).flatMap(
    ([name, value]: [string, unknown]): readonly (readonly [string, string])[] => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [[name, String(value)]];
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [[name, value.join(',')]] : [];
    },
  );
  return { ...more, ...Object.fromEntries(own) };
};

/** What means nothing to any shell, so that it is harmless also where ssh gives it to one at the other end. */
const harmless = /^[\p{L}\p{N}_@%+=:,./][\p{L}\p{N}_@%+=:,./-]*$/u;
const control = /\p{Cc}/u;

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** `{{name}}` takes harmless values only; `{{name|any}}` whatever it is, as part of this one word; `{{name|sh}}` quoted for a shell at the other end. */
const hole = /\{\{\s*([\w.]+)\s*(?:\|\s*(\w+)\s*)?\}\}/g;

const valueFor = (name: string, mode: string | undefined, fields: Readonly<Record<string, string>>): string => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined)
    throw new ProxdeckError('usage', `This row has no {{${name}}}.`, {
      hint: `It has: ${Object.keys(fields).join(', ')}.`,
    });
  if (control.test(value)) throw new ProxdeckError('usage', `The ${name} of this row holds control characters.`);
  if (mode === 'sh') return quoted(value);
  if (mode === 'any') return value;
  if (mode !== undefined) throw new ProxdeckError('usage', `{{${name}|${mode}}}: it can be |any or |sh.`);
  if (!harmless.test(value))
    throw new ProxdeckError(
      'usage',
      `The ${name} of this row, “${value}”, holds what a shell or an option could be made of.`,
      {
        hint: `Write {{${name}|sh}} where a shell reads it at the other end, {{${name}|any}} where none does.`,
      },
    );
  return value;
};

/**
 * Returns the words of a command with the fields of a row in them. The template is split before anything is filled in, so a
 * value stays inside its word whatever it holds. Throws `usage` for a field that the row has not, and for a value that is
 * not harmless where the template does not say that it may be.
 */
export const fillCommand = (settings: CommandSettings, fields: Readonly<Record<string, string>>): FilledCommand => {
  const words = templateWords(settings).map((word) => {
    const filled = word.replaceAll(hole, (_whole, name: string, mode: string | undefined) =>
      valueFor(name, mode, fields),
    );
    if (filled.startsWith('-') && !word.startsWith('-'))
      throw new ProxdeckError('usage', `“${filled}” would be read as an option.`);
    return filled;
  });
  return { kind: settings.run === undefined ? 'exec' : 'run', words };
};
