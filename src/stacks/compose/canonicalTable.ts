import { failAt, isTreeList, isTreeMap, mapItems, mapValues, type Tree, type TreeMap, type TreePath } from './tree.ts';

/**
 * What is done at some places of a tree, as a table: patterns of paths (`services.*.ports`; `*` any key, `[]` any place in a list) and
 * functions. Only what leads to a pattern is walked through.
 */

/** Where a function of a table is called. */
export interface Here {
  readonly path: TreePath;
  /** Throws `config` at this place, or at one below it. */
  readonly fail: (message: string, below?: TreePath) => never;
}

/** Returns what is to stand there instead; undefined takes it away. */
export type Change = (value: Tree, here: Here) => Tree | undefined;

interface Branch {
  change?: Change;
  readonly below: Map<string, Branch>;
}

const branchOf = (table: Readonly<Record<string, Change>>): Branch => {
  const root: Branch = { below: new Map() };
  for (const [pattern, change] of Object.entries(table)) {
    let branch = root;
    for (const step of pattern.split('.')) {
      const next: Branch = branch.below.get(step) ?? { below: new Map() };
      branch.below.set(step, next);
      branch = next;
    }
    branch.change = change;
  }
  return root;
};

/**
 * Makes the function that applies a table. A place is changed before what is below it is looked at; what has a pattern of its own is not
 * looked at as `*`.
 */
export const byTable = (table: Readonly<Record<string, Change>>): ((tree: TreeMap) => TreeMap) => {
  const root = branchOf(table);
  return (tree) => {
    const walk = (value: Tree, branch: Branch, path: TreePath): Tree | undefined => {
      const changed =
        branch.change === undefined
          ? value
          : branch.change(value, {
              path,
              fail: (message, below = []) => failAt(tree, [...path, ...below], message),
            });
      if (branch.below.size === 0 || changed === undefined) return changed;
      if (isTreeMap(changed)) {
        return mapValues(changed, (each, key) => {
          const next = branch.below.get(key) ?? branch.below.get('*');
          return next === undefined ? each : walk(each, next, [...path, key]);
        });
      }
      const next = branch.below.get('[]');
      return isTreeList(changed) && next !== undefined
        ? mapItems(changed, (each, index) => walk(each, next, [...path, index]) ?? null)
        : changed;
    };
    const walked = walk(tree, root, []);
    return isTreeMap(walked) ? walked : tree;
  };
};
