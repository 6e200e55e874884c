import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { RenderedTexts } from './changes.ts';
import { hashOf } from './manifest.ts';

/**
 * What was rendered last on this machine, to merge with what was edited since: one file a stack, not in git. A cache: without it
 * nothing can be merged, all else goes on.
 */

const textsSchema = z.array(z.string());

/** Returns the file of the texts that were rendered last for a stack. */
export const renderedTextsFile = (workspace: string, stack: string): string =>
  path.join(workspace, '.proxdeck', 'rendered', `${stack}.json`);

const textsIn = (file: string): readonly string[] => {
  try {
    return textsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Nothing was rendered on this machine yet, or the file is damaged: what is kept is known by its hash, so nothing wrong comes in.
    return [];
  }
};

/** Reads the texts of a file, by their hashes. */
export const readRenderedTexts = (file: string): RenderedTexts & { readonly texts: ReadonlyMap<string, string> } => {
  const texts = new Map(textsIn(file).map((text) => [hashOf(text), text]));
  return { texts, has: (hash) => texts.has(hash), text: (hash) => texts.get(hash) };
};

/** Returns the text of a file that keeps these texts. */
export const formatRenderedTexts = (texts: Iterable<string>): string => `${JSON.stringify([...texts])}\n`;
