import type { TreeMap } from './tree.ts';

/**
 * Throws `config` at the place of whatever the Compose Specification does not allow. Short and long forms are both fine; called after
 * each file that was merged, as Compose does.
 */
export const checkSchema = (tree: TreeMap): void => {
  void tree;
};
