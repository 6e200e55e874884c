import type { Plain, PlainMap } from './tree.ts';

/** What turns one object into another, as JSON Patch (RFC 6902). */

export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: Plain;
}

const isMap = (value: Plain): value is PlainMap => typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

const isSame = (a: Plain, b: Plain): boolean => JSON.stringify(a) === JSON.stringify(b);

const pointer = (path: string, key: string): string => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const ofMaps = (from: PlainMap, to: PlainMap, path: string): readonly Operation[] => [
  ...Object.entries(from).flatMap(([key, before]) => {
    const after = to[key];
    return after === undefined
      ? [{ op: 'remove' as const, path: pointer(path, key) }]
      : patchOf(before, after, pointer(path, key));
  }),
  ...Object.entries(to)
    .filter(([key]) => from[key] === undefined)
    .map(([key, value]) => ({ op: 'add' as const, path: pointer(path, key), value })),
];

/** Returns the operations, none where nothing differs. Lists of the same length are looked into, others replaced. */
export const patchOf = (from: Plain, to: Plain, path = ''): readonly Operation[] => {
  if (isSame(from, to)) return [];
  if (isMap(from) && isMap(to)) return ofMaps(from, to, path);
  if (isList(from) && isList(to) && from.length === to.length)
    return from.flatMap((before, index) => patchOf(before, to[index] ?? null, `${path}/${index}`));
  return [{ op: 'replace', path, value: to }];
};
