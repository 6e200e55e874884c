import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';

/** A file as it lies in a folder of rendered files. */
export interface StandingFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** What lies in the folders that are rendered into. Paths are below `rendered/<stack>`. */
export interface Standing {
  readonly files: ReadonlyMap<string, StandingFile>;
  /** What no generator ever made: files, folders (with a `/` behind) that hold nothing else, links. */
  readonly foreign: readonly string[];
}

/** Returns the text of a file; undefined when it is none. */
export const textOf = ({ content }: StandingFile): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
};

const inTheWay = (file: string, what: string): ProxdeckError =>
  new ProxdeckError('conflict', `${file} is ${what}, where a rendered file belongs. Nothing was changed.`, {
    hint: 'Move it away; rendered files are written where they lie, never through a link.',
  });

/** Reads one file that is, or was, rendered. Throws `conflict` for something else in its place. */
const readStanding = async (file: string): Promise<StandingFile> => {
  const found = await lstat(file);
  if (!found.isFile()) throw inTheWay(file, found.isDirectory() ? 'a folder' : 'no plain file');
  return { content: await readFile(file), executable: (found.mode & 0o100) !== 0 };
};

const foldersAbove = (file: string): readonly string[] => {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/**
 * Looks at what lies in `folder` below the generators that are rendered: the files of `known` with their content, the names of all else.
 * Throws `conflict` where a link or a folder stands in the place of a file.
 */
export const standingIn = async (
  folder: string,
  generators: readonly string[],
  known: ReadonlySet<string>,
): Promise<Standing> => {
  const folders = new Set([...known].flatMap(foldersAbove));
  const files = new Map<string, StandingFile>();
  const foreign: string[] = [];
  const look = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
        throw inTheWay(path.join(folder, below), 'a file');
      throw error;
    });
    for (const entry of entries) {
      const name = `${below}/${entry.name}`;
      const whole = path.join(folder, name);
      if (known.has(name)) files.set(name, await readStanding(whole));
      else if (entry.isDirectory() && folders.has(name)) await look(name);
      else if (folders.has(name)) throw inTheWay(whole, entry.isSymbolicLink() ? 'a link' : 'a file');
      else foreign.push(entry.isDirectory() ? `${name}/` : name);
    }
  };
  for (const generator of generators) {
    const root = path.join(folder, generator);
    if ((await lstat(root).catch(() => undefined))?.isSymbolicLink() === true) throw inTheWay(root, 'a link');
    await look(generator);
  }
  return { files, foreign: foreign.toSorted() };
};
