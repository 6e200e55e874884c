import { operations } from '../operations/catalog.ts';
import type { Field } from '../operations/fields.ts';
import { flagsOf, quoteWord, splitLine } from '../operations/words.ts';
import type { AppModel } from './app.ts';
import { fieldsFor, namedRows, type Named } from './commandLine.ts';
import { screenNames, screenTitles } from './state.ts';

/** What the last word of a command line can become. */

export interface Candidate {
  /** The word, as it is typed. */
  readonly value: string;
  readonly detail: string;
}

export interface Completion {
  /** Where the word begins that the candidates take the place of. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
  /** How many there are that are not among them. */
  readonly more: number;
}

/** As many are offered; whoever wants another types a letter more. */
const most = 50;

const first = (app: AppModel): readonly Candidate[] => {
  const verbs = Map.groupBy(
    operations.filter(({ name }) => name.includes('.')),
    ({ name }) => name.slice(0, name.indexOf('.')),
  );
  return [
    ...screenNames.map((name) => ({ value: name, detail: `screen ${screenTitles[name]}` })),
    ...[...verbs].map(([value, of]) => ({
      value,
      detail: of.map(({ name }) => name.slice(value.length + 1)).join(', '),
    })),
    ...operations
      .filter(({ name }) => !name.includes('.'))
      .map(({ name, summary }) => ({ value: name, detail: summary })),
    ...app.keyboard.keymap.bindings.flatMap(({ action, title }) =>
      action.startsWith('command.') ? [{ value: action.slice('command.'.length), detail: title }] : [],
    ),
    { value: 'help', detail: 'the keys of this view' },
    { value: 'quit', detail: 'leave Proxdeck' },
  ];
};

const rows = (found: readonly Named[]): readonly Candidate[] => found.map(({ value, detail }) => ({ value, detail }));

const valuesOf = (app: AppModel, { choices, completes = '' }: Field): readonly Candidate[] => {
  if (choices.length > 0) return choices.map((value) => ({ value, detail: '' }));
  if (completes === 'task')
    return app.live.getState().snapshot.tasks.map(({ upid, type, id, status }) => ({
      value: upid,
      detail: `${type} ${id} ${status ?? 'running'}`,
    }));
  if (completes === 'pool') return app.live.getState().snapshot.pools.map(({ pool }) => ({ value: pool, detail: '' }));
  if (completes === 'context')
    return (app.desk?.contexts.list.getState() ?? []).map(({ name, addresses }) => ({
      value: name,
      detail: addresses[0] ?? '',
    }));
  return rows(namedRows(app, completes));
};

const ofOperation = (app: AppModel, fields: readonly Field[], words: readonly string[], current: string) => {
  if (current.startsWith('-')) return flagsOf(fields);
  const before = words.at(-1) ?? '';
  const flag = fields.find((one) => !one.positional && one.type !== 'boolean' && before === `--${one.flag}`);
  if (flag !== undefined) return valuesOf(app, flag);
  const positional = fields.filter((field) => field.positional);
  const given = words.filter((word) => !word.startsWith('-')).length - 2;
  const field = positional[Math.min(given, positional.length - 1)];
  const full = field === undefined || (given >= positional.length && !field.many);
  return [...(full ? [] : valuesOf(app, field)), ...(current === '' ? flagsOf(fields) : [])];
};

/** Fields of the filter, and the values there are for the one being typed. */
const ofFilter = (app: AppModel, screen: string, current: string): readonly Candidate[] => {
  const name = screenNames.find((one) => one === screen);
  const list = name === undefined ? undefined : app.navigation.loaded(name)?.list;
  if (list === undefined) return [];
  const [, not = '', field = ''] = /^(!?)([a-z]+):/.exec(current) ?? [];
  if (field === '') return list.filterNames().map((one) => ({ value: `${one}:`, detail: '' }));
  return list.filterValues(field).map((value) => ({ value: `${not}${field}:${quoteWord(value)}`, detail: '' }));
};

/** Returns what the word at the end of `text` can become. `changed` is told when more can be said of it later. */
export const complete = (app: AppModel, text: string, changed: () => void): Completion => {
  const { words, lastAt } = splitLine(text);
  const current = text.slice(lastAt);
  const before = current === '' ? words : words.slice(0, -1);
  const [noun = '', verb] = before;
  const fields = fieldsFor(before, changed);
  const all = ((): readonly Candidate[] => {
    if (before.length === 0) return first(app);
    if (fields !== undefined) return ofOperation(app, fields, before, current);
    if (verb !== undefined) return ofFilter(app, noun, current);
    const verbs = operations.flatMap(({ name, summary }) =>
      name.startsWith(`${noun}.`) ? [{ value: name.slice(noun.length + 1), detail: summary }] : [],
    );
    return [...verbs, ...rows(namedRows(app, noun)), ...ofFilter(app, noun, current)];
  })();
  const wanted = current.toLowerCase();
  const candidates = all
    .map((one) => ({ ...one, value: before.length === 0 || /[:-]/.test(one.value) ? one.value : quoteWord(one.value) }))
    .filter(({ value }) => value.toLowerCase().startsWith(wanted) && value !== current);
  return { from: lastAt, candidates: candidates.slice(0, most), more: Math.max(0, candidates.length - most) };
};
