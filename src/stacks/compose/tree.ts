import { ProxdeckError } from '../../models/error.ts';

/**
 * What a Compose file says, as plain values, and where each of them was written. Mappings and lists are ordinary objects and arrays, so
 * schemas and spreads work on them as on any data; where their entries come from stands beside, under a symbol:
 * - `{...map, ports}` keeps the origins of `map`, that of `ports` among them;
 * - `mapOf`, `listOf`, `mapValues` and `mapItems` make new ones with origins;
 * - what has none is told at the nearest thing around it.
 * No tree is ever changed in place.
 */

/** A text that places point into. */
export interface SourceText {
  /** As a person knows it: relative to the project's folder where it lies within. */
  readonly name: string;
  /** Offsets at which lines begin, the first 0. */
  readonly lineStarts: readonly number[];
}

export interface Place {
  readonly source: SourceText;
  readonly offset: number;
}

/** A variable in a text: `${NAME:-other}`. */
interface VariablePart {
  readonly variable: string;
  /** `:-`, `-`, `:?`, `?`, `:+`, `+`, or nothing. */
  readonly operator: string;
  /** The whole of it as it stands in the file. */
  readonly written: string;
  /** What became of it. */
  readonly value: string;
}

/** A piece of a text before its variables were replaced. */
export type TextPart = string | VariablePart;

/** Where the entry of a mapping (its key) or of a list was written. */
export interface Origin {
  readonly place: Place;
  /** Of a text in which variables stood. Joined they are the text. */
  readonly parts?: readonly TextPart[];
}

const origins: unique symbol = Symbol('origins');

/** An integer beyond 2^53 is a bigint. */
export type TreeScalar = string | number | bigint | boolean | null;

export interface TreeMap {
  readonly [key: string]: Tree;
  readonly [origins]?: Readonly<Record<string, Origin>>;
}

export type TreeList = readonly Tree[] & { readonly [origins]?: Readonly<Record<string, Origin>> };

export type Tree = TreeScalar | TreeList | TreeMap;

export type TreePath = readonly (string | number)[];

export const isTreeList = (tree: Tree | undefined): tree is TreeList => Array.isArray(tree);

export const isTreeMap = (tree: Tree | undefined): tree is TreeMap =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);

/** Returns the origin of an entry, if it was written by somebody. */
export const originOf = (tree: TreeMap | TreeList, key: string | number): Origin | undefined => tree[origins]?.[key];

/** An entry with where it comes from; `undefined` where nobody wrote it. */
export type MapEntry = readonly [key: string, value: Tree, origin: Origin | undefined];
export type ListEntry = readonly [value: Tree, origin: Origin | undefined];

/** Makes a mapping. Of two entries with one key the later counts. */
export const mapOf = (entries: Iterable<MapEntry>): TreeMap => {
  const values: Record<string, Tree> = {};
  const places: Record<string, Origin> = {};
  for (const [key, value, origin] of entries) {
    values[key] = value;
    if (origin !== undefined) places[key] = origin;
  }
  return { ...values, [origins]: places };
};

export const listOf = (entries: Iterable<ListEntry>): TreeList => {
  const values: Tree[] = [];
  const places: Record<string, Origin> = {};
  for (const [value, origin] of entries) {
    if (origin !== undefined) places[values.length] = origin;
    values.push(value);
  }
  return Object.assign(values, { [origins]: places });
};

export const mapEntries = (tree: TreeMap): MapEntry[] =>
  Object.entries(tree).map(([key, value]) => [key, value, originOf(tree, key)]);

export const listEntries = (tree: TreeList): ListEntry[] => tree.map((value, index) => [value, originOf(tree, index)]);

