import { below, pathTable, rows, type PathTable } from './pathTable.ts';
import { scalarText } from './scalars.ts';
import {
  composeError,
  isTreeList,
  isTreeMap,
  listEntries,
  listOf,
  mapEntries,
  mapOf,
  originAt,
  originOf,
  pathText,
  type ListEntry,
  type MapEntry,
  type Origin,
  type Tree,
  type TreeMap,
  type TreePath,
} from './tree.ts';

/**
 * One Compose file over another (Compose Specification, section Merge; the corners are those of compose-go's `override`). Mappings are
 * merged, lists are joined, anything else is replaced; the table below names where it is otherwise.
 */

type Merger = (base: Tree, over: Tree, path: TreePath) => Tree;

const emptyMap = mapOf([]);

/** `KEY=value`, with the variables that stand in the value. */
const pairEntry = (key: string, value: Tree, origin: Origin | undefined): ListEntry => {
  const text = isTreeMap(value) || isTreeList(value) ? '' : scalarText(value);
  const parts = origin?.parts === undefined ? undefined : [`${key}=`, ...origin.parts];
  return [`${key}=${text}`, origin === undefined || parts === undefined ? origin : { place: origin.place, parts }];
};

/** A mapping as the list of pairs that means the same; a lone text as a list of one. */
const asList = (tree: Tree): readonly ListEntry[] => {
  if (isTreeList(tree)) return listEntries(tree);
  if (typeof tree === 'string') return [[tree, undefined]];
  if (!isTreeMap(tree)) return [];
  const entries = mapEntries(tree).flatMap(([key, value, origin]): readonly ListEntry[] => {
    if (value === null) return [[key, origin]];
    if (isTreeList(value)) return listEntries(value).map(([item, place]) => pairEntry(key, item, place ?? origin));
    return [pairEntry(key, value, origin)];
  });
  return entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
};

/** A list of names as the mapping that means the same. */
const asMap = (tree: Tree, value: Tree): TreeMap => {
  if (isTreeMap(tree)) return tree;
  if (!isTreeList(tree)) return emptyMap;
  return mapOf(listEntries(tree).map(([name, origin]): MapEntry => [String(name), value, origin]));
};

const joined: Merger = (base, over) => listOf([...asList(base), ...asList(over)]);

const joinedOnce: Merger = (base, over) => {
  const first = asList(base);
  const known = new Set(first.map(([value]) => value));
  return listOf([...first, ...asList(over).filter(([value]) => !known.has(value))]);
};

const replaced: Merger = (_base, over) => over;

const byName =
  (value: Tree): Merger =>
  (base, over, path) =>
    mergeMaps(asMap(base, value), asMap(over, value), path, tableAt(path));

/** The options of a log driver mean nothing to another one. */
const logging: Merger = (base, over, path) => {
  if (!isTreeMap(base) || !isTreeMap(over)) return over ?? base;
  const same = !('driver' in base) || !('driver' in over) || base['driver'] === over['driver'];
  return same ? mergeMaps(base, over, path, tableAt(path)) : over;
};

const build: Merger = (base, over, path) => {
  const long = (tree: Tree): TreeMap => {
    if (isTreeMap(tree)) return tree;
    return typeof tree === 'string' ? mapOf([['context', tree, undefined]]) : emptyMap;
  };
  return mergeMaps(long(base), long(over), path, tableAt(path));
};

/** Address ranges with one subnet are one. */
const addressRanges: Merger = (base, over, path) => {
  if (!isTreeList(base) || !isTreeList(over)) return over;
  const found: (readonly [TreeMap, Origin | undefined])[] = [];
  const indexOf = (range: TreeMap): number => found.findIndex(([other]) => other['subnet'] === range['subnet']);
  for (const [original, originalOrigin] of listEntries(base)) {
    for (const [override, overrideOrigin] of listEntries(over)) {
      const one = asMap(original, null);
      const other = asMap(override, null);
      if (one['subnet'] !== other['subnet'] && indexOf(other) === -1) {
        found.push([other, overrideOrigin]);
        continue;
      }
      const merged = mergeMaps(one, other, path, undefined);
      const index = indexOf(merged);
      if (index === -1) found.push([merged, originalOrigin]);
      else found[index] = [merged, originalOrigin];
    }
  }
  return listOf(found);
};

