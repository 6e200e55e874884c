import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { productFolder } from '../config/paths.ts';

/** What editors complete and check a workspace's files with. The files name them in their first line. */
const names = ['compose-stack.json', 'proxdeck.json'] as const;

/** Puts the schemas of this version into the workspace, outside of git. Returns what was written, below the folder. */
export const makeSchemas = async (folder: string): Promise<readonly string[]> => {
  const made: string[] = [];
  for (const name of names) {
    const text = await readFile(path.join(productFolder(), 'assets/schemas', name), 'utf8');
    const file = path.join(folder, '.proxdeck/schemas', name);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text);
    made.push(path.relative(folder, file));
  }
  return made;
};
