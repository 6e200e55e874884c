/** What belongs to which places of a Compose file, by patterns such as `services.*.ports`; `*` is any key or item. */
export interface PathTable<Value> {
  readonly here: Value | undefined;
  readonly below: ReadonlyMap<string, PathTable<Value>>;
}

interface Growing<Value> {
  here: Value | undefined;
  readonly below: Map<string, Growing<Value>>;
}

/** Makes a table of patterns and what belongs to them. */
export const pathTable = <Value>(rows: Iterable<readonly [pattern: string, value: Value]>): PathTable<Value> => {
  const root: Growing<Value> = { here: undefined, below: new Map() };
  for (const [pattern, value] of rows) {
    let place = root;
    for (const step of pattern.split('.')) {
      const next = place.below.get(step) ?? { here: undefined, below: new Map<string, Growing<Value>>() };
      place.below.set(step, next);
      place = next;
    }
    place.here = value;
  }
  return root;
};

/** Rows for several keys, written with blanks between them, that the same belongs to: `rows('services.*.', 'dns tmpfs', …)`. */
export const rows = <Value>(prefix: string, keys: string, value: Value): (readonly [string, Value])[] =>
  keys.split(' ').map((key) => [`${prefix}${key}`, value]);

/** Returns the part of a table below a key or item; undefined where nothing belongs to what is there. */
export const below = <Value>(table: PathTable<Value> | undefined, step: string): PathTable<Value> | undefined =>
  table?.below.get(step) ?? table?.below.get('*');
