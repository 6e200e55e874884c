import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Document, Scalar } from 'yaml';
import * as z from 'zod';
import { parseChecked } from '../../config/checked.ts';
import { writeAtomically } from '../../config/edit.ts';
import { ProxdeckError } from '../../models/error.ts';

/**
 * The secrets of a stack, each encrypted with age on its own, so that a diff says which one changed. Names and dates stand there in
 * clear, values never: the file belongs into git.
 */

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is written as in 2026-11-21');

const entrySchema = z.strictObject({
  /** When this value was made or given. */
  made: date,
  by: z.enum(['generated', 'given']),
  /** When a certificate ends. */
  expires: date.exactOptional(),
  /** `yes` for a text like `changeme` that only stands in for a value. */
  placeholder: z.literal(true).exactOptional(),
  /** An armored age file. */
  value: z.string().startsWith('-----BEGIN AGE ENCRYPTED FILE-----', 'this is no text that age encrypted'),
});

const storeSchema = z.strictObject({
  version: z.literal(1, 'this file is of another version of Proxdeck, which is needed to read it').default(1),
  secrets: z.record(z.string(), entrySchema).default({}),
});

export type StoredSecret = z.output<typeof entrySchema>;
export type Secrets = Readonly<Record<string, StoredSecret>>;

/** Returns the file of the secrets of a stack in its folder. */
export const secretsFile = (folder: string): string => path.join(folder, 'secrets.age.yaml');

const knownKeys = (place: readonly PropertyKey[]): readonly string[] =>
  Object.keys(place.length === 0 ? storeSchema.shape : entrySchema.shape);

/** Returns the secrets of a stack; none where there is no file yet. Throws `config` with the place of what is wrong in it. */
export const readSecrets = async (folder: string): Promise<Secrets> => {
  const file = secretsFile(folder);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new ProxdeckError('config', `${file} cannot be read: ${error.message}`, {
      hint: 'Make it readable for yourself: `chmod 600`.',
      cause: error,
    });
  });
  const { fields } = parseChecked(text, {
    file,
    schema: storeSchema,
    knownKeys,
    hint: 'Take the file back from git, or delete what is broken in it and make it anew with `proxdeck secret`.',
  });
  return fields.secrets;
};

const header = ' Secrets of this stack, each encrypted with age. Written by `proxdeck secret`; it belongs into git.';

const textOf = (secrets: Secrets): string => {
  const sorted = Object.entries(secrets).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const document = new Document({ version: 1, secrets: Object.fromEntries(sorted) });
  for (const [name, { value }] of sorted) {
    const block = new Scalar(value);
    // As it is, so that `age -d` reads what is copied out of it.
    block.type = 'BLOCK_LITERAL';
    document.setIn(['secrets', name, 'value'], block);
  }
  document.commentBefore = header;
  return document.toString({ lineWidth: 0 });
};

/** Writes the secrets of a stack: sorted, whole or not at all. */
export const writeSecrets = async (folder: string, secrets: Secrets): Promise<void> =>
  writeAtomically(secretsFile(folder), textOf(secrets));
