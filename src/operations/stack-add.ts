import { lstat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { labelSchema } from '../models/workspace.ts';
import { adoptProject, type Left } from '../stacks/adopt.ts';
import { blueprintFolder, listBlueprints } from '../stacks/blueprints.ts';
import { takeFolder, writesInto, type Taken } from '../stacks/copying.ts';
import { openWorkspace, stackFolder } from '../workspace/workspace.ts';
import { writeTogether } from '../workspace/write.ts';
import { operation } from './operation.ts';

const addInput = z.object({
  name: labelSchema.describe('what to call the stack').meta({ positional: true }),
  from: z
    .string()
    .min(1)
    .exactOptional()
    .describe('a Compose file of yours, or the folder it lies in')
    .meta({ completes: 'file' }),
  blueprint: z
    .string()
    .min(1)
    .exactOptional()
    .describe('a ready stack: see `proxdeck stack blueprints`')
    .meta({ completes: 'blueprint' }),
});

/** What becomes a stack. */
interface Coming {
  readonly taken: readonly Taken[];
  readonly left: readonly Left[];
}

/** A project of Compose is called by its own `name:`; two stacks of one blueprint must not be one project. */
const named = (taken: Taken, name: string): Taken =>
  taken.to === 'compose.yaml' || taken.to === 'compose.dev.yaml'
    ? {
        ...taken,
        content: Buffer.from(
          Buffer.from(taken.content)
            .toString('utf8')
            .replace(/^name:.*$/m, `name: ${name}`),
        ),
      }
    : taken;

const comingOf = async (current: string, { name, from, blueprint }: z.output<typeof addInput>): Promise<Coming> => {
  if (from !== undefined && blueprint === undefined) return adoptProject(path.resolve(current, from));
  if (blueprint !== undefined && from === undefined) {
    const taken = await takeFolder(await blueprintFolder(blueprint));
    return { taken: taken.map((one) => named(one, name)), left: [] };
  }
  throw new ProxdeckError('usage', 'A stack comes either from a Compose file of yours or from a blueprint.', {
    hint: 'Say --from FILE or --blueprint NAME; `proxdeck stack blueprints` lists them.',
  });
};

/** Git must not take them: .gitignore of a workspace names these forms. */
const isIgnored = (file: string): boolean => /(^|\/)\.env(\..+)?$|\.env(\..+)?$/.test(file);
const looksSecret = (file: string): boolean => /(secret|passw|token|credential)/i.test(path.basename(file));

/** Adds a stack to the workspace: a project of Compose as it is, with the files it needs, or a blueprint. */
export const addStack = operation({
  name: 'stack.add',
  summary: 'Add a stack: a Compose file of yours with what it needs, or a blueprint',
  risk: 'change',
  input: addInput,
  async resolve({ place }, input) {
    const workspace = await openWorkspace(place);
    const folder = stackFolder(workspace, input.name);
    const found = await lstat(folder).catch(() => undefined);
    if (found !== undefined)
      throw new ProxdeckError('conflict', `There is a stack ${input.name} already: ${folder}.`, {
        hint: 'Choose another name, or remove it with `proxdeck stack remove`.',
      });
    const { taken, left } = await comingOf(place.current, input);
    return { folder, taken, left };
  },
  files: ({ taken, folder }) => taken.map(({ to }) => ({ path: path.join(folder, to), change: 'new' })),
  async *run({ signal }, { folder, taken, left }, { name }) {
    for await (const done of writeTogether(writesInto(folder, taken), { signal }))
      yield { type: 'progress', done, total: taken.length, unit: 'items' };
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
    return {
      name,
      folder,
      files: taken.map(({ from, to }) => ({ path: to, ...(from !== to && { was: from }) })),
    };
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
