import path from 'node:path';
import { canonical } from './canonical.ts';
import { withExtends, type ExtendsScope } from './extends.ts';
import { filled } from './finish.ts';
import { withIncludes, type Group } from './include.ts';
import { merge, reset } from './merge.ts';
import { withAbsolutePaths } from './paths.ts';
import type { Reading } from './reading.ts';
import { checkSchema } from './schema.ts';
import {
  isTreeList,
  isTreeMap,
  mapAt,
  mapItems,
  mapOf,
  mapValues,
  originOf,
  without,
  type Place,
  type Tree,
  type TreeMap,
} from './tree.ts';
import { unique } from './unique.ts';

/** Compose files that are read as one, in the order in which docker compose does it. */

const services = (tree: TreeMap): TreeMap => mapAt(tree, ['services']);

/** One document over what was read before. It is checked as a whole each time: two files may each be fine and not go together. */
const over = (base: TreeMap, document: TreeMap, check: boolean, reading: Reading): TreeMap => {
  const merged = unique(merge(base, document));
  if (check) checkSchema(merged);
  if (merged['version'] !== undefined)
    reading.warn({
      message: '`version` means nothing to Compose any more.',
      place: originOf(merged, 'version')?.place,
    });
  return unique(canonical(without(merged, 'version')));
};

/** The services of a file that another one extends: neither checked (the whole will be) nor extended yet. */
const baseScope = async (
  file: string,
  asked: Place | undefined,
  group: Group,
  reading: Reading,
): Promise<ExtendsScope> => {
  const source = await reading.source(file, asked);
  const documents = reading.trees(source, group.environment);
  const tree = documents.reduce(
    (base, document) => over(reset(base, document.resets), document.tree, false, reading),
    mapOf([]),
  );
  const folders = { folder: path.dirname(file), home: reading.home, follow: reading.follow };
  const resets = documents.flatMap((document) => document.resets);
  return { file, fileName: reading.nameOf(file), services: services(withAbsolutePaths(tree, folders)), resets };
};

/** Gives variables that a list names without a value that of the surroundings; an included project has surroundings of its own. */
const withEnvironment = (tree: TreeMap, environment: ReadonlyMap<string, string>): TreeMap => {
  const named = (item: Tree): Tree => {
    const value = typeof item === 'string' ? environment.get(item) : undefined;
    return value === undefined ? item : `${String(item)}=${value}`;
  };
  const service = (value: Tree): Tree => {
    const list = isTreeMap(value) ? value['environment'] : undefined;
    return isTreeMap(value) && isTreeList(list) ? { ...value, environment: mapItems(list, named) } : value;
  };
  return mapValues(tree, (value, key) => (key === 'services' && isTreeMap(value) ? mapValues(value, service) : value));
};

/** Returns what a group of files says: merged, canonical, checked, its paths absolute. Throws `config` with file:line:column. */
export const loadGroup = async (group: Group, reading: Reading): Promise<TreeMap> => {
  const scopes = new Map<string, Promise<ExtendsScope>>();
  const scopeOf = async (file: string, asked: Place | undefined): Promise<ExtendsScope> => {
    const known = scopes.get(file) ?? baseScope(file, asked, group, reading);
    scopes.set(file, known);
    return await known;
  };
  let tree = mapOf([]);
  for (const file of group.files) {
    const source = await reading.source(file, group.asked);
    for (const document of reading.trees(source, group.environment)) {
      const own = services(document.tree);
      const scope = { file, fileName: source.source.name, services: own, resets: document.resets };
      const extended = await withExtends(scope, { folder: group.folder, scopeOf });
      const whole = extended === own ? document.tree : { ...document.tree, services: extended };
      const including = await withIncludes(whole, document.resets, { group, file, reading }, (inner) =>
        loadGroup(inner, reading),
      );
      tree = over(reset(tree, document.resets), including, true, reading);
    }
  }
  const folders = { folder: group.folder, home: reading.home, follow: reading.follow };
  return withEnvironment(withAbsolutePaths(filled(tree), folders), group.environment);
};
