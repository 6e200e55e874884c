import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Condition } from '../condition.ts';

/** The stacks of the workspace as they are listed. */
export type StackRow = ResultOf<'stack.list'>[number];

/** How often the folder is read again while it is looked at, in milliseconds. */
const readEveryMs = 5_000;

/** What is known of the workspace's stacks; read as long as it is looked at. */
export const stackList = (app: AppModel): Answer<readonly StackRow[]> =>
  app.look('stack.list', {}, { dwellMs: 0, everyMs: readEveryMs });

const noRows: readonly StackRow[] = [];

/** None where the workspace can no longer be read: what was there once is nothing to work on. */
export const stackRows = (app: AppModel): readonly StackRow[] => {
  const { value, error } = stackList(app);
  return error === undefined ? (value ?? noRows) : noRows;
};

/** How a stack is, as glyph, word and colour. */
export const stackState = ({ problem, rendered }: StackRow): Condition => {
  if (problem !== undefined) return { glyph: 'failed', word: 'has a problem', token: 'error' };
  if (rendered.length === 0) return { glyph: 'stopped', word: 'not rendered', token: 'muted' };
  return { glyph: 'running', word: 'rendered', token: 'ok' };
};
