import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import type { Finding } from '../stacks/validate/finding.ts';
import { judgedBy, surroundingsOf, type Judged } from '../stacks/validate/run.ts';
import { validators, type RenderedFile } from '../stacks/validate/table.ts';
import { readManifest, renderedFolder } from '../workspace/rendered.ts';
import { openWorkspace, requireStack } from '../workspace/workspace.ts';
import { operation } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { stackName } from './stack-name.ts';

/** One line of the answer: what a tool found, or that it found nothing, or that it is not there. */
interface ValidationRow {
  readonly state: 'passed' | 'error' | 'warning' | 'missing';
  readonly tool: string;
  /** `helm/values.yaml:3:5`, or how many files. */
  readonly where: string;
  readonly message: string;
}

/** Files as they lie there, edited ones too. What was removed by hand is not judged. */
const filesOf = async (workspace: string, stack: string): Promise<readonly RenderedFile[]> => {
  const manifest = await readManifest(workspace, stack);
  const folder = renderedFolder(workspace, stack);
  const files: RenderedFile[] = [];
  for (const name of manifest.keys()) {
    const content = await readFile(path.join(folder, name), 'utf8').catch(() => undefined);
    if (content !== undefined) files.push({ path: name, content });
  }
  return files;
};

const placeOf = ({ file, line, column }: Finding): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

const rowsOf = ({ validator: tool, title, files, state, findings, get = '' }: Judged): readonly ValidationRow[] => {
  const where = `${String(files)} ${files === 1 ? 'file' : 'files'}`;
  const found = findings.map((finding) => ({
    state: finding.severity,
    tool,
    where: placeOf(finding),
    message: finding.message,
  }));
  if (state === 'nothing') return [];
  if (state === 'missing') return [{ state, tool, where, message: get }];
  return state === 'passed' ? [{ state, tool, where, message: title }, ...found] : found;
};

const tools = z
  .array(
    z.enum(
      validators.map(({ name }) => name),
      `a tool is one of ${validators.map(({ name }) => name).join(', ')}`,
    ),
  )
  .default([])
  .describe('only these tools; may be repeated');

/**
 * Lets the real tools judge what was rendered of a stack. A tool that is not there is a line of the answer that says how to get it.
 * Throws `validation` with all lines where one finds a fault, and with `strict` where one is missing.
 */
export const validateStack = operation({
  name: 'stack.validate',
  summary: 'Let the real tools judge what was rendered of a stack',
  risk: 'read',
  input: z.object({
    name: stackName,
    only: tools,
    strict: z.boolean().default(false).describe('fail where a tool is missing'),
  }),
  columns: [
    { field: 'state', title: 'STATE' },
    { field: 'tool', title: 'TOOL' },
    { field: 'where', title: 'WHERE' },
    { field: 'message', title: 'MESSAGE' },
  ],
  async *run({ place, signal }, _resolved, { name, only, strict }) {
    const workspace = await openWorkspace(place);
    await requireStack(workspace, name);
    const files = await filesOf(workspace.folder, name);
    if (files.length === 0)
      throw new ProxdeckError('not-found', `Nothing was rendered of ${name} yet.`, {
        hint: `Render it first: \`proxdeck stack render ${name}\`.`,
      });
    const chosen = validators.filter((one) => only.length === 0 || only.includes(one.name));
    const where = await surroundingsOf(
      renderedFolder(workspace.folder, name),
      workspace.config.defaults,
      process.env,
      signal,
    );
    const judged: Judged[] = [];
    for (const [index, validator] of chosen.entries()) {
      yield { type: 'progress', done: index, total: chosen.length, unit: 'items' };
      judged.push(await judgedBy(validator, files, where, process.env, signal));
    }
    yield { type: 'progress', done: chosen.length, total: chosen.length, unit: 'items' };
    const rows = judged.flatMap(rowsOf);
    const faults = rows.filter(({ state }) => state === 'error').length;
    const missing = judged.filter(({ state }) => state === 'missing').map(({ validator }) => validator);
    if (faults > 0)
      throw new IncompleteError(
        'validation',
        `${faults === 1 ? 'One fault was' : `${String(faults)} faults were`} found in what was rendered of ${name}.`,
        rows,
        {
          hint: 'A file that was edited by hand is repaired by hand, or rendered anew with --overwrite.',
        },
      );
    if (strict && missing.length > 0)
      throw new IncompleteError('validation', `Not everything was judged: ${missing.join(', ')} is not there.`, rows, {
        hint: 'The lines say how to get each.',
      });
    return rows;
  },
});
