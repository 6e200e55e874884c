import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';

/** Where a workspace is looked for. */
export interface WorkspacePlace {
  /** The folder that somebody is in: the workspace is this one or one above it. Other relative paths begin here too. */
  readonly current: string;
  /** The folder of the workspace, where it was named. */
  readonly named?: string;
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
  return name === undefined || name === '' ? { current } : { current, named: path.resolve(current, name) };
};

const hasWorkspace = async (folder: string): Promise<boolean> => {
  const found = await stat(path.join(folder, workspaceFileName)).catch(() => undefined);
  return found?.isFile() === true;
};

/** Returns the folder of the workspace, found from any folder inside it as git does. Throws `not-found`. */
export const findWorkspace = async ({ current, named }: WorkspacePlace): Promise<string> => {
  const start = path.resolve(named ?? current);
  for (let candidate = start; ; candidate = path.dirname(candidate)) {
    if (await hasWorkspace(candidate)) return candidate;
    if (named !== undefined || candidate === path.dirname(candidate)) break;
  }
  const where =
    named !== undefined
      ? `${start} is no workspace: it has no ${workspaceFileName}.`
      : `There is no workspace here: neither ${start} nor a folder above it has a ${workspaceFileName}.`;
  throw new ProxdeckError('not-found', where, {
    hint: `Make one with \`proxdeck workspace init FOLDER\`${named !== undefined ? '.' : ', or name one with --workspace.'}`,
  });
};
