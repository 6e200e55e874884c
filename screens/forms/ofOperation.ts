import * as z from 'zod';
import { didYouMean } from '../../src/models/nearest.ts';
import { fieldsOf, type Field as InputField } from '../../src/operations/fields.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { quoteWord, splitLine } from '../../src/operations/words.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { namedRows } from '../../src/ui/commandLine.ts';
import { chosenOf, type Choice, type Field, type FormDefinition, type Values } from '../../src/ui/form.ts';
import { filesLike, pathOfText } from '../../src/ui/localFiles.ts';
import type { Drawing } from '../../src/ui/screen.ts';

/** A form for any operation, made of the fields of its input. */

/** The answer to a field with choices that nothing is said in. */
const unsaid = '\u0000';

type Given = Readonly<Record<string, unknown>>;

const labelOf = ({ flag }: InputField): string => {
  const words = flag.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Few enough of them to be chosen from a list. */
const listed = new Set(['node', 'storage', 'pool', 'context']);

const choicesOf = (app: AppModel, { choices, completes = '' }: InputField): readonly Choice[] => {
  if (choices.length > 0) return choices.map((value) => ({ value, label: value }));
  if (completes === 'pool') return app.live.getState().snapshot.pools.map(({ pool }) => ({ value: pool, label: pool }));
  if (completes === 'context')
    return (app.desk?.contexts.list.getState() ?? []).map(({ name }) => ({ value: name, label: name }));
  const rows = namedRows(app, completes).map(({ value, detail }) => ({ value, label: value, detail }));
  return [...new Map(rows.map((row) => [row.value, row])).values()];
};

/** Words of a line of which the last one is being typed, with what that can become. */
const suggestedWords = (line: string, words: readonly string[]): readonly string[] => {
  const { lastAt } = splitLine(line);
  const begun = line.slice(lastAt);
  if (begun === '') return [];
  return words.filter((word) => word.startsWith(begun)).map((word) => line.slice(0, lastAt) + word);
};

const suggestionsOf = (app: AppModel, { completes, many }: InputField, value: string): readonly string[] => {
  if (completes === 'guest') {
    const names = namedRows(app, 'guest').map((row) => row.value);
    return many ? suggestedWords(value, names) : names;
  }
  if (completes === 'task') return app.live.getState().snapshot.tasks.map(({ upid }) => upid);
  return completes === 'file' ? (filesLike(app, value) ?? []).map(({ text }) => text) : [];
};

const isChosen = ({ choices, completes = '', many }: InputField): boolean =>
  choices.length > 0 || (listed.has(completes) && !many);

/** A typed answer as the input has it; undefined where nothing is said. */
const inputOf = (field: InputField, value: string): unknown => {
  if (value === '' || value === unsaid) return undefined;
  if (field.type === 'boolean') return (value === 'on') === (field.usual === true) ? undefined : value === 'on';
  if (field.many) return field.choices.length > 0 ? chosenOf(value) : splitLine(value).words;
  return field.completes === 'file' ? pathOfText(value) : value;
};

/** What was given as a person would have answered it. */
const answerOfInput = (field: InputField, value: unknown): string => {
  if (field.type === 'boolean') return value === true ? 'on' : 'off';
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return field.choices.length > 0 ? texts.join('\n') : field.many ? texts.map(quoteWord).join(' ') : (texts[0] ?? '');
};

/** What the operation's own schema says of an answer, and whether there is such a guest. */
const checkOf =
  (operation: Operation, field: InputField, app: AppModel) =>
  (value: string): string | undefined => {
    const input = inputOf(field, value);
    const schema: unknown = operation.input.shape[field.key];
    if (input === undefined || !(schema instanceof z.ZodType)) return undefined;
    const parsed = schema.safeParse(input);
    const said = parsed.error?.issues[0]?.message;
    if (said !== undefined) return `${labelOf(field)}: ${said}.`;
    if (field.completes !== 'guest') return undefined;
    const known = namedRows(app, 'guest').flatMap((row) => [row.value, row.id]);
    const missing = splitLine(value).words.find((word) => !known.includes(word));
    return missing === undefined ? undefined : `There is no guest ${missing}.${didYouMean(missing, known)}`;
  };

const usualOf = ({ usual, required }: InputField): string => {
  if (typeof usual === 'string' || typeof usual === 'number') return String(usual);
  return required ? '' : unsaid;
};

const nothingSaid: Choice = { value: unsaid, label: 'as usual', detail: 'nothing is said' };

const fieldFor = (operation: Operation, field: InputField, values: Values, { app }: Drawing): Field => {
  const common = {
    name: field.key,
    label: labelOf(field),
    help: field.description,
    check: checkOf(operation, field, app),
  };
  if (field.type === 'boolean') return { ...common, kind: 'toggle', usual: field.usual === true ? 'on' : 'off' };
  if (field.secret) return { ...common, kind: 'secret' };
  if (isChosen(field)) {
    const choices = choicesOf(app, field);
    if (field.many) return { ...common, kind: 'many', choices };
    const offered = field.required || field.usual !== undefined ? choices : [nothingSaid, ...choices];
    return { ...common, kind: 'choice', choices: offered, usual: usualOf(field), none: `There is no ${field.flag}.` };
  }
  return {
    ...common,
    kind: 'text',
    suggestions: suggestionsOf(app, field, values[field.key] ?? ''),
    ...(typeof field.usual === 'string' || typeof field.usual === 'number' ? { placeholder: String(field.usual) } : {}),
    ...(field.required ? { required: true } : {}),
  };
};

const nounOf = ({ name }: Operation): string =>
  (name.split('.')[0] ?? name).replace(/^./, (letter) => letter.toUpperCase());

/** Returns a form that asks for the input of an operation; `given` is what is known of it already. */
export const formOfOperation = (operation: Operation, given: Given): FormDefinition => {
  const fields = fieldsOf(operation);
  const first = fields.filter(({ key, required, positional }) => required || positional || given[key] !== undefined);
  const rest = fields.filter((field) => !first.includes(field));
  const page = (title: string, of: readonly InputField[]) => ({
    title,
    fields: (values: Values, drawing: Drawing) => of.map((field) => fieldFor(operation, field, values, drawing)),
  });
  const start = fields.flatMap((field): [string, string][] =>
    given[field.key] === undefined ? [] : [[field.key, answerOfInput(field, given[field.key])]],
  );
  const verb = operation.name.split('.').at(-1) ?? operation.name;
  return {
    title: operation.summary,
    verb: verb.charAt(0).toUpperCase() + verb.slice(1).replaceAll('-', ' '),
    pages: [
      ...(first.length > 0 ? [page(nounOf(operation), first)] : []),
      ...(rest.length > 0 ? [page('Options', rest)] : []),
    ],
    start: Object.fromEntries(start),
    ...(operation.risk === 'destroy' && { destroys: true }),
    call: (values) => ({
      name: operation.name,
      input: Object.fromEntries(
        fields.flatMap((field) => {
          const value = inputOf(field, values[field.key] ?? '');
          return value === undefined ? [] : [[field.key, value]];
        }),
      ),
    }),
  };
};
