import path from 'node:path';
import { parseDotenv } from './dotenv.ts';
import { mergeAt, reset } from './merge.ts';
import type { Reading } from './reading.ts';
import {
  composeError,
  failAt,
  isTreeList,
  isTreeMap,
  mapAt,
  mapEntries,
  mapOf,
  originAt,
  originOf,
  placeText,
  without,
  type MapEntry,
  type Place,
  type Tree,
  type TreeMap,
  type TreePath,
} from './tree.ts';

/** `include`: whole projects that belong to this one, with folders and variables of their own (Compose Specification, section Include). */

/** What is read as one: a Compose file and those over it. */
export interface Group {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Relative paths begin here. */
  readonly folder: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Files that are being read and include this, the outermost first. */
  readonly within: readonly string[];
  /** Where somebody asked for it. */
  readonly asked: Place | undefined;
}

interface Inclusion {
  readonly paths: readonly string[];
  readonly projectFolder: string | undefined;
  readonly envFiles: readonly string[];
  readonly place: Place | undefined;
}

const textsAt = (tree: TreeMap, at: TreePath, key: string): readonly string[] => {
  const found = mapAt(tree, at)[key];
  if (found === undefined || found === null) return [];
  const list = isTreeList(found) ? found : [found];
  return list.map((each) =>
    typeof each === 'string' ? each : failAt(tree, [...at, key], 'a path is wanted here, or a list of paths.'),
  );
};

const inclusionsOf = (tree: TreeMap): readonly Inclusion[] => {
  const found = tree['include'];
  if (found === undefined || found === null) return [];
  if (!isTreeList(found)) return failAt(tree, ['include'], 'a list of files is wanted here.');
  return found.map((entry, index) => {
    const at = ['include', index];
    const place = originAt(tree, at)?.place;
    if (typeof entry === 'string') return { paths: [entry], projectFolder: undefined, envFiles: [], place };
    const paths = textsAt(tree, at, 'path');
    if (!isTreeMap(entry) || paths.length === 0) return failAt(tree, at, 'a path is wanted here, or `path:` with one.');
    const [projectFolder] = textsAt(tree, at, 'project_directory');
    return { paths, projectFolder, envFiles: textsAt(tree, at, 'env_file'), place };
  });
};

const groupOf = async (inclusion: Inclusion, around: Group, file: string, reading: Reading): Promise<Group> => {
  const { paths, projectFolder, envFiles, place } = inclusion;
  const elsewhere = paths.find((each) => /^(oci:|git@|https?:|ssh:)/.test(each));
  if (elsewhere !== undefined)
    throw composeError(place, `\`${elsewhere}\` is not loaded: it lies elsewhere.`, 'Copy it into the project.');
  const files = paths.map((each) => path.resolve(around.folder, each));
  const [first = ''] = files;
  const within = [...around.within, file];
  if (within.includes(first)) {
    const circle = [...within.slice(within.indexOf(first)), first].map((each) => reading.nameOf(each)).join(' → ');
    throw composeError(place, `\`include\` comes back to where it began: ${circle}.`, 'Take one of them away.');
  }
  const folder = projectFolder === undefined ? path.dirname(first) : path.resolve(around.folder, projectFolder);
  const environment = await environmentOf(envFiles, folder, around, place, reading);
  return { files, folder, environment, within, asked: place };
};

/** What is set around an included project counts before what its own files of variables say. */
const environmentOf = async (
  envFiles: readonly string[],
  folder: string,
  around: Group,
  place: Place | undefined,
  reading: Reading,
): Promise<ReadonlyMap<string, string>> => {
  const own = envFiles.filter((each) => each !== '/dev/null').map((each) => path.resolve(around.folder, each));
  let found = new Map<string, string>();
  for (const file of envFiles.length === 0 ? [path.join(folder, '.env')] : own) {
    const bytes = await reading.bytes(file);
    if (bytes !== undefined)
      found = parseDotenv(bytes, {
        name: reading.nameOf(file),
        lookup: (variable) => around.environment.get(variable),
        before: found,
      });
    else if (envFiles.length > 0) throw composeError(place, `there is no file \`${reading.nameOf(file)}\`.`);
  }
  return new Map([...found, ...around.environment]);
};

const kinds = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'] as const;

/** Puts what was included into a file; where both have something, the file's own is laid over it. */
const withIncluded = (tree: TreeMap, included: TreeMap, resets: readonly TreePath[], reading: Reading): TreeMap => {
  const entries = kinds.flatMap((kind): readonly MapEntry[] => {
    const from = included[kind];
    if (!isTreeMap(from)) return [];
    const own = mapAt(tree, [kind]);
    const added = mapEntries(from).map(([name, value, origin]): MapEntry => {
      if (!Object.hasOwn(own, name)) return [name, value, origin];
      const over: Tree = own[name] ?? null;
      const place = originOf(own, name)?.place;
      const other = origin === undefined ? 'an included file' : placeText(origin.place);
      reading.warn({ message: `${kind}.${name} is in ${other} too; this one is laid over it.`, place });
      const base = treeWithout(kind, name, value, resets);
      return [name, base === undefined ? over : mergeAt(base, over, [kind, name]), originOf(own, name)];
    });
    return [[kind, mapOf([...mapEntries(own), ...added]), originOf(tree, kind) ?? originOf(included, kind)]];
  });
  return mapOf([...mapEntries(tree), ...entries]);
};

const treeWithout = (kind: string, name: string, value: Tree, resets: readonly TreePath[]): Tree | undefined =>
  mapAt(reset({ [kind]: { [name]: value } }, resets), [kind])[name];

/**
 * Returns a file with everything that it includes. Throws `config` for a cycle, and for what is not there.
 * @param load reads an included project
 */
export const withIncludes = async (
  tree: TreeMap,
  resets: readonly TreePath[],
  { group, file, reading }: { readonly group: Group; readonly file: string; readonly reading: Reading },
  load: (group: Group) => Promise<TreeMap>,
): Promise<TreeMap> => {
  let whole = tree;
  for (const inclusion of inclusionsOf(tree)) {
    const included = await load(await groupOf(inclusion, group, file, reading));
    whole = withIncluded(whole, included, resets, reading);
  }
  return without(whole, 'include');
};
