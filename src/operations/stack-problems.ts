import path from 'node:path';
import * as z from 'zod';
import { asProxdeckError } from '../models/error.ts';
import { toldAt, type Told } from '../stacks/places.ts';
import { openWorkspace, requireStack } from '../workspace/workspace.ts';
import type { Context } from './context.ts';
import { operation } from './operation.ts';
import { openSecrets } from './secret-store.ts';
import { secretRows } from './secret.ts';
import { stackName } from './stack-name.ts';
import { planOf, renderStack, type RenderedStack } from './stack-rendering.ts';

/** One thing that is wrong with a stack, or that should be known of it. */
interface ProblemRow extends Told {
  readonly severity: 'error' | 'warning';
  /** What to do. */
  readonly hint?: string;
}

const secretProblems = async (context: Context, name: string): Promise<readonly ProblemRow[]> =>
  secretRows(await openSecrets(context, name), context.now()).flatMap(
    ({ name: where, state, how }): readonly ProblemRow[] => {
      const set = `Set it: \`proxdeck secret set ${name} ${where}\`.`;
      switch (state) {
        case 'missing':
          return [
            {
              severity: 'error',
              where,
              message: 'This secret is missing.',
              hint: how === 'given' ? set : `Make it: \`proxdeck secret generate ${name}\`.`,
            },
          ];
        case 'placeholder':
          return [{ severity: 'error', where, message: 'This secret only stands in for a real one.', hint: set }];
        case 'due':
          return [
            {
              severity: 'warning',
              where,
              message: 'This secret is due to be made anew.',
              hint: `\`proxdeck secret rotate ${name} ${where}\` does it.`,
            },
          ];
        default:
          return [];
      }
    },
  );

const renderedProblems = async (rendered: RenderedStack, name: string): Promise<readonly ProblemRow[]> => {
  const { changes, folder } = await planOf(rendered, name, 'keep');
  return changes.flatMap(({ path: file, kind }): readonly ProblemRow[] =>
    kind === 'kept' || kind === 'left'
      ? [
          {
            severity: 'warning',
            where: `rendered/${name}/${file}`,
            message: 'It was edited by hand: a render keeps it as it is.',
            hint: 'Render with --merge or --overwrite to take what is new.',
            file: path.join(folder, file),
          },
        ]
      : [],
  );
};

const problemsOf = async (context: Context, folder: string, name: string): Promise<readonly ProblemRow[]> => {
  try {
    const rendered = await renderStack(context, name);
    const problems = [
      ...(await secretProblems(context, name)),
      ...rendered.warnings.map((warning): ProblemRow => ({ severity: 'warning', ...toldAt(folder, warning) })),
      ...(await renderedProblems(rendered, name)),
    ];
    return problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  } catch (thrown) {
    const { message, hint } = asProxdeckError(thrown);
    return [{ severity: 'error', ...toldAt(folder, message), ...(hint !== undefined && { hint }) }];
  }
};

/** Lists what is wrong with a stack and what should be known of it, errors first: in its files, its secrets, what is rendered of it. */
export const listStackProblems = operation({
  name: 'stack.problems',
  summary: 'List what is wrong with a stack and what should be known of it, each with its place',
  risk: 'read',
  input: z.object({ name: stackName }),
  columns: [
    { field: 'severity', title: 'SEVERITY' },
    { field: 'where', title: 'WHERE' },
    { field: 'message', title: 'MESSAGE' },
    { field: 'hint', title: 'WHAT TO DO' },
  ],
  async *run(context, _resolved, { name }): AsyncGenerator<never, readonly ProblemRow[], void> {
    const folder = await requireStack(await openWorkspace(context.place), name);
    return problemsOf(context, folder, name);
  },
});
