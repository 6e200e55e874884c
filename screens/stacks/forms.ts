import { clean, truncate } from '../../components/text.ts';
import { generatorNames } from '../../src/models/artifact.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { counted } from '../../src/models/units.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { chosenOf, type Choice, type Field, type FormDefinition, type Page, type Values } from '../../src/ui/form.ts';
import { filesLike, pathOfText } from '../../src/ui/localFiles.ts';

/** A name of a stack: a DNS label. */
const nameProblem = (name: string): string | undefined =>
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
    ? undefined
    : 'A name has small letters, digits and dashes inside, at most 63.';

/** Where a new stack comes from, as `stack.add` and `stack.preview` take it. */
const comingOf = ({ source, from = '', blueprint = '', name = '' }: Values) =>
  source === 'file' ? { name, from: pathOfText(from) } : { name, blueprint };

const sourcePage = (taken: readonly string[]): Page => ({
  title: 'Stack',
  fields: ({ source, from = '', blueprint = '' }, { app }) => [
    {
      kind: 'choice',
      name: 'source',
      label: 'From',
      usual: 'blueprint',
      choices: [
        { value: 'blueprint', label: 'a blueprint', detail: 'that comes with Proxdeck' },
        { value: 'file', label: 'a Compose file of yours', detail: 'taken unchanged, with what it needs' },
      ],
    },
    ...(source === 'file'
      ? ([
          {
            kind: 'text',
            name: 'from',
            label: 'File or folder',
            required: true,
            help: 'a Compose file, or the folder it lies in; right arrow completes it',
            suggestions: (filesLike(app, from) ?? []).map(({ text }) => text),
          },
        ] as const)
      : ([
          {
            kind: 'choice',
            name: 'blueprint',
            label: 'Blueprint',
            choices: blueprintChoices(app),
            none: 'no blueprints',
          },
        ] as const)),
    {
      kind: 'text',
      name: 'name',
      label: 'Name',
      required: true,
      usual: source === 'file' ? '' : blueprint,
      help: 'what the stack is called: its folder, its networks and volumes are named so',
      check: (name) => (taken.includes(name) ? `There is a stack ${name} already.` : nameProblem(name)),
    },
  ],
  notes: ({ source, blueprint, name = '' }, { app }) =>
    source === 'file' || blueprint === undefined
      ? [`it will lie in stacks/${name === '' ? 'NAME' : name}, and is rendered from there`]
      : [app.look('stack.blueprints', {}).value?.find((one) => one.name === blueprint)?.description ?? ''],
});

/** Files by the generator that makes them, a line each. */
const previewLines = (files: readonly { readonly path: string }[], width: number): readonly string[] =>
  [...Map.groupBy(files, ({ path }) => path.slice(0, path.indexOf('/')))].map(([way, own]) => {
    const names = own.map(({ path }) => path.slice(way.length + 1));
    return truncate(`  ${way} (${String(own.length)}): ${clean(names.join(' '))}`, width);
  });

/** What is rendered of the new stack, with the files that come of it. */
const waysPage: Page = {
  title: 'Ways',
  fields: ({ render = 'on' }) => [
    {
      kind: 'toggle',
      name: 'render',
      label: 'Render it',
      usual: 'on',
      help: 'write at once what every way of running it needs',
    },
    ...(render === 'on' ? [waysField(generatorNames)] : []),
  ],
  notes: (values, { app, width, look }) => {
    if (values['render'] === 'off') return ['only its own files are written'];
    const chosen = chosenOf(values['only'] ?? '');
    const only = generatorNames.filter((way) => chosen.includes(way));
    if (only.length === 0) return ['no way is chosen: nothing would be rendered'];
    const answer = app.look('stack.preview', { ...comingOf(values), only });
    const { value, error } = answer;
    if (error !== undefined) return [look.paint('error', clean(error.message))];
    if (value === undefined) return ['working out which files that makes'];
    return [`${counted(value.length, 'file')}:`, ...previewLines(value, width)];
  },
};

