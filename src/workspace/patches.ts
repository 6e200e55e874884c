import { structuredPatch } from 'diff';
import type { Change } from './changes.ts';

/** A run of lines that differ, with the lines around them; each begins with ` `, `-` or `+`. */
interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** What a render would change in one file. */
export interface FilePatch {
  readonly path: string;
  readonly kind: Change['kind'];
  /** Lines. */
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly Hunk[];
}

/** Files that have less in common than this are shown whole: to find the shortest way between them would take too long. */
const mostEdits = 1_000;

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

/** Everything out, everything in. */
const replaced = (before: string, after: string): Hunk => ({
  oldStart: 1,
  oldLines: linesOf(before).length,
  newStart: 1,
  newLines: linesOf(after).length,
  lines: [...linesOf(before).map((line) => `-${line}`), ...linesOf(after).map((line) => `+${line}`)],
});

const hunksOf = (before: string, after: string): readonly Hunk[] => {
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: mostEdits });
  return patch === undefined ? [replaced(before, after)] : patch.hunks;
};

const countOf = (hunks: readonly Hunk[], sign: string): number =>
  hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith(sign)).length, 0);

/** Returns how a file as it lies there differs from what is rendered now; undefined where it does not, or is not ours. */
export const patchOf = ({ path, kind, before = '', after = '' }: Change): FilePatch | undefined => {
  if (kind === 'unchanged' || kind === 'foreign') return undefined;
  const hunks = hunksOf(before, after);
  return { path, kind, added: countOf(hunks, '+'), removed: countOf(hunks, '-'), hunks };
};

/** An empty range begins behind the line before it (POSIX, diff, unified format). */
const rangeText = (start: number, count: number): string =>
  `${String(count === 0 ? start - 1 : start)},${String(count)}`;

/** Returns a patch as `diff -u` writes it. */
export const patchLines = ({ path, kind, hunks }: FilePatch): readonly string[] => [
  `--- ${kind === 'new' ? '/dev/null' : path}`,
  `+++ ${kind === 'removed' || kind === 'left' ? '/dev/null' : path}`,
  ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${rangeText(oldStart, oldLines)} +${rangeText(newStart, newLines)} @@`,
    ...lines,
  ]),
];
