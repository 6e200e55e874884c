/** What the comparison must know of one kind of row. */
export interface RowKind<Row> {
  key(row: Row): string;
  /** Whether nothing changed, field by field. */
  same(known: Row, fresh: Row): boolean;
  /** The fresh row with what only the known one still knows. */
  keep?(known: Row, fresh: Row): Row;
  compare(left: Row, right: Row): number;
}

/** The rows of one kind in their order, and where each of them stands. Never changed once made. */
export interface Table<Row> {
  readonly rows: readonly Row[];
  readonly places: ReadonlyMap<string, number>;
}

/** Lets the event loop take keys between two slices of work. */
export type Breathe = () => Promise<void>;

/** How many rows are worked on before the event loop may take a key: about 2 ms. */
export const rowsASlice = 1_000;

/** Returns rows as a table, in the order they are in. */
export const tableOf = <Row>(kind: RowKind<Row>, rows: readonly Row[]): Table<Row> => ({
  rows,
  places: new Map(rows.map((row, place) => [kind.key(row), place])),
});

/**
 * Returns the table that a fresh answer makes of the known one. A row in which nothing changed keeps its identity, and so
 * does the table in which no row changed. Works in slices of 1,000 rows. Of two rows with one key the last counts.
 */
export const updateTable = async <Row>(
  kind: RowKind<Row>,
  known: Table<Row>,
  fresh: readonly Row[],
  breathe: Breathe,
): Promise<Table<Row>> => {
  const rows: (Row | undefined)[] = Array.from({ length: known.rows.length });
  const added = new Map<string, Row>();
  let found = 0;
  let changed = 0;
  for (const [index, row] of fresh.entries()) {
    if (index > 0 && index % rowsASlice === 0) await breathe();
    const key = kind.key(row);
    const place = known.places.get(key);
    const before = place === undefined ? undefined : known.rows[place];
    if (place === undefined || before === undefined) {
      added.set(key, row);
      continue;
    }
    const now = shared(kind, before, row);
    if (rows[place] === undefined) found += 1;
    if (now !== before) changed += 1;
    rows[place] = now;
  }
  const complete = rows.filter((row) => row !== undefined);
  if (found < known.rows.length || added.size > 0) {
    return tableOf(
      kind,
      [...complete, ...added.values()].sort((left, right) => kind.compare(left, right)),
    );
  }
  const ordered = inOrder(kind, complete);
  if (ordered !== complete) return tableOf(kind, ordered);
  return changed === 0 ? known : { rows: complete, places: known.places };
};

const shared = <Row>(kind: RowKind<Row>, before: Row, fresh: Row): Row => {
  const now = kind.keep === undefined ? fresh : kind.keep(before, fresh);
  return kind.same(before, now) ? before : now;
};

/** A task that ended moves although no row came or went; guests and nodes stay where they are. */
const inOrder = <Row>(kind: RowKind<Row>, rows: Row[]): Row[] => {
  const misplaced = rows.some((row, place) => {
    const next = rows[place + 1];
    return next !== undefined && kind.compare(row, next) > 0;
  });
  return misplaced ? rows.toSorted((left, right) => kind.compare(left, right)) : rows;
};
