import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { labelSchema } from '../models/workspace.ts';
import { adoptProject, type Left } from '../stacks/adopt.ts';
import { blueprintFolder } from '../stacks/blueprints.ts';
import { takeFolder, writesInto, type Taken } from '../stacks/copying.ts';
import { loadStack } from '../stacks/load.ts';
import type { Rendering } from '../stacks/render.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { writeTogether } from '../workspace/write.ts';
import { renderingsFor } from './stack-rendering.ts';

/** Stacks that are not in the workspace yet. */

/** Where a new stack comes from, and what it is called. */
export const comingInput = z.object({
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
export interface Coming {
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

/** Reads what is to become a stack; paths are below `current`. Throws `usage`, `not-found`, `config` with the place of what is wrong in it. */
export const comingOf = async (
  current: string,
  { name, from, blueprint }: z.output<typeof comingInput>,
): Promise<Coming> => {
  if (from !== undefined && blueprint === undefined) return adoptProject(path.resolve(current, from));
  if (blueprint !== undefined && from === undefined) {
    const taken = await takeFolder(await blueprintFolder(blueprint));
    return { taken: taken.map((one) => named(one, name)), left: [] };
  }
  throw new ProxdeckError('usage', 'A stack comes either from a Compose file of yours or from a blueprint.', {
    hint: 'Say --from FILE or --blueprint NAME; `proxdeck stack blueprints` lists them.',
  });
};

/**
 * Makes the files of a stack that is still to come; it lies in a folder of its own meanwhile, so nothing of the workspace is touched.
 * Throws `config` for what is wrong in its files, `usage` for a generator that is not there.
 */
export const renderingsOfComing = async (
  workspace: Workspace,
  name: string,
  { taken }: Coming,
  only: readonly string[],
): Promise<readonly Rendering[]> => {
  const temporary = await mkdtemp(path.join(tmpdir(), 'proxdeck-stack-'));
  try {
    const folder = path.join(temporary, name);
    for await (const _count of writeTogether(writesInto(folder, taken).map((one) => ({ ...one, isCache: true }))))
      continue;
    const { stack } = await loadStack(folder);
    return await renderingsFor(workspace, stack, only);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};
