import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TableColumn } from '../../components/table.ts';
import { filterProblem, type FilterFields } from './filter.ts';
import { chosenColumns, ListRows } from './listRows.ts';

/** What a list is made of: where its rows come from, what identifies one, and how it is looked through. */
export interface ListDefinition<Row extends object> {
  source(): readonly Row[];
  idOf(row: Row): string;
  readonly columns: readonly TableColumn<Row>[];
  filterFields(row: Row): FilterFields;
  /** Whether a row looks the same as long as it is the same object: false where its text also depends on the time or on other rows. */
  readonly lasting: boolean;
  /** Changes whenever texts or filter fields of rows that stayed the same would be others now. */
  revision?(): string;
  /** Whether a row is what was last known of a cluster that is away now; absent where rows are of no cluster. */
  stale?(row: Row): boolean;
  /** What counts as a fault, for the faults-only view. */
  isFault(row: Row): boolean;
}

export interface ListState {
  /** The identity of the selected row, never an index: a refresh must not put the cursor on another guest. */
  readonly selected: string | undefined;
  /** Index of the first row shown. */
  readonly top: number;
  readonly filter: string;
  readonly faultsOnly: boolean;
  readonly sort: { readonly column: string; readonly descending: boolean } | undefined;
  readonly marked: ReadonlySet<string>;
  /** Where a range of marks began, and what was marked before it; moving marks all between. */
  readonly range: { readonly anchor: string; readonly before: ReadonlySet<string> } | undefined;
  /** The columns that the person chose, in their order; undefined for the usual ones. */
  readonly columns: readonly string[] | undefined;
  /** Every column at its full width, cut at none; what does not fit is scrolled to. */
  readonly wide: boolean;
  /** Columns scrolled away on the left, in the wide view. */
  readonly scrolled: number;
}

/** What of a list is a way to look at it: kept over restarts. */
export type ListView = Pick<ListState, 'columns' | 'sort' | 'wide'>;

/** The state of one list and everything that moves in it; React only draws it. */
export class ListModel<Row extends object> {
  readonly definition: ListDefinition<Row>;
  readonly store: StoreApi<ListState>;
  /** Rows of the terminal that the list has; set by the layout. */
  height = 1;
  readonly #rows: ListRows<Row>;
  #lastIndex = 0;
  #beforeFilter: string | undefined;
  #columns:
    | {
        of: readonly TableColumn<Row>[];
        choice: readonly string[] | undefined;
        wide: boolean;
        columns: readonly TableColumn<Row>[];
      }
    | undefined;

  constructor(
    definition: ListDefinition<Row>,
    view: Partial<ListView> & { readonly selected?: string | undefined } = {},
  ) {
    this.definition = definition;
    this.#rows = new ListRows(definition);
    this.store = createStore<ListState>(() => ({
      selected: view.selected,
      top: 0,
      filter: '',
      faultsOnly: false,
      sort: definition.columns.some(({ id }) => id === view.sort?.column) ? view.sort : undefined,
      marked: new Set<string>(),
      range: undefined,
      columns: view.columns,
      wide: view.wide ?? false,
      scrolled: 0,
    }));
  }

  get state(): ListState {
    return this.store.getState();
  }

  /** Rows after filter and sort. The same array until the data or what decides about it changed. */
  rows(): readonly Row[] {
    return this.#shown().rows;
  }

  /** The columns to draw, in order; the same array until the choice changes. */
  columns(): readonly TableColumn<Row>[] {
    const { columns: choice, wide } = this.state;
    const { columns: of } = this.definition;
    const known = this.#columns;
    if (known?.of === of && known.choice === choice && known.wide === wide) return known.columns;
    const columns = chosenColumns(of, choice, wide);
    this.#columns = { of, choice, wide, columns };
    return columns;
  }

  /** What is odd about the filter, as a sentence; undefined when nothing is. */
  filterProblem(): string | undefined {
    const names = this.filterNames();
    return names.length === 0 ? undefined : filterProblem(this.state.filter, names);
  }

  /** The fields that a filter can look at; empty while there is no row. */
  filterNames(): readonly string[] {
    return this.#rows.fieldNames();
  }

  /** The values of a field, each once, in alphabetical order. */
  filterValues(field: string): readonly string[] {
    return this.#rows.fieldValues(field);
  }