/** The same keys with other values, origins kept; `undefined` takes a key away. The same mapping where nothing changes. */
export const mapValues = (tree: TreeMap, change: (value: Tree, key: string) => Tree | undefined): TreeMap => {
  const values: Record<string, Tree> = {};
  let same = true;
  for (const [key, value] of Object.entries(tree)) {
    const changed = change(value, key);
    if (changed !== value) same = false;
    if (changed !== undefined) values[key] = changed;
  }
  return same ? tree : { ...values, [origins]: tree[origins] ?? {} };
};

/** The same list with other values, origins kept. The same list where nothing changes. */
export const mapItems = (tree: TreeList, change: (value: Tree, index: number) => Tree): TreeList => {
  const values = tree.map((value, index) => change(value, index));
  return values.every((value, index) => value === tree[index])
    ? tree
    : Object.assign(values, { [origins]: tree[origins] ?? {} });
};

/** Returns the mapping without some of its keys. */
export const without = (tree: TreeMap, ...keys: readonly string[]): TreeMap =>
  mapValues(tree, (value, key) => (keys.includes(key) ? undefined : value));

/** Returns what stands at a path, or undefined. */
export const treeAt = (tree: Tree, path: TreePath): Tree | undefined => {
  let here: Tree | undefined = tree;
  for (const step of path) {
    if (isTreeMap(here)) here = Object.hasOwn(here, step) ? here[step] : undefined;
    else if (isTreeList(here)) here = here[Number(step)];
    else return undefined;
  }
  return here;
};

/** Returns the mapping at a path; an empty one where there is none. */
export const mapAt = (tree: Tree, path: TreePath): TreeMap => {
  const found = treeAt(tree, path);
  return isTreeMap(found) ? found : {};
};

/** Returns the origin of what stands at a path, or of the nearest thing around it. */
export const originAt = (tree: Tree, path: TreePath): Origin | undefined => {
  let here: Tree | undefined = tree;
  let nearest: Origin | undefined;
  for (const step of path) {
    if (!isTreeMap(here) && !isTreeList(here)) break;
    nearest = originOf(here, step) ?? nearest;
    here = treeAt(here, [step]);
  }
  return nearest;
};

/**
 * Returns the origin of what follows after the first characters of a text: of the value in `KEY=value`. A variable that begins within
 * what is cut off leaves its rest as plain text.
 */
export const originAfter = (origin: Origin | undefined, length: number): Origin | undefined => {
  if (origin?.parts === undefined) return origin;
  const parts: TextPart[] = [];
  let cut = length;
  for (const part of origin.parts) {
    const text = typeof part === 'string' ? part : part.value;
    if (cut <= 0) parts.push(part);
    else if (text.length > cut) parts.push(text.slice(cut));
    cut -= text.length;
  }
  return { place: origin.place, parts };
};

/** A path as it is told: `services.web.ports[0]`. */
export const pathText = (path: TreePath): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${String(step)}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** Line and column, both from 1. */
export const lineAndColumn = ({ source, offset }: Place): { readonly line: number; readonly column: number } => {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (source.lineStarts[low] ?? 0) + 1 };
};

/** `compose.yaml:3:5` */
export const placeText = (place: Place): string => {
  const { line, column } = lineAndColumn(place);
  return `${place.source.name}:${String(line)}:${String(column)}`;
};

/** Makes the error about a place in a Compose file: `compose.yaml:3:5: services.web: …`. */
export const composeError = (place: Place | undefined, message: string, hint?: string): ProxdeckError =>
  new ProxdeckError('config', place === undefined ? message : `${placeText(place)}: ${message}`, {
    hint: hint ?? 'Correct the Compose file.',
  });

/** Throws `config` with the place of what stands at a path. */
export const failAt = (tree: Tree, path: TreePath, message: string, hint?: string): never => {
  const told = path.length === 0 ? message : `${pathText(path)}: ${message}`;
  throw composeError(originAt(tree, path)?.place, told, hint);
};

/** Something that Compose accepts and a person should know. */
export interface ComposeWarning {
  readonly message: string;
  readonly place: Place | undefined;
}
