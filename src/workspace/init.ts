import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { openState } from '../state/state.ts';
import { parseWorkspace, type WorkspaceDocument } from './document.ts';
import { findWorkspace, workspaceFileName } from './find.ts';
import { withRules } from './gitignore.ts';
import { newWorkspaceText, type NewWorkspace } from './newWorkspace.ts';
import { makeSchemas } from './schemas.ts';
import { writeTogether, type Disk, type FileWrite } from './write.ts';

/** What a workspace is made of, beside its file. */
const folders = ['stacks', 'rendered', 'infra', 'runbooks'] as const;
const own: ReadonlySet<string> = new Set([...folders, workspaceFileName, '.gitignore', '.git', '.proxdeck']);

/** What came of making a workspace. */
export interface Made {
  readonly folder: string;
  /** What was not there before, below the folder. */
  readonly made: readonly string[];
  /** What was there and is not a workspace's: left as it is. */
  readonly foreign: readonly string[];
  /** Whether a proxdeck.yaml was there that says something else; it was kept. */
  readonly kept: boolean;
  readonly warnings: readonly string[];
}

const textOf = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ProxdeckError(
      'config',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};

/** Throws `usage` where no workspace can be: in the place of a file, or inside another one. */
const requirePlace = async (folder: string): Promise<void> => {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isFile() === true)
    throw new ProxdeckError('usage', `${folder} is a file.`, { hint: 'Name a folder; one that is not there is made.' });
  const around = await findWorkspace({ current: path.dirname(folder) }).catch(() => undefined);
  if (around === undefined || around === folder) return;
  throw new ProxdeckError('usage', `${folder} lies inside the workspace ${around}.`, {
    hint: 'A workspace cannot be inside another. Stacks are added with `proxdeck stack add`.',
  });
};

const isThere = async (file: string): Promise<boolean> => (await lstat(file).catch(() => undefined)) !== undefined;

/** Files that are written, each with what it is called in the workspace. Folders are kept in git by an empty file. */
const missingFiles = async (folder: string, wanted: NewWorkspace): Promise<readonly FileWrite[]> => {
  const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
  const ignore = await textOf(at('.gitignore'));
  const whole = withRules(ignore);
  const keepers: FileWrite[] = [];
  for (const name of folders) {
    if (!(await isThere(at(name)))) keepers.push({ file: at(name, '.gitkeep'), content: '', mode: 0o644 });
  }
  return [
    ...((await isThere(at(workspaceFileName)))
      ? []
      : [{ file: at(workspaceFileName), content: newWorkspaceText(wanted), mode: 0o644 }]),
    ...(whole === ignore ? [] : [{ file: at('.gitignore'), content: whole, mode: 0o644 }]),
    ...keepers,
  ];
};

/** A file that is not there yet has no place that could be looked at: what is wrong is told by its key alone. Throws `usage`. */
const parseWish = (text: string, file: string): WorkspaceDocument => {
  try {
    return parseWorkspace(text, file);
  } catch (thrown) {
    const { message } = asProxdeckError(thrown);
    throw new ProxdeckError('usage', message.replace(/^.*?:\d+:\d+: /, ''), {
      hint: 'Nothing was made. Correct what the workspace is to begin with.',
      cause: thrown,
    });
  }
};

/** Makes the database of the workspace, which is never in git. */
const makeState = async (folder: string): Promise<readonly string[]> => {
  const file = path.join(folder, '.proxdeck', 'state.db');
  if (await isThere(file)) return [];
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await (await openState(file)).close();
  return [path.relative(folder, file)];
};

/**
 * Makes a workspace of a folder, or adds what one lacks; nothing that is there is written over. Throws `usage` for a folder that cannot
 * be one, `config` for a proxdeck.yaml that is there and wrong, `state` when the disk does not take it.
 */
export const initWorkspace = async (folder: string, wanted: NewWorkspace, disk?: Disk): Promise<Made> => {
  await requirePlace(folder);
  const file = path.join(folder, workspaceFileName);
  const before = await textOf(file);
  const text = newWorkspaceText(wanted);
  // What is wrong in the wish or in the file is told before anything is made.
  const { warnings } = before === undefined ? parseWish(text, file) : parseWorkspace(before, file);
  const foreign = (await readdir(folder).catch(() => [])).filter((name) => !own.has(name)).toSorted();
  const writes = await missingFiles(folder, wanted);
  for await (const _count of writeTogether(writes, disk === undefined ? {} : { disk })) continue;
  return {
    folder,
    made: [
      ...writes.map((write) => path.relative(folder, write.file)),
      ...(await makeState(folder)),
      ...(await makeSchemas(folder)),
    ],
    foreign,
    kept: before !== undefined && before !== text,
    warnings,
  };
};
