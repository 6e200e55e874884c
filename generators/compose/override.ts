import { Document, type Node } from 'yaml';

/** What a second file must say so that the two merged are what is wanted [compose-spec, merge]. */

export type Tree = string | number | boolean | null | undefined | readonly Tree[] | { readonly [key: string]: Tree };
type TreeMap = Readonly<Record<string, Tree>>;

const tagged = (tag: '!reset' | '!override', value: Tree): Node => {
  const node = new Document(value).createNode(value);
  node.tag = tag;
  return node;
};

export const isTreeMap = (value: unknown): value is TreeMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Returns the difference of two files as the file that, merged over the first, gives the second; `undefined`: they are the same. Lists
 * are replaced whole (`!override`), since Compose would append; what is not wanted any more is taken away (`!reset`).
 */
export const override = (base: TreeMap, wanted: TreeMap): Readonly<Record<string, unknown>> | undefined => {
  const said = Object.entries(wanted).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const before = base[key];
    if (isSame(before, value)) return [];
    if (before === undefined) return [[key, value]];
    if (isTreeMap(before) && isTreeMap(value)) {
      const inside = override(before, value);
      return inside === undefined ? [] : [[key, inside]];
    }
    return [[key, Array.isArray(value) || isTreeMap(value) ? tagged('!override', value) : value]];
  });
  const gone = Object.keys(base)
    .filter((key) => base[key] !== undefined && wanted[key] === undefined)
    .map((key) => [key, tagged('!reset', null)] as const);
  const all = [...said, ...gone];
  return all.length === 0 ? undefined : Object.fromEntries(all);
};

/** Returns the text of such a file. The writer that all share knows values only; the tags of Compose are the library's. */
export const overrideText = (value: Readonly<Record<string, unknown>>, header: string): string => {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  document.commentBefore = header.replaceAll(/^/gm, ' ');
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
};
