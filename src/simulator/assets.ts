import { existsSync } from 'node:fs';
import path from 'node:path';

const findRoot = (folder: string): string => {
  if (existsSync(path.join(folder, 'assets', 'pve-api-9.2.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The folder assets/ of Proxdeck was not found beside the program.');
  return findRoot(parent);
};

/** Returns the path of a file under assets/, whether the program runs from its sources or from the bundle. */
export const assetPath = (name: string): string => path.join(findRoot(import.meta.dirname), 'assets', name);
