import { diff3Merge } from 'node-diff3';

/** Where a file edited by hand and what is rendered now both changed the same lines. Lines of the edited file, from 1. */
export interface MergeConflict {
  readonly line: number;
  /** 0 where lines were taken out. */
  readonly lines: number;
}

/** What came of a merge: a text, or where it was not possible. */
export type Merged = { readonly text: string } | { readonly conflicts: readonly MergeConflict[] };

/** Merges what was edited by hand with what is rendered now; `base` is what was rendered before both. Lines are merged, as git does. */
export const mergeTexts = (edited: string, base: string, rendered: string): Merged => {
  const regions = diff3Merge(edited.split('\n'), base.split('\n'), rendered.split('\n'), {
    excludeFalseConflicts: true,
  });
  const conflicts = regions.flatMap(({ conflict }) =>
    conflict === undefined ? [] : [{ line: conflict.aIndex + 1, lines: conflict.a.length }],
  );
  return conflicts.length > 0 ? { conflicts } : { text: regions.flatMap(({ ok }) => ok ?? []).join('\n') };
};
