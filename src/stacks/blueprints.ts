import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { productFolder } from '../config/paths.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';

/** A ready stack that comes with the program: a folder of assets/blueprints. */
export interface Blueprint {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Absolute. */
  readonly folder: string;
}

const composeFile = 'compose.yaml';

const describedSchema = z.looseObject({
  'x-proxdeck': z
    .looseObject({ title: z.string().default(''), description: z.string().default('') })
    .default({ title: '', description: '' }),
});

const blueprintsFolder = (): string => path.join(productFolder(), 'assets', 'blueprints');

const describe = async (name: string): Promise<Blueprint> => {
  const folder = path.join(blueprintsFolder(), name);
  const { title, description } = describedSchema.parse(parse(await readFile(path.join(folder, composeFile), 'utf8')))[
    'x-proxdeck'
  ];
  return { name, title, description, folder };
};

const blueprintNames = async (): Promise<readonly string[]> => {
  const entries = await readdir(blueprintsFolder(), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
};

/** Lists the blueprints, by name. */
export const listBlueprints = async (): Promise<readonly Blueprint[]> =>
  Promise.all((await blueprintNames()).map(describe));

/** Returns the folder of a blueprint. Throws `not-found` with what was probably meant. */
export const blueprintFolder = async (name: string): Promise<string> => {
  const names = await blueprintNames();
  if (names.includes(name)) return path.join(blueprintsFolder(), name);
  throw new ProxdeckError('not-found', `There is no blueprint ${name}.${didYouMean(name, names)}`, {
    hint: `There are: ${names.join(', ')}.`,
  });
};
