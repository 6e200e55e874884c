import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { generatorNames, usualOptions, type Loss } from '../../src/models/artifact.ts';
import type { Stack } from '../../src/models/stack.ts';
import { loadStack } from '../../src/stacks/load.ts';
import { desiredFiles, renderings, type Rendering } from '../../src/stacks/render.ts';

const folder = path.resolve(import.meta.dirname, '../../assets/blueprints');

/** Names of the blueprints. */
export const blueprints: readonly string[] = readdirSync(folder).toSorted();

/** A blueprint as it is loaded and rendered, all in memory. */
interface Blueprint {
  readonly stack: Stack;
  /** By the path below `rendered/<name>`: `helm/values.yaml`. */
  readonly files: ReadonlyMap<string, { readonly content: string; readonly mode: number }>;
  readonly losses: readonly (Loss & { readonly generator: string })[];
}

/** One line of a rendered file, replaced; without a text it is left out. `npm run ledger -- --mutate` asks whether a test sees it. */
const breakSchema = z.object({
  blueprint: z.string(),
  path: z.string(),
  /** From 1. */
  line: z.int().min(1),
  text: z.string().exactOptional(),
});
export type Break = z.output<typeof breakSchema>;

/** The variable of the environment that holds a break, as JSON. */
export const breakVariable = 'PROXDECK_BREAK';

const broken = (content: string, { line, text }: Break): string =>
  content
    .split('\n')
    .flatMap((old, index) => (index + 1 !== line ? [old] : text === undefined ? [] : [text]))
    .join('\n');

const planted = process.env[breakVariable];
const plantedBreak = planted === undefined ? undefined : breakSchema.parse(JSON.parse(planted));

const render = async (name: string): Promise<Blueprint> => {
  const { stack } = await loadStack(path.join(folder, name));
  const all: Rendering[] = [];
  for await (const made of renderings(stack, generatorNames, usualOptions)) all.push(made);
  const files = new Map(
    [...desiredFiles(all)].map(([file, made]) => [
      file,
      plantedBreak?.blueprint === name && plantedBreak.path === file
        ? { ...made, content: broken(made.content, plantedBreak) }
        : made,
    ]),
  );
  const losses = all.flatMap(({ generator, losses: lost }) => lost.map((loss) => ({ generator, ...loss })));
  return { stack, files, losses };
};

const rendered = new Map<string, Promise<Blueprint>>();

/** Returns a blueprint as every generator renders it, with the break that is planted, if one is. */
export const renderBlueprint = (name: string): Promise<Blueprint> => {
  const made = rendered.get(name) ?? render(name);
  rendered.set(name, made);
  return made;
};
