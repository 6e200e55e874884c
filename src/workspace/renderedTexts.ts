import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RenderedTexts } from './changes.ts';
import { hashOf } from './manifest.ts';

/** Returns the folder of the texts that were rendered last for a stack: `.proxdeck/rendered/<stack>`, not in git. */
export const renderedTextsFolder = (workspace: string, stack: string): string =>
  path.join(workspace, '.proxdeck', 'rendered', stack);

const hashesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was rendered on this machine yet.
    return [];
  }
};

const textIn = (folder: string, hash: string): string | undefined => {
  try {
    const text = readFileSync(path.join(folder, hash), 'utf8');
    return hashOf(text) === hash ? text : undefined;
  } catch {
    return undefined;
  }
};

/** What was rendered last on this machine, to merge with what was edited since. A cache: without it nothing can be merged, all else goes on. */
export const renderedTexts = (folder: string): RenderedTexts & { readonly hashes: ReadonlySet<string> } => {
  const hashes = new Set(hashesIn(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)));
  return {
    hashes,
    has: (hash) => hashes.has(hash),
    text: (hash) => (hashes.has(hash) ? textIn(folder, hash) : undefined),
  };
};
