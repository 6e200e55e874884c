import { storageId, type Storage } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { isLocal, loadOperation, operations } from '../operations/catalog.ts';
import { fieldsOf, type Field } from '../operations/fields.ts';
import type { Operation } from '../operations/operation.ts';
import { inputFrom, inputGiven, splitLine } from '../operations/words.ts';
import type { AppModel } from './app.ts';
import { screenNames, type ScreenName } from './state.ts';

/** What a line behind `:` means: a screen with a filter, one thing by its name, or any operation of the catalogue. */
export type Meaning =
  | { readonly kind: 'quit' }
  | { readonly kind: 'help' }
  | { readonly kind: 'screen'; readonly screen: ScreenName; readonly filter: string | undefined }
  | { readonly kind: 'row'; readonly screen: ScreenName; readonly id: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'own'; readonly action: `command.${string}` }
  | {
      readonly kind: 'operation';
      readonly operation: Operation;
      readonly input: Readonly<Record<string, unknown>>;
      /** Whether all is said that it needs. */
      readonly isWhole: boolean;
    };

/** Nouns by which one row of a screen is named. */
const rowNouns: Readonly<Record<string, 'guests' | 'nodes' | 'storage'>> = {
  guest: 'guests',
  ct: 'guests',
  vm: 'guests',
  node: 'nodes',
  storage: 'storage',
};

const isScreen = (word: string): word is ScreenName => screenNames.some((name) => name === word);

/** Returns the screen that a word means: its name, or a beginning of it that no other screen has. */
const screenOf = (word: string): ScreenName | undefined => {
  if (isScreen(word)) return word;
  const begun = word.length < 2 ? [] : screenNames.filter((name) => name.startsWith(word));
  return begun.length === 1 ? begun[0] : undefined;
};

export interface Named {
  readonly screen: ScreenName;
  readonly id: string;
  readonly value: string;
  readonly detail: string;
}

/** The rows that can be named on the line, of one noun. A guest has two names. */
export const namedRows = (app: AppModel, noun: string): readonly Named[] => {
  const { nodes, guests, storages } = app.live.getState().snapshot;
  switch (rowNouns[noun]) {
    case 'guests':
      return guests
        .filter(({ type }) => noun === 'guest' || (type === 'lxc') === (noun === 'ct'))
        .flatMap(({ id, vmid, name, status, node }) => {
          const place = `${status} on ${node}`;
          const byId = { screen: 'guests', id, value: String(vmid), detail: `${name} ${place}` } as const;
          return name === '' ? [byId] : [byId, { ...byId, value: name, detail: `${String(vmid)} ${place}` }];
        });
    case 'nodes':
      return nodes.map(({ id, node, status }) => ({ screen: 'nodes', id, value: node, detail: status }));
    case 'storage':
      return [...Map.groupBy(storages, storageId)].flatMap(([id, [row]]) =>
        row === undefined ? [] : [{ screen: 'storage', id, value: row.storage, detail: storageDetail(row) } as const],
      );
    default:
      return [];
  }
};

/** Where a storage is and what it is, in a few words. */
export const storageDetail = ({ plugintype, shared, node }: Storage): string =>
  `${plugintype} ${shared ? 'shared' : `on ${node}`}`;

const verbsOf = (noun: string): readonly string[] =>
  operations.flatMap(({ name }) => (name.startsWith(`${noun}.`) ? [name.slice(noun.length + 1)] : []));

/** The operation that the first words name, and how many words that takes. */
const operationOf = (words: readonly string[]): { readonly name: string; readonly length: number } | undefined => {
  const [noun = '', verb = ''] = words;
  const name = operations.find((one) => one.name === `${noun}.${verb}` || one.name === noun)?.name;
  return name === undefined ? undefined : { name, length: name.includes('.') ? 2 : 1 };
};

/** Fields of operations that were asked for: loaded once. */
const loadedFields = new Map<string, readonly Field[]>();

/** The fields of the operation that a line names, once they are loaded; `changed` is told then. Undefined while they are not. */
export const fieldsFor = (words: readonly string[], changed: () => void): readonly Field[] | undefined => {
  const named = operationOf(words);
  if (named === undefined) return undefined;
  const known = loadedFields.get(named.name);
  if (known === undefined) void loadFields(named.name).then(changed);
  return known;
};

const loadFields = async (name: string): Promise<readonly Field[]> => {
  const fields = fieldsOf(await loadOperation(name));
  loadedFields.set(name, fields);
  return fields;
};

