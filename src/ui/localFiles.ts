import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AppModel } from './app.ts';

/** Files of this machine, for fields in which one is named. */

export interface LocalFile {
  /** As it would be typed, in the words that were typed; a folder ends with a slash. */
  readonly text: string;
  readonly isFolder: boolean;
  /** Undefined for folders, and for what cannot be read. */
  readonly sizeBytes: number | undefined;
}

/** A folder of thousands is narrowed down by typing, not looked through. */
const mostEntries = 2000;

/** Folders that were read, of each model. */
const read = new WeakMap<AppModel, Map<string, readonly LocalFile[]>>();

/** A path with the person's folder for a leading `~`, from where the program was started. */
export const pathOfText = (text: string): string =>
  path.resolve(text === '~' || text.startsWith('~/') ? path.join(os.homedir(), text.slice(1)) : text);

/** What stands before the name that is being typed: `~/Downloads/`. */
const folderOf = (text: string): string => text.slice(0, text.lastIndexOf('/') + 1);

const sizeOf = async (file: string): Promise<number | undefined> => {
  try {
    return (await stat(file)).size;
  } catch {
    // Gone since, or not readable: who names it is told so.
    return undefined;
  }
};

const list = async (typed: string): Promise<readonly LocalFile[]> => {
  const folder = pathOfText(typed === '' ? '.' : typed);
  const entries = (await readdir(folder, { withFileTypes: true })).slice(0, mostEntries);
  const files = await Promise.all(
    entries.map(async (entry): Promise<LocalFile> => {
      const isFolder = entry.isDirectory();
      const sizeBytes = isFolder ? undefined : await sizeOf(path.join(folder, entry.name));
      return { text: `${typed}${entry.name}${isFolder ? '/' : ''}`, isFolder, sizeBytes };
    }),
  );
  return files.toSorted((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.text < b.text ? -1 : 1));
};

/**
 * Returns the files and folders that a path being typed can become, folders first; hidden ones only once their dot is typed. Called
 * while drawing: the folder is read then, and drawn again when it is known. Undefined until it is; empty where it cannot be read.
 */
export const filesLike = (app: AppModel, text: string): readonly LocalFile[] | undefined => {
  const typed = folderOf(text);
  let folders = read.get(app);
  if (folders === undefined) {
    folders = new Map();
    read.set(app, folders);
  }
  const known = folders;
  app.watch(`folder ${typed}`, 0, () => {
    let isSeen = true;
    void list(typed)
      .catch((): readonly LocalFile[] => [])
      .then((files) => {
        known.set(typed, files);
        if (isSeen) app.changed();
      });
    return () => {
      isSeen = false;
    };
  });
  const name = text.slice(typed.length);
  return known
    .get(typed)
    ?.filter((one) => one.text.startsWith(text) && (name !== '' || !one.text.slice(typed.length).startsWith('.')));
};
