import * as z from 'zod';
import { generators } from '../../generators/index.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Change, ChangeKind, Strategy } from '../workspace/changes.ts';
import { patchLines, patchOf, type FilePatch } from '../workspace/patches.ts';
import { applyRender } from '../workspace/rendered.ts';
import type { Event } from './event.ts';
import { operation } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { stackName } from './stack-name.ts';
import { onlyGenerators, planOf, renderStack } from './stack-rendering.ts';
import { warningsOf } from './workspace-warnings.ts';

const renderInput = z.object({
  name: stackName,
  only: onlyGenerators,
  overwrite: z.boolean().default(false).describe('write over files that were edited by hand'),
  merge: z.boolean().default(false).describe('merge what was edited by hand with what is rendered now'),
});

/** Throws `usage` where both are asked for. */
const strategyOf = ({ overwrite, merge }: z.output<typeof renderInput>): Strategy => {
  if (overwrite && merge)
    throw new ProxdeckError('usage', 'Files edited by hand are either written over or merged, not both.', {
      hint: 'Say --overwrite or --merge.',
    });
  return overwrite ? 'overwrite' : merge ? 'merge' : 'keep';
};

/** One file as it is told. */
interface FileRow {
  readonly path: string;
  readonly change: ChangeKind;
}

const rowOf = ({ path, kind }: Change): FileRow => ({ path, change: kind });

const editedKinds: ReadonlySet<ChangeKind> = new Set(['kept', 'conflict', 'left']);

/** How many lines of a difference are told by themselves. */
const mostLines = 60;

function* patchEvents(patch: FilePatch): Generator<Event, void, void> {
  const lines = patchLines(patch);
  for (const text of lines.slice(0, mostLines)) yield { type: 'line', source: patch.path, text };
  if (lines.length > mostLines)
    yield { type: 'line', source: patch.path, text: `… ${String(lines.length - mostLines)} more lines` };
}

const linesText = ({ conflicts = [], reason }: Change): string =>
  reason ??
  `both changed ${conflicts.map(({ line, lines }) => (lines > 1 ? `lines ${String(line)}-${String(line + lines - 1)}` : `line ${String(line)}`)).join(', ')}`;

const warningOf = (change: Change, name: string, strategy: Strategy): Event | undefined => {
  const { path, kind } = change;
  const ways =
    strategy === 'merge'
      ? 'render with --overwrite to lose what was edited'
      : 'render with --merge or --overwrite to take what is new';
  switch (kind) {
    case 'kept':
      return {
        type: 'warning',
        code: 'kept',
        message: `${path} was edited by hand and is kept${strategy === 'merge' ? ': nothing new is to be merged' : ''}.`,
        hint: `See \`proxdeck stack diff ${name}\`; ${ways}.`,
      };
    case 'left':
      return {
        type: 'warning',
        code: 'kept',
        message: `${path} is not rendered any more, but was edited by hand: it is kept.`,
        hint: 'Remove it, or render with --overwrite.',
      };
    case 'conflict':
      return {
        type: 'warning',
        code: 'conflict',
        message: `${path} cannot be merged: ${linesText(change)}. It is kept.`,
      };
    case 'foreign':
      return { type: 'warning', code: 'foreign', message: `${path} was not made by Proxdeck; it is left alone.` };
    default:
      return undefined;
  }
};

const written: ReadonlySet<ChangeKind> = new Set(['new', 'updated', 'overwritten', 'merged', 'removed']);

const countOf = (changes: readonly Change[], kinds: ReadonlySet<ChangeKind>): number =>
  changes.filter(({ kind }) => kinds.has(kind)).length;

