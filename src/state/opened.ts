import { resolve } from 'node:path';

const counts = new Map<string, number>();

/**
 * Which databases this process holds open through better-sqlite3. Closing a file drops every POSIX lock the process has
 * on it, so a second SQLite library (the start path's `node:sqlite`) must stay away from a file that is in this list.
 * https://www.sqlite.org/howtocorrupt.html §2.2.1
 */
export const openedHere = {
  /** Returns the function that takes the path off the list. */
  add(path: string): () => void {
    const key = resolve(path);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return () => {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    };
  },
  has: (path: string): boolean => counts.has(resolve(path)),
};
