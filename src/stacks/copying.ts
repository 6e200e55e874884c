import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';
import type { FileWrite } from '../workspace/write.ts';

/** A file that is taken into a stack. */
export interface Taken {
  /** Below the folder it comes from, with `/`. */
  readonly from: string;
  /** Below the folder of the stack. */
  readonly to: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Bytes that are taken at most: a stack is text, what is larger belongs on a volume. */
const mostBytes = 64 * 2 ** 20;

/** Reads one file. Throws `usage` for a link, or for what is no file. */
export const takeFile = async (folder: string, from: string, to = from): Promise<Taken> => {
  const file = path.join(folder, from);
  const found = await lstat(file);
  if (!found.isFile())
    throw new ProxdeckError(
      'usage',
      `${file} is ${found.isSymbolicLink() ? 'a link' : 'no plain file'}; it cannot be taken.`,
      {
        hint: 'Put the file itself in its place.',
      },
    );
  const isScript = (found.mode & 0o100) !== 0;
  // What only its owner may read stays so.
  const isPrivate = (found.mode & 0o044) === 0;
  const mode = (isScript ? 0o755 : 0o644) & (isPrivate ? 0o700 : 0o777);
  return { from, to, content: await readFile(file), mode };
};

/** Reads all files below a folder, sorted. Throws `usage` for links in it, and when it is more than belongs into a stack. */
export const takeFolder = async (folder: string, below = ''): Promise<readonly Taken[]> => {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .toSorted();
  const taken: Taken[] = [];
  let bytes = 0;
  for (const name of names) {
    const one = await takeFile(folder, name);
    bytes += one.content.byteLength;
    if (bytes > mostBytes)
      throw new ProxdeckError(
        'usage',
        `${path.join(folder, below)} holds more than 64 MB; that does not belong into a stack.`,
        {
          hint: 'Take what is data out of it: it belongs on a volume.',
        },
      );
    taken.push(one);
  }
  return taken;
};

/** What is written into the folder of a stack. */
export const writesInto = (folder: string, taken: readonly Taken[]): readonly FileWrite[] =>
  taken.map(({ to, content, mode }) => ({ file: path.join(folder, to), content, mode }));
