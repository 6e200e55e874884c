import { lstat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { listBlueprints } from '../stacks/blueprints.ts';
import { writesInto } from '../stacks/copying.ts';
import { desiredFiles } from '../stacks/render.ts';
import { applyRender, renderedFolder } from '../workspace/rendered.ts';
import { openWorkspace, stackFolder } from '../workspace/workspace.ts';
import { writeTogether } from '../workspace/write.ts';
import { operation } from './operation.ts';
import { comingInput, comingOf, renderingsOfComing } from './stack-coming.ts';
import { onlyGenerators, planOf, renderStack } from './stack-rendering.ts';

/** Git must not take them: .gitignore of a workspace names these forms. */
const isIgnored = (file: string): boolean => /(^|\/)\.env(\..+)?$|\.env(\..+)?$/.test(file);
const looksSecret = (file: string): boolean => /(secret|passw|token|credential)/i.test(path.basename(file));

/** Adds a stack to the workspace: a project of Compose as it is, with the files it needs, or a blueprint. */
export const addStack = operation({
  name: 'stack.add',
  summary: 'Add a stack: a Compose file of yours with what it needs, or a blueprint',
  risk: 'change',
  input: comingInput.extend({
    render: z.boolean().default(false).describe('render it at once'),
    only: onlyGenerators,
  }),
  async resolve({ place }, input) {
    const { name, render, only } = input;
    if (only.length > 0 && !render)
      throw new ProxdeckError('usage', 'Only what is rendered has generators.', { hint: 'Say --render as well.' });
    const workspace = await openWorkspace(place);
    const folder = stackFolder(workspace, name);
    const found = await lstat(folder).catch(() => undefined);
    if (found !== undefined)
      throw new ProxdeckError('conflict', `There is a stack ${name} already: ${folder}.`, {
        hint: 'Choose another name, or remove it with `proxdeck stack remove`.',
      });
    const coming = await comingOf(place.current, input);
    const renderings = render ? await renderingsOfComing(workspace, name, coming, only) : [];
    const { taken, left } = coming;
    return {
      folder,
      taken,
      left,
      rendered: renderedFolder(workspace.folder, name),
      desired: desiredFiles(renderings),
    };
  },
  files: ({ taken, folder, rendered, desired }) =>
    [
      ...taken.map(({ to }) => path.join(folder, to)),
      ...[...desired.keys()].map((file) => path.join(rendered, file)),
    ].map((file) => ({ path: file, change: 'new' })),
  async *run(context, { folder, taken, left, desired }, { name, render, only }) {
    const { signal } = context;
    const total = taken.length + desired.size;
    for await (const done of writeTogether(writesInto(folder, taken), { signal }))
      yield { type: 'progress', done, total, unit: 'items' };
    for (const { path: file, reason } of left)
      yield { type: 'warning', code: 'left', message: `${file} was not taken: ${reason}.` };
    for (const { to } of taken)
      if (looksSecret(to) && !isIgnored(to))
        yield {
          type: 'warning',
          code: 'secret',
          message: `${to} looks like a secret, and git would take it.`,
          hint: `Keep it with \`proxdeck secret set ${name}\` instead, or add it to .gitignore.`,
        };
    if (render) {
      const plan = await planOf(await renderStack(context, name, only), name, 'keep');
      for await (const done of applyRender(plan, { signal }))
        yield { type: 'progress', done: Math.min(total, taken.length + done), total, unit: 'items' };
    }
    return {
      name,
      folder,
      files: taken.map(({ from, to }) => ({ path: to, ...(from !== to && { was: from }) })),
      ...(render && { rendered: desired.size }),
    };
  },
});

/** Shows what adding and rendering a stack would write, before anything is there. */
export const previewStack = operation({
  name: 'stack.preview',
  summary: 'Show what a new stack would be rendered to, before it is added',
  risk: 'read',
  input: comingInput.extend({ only: onlyGenerators }),
  columns: [
    { field: 'path', title: 'FILE' },
    { field: 'size', title: 'SIZE', unit: 'bytes' },
  ],
  async *run({ place }, _resolved, input) {
    const workspace = await openWorkspace(place);
    const coming = await comingOf(place.current, input);
    const renderings = await renderingsOfComing(workspace, input.name, coming, input.only);
    return [...desiredFiles(renderings)].map(([file, { content }]) => ({
      path: file,
      size: Buffer.byteLength(content),
    }));
  },
});

/** Lists the stacks that come with Proxdeck. */
export const listReadyStacks = operation({
  name: 'stack.blueprints',
  summary: 'List the ready stacks that come with Proxdeck',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'title', title: 'TITLE' },
    { field: 'description', title: 'DESCRIPTION' },
  ],
  async *run() {
    return (await listBlueprints()).map(({ name, title, description }) => ({ name, title, description }));
  },
});
