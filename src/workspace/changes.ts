import { entryOf, hashOf, type Manifest } from './manifest.ts';
import { mergeTexts, type MergeConflict } from './merge.ts';
import { textOf, type Standing, type StandingFile } from './standing.ts';

/** A file as it is to be rendered. */
export interface DesiredFile {
  readonly content: string;
  readonly mode: 0o644 | 0o755;
}

/** What is done about files that were edited by hand: left as they are, written over, or merged with what is rendered now. */
export type Strategy = 'keep' | 'overwrite' | 'merge';

export type ChangeKind =
  | 'new'
  | 'updated'
  | 'unchanged'
  /** Edited by hand, and left so. */
  | 'kept'
  | 'overwritten'
  | 'merged'
  /** Edited by hand where it would change too: it cannot be merged, and was left as it is. */
  | 'conflict'
  /** Nobody renders it any more. */
  | 'removed'
  /** The same, but edited by hand: it was left. */
  | 'left'
  /** No generator ever made it. */
  | 'foreign';

/** What a render does with one file. Paths are below `rendered/<stack>`: `compose/compose.yaml`. */
export interface Change {
  readonly path: string;
  readonly kind: ChangeKind;
  /** Undefined where there is no file, or where it is no text. */
  readonly before: string | undefined;
  /** What is rendered now; undefined where nothing is. */
  readonly after: string | undefined;
  /** What is written, where that is something else than what is rendered. */
  readonly merged?: string;
  readonly mode: 0o644 | 0o755;
  readonly conflicts?: readonly MergeConflict[];
  /** Why it could not be merged, where that is not because of its lines. */
  readonly reason?: string;
}

/** Texts that were rendered before, by their SHA-256; kept on this machine only. */
export interface RenderedTexts {
  has(hash: string): boolean;
  /** Undefined where it is not kept, or not as it was. */
  text(hash: string): string | undefined;
}

export interface Comparison {
  readonly desired: ReadonlyMap<string, DesiredFile>;
  readonly manifest: Manifest;
  readonly standing: Standing;
  readonly rendered: RenderedTexts;
  readonly strategy: Strategy;
}

/** Whether a file is as it was made: as the manifest says, or as an earlier render of which the manifest did not get to tell. */
const isAsMade = (path: string, file: StandingFile, { manifest, rendered }: Comparison): boolean => {
  const entry = manifest.get(path);
  const hash = hashOf(file.content);
  if (entry?.sha256 === hash) return file.executable === (entry.mode === '0755');
  return rendered.has(hash);
};

const isAsDesired = (file: StandingFile, { content, mode }: DesiredFile): boolean =>
  file.executable === (mode === 0o755) && Buffer.from(content).equals(file.content);

/** What is merged, or why it cannot be. */
const mergeChange = (
  path: string,
  before: string | undefined,
  after: string,
  { manifest, rendered }: Comparison,
): Pick<Change, 'kind' | 'merged' | 'conflicts' | 'reason'> => {
  if (before === undefined) return { kind: 'conflict', reason: 'it is no text' };
  const base = rendered.text(manifest.get(path)?.sha256 ?? '');
  if (base === undefined)
    return { kind: 'conflict', reason: 'what was rendered before it was edited is not kept on this machine' };
  const result = mergeTexts(before, base, after);
  if ('conflicts' in result) return { kind: 'conflict', conflicts: result.conflicts };
  return result.text === before ? { kind: 'kept' } : { kind: 'merged', merged: result.text };
};

const changeOf = (path: string, desired: DesiredFile, comparison: Comparison): Change => {
  const { content: after, mode } = desired;
  const file = comparison.standing.files.get(path);
  if (file === undefined) return { path, kind: 'new', before: undefined, after, mode };
  const before = textOf(file);
  const change = { path, before, after, mode } as const;
  if (isAsDesired(file, desired)) return { ...change, kind: 'unchanged' };
  if (isAsMade(path, file, comparison)) return { ...change, kind: 'updated' };
  switch (comparison.strategy) {
    case 'keep':
      return { ...change, kind: 'kept' };
    case 'overwrite':
      return { ...change, kind: 'overwritten' };
    case 'merge':
      return { ...change, ...mergeChange(path, before, after, comparison) };
  }
};

/** A file that was rendered once and is not any more; undefined where it is gone already. */
const removalOf = (path: string, comparison: Comparison): Change | undefined => {
  const file = comparison.standing.files.get(path);
  if (file === undefined) return undefined;
  const isDropped = comparison.strategy === 'overwrite' || isAsMade(path, file, comparison);
  const mode = file.executable ? 0o755 : 0o644;
  return { path, kind: isDropped ? 'removed' : 'left', before: textOf(file), after: undefined, mode };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares what is to be rendered with what lies there. `manifest` holds only what these generators rendered. Nothing is written. */
export const changesOf = (comparison: Comparison): readonly Change[] => {
  const { desired, manifest, standing } = comparison;
  const wanted = [...desired].map(([path, file]) => changeOf(path, file, comparison));
  const dropped = [...manifest.keys()].flatMap((path) =>
    desired.has(path) ? [] : (removalOf(path, comparison) ?? []),
  );
  const foreign = standing.foreign.map((path): Change => ({
    path,
    kind: 'foreign',
    before: undefined,
    after: undefined,
    mode: 0o644,
  }));
  return [...wanted, ...dropped, ...foreign].toSorted((a, b) => compare(a.path, b.path));
};

const written: ReadonlySet<ChangeKind> = new Set(['new', 'updated', 'overwritten', 'merged']);

/** Returns the text that is to be written; undefined where the file stays as it is. */
export const writtenText = ({ kind, merged, after }: Change): string | undefined =>
  written.has(kind) ? (merged ?? after) : undefined;

/** Returns what the manifest says once the changes are made. What was kept stays as it was rendered last: it is merged with that later. */
export const manifestAfter = (before: Manifest, changes: readonly Change[]): Manifest => {
  const after = new Map<string, ReturnType<typeof entryOf>>();
  for (const { path, kind, after: text, mode } of changes) {
    const last = before.get(path);
    if (kind === 'kept' || kind === 'conflict' || kind === 'left') {
      if (last !== undefined) after.set(path, last);
    } else if (text !== undefined) after.set(path, entryOf(text, mode));
  }
  return after;
};