/** Everything a line can begin with. */
const firstWords = (): readonly string[] => [
  ...screenNames,
  ...Object.keys(rowNouns),
  ...new Set(operations.map(({ name }) => name.split('.')[0] ?? name)),
  'help',
  'quit',
];

const rowMeaning = (app: AppModel, noun: string, rest: readonly string[]): Meaning => {
  const [word = '', more] = rest;
  const rows = namedRows(app, noun);
  const found = rows.filter(({ value }) => value === word);
  const ids = new Set(found.map(({ id }) => id));
  const [row] = found;
  if (row !== undefined && ids.size === 1 && more === undefined) return { kind: 'row', screen: row.screen, id: row.id };
  // Several of that name: all of them, in the list.
  if (row !== undefined) return { kind: 'screen', screen: row.screen, filter: `name:${word}` };
  const known = [...verbsOf(noun), ...rows.map(({ value }) => value)];
  throw new ProxdeckError(
    'usage',
    `There is no ${noun} “${word}”, and nothing to be done with one that is called so.${didYouMean(word, known)}`,
    {
      hint: `It can be: ${verbsOf(noun).join(', ')}.`,
    },
  );
};

/**
 * Returns what a line means. Throws `usage` with what was probably meant, and what the operation's loading throws.
 * A leading slash (`:/status`) and one before a filter (`:guests web /nginx`) are taken for what they are elsewhere.
 */
export const meaningOf = async (app: AppModel, text: string): Promise<Meaning> => {
  const { words, open } = splitLine(text.replace(/^\s*\//, ''));
  if (open) throw new ProxdeckError('usage', 'A quote is not closed.');
  const [first = '', ...rest] = words;
  if (/^\d+$/.test(first) && rest.length === 0) return { kind: 'number', number: Number(first) };
  if (/^(?:q|quit|exit)!?$/.test(first)) return { kind: 'quit' };
  if (first === 'help' || first === 'h') return { kind: 'help' };
  const own = app.keyboard.keymap.bindings.find(({ action }) => action === `command.${first}`)?.action;
  if (own !== undefined) return { kind: 'own', action: `command.${first}` };
  // A word that is both, such as doctor, means the screen: it shows the same and more.
  if (isScreen(first) && rest.length === 0) return { kind: 'screen', screen: first, filter: undefined };
  const named = operationOf(words);
  if (named !== undefined) {
    const operation = await loadOperation(named.name);
    const fields = await loadFields(named.name);
    // What changes something is asked for the rest in a form.
    const read = operation.risk === 'read' ? inputFrom : inputGiven;
    const input = read(named.name, fields, words.slice(named.length));
    // What is kept on this machine and takes a secret is asked for it: on the line it cannot be said.
    const takesSecret = isLocal(named.name) && fields.some(({ secret }) => secret);
    const isWhole = !takesSecret && fields.every(({ key, required }) => !required || input[key] !== undefined);
    return { kind: 'operation', operation, input, isWhole };
  }
  const isNoun = Object.hasOwn(rowNouns, first);
  const isRow = isNoun && namedRows(app, first).some(({ value }) => value === rest[0]);
  // `storage` is both a noun and a screen: what is no storage filters them.
  if (rest.length > 0 && (isRow || (isNoun && !isScreen(first)))) return rowMeaning(app, first, rest);
  const screen = screenOf(first);
  if (screen !== undefined) return { kind: 'screen', screen, filter: rest.length === 0 ? undefined : filterOf(text) };
  for (const noun of ['guest', 'node', 'storage']) {
    const row = namedRows(app, noun).find(({ value }) => value === first);
    if (row !== undefined && rest.length === 0) return { kind: 'row', screen: row.screen, id: row.id };
  }
  const verbs = verbsOf(first);
  if (verbs.length > 0)
    throw new ProxdeckError('usage', `${first} needs one of: ${verbs.join(', ')}.${didYouMean(rest[0] ?? '', verbs)}`);
  throw new ProxdeckError('usage', `There is nothing called “${first}”.${didYouMean(first, firstWords())}`, {
    hint: 'Tab shows what a line can begin with.',
  });
};

/** The filter behind the name of a screen, as it was typed; a slash before it is how one begins elsewhere. */
const filterOf = (text: string): string =>
  text
    .trim()
    .replace(/^\S+\s+/, '')
    .replaceAll(/(^|\s)\/(?=\S)/g, '$1');
