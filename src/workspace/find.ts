import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';

/** Where a workspace is looked for: the folder that somebody is in, or the one that was named. */
export interface WorkspacePlace {
  readonly folder: string;
  /** A named one is a workspace itself; else the folders above it may be. */
  readonly named: boolean;
}

/** The file that makes a folder a workspace. */
export const workspaceFileName = 'proxdeck.yaml';

/** Returns where to look: what `--workspace` names, else PROXDECK_WORKSPACE, else the folder the program was started in. */
export const workspacePlace = (
  env: Readonly<Record<string, string | undefined>>,
  current: string,
  flag?: string,
): WorkspacePlace => {
  const name = flag ?? env['PROXDECK_WORKSPACE'];
  return name === undefined || name === ''
    ? { folder: current, named: false }
    : { folder: path.resolve(current, name), named: true };
};

const hasWorkspace = async (folder: string): Promise<boolean> => {
  const found = await stat(path.join(folder, workspaceFileName)).catch(() => undefined);
  return found?.isFile() === true;
};

/** Returns the folder of the workspace, found from any folder inside it as git does. Throws `not-found`. */
export const findWorkspace = async ({ folder, named }: WorkspacePlace): Promise<string> => {
  const start = path.resolve(folder);
  for (let candidate = start; ; candidate = path.dirname(candidate)) {
    if (await hasWorkspace(candidate)) return candidate;
    if (named || candidate === path.dirname(candidate)) break;
  }
  const where = named
    ? `${start} is no workspace: it has no ${workspaceFileName}.`
    : `There is no workspace here: neither ${start} nor a folder above it has a ${workspaceFileName}.`;
  throw new ProxdeckError('not-found', where, {
    hint: `Make one with \`proxdeck workspace init FOLDER\`${named ? '.' : ', or name one with --workspace.'}`,
  });
};
