import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ProxdeckError } from '../models/error.ts';

/** One file as it is to be. */
export interface FileWrite {
  /** Absolute. */
  readonly file: string;
  readonly content: string | Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** What of writing can fail half-way; tests put a full disk in its place. */
export interface Disk {
  /** Makes a new file and resolves when its content is on the disk. */
  write(write: FileWrite): Promise<void>;
}

/** The disk of this machine. */
export const disk: Disk = {
  async write({ file, content, mode }) {
    const handle = await open(file, 'wx', mode);
    try {
      await handle.writeFile(content);
      // The mask of the process takes bits away; what is rendered is the same on every machine.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

const reasons: Readonly<Record<string, readonly [sentence: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Make room and do it again.'],
  EDQUOT: ['your quota on that disk is used up', 'Make room and do it again.'],
  EACCES: ['you may not write there', 'Give yourself the right to write there.'],
  EPERM: ['you may not write there', 'Give yourself the right to write there.'],
  EROFS: ['the file system is read-only', 'Choose another folder, or mount it for writing.'],
};

const reasonOf = (error: unknown): readonly [sentence: string, hint: string | undefined] => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? [error instanceof Error ? error.message : String(error), undefined];
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
const atOnce = 16;

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

const draft = async (write: FileWrite, { drafts }: Progress, { write: writeFile }: Disk): Promise<void> => {
  const { dir, base } = path.parse(write.file);
  const temporary = path.join(dir, `.${base}.${randomUUID()}.tmp`);
  drafts.push({ write, temporary });
  await writeFile({ ...write, file: temporary });
};

const takeBack = async ({ drafts, folders }: Progress): Promise<void> => {
  await Promise.all(drafts.map(({ temporary }) => rm(temporary, { force: true })));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
};

/** All drafts of a batch are settled before one that failed is told: what is still being written could not be taken back. */
const draftAll = async (batch: readonly FileWrite[], progress: Progress, target: Disk): Promise<void> => {
  const outcomes = await Promise.allSettled(batch.map((write) => draft(write, progress, target)));
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected')
      throw failure(batch[index]?.file ?? '', outcome.reason, 'Nothing was changed: what was there before is whole.');
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
  const progress: Progress = { drafts: [], folders: [] };
  let inPlace = false;
  try {
    for (const folder of new Set(writes.map(({ file }) => path.dirname(file)))) {
      const made = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw failure(folder, error, 'Nothing was changed: what was there before is whole.');
      });
      if (made !== undefined) progress.folders.push(made);
    }
    for (let from = 0; from < writes.length; from += atOnce) {
      if (signal?.aborted === true) throw new ProxdeckError('cancelled', 'Cancelled. Nothing was changed.');
      await draftAll(writes.slice(from, from + atOnce), progress, target);
      yield Math.min(writes.length, from + atOnce);
    }
    inPlace = true;
    for (const { write, temporary } of progress.drafts) {
      await rename(temporary, write.file).catch((error: unknown) => {
        throw failure(write.file, error, 'Some files may be new already; doing it again finishes it.');
      });
    }
    await Promise.all([...new Set(writes.map(({ file }) => path.dirname(file)))].map(syncFolder));
  } finally {
    // Those in place are no drafts any more; a folder that holds one of them stays.
    await takeBack(inPlace ? { ...progress, folders: [] } : progress);
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
