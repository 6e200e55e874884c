import { generators } from '../../generators/index.ts';
import { generatorNames, type Generated, type GeneratorName, type RenderOptions } from '../models/artifact.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Stack } from '../models/stack.ts';
import type { DesiredFile } from '../workspace/changes.ts';

/** What one generator made of a stack. */
export interface Rendering extends Generated {
  readonly generator: GeneratorName;
}

/** Returns the generators that are asked for, in their own order; all without a word. Throws `usage` for one that is not there. */
export const chosenGenerators = (
  only: readonly string[],
  usual: readonly GeneratorName[] = generatorNames,
): readonly GeneratorName[] => {
  const wrong = only.find((name) => !generatorNames.some((one) => one === name));
  if (wrong !== undefined)
    throw new ProxdeckError('usage', `There is no generator ${wrong}.${didYouMean(wrong, generatorNames)}`, {
      hint: `There are: ${generatorNames.join(', ')}.`,
    });
  return generatorNames.filter((name) => (only.length === 0 ? usual : only).includes(name));
};

/** Makes the files of a stack with each of the generators, one after the other. Nothing is read or written. */
export async function* renderings(
  stack: Stack,
  names: readonly GeneratorName[],
  options: RenderOptions,
): AsyncGenerator<Rendering, void, void> {
  for (const generator of names) {
    const generate = await generators[generator].load();
    yield { generator, ...generate(stack, options) };
  }
}

const leavesItsFolder = (path: string): boolean =>
  path.startsWith('/') || path.includes('\\') || path.split('/').some((part) => ['', '.', '..'].includes(part));

/**
 * Returns the files of renderings by their path below `rendered/<stack>`. Throws `internal` where a generator names a path twice or one
 * outside of its folder.
 */
export const desiredFiles = (all: readonly Rendering[]): ReadonlyMap<string, DesiredFile> => {
  const files = new Map<string, DesiredFile>();
  for (const { generator, artifacts } of all) {
    for (const { path, content, mode } of artifacts) {
      const name = `${generator}/${path}`;
      if (leavesItsFolder(path)) throw new ProxdeckError('internal', `${name}: this path leaves its folder.`);
      if (files.has(name)) throw new ProxdeckError('internal', `${name}: two files were made for this path.`);
      files.set(name, { content, mode });
    }
  }
  return files;
};