/** Renders a stack: what each generator makes of it, into `rendered/<name>`. Files edited by hand are kept unless it is said otherwise. */
export const renderStackFiles = operation({
  name: 'stack.render',
  summary: 'Render a stack: write what every way of running it needs',
  risk: 'change',
  input: renderInput,
  async resolve(context, input) {
    const strategy = strategyOf(input);
    const rendered = await renderStack(context, input.name, input.only);
    return { ...rendered, strategy, plan: await planOf(rendered, input.name, strategy) };
  },
  hazards: (_context, { plan }) =>
    plan.changes.flatMap(({ path, kind }) =>
      kind === 'overwritten' ? [`${path} was edited by hand: what was edited is lost.`] : [],
    ),
  files: ({ plan }) =>
    plan.changes.filter(({ kind }) => kind !== 'unchanged').map(({ path, kind }) => ({ path, change: kind })),
  async *run({ signal }, { strategy, plan, renderings, warnings, workspace }, { name }) {
    yield* warningsOf([...workspace.warnings, ...warnings]);
    const total = plan.writes.length;
    for await (const done of applyRender(plan, { signal })) yield { type: 'progress', done, total, unit: 'items' };
    for (const { generator } of renderings) {
      const own = plan.changes.filter(({ path }) => path.startsWith(`${generator}/`));
      const isChanged = countOf(own, written) > 0;
      yield { type: 'step', id: generator, title: generators[generator].title, state: isChanged ? 'done' : 'skipped' };
    }
    for (const change of plan.changes) {
      const warning = warningOf(change, name, strategy);
      if (warning !== undefined) yield warning;
      const patch = editedKinds.has(change.kind) ? patchOf(change) : undefined;
      if (patch !== undefined) yield* patchEvents(patch);
    }
    const result = {
      name,
      folder: plan.folder,
      written: countOf(plan.changes, written),
      unchanged: countOf(plan.changes, new Set(['unchanged'])),
      edited: countOf(plan.changes, editedKinds),
      losses: renderings.reduce((sum, { losses }) => sum + losses.length, 0),
      files: plan.changes.filter(({ kind }) => kind !== 'unchanged').map(rowOf),
    };
    const conflicts = plan.changes.filter(({ kind }) => kind === 'conflict');
    if (conflicts.length === 0) return result;
    throw new IncompleteError(
      'partial',
      `${String(conflicts.length)} of the files edited by hand could not be merged: ${conflicts.map(({ path }) => path).join(', ')}.`,
      result,
      { hint: `See \`proxdeck stack diff ${name}\`, and edit those lines by hand, or render with --overwrite.` },
    );
  },
});

/** Shows what a render would change, from what lies there to what would be rendered; edited files too. */
export const diffStack = operation({
  name: 'stack.diff',
  summary: 'Show what rendering a stack would change',
  risk: 'read',
  input: z.object({
    name: stackName,
    only: onlyGenerators,
    stat: z.boolean().default(false).describe('only which files, and how many lines'),
  }),
  columns: [
    { field: 'path', title: 'FILE' },
    { field: 'kind', title: 'CHANGE' },
    { field: 'added', title: '+' },
    { field: 'removed', title: '-' },
  ],
  async *run(context, _resolved, { name, only: generators, stat }) {
    const rendered = await renderStack(context, name, generators);
    yield* warningsOf(rendered.warnings);
    const { changes } = await planOf(rendered, name, 'keep');
    const patches = changes.flatMap((change) => patchOf(change) ?? []);
    if (!stat)
      for (const patch of patches)
        for (const text of patchLines(patch)) yield { type: 'line', source: patch.path, text };
    return patches;
  },
});

/** Shows what each way of running a stack cannot carry, by generator and key of the Compose file. */
export const showLosses = operation({
  name: 'stack.losses',
  summary: 'Show what each way of running a stack cannot carry',
  risk: 'read',
  input: z.object({ name: stackName, only: onlyGenerators }),
  columns: [
    { field: 'generator', title: 'GENERATOR' },
    { field: 'path', title: 'KEY' },
    { field: 'message', title: 'WHAT BECOMES OF IT' },
  ],
  async *run(context, _resolved, { name, only: generators }) {
    const { renderings, warnings } = await renderStack(context, name, generators);
    yield* warningsOf(warnings);
    return renderings.flatMap(({ generator, losses }) =>
      losses.map(({ path, message }) => ({ generator, path, message })),
    );
  },
});
