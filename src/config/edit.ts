import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMap, isScalar, Scalar, type Document } from 'yaml';
import type { z } from 'zod';
import { readConfigText } from './config.ts';
import { parseConfig } from './document.ts';
import type { contextFields, ContextConfig } from './schema.ts';

/** One context as it is written into the file. */
export type ContextEntry = z.input<typeof contextFields>;

/** Writes a file that holds secrets: whole or not at all, readable by its owner alone. A link stays a link. */
export const writeAtomically = async (file: string, text: string): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const target = await realpath(file).catch(() => file);
  const temporary = `${target}.${String(process.pid)}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Changes the document of the file, so that comments and order stay. Throws `config` and writes nothing when it is broken before or after. */
const editConfig = async (file: string, change: (document: Document) => void): Promise<void> => {
  const { document } = parseConfig(await readConfigText(file), file);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  change(document);
  const text = document.toString({ lineWidth: 0 });
  parseConfig(text, file);
  await writeAtomically(file, text);
};

/** As it stands in the file: what is usual is left out. */
export const entryOf = (context: ContextConfig): ContextEntry => {
  const { addresses, prod, read_only, sealed_token, sealed_password, ...rest } = context;
  const [first = '', ...others] = addresses;
  return {
    ...(others.length === 0 ? { url: first } : { addresses }),
    ...rest,
    ...(sealed_token !== undefined && { token: sealed_token }),
    ...(sealed_password !== undefined && { password: sealed_password }),
    ...(prod && { prod }),
    ...(read_only && { read_only }),
  };
};

/** Adds a context, or makes one what the entry says, keeping its comments; the first one becomes the current one. */
export const saveContext = async (file: string, name: string, entry: ContextEntry): Promise<void> =>
  editConfig(file, (document) => {
    if (!isMap(document.get('contexts'))) document.set('contexts', document.createNode({}));
    const known: unknown = document.getIn(['contexts', name]);
    if (isMap(known)) {
      const keys = known.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
      for (const key of keys) if (!Object.hasOwn(entry, key)) known.delete(key);
      for (const [key, value] of Object.entries(entry)) known.set(key, value);
    } else document.setIn(['contexts', name], document.createNode(entry));
    if (!document.has('current')) document.set('current', name);
  });

/** Sets one key of the file, `theme` or `keys.preset`; without a value it is taken out, and what is usual counts again. */
export const saveSetting = async (file: string, key: string, value: string | boolean | undefined): Promise<void> =>
  editConfig(file, (document) => {
    const path = key.split('.');
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  });

/** Writes secrets of a context in place of those that are there, encrypted or not. Throws `config`. */
export const saveSecrets = async (
  file: string,
  name: string,
  secrets: Readonly<Record<string, string>>,
): Promise<void> =>
  editConfig(file, (document) => {
    for (const [key, secret] of Object.entries(secrets)) {
      const path = ['contexts', name, key];
      const scalar = new Scalar(secret);
      // A block as it is, so that `age -d` reads what is copied out of it.
      if (secret.includes('\n')) scalar.type = 'BLOCK_LITERAL';
      const before: unknown = document.getIn(path, true);
      if (isScalar(before)) scalar.comment = before.comment ?? null;
      document.setIn(path, scalar);
    }
  });

/** Makes a context the current one. */
export const useContext = async (file: string, name: string): Promise<void> =>
  editConfig(file, (document) => {
    document.set('current', name);
  });

/** Forgets a context. When it was the current one, none is. */
export const removeContext = async (file: string, name: string): Promise<void> =>
  editConfig(file, (document) => {
    document.deleteIn(['contexts', name]);
    if (document.get('current') === name) document.delete('current');
  });
