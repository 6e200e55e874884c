import { listBlueprints } from '../../stacks/blueprints.ts';
import { workspacePlace } from '../../workspace/find.ts';
import { openWorkspace, stackNames } from '../../workspace/workspace.ts';
import type { Environment } from '../../config/paths.ts';
import type { Candidate } from './complete.ts';

/** Names of the stacks of the workspace around the shell; none where there is no workspace, or where its file is wrong. */
export const completeStacks = async (env: Environment, current: string): Promise<readonly Candidate[]> => {
  try {
    const names = await stackNames(await openWorkspace(workspacePlace(env, current)));
    return names.map((value) => ({ value }));
  } catch {
    // The command itself will say what is wrong.
    return [];
  }
};

/** Names of the blueprints. */
export const completeBlueprints = async (): Promise<readonly Candidate[]> =>
  (await listBlueprints()).map(({ name, description }) => ({ value: name, description }));
