import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Document } from 'yaml';
import * as z from 'zod';
import { parseChecked } from '../config/checked.ts';
import { writeAtomically } from '../config/edit.ts';
import { ProxdeckError } from '../models/error.ts';

/** images.lock: which image a tag was when it was pinned. */

export type Digests = Readonly<Record<string, string>>;

const lockSchema = z.strictObject({
  images: z
    .record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a digest is `sha256:` and 64 hexadecimal digits'))
    .default({}),
});

/** Returns the lock file of a stack in its folder. */
export const lockFile = (folder: string): string => path.join(folder, 'images.lock');

/** Returns the digests by image; none where nothing was pinned. Throws `config` with the place of what is wrong in the file. */
export const readLock = async (folder: string, name = lockFile(folder)): Promise<Digests> => {
  const text = await readFile(lockFile(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new ProxdeckError('config', `${name} cannot be read: ${error.message}`, { cause: error });
  });
  const { fields } = parseChecked(text, {
    file: name,
    schema: lockSchema,
    knownKeys: () => Object.keys(lockSchema.shape),
    hint: 'Delete it and pin the images anew: `proxdeck stack pin`.',
  });
  return fields.images;
};

/** Writes the digests: sorted, whole or not at all. */
export const writeLock = async (folder: string, digests: Digests): Promise<void> => {
  const sorted = Object.entries(digests).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const document = new Document({ images: Object.fromEntries(sorted) });
  document.commentBefore =
    ' Which image each tag was when it was pinned. Written by `proxdeck stack pin`; it belongs into git.';
  await writeAtomically(lockFile(folder), document.toString({ lineWidth: 0 }));
};
