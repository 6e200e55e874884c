import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, type Environment } from './paths.ts';

/**
 * Answers of slow readers (YAML, zod) kept for the next start, each with the stamp of what it was read from. A cache may always be
 * absent: one that cannot be read or written costs speed, nothing else.
 */
interface Stored<Value> {
  readonly stamp: string;
  readonly value: Value;
}

const read = <Value>(env: Environment, name: string): Stored<Value> | undefined => {
  try {
    return JSON.parse(readFileSync(path.join(cacheFolder(env), name), 'utf8')) as Stored<Value>;
  } catch {
    // Not there yet, or cut off by a crash.
    return undefined;
  }
};

/** Changes whenever a file is written, replaced or removed. */
export const stampOfFile = (file: string): string => {
  const { mtimeNs, size, ino } = statSync(file, { bigint: true, throwIfNoEntry: false }) ?? {};
  return [mtimeNs, size, ino].join(' ');
};

/** Returns what was kept under a name, when its stamp is still this one. */
export const readStored = <Value>(env: Environment, name: string, stamp: string): Value | undefined => {
  const stored = read<Value>(env, name);
  return stored?.stamp === stamp ? stored.value : undefined;
};

/** Keeps a value for the next start; does nothing when it is there already. */
export const writeStored = (env: Environment, name: string, stamp: string, value: unknown): void => {
  const text = JSON.stringify({ stamp, value });
  if (JSON.stringify(read(env, name)) === text) return;
  try {
    mkdirSync(cacheFolder(env), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(cacheFolder(env), name), text, { mode: 0o600 });
  } catch {
    // A home that cannot be written to.
  }
};
