import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { planRender, renderedFolder, readManifest, applyRender } from '../workspace/rendered.ts';
import { renderedTextsFile } from '../workspace/renderedTexts.ts';
import { openWorkspace, requireStack } from '../workspace/workspace.ts';
import { operation } from './operation.ts';
import { stackName } from './stack-name.ts';

const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
};

/** At most so many are named; more say nothing more. */
const mostNamed = 12;

const listed = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${String(names.length - mostNamed)} more`;

/** Removes a stack and what is rendered of it. What no generator made is left where it is. */
export const removeStack = operation({
  name: 'stack.remove',
  summary: 'Remove a stack from the workspace, with its secrets and what is rendered of it',
  risk: 'destroy',
  input: z.object({ name: stackName }),
  async resolve({ place }, { name }) {
    const workspace = await openWorkspace(place);
    const folder = await requireStack(workspace, name);
    const manifest = await readManifest(workspace.folder, name);
    const generators = [...new Set([...manifest.keys()].map((file) => file.slice(0, file.indexOf('/'))))];
    const wish = { workspace: workspace.folder, stack: name, generators, desired: new Map() };
    const kept = await planRender({ ...wish, strategy: 'keep' });
    return {
      workspace,
      folder,
      files: await filesIn(folder),
      plan: await planRender({ ...wish, strategy: 'overwrite' }),
      edited: kept.changes.flatMap(({ path: file, kind }) => (kind === 'left' ? [file] : [])),
      foreign: kept.changes.flatMap(({ path: file, kind }) => (kind === 'foreign' ? [file] : [])),
    };
  },
  hazards: (_context, { folder, files, plan, edited, foreign }) => [
    `${folder} is deleted: ${listed(files)}.`,
    ...(files.includes('secrets.age.yaml')
      ? ['Its secrets are in it: what they open cannot be opened without them.']
      : []),
    ...(plan.removals.length > 0
      ? [`${plan.folder}: ${String(plan.removals.length)} rendered files are deleted.`]
      : []),
    ...(edited.length > 0 ? [`Edited by hand, and lost: ${listed(edited)}.`] : []),
    ...(foreign.length > 0 ? [`Not made by Proxdeck, and left: ${listed(foreign)}.`] : []),
  ],
  nameToType: (_resolved, { name }) => name,
  files: ({ folder, files, plan }) =>
    [...files.map((file) => path.join(folder, file)), ...plan.removals].map((file) => ({
      path: file,
      change: 'removed',
    })),
  async *run(_context, { workspace, folder, plan, foreign }, { name }) {
    for await (const _count of applyRender(plan)) continue;
    await rm(path.join(renderedFolder(workspace.folder, name), 'manifest.json'), { force: true });
    if (foreign.length === 0) await rm(plan.folder, { recursive: true, force: true });
    await rm(renderedTextsFile(workspace.folder, name), { force: true });
    await rm(folder, { recursive: true });
    for (const file of foreign)
      yield {
        type: 'warning',
        code: 'foreign',
        message: `${path.join(plan.folder, file)} was not made by Proxdeck; it is left.`,
      };
    return { name, removed: true };
  },
});
