import type { TableColumn } from '../../components/table.ts';
import { compileFilter, type FilterFields } from './filter.ts';
import type { ListDefinition, ListState } from './list.ts';

/** Rows that pass, in order, and where each is. */
interface Shown<Row> {
  readonly rows: readonly Row[];
  /** Index in `rows` by identity. */
  readonly index: ReadonlyMap<string, number>;
}

/** The rows of a list after filter and sort. Worked out again only when the data or what decides about them changed. */
export class ListRows<Row extends object> {
  readonly #definition: ListDefinition<Row>;
  /** The fields of each row of a source, by its place there: a table by identity would cost more than what it keeps. */
  #looked: { readonly source: readonly Row[]; readonly fields: (FilterFields | undefined)[] } = {
    source: [],
    fields: [],
  };
  #revision = '';
  #known: (Shown<Row> & { readonly source: readonly Row[]; readonly key: string }) | undefined;

  constructor(definition: ListDefinition<Row>) {
    this.#definition = definition;
  }

  /** The same object until something changed. */
  shown({ filter, faultsOnly, sort }: Pick<ListState, 'filter' | 'faultsOnly' | 'sort'>): Shown<Row> {
    const { columns, idOf } = this.#definition;
    const source = this.#definition.source();
    const revision = this.#definition.revision?.() ?? '';
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#looked = { source: [], fields: [] };
    }
    const key = [revision, filter, String(faultsOnly), sort?.column ?? '', String(sort?.descending)].join('\u0000');
    if (this.#known?.source === source && this.#known.key === key) return this.#known;
    const test = compileFilter(filter);
    let rows = source;
    if (test !== undefined) rows = source.filter((_row, at) => test(this.#fieldsAt(at)));
    if (faultsOnly) rows = rows.filter((row) => this.#definition.isFault(row));
    const sortKey = columns.find((column) => column.id === sort?.column)?.sortKey;
    if (sort !== undefined && sortKey !== undefined) rows = sorted(rows, sortKey, sort.descending);
    const index = new Map(rows.map((row, at) => [idOf(row), at]));
    this.#known = { source, key, rows, index };
    return this.#known;
  }

  /** The fields that a filter can look at; empty while there is no row. */
  fieldNames(): readonly string[] {
    return this.#definition.source().length === 0 ? [] : Object.keys(this.#fieldsAt(0).fields);
  }

  /** The values of a field, each once, in alphabetical order. */
  fieldValues(field: string): readonly string[] {
    const values = this.#definition.source().flatMap((_row, at) => this.#fieldsAt(at).fields[field] ?? []);
    return [...new Set(values)].filter((value) => value !== '').toSorted();
  }

  /** The fields of the row that stands there in the source now. A row that is the same object in the same place keeps them. */
  #fieldsAt(at: number): FilterFields {
    const source = this.#definition.source();
    if (source !== this.#looked.source) {
      const { source: before, fields: known } = this.#looked;
      this.#looked = { source, fields: source.map((row, place) => (row === before[place] ? known[place] : undefined)) };
    }
    const { fields } = this.#looked;
    return (fields[at] ??= this.#definition.filterFields(source[at] as Row));
  }
}

/** Sorts by a key computed once a row; equal keys keep their order. */
const sorted = <Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => number | string,
  descending: boolean,
): readonly Row[] => {
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : 0))
    .map(({ row }) => row);
};

/** The columns of a choice; what the person never heard of, because it is new, stays out. Without a choice, the usual ones. */
export const chosenColumns = <Row>(
  columns: readonly TableColumn<Row>[],
  choice: readonly string[] | undefined,
  wide: boolean,
): readonly TableColumn<Row>[] => {
  if (choice === undefined) return wide ? columns : columns.filter(({ optional }) => optional !== true);
  const chosen = choice.flatMap((id) => columns.find((column) => column.id === id) ?? []);
  const shown = wide ? [...chosen, ...columns.filter((column) => !chosen.includes(column))] : chosen;
  // What was chosen first is given up last.
  return shown.map((column, at) => ({ ...column, priority: column.priority === 0 ? 0 : at + 1 }));
};
