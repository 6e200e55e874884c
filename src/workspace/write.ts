import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { open, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ProxdeckError } from '../models/error.ts';

/** One file as it is to be. */
export interface FileWrite {
  /** Absolute. */
  readonly file: string;
  readonly content: string | Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** What can be made again, and is checked when it is read, need not outlive a power cut. */
  readonly isCache?: true;
}

/** What of writing can fail half-way; tests put a full disk in its place. */
export interface Disk {
  /** Makes a new file with its content. Returns its descriptor, which stays open. */
  create(write: FileWrite): number;
  /** Resolves when what was written is on the disk, and closes it. */
  settle(descriptor: number, write: FileWrite): Promise<void>;
}

const synced = promisify(fsync);

/** The disk of this machine. */
export const disk: Disk = {
  create({ file, content, mode }) {
    const descriptor = openSync(file, 'wx', mode);
    try {
      writeFileSync(descriptor, content);
      // The mask of the process takes bits away; what is rendered is the same on every machine.
      fchmodSync(descriptor, mode);
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  },
  async settle(descriptor, { isCache }) {
    try {
      if (isCache !== true) await synced(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};

const reasons: Readonly<Record<string, readonly [sentence: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Make room and do it again.'],
  EDQUOT: ['your quota on that disk is used up', 'Make room and do it again.'],
  EACCES: ['you may not write there', 'Give yourself the right to write there.'],
  EPERM: ['you may not write there', 'Give yourself the right to write there.'],
  ENOENT: ['no folder can be made there', 'Choose another folder.'],
  EEXIST: ['a file stands in the place of a folder', 'Choose another folder.'],
  ENOTDIR: ['a file stands in the place of a folder', 'Choose another folder.'],
  EROFS: ['the file system is read-only', 'Choose another folder, or mount it for writing.'],
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const reasonOf = (error: unknown): readonly [sentence: string, hint: string | undefined] => {
  return reasons[String(codeOf(error))] ?? [error instanceof Error ? error.message : String(error), undefined];
};

const failure = (file: string, error: unknown, consequence: string): ProxdeckError => {
  if (error instanceof ProxdeckError) return error;
  const [sentence, hint] = reasonOf(error);
  return new ProxdeckError('state', `${file} could not be written: ${sentence}. ${consequence}`, {
    ...(hint !== undefined && { hint }),
    cause: error,
  });
};

/** Forces names to the disk. Not every file system lets a folder be synced; then the names are as safe as it makes them. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
};

/** Enough to let the disk order them; few enough for any limit of open files. */
const atOnce = 128;

const unchanged = 'Nothing was changed: what was there before is whole.';

interface Draft {
  readonly write: FileWrite;
  readonly temporary: string;
}

/** What was made so far, so that it can be taken back. */
interface Progress {
  readonly drafts: Draft[];
  /** Folders that were not there before, the outermost of each. */
  readonly folders: string[];
}

/** Writes a batch beside its places. Throws `state` for the first that fails, when all that were begun are closed. */
const draftAll = async (batch: readonly FileWrite[], { drafts }: Progress, target: Disk): Promise<void> => {
  const settling: (() => Promise<void>)[] = [];
  let failed: ProxdeckError | undefined;
  // First all are made, then the disk is waited for: a new file has to wait for what is being synced.
  for (const write of batch) {
    const { dir, base } = path.parse(write.file);
    const temporary = path.join(dir, `.${base}.${randomUUID()}.tmp`);
    drafts.push({ write, temporary });
    try {
      const descriptor = target.create({ ...write, file: temporary });
      settling.push(() => target.settle(descriptor, write));
    } catch (error) {
      failed = failure(write.file, error, unchanged);
      break;
    }
  }
  const outcomes = await Promise.allSettled(settling.map((settle) => settle()));
  for (const [index, outcome] of outcomes.entries())
    if (outcome.status === 'rejected') failed ??= failure(batch[index]?.file ?? '', outcome.reason, unchanged);
  if (failed !== undefined) throw failed;
};

const takeBack = async ({ drafts, folders }: Progress): Promise<void> => {
  await Promise.all(drafts.map(({ temporary }) => rm(temporary, { force: true })));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};

/**
 * Makes a folder and those around it. Returns the outermost that was not there. Not by Node's `recursive`: where a folder can never be
 * (below /proc) it tries for ever.
 */
const makeFolder = (folder: string): string | undefined => {
  const made = (): boolean => {
    try {
      mkdirSync(folder);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
      return false;
    }
  };
  try {
    return made() ? folder : undefined;
  } catch (error) {
    const around = path.dirname(folder);
    if (codeOf(error) !== 'ENOENT' || around === folder) throw error;
    const first = makeFolder(around);
    return made() ? (first ?? folder) : first;
  }
};

const makeFolders = (folders: ReadonlySet<string>, { folders: made }: Progress): void => {
  for (const folder of folders) {
    try {
      const first = makeFolder(folder);
      if (first !== undefined) made.push(first);
    } catch (error) {
      throw failure(folder, error, unchanged);
    }
  }
};

/** From here on what was there before is gone, file by file; a rename takes no room, so a full disk does not come in between. */
const putInPlace = ({ drafts }: Progress): void => {
  for (const { write, temporary } of drafts) {
    try {
      renameSync(temporary, write.file);
    } catch (error) {
      throw failure(write.file, error, 'Some files may be new already; doing it again finishes it.');
    }
  }
};

interface Writing {
  readonly signal?: AbortSignal;
  readonly disk?: Disk;
}

/**
 * Writes files all together: each into a file beside its own, and only when every one is on the disk are they put in place. Yields how
 * many are written. Throws `state` when one cannot be written, `cancelled` when that was asked for meanwhile; then nothing was changed.
 */
export async function* writeTogether(
  writes: readonly FileWrite[],
  { signal, disk: target = disk }: Writing = {},
): AsyncGenerator<number, void, void> {
  const folders = new Set(writes.map(({ file }) => path.dirname(file)));
  const progress: Progress = { drafts: [], folders: [] };
  let stage: 'drafts' | 'placing' | 'done' = 'drafts';
  try {
    makeFolders(folders, progress);
    for (let from = 0; from < writes.length; from += atOnce) {
      if (signal?.aborted === true) throw new ProxdeckError('cancelled', 'Cancelled. Nothing was changed.');
      await draftAll(writes.slice(from, from + atOnce), progress, target);
      yield Math.min(writes.length, from + atOnce);
    }
    stage = 'placing';
    putInPlace(progress);
    await Promise.all([...folders].map(syncFolder));
    stage = 'done';
  } finally {
    if (stage === 'drafts') await takeBack(progress);
    // Folders hold files that are in place by now.
    if (stage === 'placing') await takeBack({ ...progress, folders: [] });
  }
}

/** Removes files, and the folders below `root` that are empty then. */
export const removeTogether = async (files: readonly string[], root: string): Promise<void> => {
  for (const file of files) {
    await rm(file, { force: true });
    for (let folder = path.dirname(file); folder.startsWith(root + path.sep); folder = path.dirname(folder)) {
      const isEmpty = await rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!isEmpty) break;
    }
  }
};
