import { applyPatch } from 'diff';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/workspace/changes.ts';
import { mergeTexts } from '../../../src/workspace/merge.ts';
import { patchLines, patchOf } from '../../../src/workspace/patches.ts';

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
const base = lines('a', 'b', 'c', 'd', 'e', 'f');

describe('merging', () => {
  it('takes both where they changed different lines', () => {
    expect(mergeTexts(lines('A', 'b', 'c', 'd', 'e', 'f'), base, lines('a', 'b', 'c', 'd', 'e', 'F', 'g'))).toEqual({
      text: lines('A', 'b', 'c', 'd', 'e', 'F', 'g'),
    });
  });

  it('is what was edited where nothing new is rendered, and what is rendered where nothing was edited', () => {
    const other = lines('x', 'b', 'y');
    expect(mergeTexts(other, base, base)).toEqual({ text: other });
    expect(mergeTexts(base, base, other)).toEqual({ text: other });
  });

  it('is no conflict where both did the same', () => {
    const same = lines('a', 'B', 'c', 'd', 'e', 'f');
    expect(mergeTexts(same, base, same)).toEqual({ text: same });
  });

  it('tells the lines of the edited file where both did something else, also where lines were taken out', () => {
    expect(mergeTexts(lines('a', 'X', 'Y', 'c', 'd', 'e', 'f'), base, lines('a', 'Z', 'c', 'd', 'e', 'f'))).toEqual({
      conflicts: [{ line: 2, lines: 2 }],
    });
    expect(mergeTexts(lines('a', 'c', 'd', 'e', 'f'), base, lines('a', 'Z', 'c', 'd', 'e', 'f'))).toEqual({
      conflicts: [{ line: 2, lines: 0 }],
    });
  });

  it('keeps the end of a file without a newline as it is', () => {
    expect(mergeTexts('a\nb\nc\nd', 'a\nb\nc\nd', 'A\nb\nc\nd')).toEqual({ text: 'A\nb\nc\nd' });
  });
});

const change = (before: string | undefined, after: string | undefined, kind: Change['kind'] = 'updated'): Change => ({
  path: 'compose/compose.yaml',
  kind,
  before,
  after,
  mode: 0o644,
});

describe('a difference', () => {
  it.each([
    ['a changed line', base, base.replace('c', 'C')],
    ['a new file', '', base],
    ['a removed file', base, ''],
    ['no newline at the end', base, base.slice(0, -1)],
    ['two places far apart', lines(...'abcdefghijklmnopqrstuvwxyz'), lines('0', ...'abcdefghijklmnopqrstuvwxy')],
    ['lines that begin like a header', base, lines('--- x', '+++ y', '@@ z', 'a')],
  ])('of %s turns the one into the other, and counts its lines', (_what, before, after) => {
    const patch = patchOf(change(before, after));
    if (patch === undefined) throw new Error('there is no difference');
    const text = patchLines(patch);
    expect(applyPatch(before, `${text.join('\n')}\n`)).toBe(after);
    const body = patch.hunks.flatMap((hunk) => hunk.lines);
    expect(patch.added).toBe(body.filter((line) => line.startsWith('+')).length);
    expect(patch.removed).toBe(body.filter((line) => line.startsWith('-')).length);
  });

  it('of texts that have nothing in common is the one out and the other in', () => {
    const before = lines(...Array.from({ length: 5_000 }, (_, index) => `old ${String(index)}`));
    const after = lines(...Array.from({ length: 5_000 }, (_, index) => `new ${String(index)}`));
    const patch = patchOf(change(before, after));
    expect(patch).toMatchObject({ added: 5_000, removed: 5_000, hunks: [{ oldLines: 5_000, newLines: 5_000 }] });
    expect(applyPatch(before, `${(patch === undefined ? [] : patchLines(patch)).join('\n')}\n`)).toBe(after);
  });

  it('says by its heads which file is new or goes', () => {
    const heads = (one: Change): readonly string[] => {
      const patch = patchOf(one);
      return patch === undefined ? [] : patchLines(patch).slice(0, 2);
    };
    expect(heads(change(undefined, base, 'new'))).toEqual(['--- /dev/null', '+++ compose/compose.yaml']);
    expect(heads(change(base, undefined, 'removed'))).toEqual(['--- compose/compose.yaml', '+++ /dev/null']);
    expect(heads(change(base, base, 'unchanged'))).toEqual([]);
    expect(heads(change(undefined, undefined, 'foreign'))).toEqual([]);
  });
});
