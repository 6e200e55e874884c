import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';

/**
 * What was rendered last: `rendered/<stack>/manifest.json`. It tells files edited by hand from those that are as they were made. No time
 * stands in it: the same files have the same manifest.
 */

const version = 1;

const entrySchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  mode: z.enum(['0644', '0755']),
});
const manifestSchema = z.strictObject({
  version: z.literal(version),
  /** By generator and path below its folder. */
  generators: z.record(z.string(), z.record(z.string(), entrySchema)),
});

type ManifestEntry = z.output<typeof entrySchema>;
/** Files by their path below `rendered/<stack>`: `compose/compose.yaml`. */
export type Manifest = ReadonlyMap<string, ManifestEntry>;

/** Returns SHA-256 of a file, hexadecimal. */
export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Returns how a file stands in the manifest. */
export const entryOf = (content: string, mode: number): ManifestEntry => ({
  sha256: hashOf(content),
  mode: (mode & 0o100) === 0 ? '0644' : '0755',
});

const broken = (file: string, why: string, hint: string): ProxdeckError =>
  new ProxdeckError('state', `${file}: ${why}.`, { hint });

/** Reads the text of a manifest; none is an empty one. Throws `state` for one that is damaged or newer. */
export const parseManifest = (text: string | undefined, file: string): Manifest => {
  if (text === undefined) return new Map();
  const repair =
    'Take it from git, or remove it: files that are as they would be rendered are then taken for rendered, all others for edited.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken(file, 'the manifest of what was rendered is no JSON', repair);
  }
  const newer = z.looseObject({ version: z.number().min(version + 1) }).safeParse(value);
  if (newer.success)
    throw broken(
      file,
      `it is of version ${String(newer.data.version)}, written by a newer Proxdeck`,
      'Update Proxdeck.',
    );
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw broken(file, `the manifest of what was rendered is damaged at ${issue?.path.join('.') ?? 'its top'}`, repair);
  }
  return new Map(
    Object.entries(parsed.data.generators).flatMap(([generator, files]) =>
      Object.entries(files).map(([name, entry]) => [`${generator}/${name}`, entry] as const),
    ),
  );
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Returns the text of a manifest: sorted, so that the same files have the same text. */
export const formatManifest = (manifest: Manifest): string => {
  const generators: Record<string, Record<string, ManifestEntry>> = {};
  for (const [path, entry] of [...manifest].toSorted(([a], [b]) => compare(a, b))) {
    const slash = path.indexOf('/');
    (generators[path.slice(0, slash)] ??= {})[path.slice(slash + 1)] = entry;
  }
  return `${JSON.stringify({ version, generators }, null, 2)}\n`;
};
