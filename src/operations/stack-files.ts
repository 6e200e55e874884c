import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { patchLines, patchOf } from '../workspace/patches.ts';
import { operation } from './operation.ts';
import { stackName } from './stack-name.ts';
import { planOf, renderStack } from './stack-rendering.ts';

/** Lists what is rendered of a stack, and what rendering it now would do with each file. */
export const listStackFiles = operation({
  name: 'stack.files',
  summary: 'List the rendered files of a stack, and whether each is as it would be rendered now',
  risk: 'read',
  input: z.object({ name: stackName }),
  columns: [
    { field: 'path', title: 'FILE' },
    { field: 'change', title: 'STATE' },
    { field: 'size', title: 'SIZE', unit: 'bytes' },
  ],
  async *run(context, _resolved, { name }) {
    const rendered = await renderStack(context, name);
    const { changes, folder } = await planOf(rendered, name, 'keep');
    return changes.map(({ path, kind, before, after }) => ({
      path,
      change: kind,
      size: Buffer.byteLength(before ?? after ?? ''),
      folder,
    }));
  },
});

/** Shows one rendered file: as it lies there, or as it would be rendered where it does not, and what a render would change. */
export const showStackFile = operation({
  name: 'stack.file',
  summary: 'Show one rendered file of a stack, and what rendering it now would change',
  risk: 'read',
  input: z.object({
    name: stackName,
    path: z.string().min(1).describe('below rendered/<stack>: compose/compose.yaml').meta({ positional: true }),
  }),
  async *run(context, _resolved, { name, path }) {
    const rendered = await renderStack(context, name);
    const { changes, folder } = await planOf(rendered, name, 'keep');
    const change = changes.find((one) => one.path === path);
    if (change === undefined)
      throw new ProxdeckError('not-found', `Nothing is rendered as ${path} of ${name}.`, {
        hint: `\`proxdeck stack files ${name}\` lists the files.`,
      });
    const patch = patchOf(change);
    return {
      path,
      folder,
      change: change.kind,
      text: change.before ?? change.after ?? '',
      patch: patch === undefined ? [] : patchLines(patch),
    };
  },
});
