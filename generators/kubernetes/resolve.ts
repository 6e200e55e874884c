import {
  ChartOnly,
  Computed,
  Hole,
  isEmpty,
  Merged,
  When,
  type Condition,
  type Look,
  type Plain,
  type PlainMap,
  type Tree,
  type TreeMap,
} from './tree.ts';

/** Every hole at its default. */
export const defaults: Look = (hole) => hole.fallback;

const isMap = (value: Plain | undefined): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Helm merges mappings key by key; what was there and is not said again stays. */
const mergedOver = (under: Plain, over: Plain): Plain =>
  isMap(under) && isMap(over)
    ? {
        ...under,
        ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, mergedOver(under[key] ?? null, value)])),
      }
    : over;

/** Every hole at its default but those that are named, by their paths in values.yaml. */
export const withValues =
  (values: ReadonlyMap<string, Plain>): Look =>
  (hole) => {
    const value = values.get(hole.path);
    return value === undefined ? hole.fallback : mergedOver(hole.fallback, value);
  };

/** An object with its holes filled; `undefined` where it is not wanted. */
export const resolveObject = (tree: TreeMap, when: Condition | undefined, look: Look): PlainMap | undefined =>
  when === undefined || when.holds(look) ? mapValues(tree, look) : undefined;

const isLeftOut = (value: Plain): boolean => typeof value !== 'number' && typeof value !== 'boolean' && isEmpty(value);

/** Returns a mapping with its holes filled. */
export const mapValues = (map: TreeMap, look: Look): PlainMap =>
  Object.fromEntries(
    Object.entries(map).flatMap(([key, tree]) => {
      const value = resolve(tree, look);
      return value === undefined ? [] : [[key, value]];
    }),
  );

/**
 * Returns a tree with its holes filled; `undefined` for what is not there. A mapping or list of which nothing is left is not there
 * either, one that was empty from the beginning (`emptyDir: {}`) is.
 */
const resolve = (tree: Tree, look: Look): Plain | undefined => {
  if (tree instanceof Hole) {
    const value = look(tree);
    return isLeftOut(value) ? undefined : value;
  }
  if (tree instanceof Computed) return tree.of(look);
  if (tree instanceof ChartOnly) return undefined;
  if (tree instanceof When) return tree.condition.holds(look) ? resolve(tree.tree, look) : undefined;
  if (tree instanceof Merged) {
    const parts = tree.parts.map((part) => resolve(part, look));
    const merged = Object.assign({}, ...parts) as PlainMap;
    return isEmpty(merged) ? undefined : merged;
  }
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) {
    const items = (tree as readonly Tree[]).flatMap((item) => resolve(item, look) ?? []);
    return tree.length > 0 && items.length === 0 ? undefined : items;
  }
  const map = mapValues(tree as TreeMap, look);
  return Object.keys(tree).length > 0 && isEmpty(map) ? undefined : map;
};
