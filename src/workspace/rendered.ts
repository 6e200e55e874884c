import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { generatorNames } from '../models/artifact.ts';
import { changesOf, manifestAfter, writtenText, type Change, type DesiredFile, type Strategy } from './changes.ts';
import { formatManifest, hashOf, parseManifest, type Manifest } from './manifest.ts';
import { formatRenderedTexts, readRenderedTexts, renderedTextsFile } from './renderedTexts.ts';
import { standingIn } from './standing.ts';
import { removeTogether, writeTogether, type Disk, type FileWrite } from './write.ts';

/** What is to be rendered of a stack. */
export interface RenderWish {
  /** The folder of the workspace. */
  readonly workspace: string;
  readonly stack: string;
  /** Generators that are rendered; what others rendered before stays as it is. */
  readonly generators: readonly string[];
  /** By path below `rendered/<stack>`. */
  readonly desired: ReadonlyMap<string, DesiredFile>;
  readonly strategy: Strategy;
}

/** What a render would do. */
export interface RenderPlan {
  readonly folder: string;
  readonly changes: readonly Change[];
  /** What is written, where anything is: files, the manifest, texts to merge with later. */
  readonly writes: readonly FileWrite[];
  readonly removals: readonly string[];
}

const manifestName = 'manifest.json';

/** Returns the folder that a stack is rendered into. */
export const renderedFolder = (workspace: string, stack: string): string => path.join(workspace, 'rendered', stack);

const readText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Reads what was rendered last of a stack. Throws `state` for a manifest that is damaged or of a newer version. */
export const readManifest = async (workspace: string, stack: string): Promise<Manifest> => {
  const file = path.join(renderedFolder(workspace, stack), manifestName);
  return parseManifest(await readText(file), file);
};

/** What lies beside the folders of the generators. */
const foreignBeside = async (folder: string, known: readonly string[]): Promise<readonly Change[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const expected = new Set<string>([...generatorNames, ...known, manifestName]);
  return entries
    .filter(({ name }) => !expected.has(name))
    .map((entry) => ({
      path: entry.isDirectory() ? `${entry.name}/` : entry.name,
      kind: 'foreign' as const,
      before: undefined,
      after: undefined,
      mode: 0o644 as const,
    }));
};

const generatorOf = (file: string): string => file.slice(0, file.indexOf('/'));

/**
 * The texts that are kept for a later merge, where one is new among them. Those of the last manifest stay with them: until the new one
 * is in its place, files may be of either. What neither names is dropped.
 */
const textsToKeep = (
  file: string,
  known: ReadonlyMap<string, string>,
  changes: readonly Change[],
  manifests: readonly Manifest[],
): readonly FileWrite[] => {
  const needed = new Set(manifests.flatMap((manifest) => [...manifest.values()].map(({ sha256 }) => sha256)));
  const made = changes.flatMap(({ after }) => (after === undefined ? [] : [[hashOf(after), after] as const]));
  if (made.every(([hash]) => known.has(hash) || !needed.has(hash))) return [];
  const kept = [...new Map([...known, ...made])].flatMap(([hash, text]) => (needed.has(hash) ? [text] : []));
  return [{ file, content: formatRenderedTexts(kept), mode: 0o600, isCache: true }];
};

/**
 * Works out what a render would do; reads only. Throws `conflict` for a link or folder in the place of a file, `state` for a damaged
 * manifest.
 */
export const planRender = async ({
  workspace,
  stack,
  generators,
  desired,
  strategy,
}: RenderWish): Promise<RenderPlan> => {
  const folder = renderedFolder(workspace, stack);
  const manifest = await readManifest(workspace, stack);
  const isRendered = (file: string): boolean => generators.includes(generatorOf(file));
  const before = new Map([...manifest].filter(([file]) => isRendered(file)));
  const others = [...manifest].filter(([file]) => !isRendered(file));
  const standing = standingIn(folder, generators, new Set([...desired.keys(), ...before.keys()]));
  const textsFile = renderedTextsFile(workspace, stack);
  const rendered = readRenderedTexts(textsFile);
  const changes = [
    ...changesOf({ desired, manifest: before, standing, rendered, strategy }),
    ...(await foreignBeside(folder, [...manifest.keys()].map(generatorOf))),
  ];
  const after: Manifest = new Map([...others, ...manifestAfter(before, changes)]);
  const manifestText = formatManifest(after);
  const files = changes.flatMap((change): FileWrite[] => {
    const content = writtenText(change);
    return content === undefined ? [] : [{ file: path.join(folder, change.path), content, mode: change.mode }];
  });
  const isSameManifest = manifestText === formatManifest(manifest);
  return {
    folder,
    changes,
    writes: [
      ...textsToKeep(textsFile, rendered.texts, changes, [manifest, after]),
      ...files,
      ...(isSameManifest ? [] : [{ file: path.join(folder, manifestName), content: manifestText, mode: 0o644 }]),
    ],
    removals: changes.flatMap(({ path: name, kind }) => (kind === 'removed' ? [path.join(folder, name)] : [])),
  };
};

/**
 * Does what was planned. Yields how many files are written. Throws `state` when the disk does not take it, `cancelled` when that was
 * asked for; then everything is as it was.
 */
export async function* applyRender(
  { folder, writes, removals }: RenderPlan,
  options: { readonly signal?: AbortSignal; readonly disk?: Disk } = {},
): AsyncGenerator<number, void, void> {
  if (writes.length > 0) yield* writeTogether(writes, options);
  await removeTogether(removals, folder);
}
