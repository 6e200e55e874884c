import * as z from 'zod';
import { generatorNames, type GeneratorName, type RenderOptions } from '../models/artifact.ts';
import type { Stack } from '../models/stack.ts';
import { loadStack } from '../stacks/load.ts';
import { chosenGenerators, desiredFiles, renderings, type Rendering } from '../stacks/render.ts';
import type { Strategy } from '../workspace/changes.ts';
import { planRender, type RenderPlan } from '../workspace/rendered.ts';
import { openWorkspace, requireStack, type Workspace } from '../workspace/workspace.ts';
import type { Context } from './context.ts';

/** Which generators are asked for. */
export const onlyGenerators = z
  .array(z.enum(generatorNames, `a generator is one of ${generatorNames.join(', ')}`))
  .default([])
  .describe('only with these generators; may be repeated. Without it: all, or those of proxdeck.yaml');

/** A stack of the workspace, and what all generators that were asked for make of it. */
export interface RenderedStack {
  readonly workspace: Workspace;
  readonly stack: Stack;
  readonly renderings: readonly Rendering[];
  /** What is allowed and unwise in its files, each with its place. */
  readonly warnings: readonly string[];
}

/** What is known of the place that a workspace renders for. */
const optionsOf = ({ config: { defaults } }: Workspace): RenderOptions => ({
  systemd: defaults.systemd,
  kubernetes: defaults.kubernetes,
});

/** Makes the files of a stack as a workspace wants them. Throws `usage` for a generator that is not there. */
export const renderingsFor = async (
  workspace: Workspace,
  stack: Stack,
  only: readonly string[],
): Promise<readonly Rendering[]> => {
  const names: readonly GeneratorName[] = chosenGenerators(only, workspace.config.defaults.generators);
  const made: Rendering[] = [];
  for await (const rendering of renderings(stack, names, optionsOf(workspace))) made.push(rendering);
  return made;
};

/**
 * Loads a stack and makes its files; writes nothing. Throws `not-found`, `config` with file:line:column for what is wrong in its files,
 * `usage` for a generator that is not there.
 */
export const renderStack = async (
  { place }: Pick<Context, 'place'>,
  name: string,
  only: readonly string[] = [],
): Promise<RenderedStack> => {
  const workspace = await openWorkspace(place);
  const { stack, warnings } = await loadStack(await requireStack(workspace, name));
  return { workspace, stack, renderings: await renderingsFor(workspace, stack, only), warnings };
};

/** Works out what rendering a stack would change. Throws what `planRender` throws. */
export const planOf = (
  { workspace, renderings: made }: RenderedStack,
  name: string,
  strategy: Strategy,
): Promise<RenderPlan> =>
  planRender({
    workspace: workspace.folder,
    stack: name,
    generators: made.map(({ generator }) => generator),
    desired: desiredFiles(made),
    strategy,
  });
