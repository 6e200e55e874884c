import { lstatSync, readdirSync, readFileSync } from 'node:fs';
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
const readStanding = (file: string): StandingFile => {
  const found = lstatSync(file);
  if (!found.isFile()) throw inTheWay(file, found.isDirectory() ? 'a folder' : 'no plain file');
  return { content: readFileSync(file), executable: (found.mode & 0o100) !== 0 };
};

const foldersAbove = (file: string): readonly string[] => {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

const entriesOf = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') throw inTheWay(folder, 'a file');
    throw error;
  }
};

/**
 * Looks at what lies in `folder` below the generators that are rendered: the files of `known` with their content, the names of all else.
 * Throws `conflict` where a link or a folder stands in the place of a file. Many small files at once: waiting for each takes ten times as
 * long as reading it.
 */
export const standingIn = (folder: string, generators: readonly string[], known: ReadonlySet<string>): Standing => {
  const folders = new Set([...known].flatMap(foldersAbove));
  const files = new Map<string, StandingFile>();
  const foreign: string[] = [];
  const look = (below: string): void => {
    for (const entry of entriesOf(path.join(folder, below))) {
      const name = `${below}/${entry.name}`;
      const whole = path.join(folder, name);
      if (known.has(name)) files.set(name, readStanding(whole));
      else if (entry.isDirectory() && folders.has(name)) look(name);
      else if (folders.has(name)) throw inTheWay(whole, entry.isSymbolicLink() ? 'a link' : 'a file');
      else foreign.push(entry.isDirectory() ? `${name}/` : name);
    }
  };
  for (const generator of generators) {
    const root = path.join(folder, generator);
    if (lstatSync(root, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw inTheWay(root, 'a link');
    look(generator);
  }
  return { files, foreign: foreign.toSorted() };
};
