import { existsSync } from 'node:fs';
import path from 'node:path';
import { blueprintFolder, listBlueprints } from '../../stacks/blueprints.ts';
import { takeFolder, writesInto } from '../../stacks/copying.ts';
import { initWorkspace } from '../../workspace/init.ts';
import { writeTogether } from '../../workspace/write.ts';

/** The demo's own workspace, with every blueprint as a stack: to be played with, made anew where it was thrown away. */
export const makeDemoWorkspace = async (folder: string, context: string): Promise<void> => {
  if (existsSync(path.join(folder, 'proxdeck.yaml'))) return;
  await initWorkspace(folder, { context, targets: {}, vlans: {} });
  for (const { name } of await listBlueprints()) {
    const writes = writesInto(path.join(folder, 'stacks', name), await takeFolder(await blueprintFolder(name)));
    for await (const _count of writeTogether(writes)) continue;
  }
};