  /** Index of the selected row in `rows()`; when it is gone, the row that took its place. -1 in an empty list. */
  index(): number {
    const { rows, index } = this.#shown();
    if (rows.length === 0) return -1;
    const { selected } = this.state;
    const found = selected === undefined ? undefined : index.get(selected);
    if (found !== undefined) this.#lastIndex = found;
    return Math.min(found ?? (selected === undefined ? 0 : this.#lastIndex), rows.length - 1);
  }

  current(): Row | undefined {
    return this.rows()[this.index()];
  }

  /** First row to draw: the stored one, moved only as far as the selection and the end of the list demand. */
  top(): number {
    return scrollInto(this.state.top, this.index(), this.height, this.rows().length);
  }

  /** Marked rows that still exist, else the current one: what an action acts on. */
  chosen(): readonly Row[] {
    const { marked } = this.state;
    if (marked.size > 0) {
      const rows = this.definition.source().filter((row) => marked.has(this.definition.idOf(row)));
      if (rows.length > 0) return rows;
    }
    const current = this.current();
    return current === undefined ? [] : [current];
  }

  move(delta: number): void {
    this.moveTo(this.index() + delta);
  }

  moveTo(index: number): void {
    const rows = this.rows();
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    const at = Math.max(0, Math.min(rows.length - 1, index));
    this.#lastIndex = at;
    const { range } = this.state;
    this.store.setState({
      selected: this.definition.idOf(row),
      top: scrollInto(this.top(), at, this.height, rows.length),
      ...(range === undefined ? {} : { marked: this.#between(range, at) }),
    });
  }

  select(id: string): void {
    const at = this.#shown().index.get(id);
    if (at !== undefined) this.moveTo(at);
  }

  /** Selects a row wherever it is: what hides it, a filter or the faults only, is taken away. False when there is none. */
  reveal(id: string): boolean {
    if (!this.definition.source().some((row) => this.definition.idOf(row) === id)) return false;
    if (!this.#shown().index.has(id)) this.store.setState({ filter: '', faultsOnly: false });
    this.select(id);
    return true;
  }

  /** Puts the cursor where it was at another time; a row that is gone leaves it where it is. */
  restore({ selected, filter, faultsOnly }: Pick<ListState, 'selected' | 'filter' | 'faultsOnly'>): void {
    this.store.setState({ filter, faultsOnly, top: 0 });
    if (selected !== undefined) this.select(selected);
  }

  /**
   * What was selected, or was before the filter began, stays so while it passes; else the first row that passes is. When the
   * filter goes, the selected row stays; where there was none, the one of before is back.
   */
  setFilter(filter: string): void {
    if (this.state.filter === '') this.#beforeFilter = this.#idOfCurrent();
    const { index } = this.#rows.shown({ ...this.state, filter });
    const held = filter === '' ? this.#idOfCurrent() : this.state.selected;
    const selected = [held, this.#beforeFilter].find((id) => id !== undefined && index.has(id));
    this.store.setState({ filter, selected, top: 0 });
  }

  toggleFaults(): void {
    const selected = this.#idOfCurrent();
    this.store.setState({ faultsOnly: !this.state.faultsOnly, selected, top: 0 });
  }

  toggleMark(): void {
    const id = this.#idOfCurrent();
    if (id === undefined) return;
    const marked = new Set(this.state.marked);
    if (!marked.delete(id)) marked.add(id);
    this.store.setState({ marked, range: undefined });
    this.move(1);
  }

  markAll(): void {
    this.store.setState({ marked: new Set(this.rows().map((row) => this.definition.idOf(row))), range: undefined });
  }

  clearMarks(): void {
    this.store.setState({ marked: new Set(), range: undefined });
  }

  /** Begins a range of marks at the current row, or ends the one that is being drawn and keeps its marks. */
  toggleRange(): void {
    const anchor = this.#idOfCurrent();
    if (this.state.range !== undefined || anchor === undefined) return this.store.setState({ range: undefined });
    const range = { anchor, before: this.state.marked };
    this.store.setState({ range, marked: this.#between(range, this.index()) });
  }

  /** Ends a range; its marks go, those from before stay. */
  dropRange(): void {
    const { range } = this.state;
    if (range !== undefined) this.store.setState({ range: undefined, marked: range.before });
  }

  #between({ anchor, before }: NonNullable<ListState['range']>, at: number): ReadonlySet<string> {
    const { rows, index } = this.#shown();
    const from = index.get(anchor) ?? at;
    const rowsBetween = rows.slice(Math.min(from, at), Math.max(from, at) + 1);
    return new Set([...before, ...rowsBetween.map((row) => this.definition.idOf(row))]);
  }

  toggleWide(): void {
    this.store.setState({ wide: !this.state.wide, scrolled: 0 });
  }

  /** Scrolls the wide view by columns. The first ones, which say what a row is, stay. */
  scrollColumns(delta: number): void {
    const loose = this.columns().filter(({ priority }) => priority > 0).length;
    this.store.setState({ scrolled: Math.max(0, Math.min(loose - 1, this.state.scrolled + delta)) });
  }

  /** Shows other columns, in this order; undefined for the usual ones. */
  chooseColumns(columns: readonly string[] | undefined): void {
    this.store.setState({ columns, scrolled: 0 });
  }

  sortBy(sort: ListState['sort']): void {
    this.#keepSelection(sort);
  }

  /** Sorts by the next of the columns that can be sorted by; after the last one the natural order comes back. */
  nextSort(): void {
    const sortable = this.definition.columns.filter((column) => column.sortKey !== undefined);
    const at = sortable.findIndex((column) => column.id === this.state.sort?.column);
    const next = sortable[at + 1];
    const first = this.rows()[0];
    const descending = first !== undefined && typeof next?.sortKey?.(first) === 'number';
    this.#keepSelection(next === undefined ? undefined : { column: next.id, descending });
  }

  reverseSort(): void {
    const { sort } = this.state;
    if (sort !== undefined) this.#keepSelection({ column: sort.column, descending: !sort.descending });
  }

  #keepSelection(sort: ListState['sort']): void {
    this.store.setState({ sort, selected: this.#idOfCurrent(), top: 0 });
    const index = this.index();
    this.store.setState({
      top: scrollInto(Math.max(0, index - Math.floor(this.height / 2)), index, this.height, this.rows().length),
    });
  }

  #idOfCurrent(): string | undefined {
    const current = this.current();
    return current === undefined ? this.state.selected : this.definition.idOf(current);
  }

  #shown(): ReturnType<ListRows<Row>['shown']> {
    return this.#rows.shown(this.state);
  }
}

/** Returns the first row to show so that `index` is seen, moving as little as possible and leaving no gap at the end. */
export const scrollInto = (top: number, index: number, height: number, total: number): number => {
  let first = top;
  if (index < first) first = index;
  if (index >= first + height) first = index - height + 1;
  return Math.max(0, Math.min(first, total - height));
};
