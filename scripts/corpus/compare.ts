import { readFile, stat } from 'node:fs/promises';
import type { ComposeJson, ComposeProject } from '../../src/models/compose.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { loadCompose } from '../../src/stacks/compose/load.ts';

/** What a loader makes of a project: what docker compose would print, or a sentence that says why not. */
export type Answer =
  | { readonly printed: ComposeJson }
  | { readonly refused: string }
  /** docker compose accepts it and cannot write it as JSON. */
  | { readonly unprintable: string };

/** The variables a project of the corpus is read with, whoever reads it. Nothing comes from who runs the tests. */
export const environmentIn = (folder: string): Readonly<Record<string, string>> => ({
  HOME: '/home/corpus',
  PATH: '/usr/bin:/bin',
  PWD: folder,
});

const isMap = (value: ComposeJson | undefined): value is Readonly<Record<string, ComposeJson>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: ComposeJson | undefined): value is readonly ComposeJson[] => Array.isArray(value);

/** Keys with mappings whose names are a person's own: a label may well begin with `x-`. */
const ownNames = new Set(
  'services networks volumes secrets configs environment labels annotations args options driver_opts sysctls storage_opt'
    .concat(' additional_contexts aux_addresses depends_on')
    .split(' '),
);

const withoutExtensions = (value: ComposeJson, own: boolean): ComposeJson => {
  if (isList(value)) return value.map((each) => withoutExtensions(each, false));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      key.startsWith('x-') && !own ? [] : [[key, withoutExtensions(each, ownNames.has(key) && !own)]],
    ),
  );
};

/** docker compose prints `null` for a list without items in what it does not know. */
const withoutEmptyLists = (value: ComposeJson): ComposeJson => {
  if (isList(value)) return value.length === 0 ? null : value.map(withoutEmptyLists);
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutEmptyLists(each)]))
    : value;
};

const withDoubledDollars = (value: ComposeJson): ComposeJson => {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (isList(value)) return value.map(withDoubledDollars);
  return isMap(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key.replaceAll('$', '$$$$'), withDoubledDollars(each)]),
      )
    : value;
};

/**
 * Returns a project as `docker compose config --format json` prints it: without models and `x-` keys (but those at the top), which its
 * JSON leaves out, and with every `$` doubled.
 */
const asPrinted = ({ models: _, ...project }: ComposeProject): ComposeJson => {
  const json = JSON.parse(JSON.stringify(project)) as Readonly<Record<string, ComposeJson>>;
  return withDoubledDollars(
    Object.fromEntries(
      Object.entries(json).map(([key, value]) => [
        key,
        key.startsWith('x-') ? withoutEmptyLists(value) : withoutExtensions(value, ownNames.has(key)),
      ]),
    ),
  );
};

/** The bytes of a file, undefined where there is none. */
const fileIn = async (file: string): Promise<Uint8Array | undefined> => {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? await readFile(file) : undefined;
};

/** Reads a project with our loader. */
export const ours = async (folder: string): Promise<Answer> => {
  try {
    const { project } = await loadCompose({ folder, environment: environmentIn(folder), readFile: fileIn });
    return { printed: asPrinted(project) };
  } catch (error) {
    if (error instanceof ProxdeckError) return { refused: error.message };
    throw error;
  }
};

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

const shown = (value: ComposeJson | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Returns where two values first differ, and what stands there; undefined if they are equal. The order of keys does not count. */
const firstDifference = (
  mine: ComposeJson | undefined,
  theirs: ComposeJson | undefined,
  path = '',
): string | undefined => {
  if (isMap(mine) && isMap(theirs)) {
    for (const key of [...new Set([...Object.keys(theirs), ...Object.keys(mine)])].toSorted()) {
      const found = firstDifference(
        Object.hasOwn(mine, key) ? mine[key] : undefined,
        Object.hasOwn(theirs, key) ? theirs[key] : undefined,
        at(path, key),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isList(mine) && isList(theirs)) {
    for (let index = 0; index < Math.max(mine.length, theirs.length); index += 1) {
      const found = firstDifference(mine[index], theirs[index], at(path, String(index)));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return mine === theirs ? undefined : `${path}: ${shown(mine)}, docker compose has ${shown(theirs)}`;
};

/** What two answers have to do with each other. */
export interface Verdict {
  readonly same: boolean;
  /** `equal`, `refused by both`, or what differs first. */
  readonly words: string;
}

export const compared = (mine: Answer, theirs: Answer): Verdict => {
  if ('refused' in mine)
    return 'refused' in theirs
      ? { same: true, words: 'refused by both' }
      : { same: false, words: `differs: we refuse it: ${mine.refused}` };
  if ('refused' in theirs) return { same: false, words: `differs: docker compose refuses it: ${theirs.refused}` };
  if ('unprintable' in theirs || 'unprintable' in mine)
    return { same: true, words: 'equal, accepted by both; docker compose cannot write it as JSON' };
  const difference = firstDifference(mine.printed, theirs.printed);
  return difference === undefined ? { same: true, words: 'equal' } : { same: false, words: `differs: ${difference}` };
};
