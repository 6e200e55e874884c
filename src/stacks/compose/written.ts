import {
  isTreeList,
  isTreeMap,
  listEntries,
  mapAt,
  mapEntries,
  originAfter,
  originAt,
  originOf,
  pathText,
  placeText,
  treeAt,
  type Tree,
  type TreeMap,
  type TreePath,
  type TextPart,
} from './tree.ts';

/** What was written before variables were replaced, and where. */

interface VariableUse {
  /** As it is told: `services.web.ports[0]`. */
  readonly path: string;
  /** `compose.yaml:3:5` */
  readonly place: string;
  readonly variables: readonly string[];
}

export interface Variables {
  /** By service and variable of its environment: the text in which variables stand. Only where some do. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, readonly TextPart[]>>>>;
  /** Everywhere else. */
  readonly elsewhere: readonly VariableUse[];
}

const partsOf = (environment: Tree | undefined): Readonly<Record<string, readonly TextPart[]>> => {
  const entries = isTreeMap(environment)
    ? mapEntries(environment).map(([key, , origin]) => [key, origin?.parts] as const)
    : isTreeList(environment)
      ? listEntries(environment).map(([pair, origin]) => {
          const key = String(pair).split('=', 1)[0] ?? '';
          return [key, originAfter(origin, key.length + 1)?.parts] as const;
        })
      : [];
  return Object.fromEntries(
    entries.flatMap(([key, parts]) => (parts?.some((part) => typeof part !== 'string') === true ? [[key, parts]] : [])),
  );
};

const usesBelow = (here: Tree, path: TreePath, found: VariableUse[]): void => {
  if (path.length === 3 && path[0] === 'services' && path[2] === 'environment') return;
  if (!isTreeMap(here) && !isTreeList(here)) return;
  const keys = isTreeList(here) ? here.keys() : Object.keys(here);
  for (const key of keys) {
    const origin = originOf(here, key);
    const below = [...path, key];
    const variables = (origin?.parts ?? []).flatMap((part) => (typeof part === 'string' ? [] : [part.variable]));
    // What a short form became has its origin throughout: it is told once.
    if (origin !== undefined && variables.length > 0)
      found.push({ path: pathText(below), place: placeText(origin.place), variables: [...new Set(variables)] });
    else usesBelow(treeAt(here, [key]) ?? null, below, found);
  }
};

/** Returns where variables stood in a tree. */
export const variablesOf = (tree: TreeMap): Variables => {
  const services = mapEntries(mapAt(tree, ['services'])).flatMap(([name, service]) => {
    const parts = isTreeMap(service) ? partsOf(service['environment']) : {};
    return Object.keys(parts).length === 0 ? [] : [[name, parts] as const];
  });
  const elsewhere: VariableUse[] = [];
  usesBelow(tree, [], elsewhere);
  return { environment: Object.fromEntries(services), elsewhere };
};

/** A step as it is in the tree: of a list of pairs (`environment: [KEY=value]`) a key is the place of its pair. */
const stepIn = (here: Tree | undefined, step: string | number): string | number => {
  const index = isTreeList(here)
    ? here.findIndex((item) => item === step || (typeof item === 'string' && item.startsWith(`${String(step)}=`)))
    : -1;
  return index === -1 ? step : index;
};

const stepsIn = (tree: TreeMap, path: TreePath): TreePath =>
  path.reduce<TreePath>((steps, step) => [...steps, stepIn(treeAt(tree, steps), step)], []);

/** Returns where what stands at a path was written, or the nearest thing around it: `compose.yaml:3:5`; undefined where nobody wrote it. */
export const placeIn = (tree: TreeMap, path: TreePath): string | undefined => {
  const origin = originAt(tree, stepsIn(tree, path));
  return origin === undefined ? undefined : placeText(origin.place);
};

/** Whether what stands at a path was written in a Compose file: a variable that only an `env_file` gives was not. */
export const isWrittenIn = (tree: TreeMap, path: TreePath): boolean => treeAt(tree, stepsIn(tree, path)) !== undefined;