const dependency = mapOf([
  ['condition', 'service_started', undefined],
  ['required', true, undefined],
]);

const service = 'services.*.';
const mergers: PathTable<Merger> = pathTable([
  ...rows('', 'networks.*.labels volumes.*.labels', joined),
  ...rows(service, 'annotations deploy.labels dns dns_opt dns_search env_file label_file', joined),
  ...rows(service, 'environment labels sysctls tmpfs', joined),
  ...rows(`${service}build.`, 'args additional_contexts labels', joined),
  ...rows(service, 'build.extra_hosts extra_hosts', joinedOnce),
  ...rows(service, 'command entrypoint healthcheck.test ulimits.*', replaced),
  ...rows(service, 'models networks', byName(null)),
  [`${service}depends_on`, byName(dependency)],
  [`${service}logging`, logging],
  [`${service}build`, build],
  ['networks.*.ipam.config', addressRanges],
]);

const tableAt = (path: TreePath): PathTable<Merger> | undefined => {
  let table: PathTable<Merger> | undefined = mergers;
  for (const step of path) table = below(table, String(step));
  return table;
};

const mergeMaps = (base: TreeMap, over: TreeMap, path: TreePath, table: PathTable<Merger> | undefined): TreeMap => {
  const entries = mapEntries(base);
  for (const [key, value, origin] of mapEntries(over)) {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    if (before === undefined) entries.push([key, value, origin]);
    else {
      const merged = mergeTrees(before, value, [...path, key], below(table, key), over);
      entries.push([key, merged, merged === value ? origin : originOf(base, key)]);
    }
  }
  return mapOf(entries);
};

const kind = (tree: Tree): string => (isTreeMap(tree) ? 'a mapping' : isTreeList(tree) ? 'a list' : 'a single value');

const mergeTrees = (
  base: Tree,
  over: Tree,
  path: TreePath,
  table: PathTable<Merger> | undefined,
  around: TreeMap,
): Tree => {
  if (table?.here !== undefined) return table.here(base, over, path);
  if (over === null) return base;
  const clash = (): never => {
    throw composeError(
      originAt(around, path.slice(-1))?.place,
      `${pathText(path)}: this is ${kind(over)}, but ${kind(base)} in the file before.`,
      'Write both in one form, or put `!override` before this one.',
    );
  };
  if (isTreeMap(base)) return isTreeMap(over) ? mergeMaps(base, over, path, table) : clash();
  if (isTreeList(base)) return isTreeList(over) ? listOf([...listEntries(base), ...listEntries(over)]) : clash();
  return over;
};

/** Returns one Compose file with another over it. Throws `config` where the two cannot be merged. */
export const merge = (base: TreeMap, over: TreeMap): TreeMap => mergeMaps(base, over, [], mergers);

/** Returns a resource (`['services', 'web']`) with another of its kind over it. */
export const mergeAt = (base: Tree, over: Tree, path: TreePath): Tree =>
  mergeTrees(base, over, path, tableAt(path), mapOf([[String(path.at(-1)), over, undefined]]));

/** Returns the tree without what stands at any of these places; items of lists stay. */
export const reset = (tree: TreeMap, places: readonly TreePath[]): TreeMap =>
  places.length === 0 ? tree : resetBelow(tree, places);

const resetBelow = (tree: TreeMap, places: readonly TreePath[]): TreeMap => {
  const left = mapEntries(tree).flatMap(([key, value, origin]): readonly MapEntry[] => {
    const here = places.filter(([step]) => step === key).map((path) => path.slice(1));
    if (here.length === 0) return [[key, value, origin]];
    if (here.some((path) => path.length === 0)) return [];
    return [[key, isTreeMap(value) ? resetBelow(value, here) : value, origin]];
  });
  return mapOf(left);
};