/** A new stack: of a blueprint, or of a Compose file of one's own; then how it is rendered, with the files that come of it. */
export const newStackForm = (taken: readonly string[]): FormDefinition => ({
  title: 'New stack',
  verb: 'Add',
  draft: 'stack',
  pages: [sourcePage(taken), waysPage],
  call: (values) => ({
    name: 'stack.add',
    input: {
      ...comingOf(values),
      ...(values['render'] === 'on' && { render: true, ...onlySome(values['only'] ?? '') }),
    },
  }),
});

const blueprintChoices = (app: AppModel): readonly Choice[] | undefined =>
  app
    .look('stack.blueprints', {}, { dwellMs: 0 })
    .value?.map(({ name, title }) => ({ value: name, label: name, ...(title !== undefined && { detail: title }) }));

/** The ways that a stack is rendered for; undefined while it is read. */
const waysOf = (app: AppModel, name: string): readonly string[] | undefined =>
  app.look('stack.show', { name }, { dwellMs: 0 }).value?.generators.map((one) => one.name);

/** The chosen ways, where they are not all. Throws `usage` for none: without a word an operation takes all of them. */
const onlySome = (answer: string): { readonly only?: readonly string[] } => {
  const only = chosenOf(answer);
  if (only.length === 0)
    throw new ProxdeckError('usage', 'No way is chosen: nothing would be rendered.', { hint: 'Choose one at least.' });
  return generatorNames.every((way) => only.includes(way)) ? {} : { only };
};

const waysField = (ways: readonly string[] | undefined): Field => ({
  kind: 'many',
  name: 'only',
  label: 'Ways',
  usual: ways?.join('\n') ?? '',
  choices: ways?.map((value) => ({ value, label: value })),
});

/** How a stack is rendered: which ways, and what happens to files edited by hand. */
export const renderForm = (name: string): FormDefinition => ({
  title: `Render ${name}`,
  verb: 'Render',
  pages: [
    {
      title: 'Ways',
      fields: (_values, { app }) => [
        waysField(waysOf(app, name)),
        {
          kind: 'choice',
          name: 'edited',
          label: 'Edited files',
          usual: 'keep',
          help: 'what happens to files that were edited by hand',
          choices: [
            { value: 'keep', label: 'keep', detail: 'the difference is told' },
            { value: 'merge', label: 'merge', detail: 'with what is rendered now' },
            { value: 'overwrite', label: 'overwrite', detail: 'what was edited is lost' },
          ],
        },
      ],
      notes: ({ only = '' }, { app }) => {
        const files = app.look('stack.files', { name }, { dwellMs: 0 }).value ?? [];
        const chosen = only.split('\n');
        const ours = files.filter(
          ({ path, change }) => chosen.includes(path.split('/')[0] ?? '') && change !== 'foreign',
        );
        const open = ours.filter(({ change }) => change !== 'unchanged');
        return [`${String(ours.length)} files, ${String(open.length)} of them new or changed`];
      },
    },
  ],
  call: ({ only = '', edited }) => ({
    name: 'stack.render',
    input: { name, ...onlySome(only), ...(edited === 'keep' ? {} : { [edited ?? '']: true }) },
  }),
});

/** The value of a secret, typed where nobody sees it. */
export const secretForm = (stack: string, name: string): FormDefinition => ({
  title: `${name} of ${stack}`,
  verb: 'Keep',
  pages: [
    {
      title: 'Value',
      fields: () => [
        {
          kind: 'secret',
          name: 'value',
          label: 'Value',
          check: (value) => (value === '' ? 'A value is needed.' : undefined),
        },
      ],
      notes: () => ['encrypted with age into the workspace; shown nowhere'],
    },
  ],
  call: ({ value }) => ({ name: 'secret.set', input: { stack, name, value } }),
});
