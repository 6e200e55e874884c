import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What was read of folders, kept as long as nothing in them changes: screens ask for the same stack again and again. */

/** More files than a stack has: looking at all of them would take longer than reading those that count. */
const mostFiles = 500;
/** A file that was written just now may be written again without another time or size. */
const settledMs = 100;
/** Folders that are remembered at once. */
const mostFolders = 100;

/** Names, sizes and times of all files below a folder as one text; undefined where that is not to be relied on. */
const fingerprintOf = (folder: string, now: number): string | undefined => {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    if (entries.length > mostFiles) return undefined;
    const lines: string[] = [];
    for (const entry of entries) {
      const file = path.join(entry.parentPath, entry.name);
      const { ino, mode, mtimeNs, ctimeMs, size } = statSync(file, { bigint: true });
      if (Number(ctimeMs) > now - settledMs) return undefined;
      lines.push(`${file} ${String(ino)} ${String(mode)} ${String(size)} ${String(mtimeNs)}`);
    }
    return lines.toSorted().join('\n');
  } catch {
    // A link that leads nowhere, a file that just went: whoever reads the folder says what is wrong.
    return undefined;
  }
};

/**
 * Returns a reader of folders that reads one again only when something in it changed. What fails, or is not to be `kept`, is read each
 * time.
 */
export const rememberingReader = <Value>(
  read: (folder: string) => Promise<Value>,
  kept: (value: Value) => boolean,
): ((folder: string) => Promise<Value>) => {
  const known = new Map<string, { readonly fingerprint: string; readonly value: Value }>();
  return async (folder) => {
    const fingerprint = fingerprintOf(folder, Date.now());
    const before = known.get(folder);
    if (before !== undefined && before.fingerprint === fingerprint) return before.value;
    known.delete(folder);
    const value = await read(folder);
    if (fingerprint === undefined || !kept(value)) return value;
    known.set(folder, { fingerprint, value });
    const [oldest] = known.keys();
    if (known.size > mostFolders && oldest !== undefined) known.delete(oldest);
    return value;
  };
};
