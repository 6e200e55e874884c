import { writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';

/** Files of one name in one folder before we give up finding a free one. */
const mostOfOneName = 100;

const isFault = (thrown: unknown, ...codes: readonly string[]): boolean =>
  thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));

/** Writes a new file; returns its path, or undefined where the folder cannot be written. */
const writeNew = async (folder: string, name: string, text: string): Promise<string | undefined> => {
  const { name: stem, ext } = path.parse(name);
  for (let turn = 1; turn <= mostOfOneName; turn += 1) {
    const file = path.join(folder, turn === 1 ? name : `${stem}-${String(turn)}${ext}`);
    try {
      await writeFile(file, text, { flag: 'wx', mode: 0o600 });
      return file;
    } catch (thrown) {
      if (isFault(thrown, 'EACCES', 'EROFS', 'EPERM', 'ENOENT', 'ENOTDIR')) return undefined;
      if (!isFault(thrown, 'EEXIST')) throw thrown;
    }
  }
  return undefined;
};

/** What may stand in the name of a file everywhere. */
const safeName = (name: string): string => name.replaceAll(/[^\w.@-]+/g, '-').slice(0, 120);

/** `20261121-140312`: so that names of files sort by time. */
const stamp = (at: number): string =>
  new Date(at)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');

/**
 * Writes lines to a new file for a person, readable by them alone: where Proxdeck was started, else in their home, else among
 * the temporary files. Never overwrites. Returns the path. Throws `state` when no place takes it.
 */
export const saveText = async (
  what: string,
  lines: Iterable<string>,
  now: number,
  folders: readonly string[] = [process.cwd(), homedir(), tmpdir()],
): Promise<string> => {
  const name = `${safeName(what)}-${stamp(now)}.log`;
  const text = `${[...lines].join('\n')}\n`;
  for (const folder of folders) {
    const file = await writeNew(folder, name, text);
    if (file !== undefined) return file;
  }
  throw new ProxdeckError('state', `The log could not be saved in any of ${folders.join(', ')}.`, {
    hint: 'Start Proxdeck in a folder that you may write to.',
  });
};
