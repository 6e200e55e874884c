import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { labelSchema, type WorkspaceConfig } from '../models/workspace.ts';
import { parseWorkspace } from './document.ts';
import { findWorkspace, workspaceFileName, type WorkspacePlace } from './find.ts';

/** A folder of stacks, as its proxdeck.yaml describes it. */
export interface Workspace {
  /** Absolute. */
  readonly folder: string;
  readonly config: WorkspaceConfig;
  /** What is allowed and unwise in proxdeck.yaml, each with its place. */
  readonly warnings: readonly string[];
}

/** Opens the workspace around a place. Throws `not-found` where there is none, `config` with file:line:column for what is wrong in it. */
export const openWorkspace = async (place: WorkspacePlace): Promise<Workspace> => {
  const folder = await findWorkspace(place);
  const file = path.join(folder, workspaceFileName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ProxdeckError('config', `${file} cannot be read.`, {
      hint: 'Give yourself the right to read it.',
      cause: error,
    });
  });
  return { folder, ...parseWorkspace(text, file) };
};

/** Returns the folder of a stack, which need not be there. */
export const stackFolder = ({ folder }: Pick<Workspace, 'folder'>, name: string): string =>
  path.join(folder, 'stacks', name);

const foldersOfStacks = async ({ folder }: Pick<Workspace, 'folder'>): Promise<readonly string[]> => {
  const entries = await readdir(path.join(folder, 'stacks'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
};

const canBeStack = (name: string): boolean => labelSchema.safeParse(name).success;

/** Lists the stacks: the folders in `stacks/` whose name can be one, sorted. */
export const stackNames = async (workspace: Pick<Workspace, 'folder'>): Promise<readonly string[]> =>
  (await foldersOfStacks(workspace)).filter(canBeStack);

/** Lists the folders in `stacks/` that are none, since their name cannot stand in host names and objects of Kubernetes. */
export const misnamedStacks = async (workspace: Pick<Workspace, 'folder'>): Promise<readonly string[]> =>
  (await foldersOfStacks(workspace)).filter((name) => !canBeStack(name));

/** Returns the folder of a stack that is there. Throws `not-found` with what was probably meant. */
export const requireStack = async (workspace: Workspace, name: string): Promise<string> => {
  const names = await stackNames(workspace);
  if (names.includes(name)) return stackFolder(workspace, name);
  throw new ProxdeckError('not-found', `There is no stack ${name} in ${workspace.folder}.${didYouMean(name, names)}`, {
    hint:
      names.length === 0
        ? `Add one with \`proxdeck stack add ${name} --blueprint whoami\`, or --from a Compose file of yours.`
        : `There are: ${names.join(', ')}.`,
  });
};
