import { cardLines } from '../components/card.ts';
import { fit } from '../components/text.ts';
import type { TableColumn } from '../components/table.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { ListModel } from '../src/ui/list.ts';
import type { Floating } from '../src/ui/screen.ts';
import type { MenuItem } from '../src/ui/state.ts';

/** Which columns a list shows and in which order; and by which it is sorted. */

interface Choice {
  readonly id: string;
  readonly shown: boolean;
}

/** What a person calls a column: a heading of one letter says too little. */
const nameOf = <Row>({ id, title }: TableColumn<Row>): string => (title.trim().length > 2 ? title : id);

/** A menu of the columns that can be sorted by; choosing the one it is sorted by turns the order round. */
export const sortMenu = <Row extends object>(
  list: ListModel<Row>,
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const { sort } = list.state;
  const sortable = list.definition.columns.filter(({ sortKey }) => sortKey !== undefined);
  const [row] = list.rows();
  const items = sortable.map((column): MenuItem => {
    const now = sort?.column === column.id ? sort : undefined;
    const descending =
      now === undefined ? row !== undefined && typeof column.sortKey?.(row) === 'number' : !now.descending;
    return {
      title: nameOf(column),
      detail: now === undefined ? '' : now.descending ? 'descending' : 'ascending',
      run: () => list.sortBy({ column: column.id, descending }),
    };
  });
  const usual = { title: 'as it comes', detail: sort === undefined ? 'now' : '', run: () => list.sortBy(undefined) };
  return { title: 'sort by', items: [...items, usual] };
};

/** The picker: what it shows takes effect at once, and is kept over restarts. */
export const columnsPicker = <Row extends object>(app: AppModel, list: ListModel<Row>): Floating => {
  const all = list.definition.columns;
  const choicesOf = (): readonly Choice[] => {
    const shown = list.state.columns ?? all.filter(({ optional }) => optional !== true).map(({ id }) => id);
    const known = shown.filter((id) => all.some((column) => column.id === id));
    const others = all.map(({ id }) => id).filter((id) => !known.includes(id));
    // A column that is hidden keeps its place among the others while the picker is open.
    return [...known.map((id) => ({ id, shown: true })), ...others.map((id) => ({ id, shown: false }))];
  };
  let choices = choicesOf();
  let at = 0;
  const show = (next: readonly Choice[]): void => {
    const shown = next.filter((one) => one.shown).map(({ id }) => id);
    if (shown.length === 0) return app.notify({ token: 'warn', text: 'one column has to stay' });
    choices = next;
    list.chooseColumns(shown);
  };
  const moveTo = (index: number): void => {
    at = Math.max(0, Math.min(choices.length - 1, index));
    app.changed();
  };
  const shift = (delta: number): void => {
    const moved = choices[at];
    const to = at + delta;
    if (moved === undefined || to < 0 || to >= choices.length) return;
    const rest = choices.filter((one) => one !== moved);
    show([...rest.slice(0, to), moved, ...rest.slice(to)]);
    moveTo(to);
  };
  return {
    scope: 'columns',
    place: 'centre',
    handlers: {
      down: () => moveTo(at + 1),
      up: () => moveTo(at - 1),
      mark: () => {
        show(choices.map((one, index) => (index === at ? { ...one, shown: !one.shown } : one)));
        moveTo(at + 1);
      },
      'move-up': () => shift(-1),
      'move-down': () => shift(1),
      reset: () => {
        list.chooseColumns(undefined);
        choices = choicesOf();
        moveTo(at);
      },
      back: () => app.closeOverlay(),
    },
    lines: ({ look }, area) => {
      const room = Math.max(1, area.height - 2);
      const top = Math.max(0, Math.min(at - Math.floor(room / 2), choices.length - room));
      const contents = choices.slice(top, top + room).map(({ id, shown }, slot) => {
        const column = all.find((one) => one.id === id);
        const name = column === undefined ? id : nameOf(column);
        const here = top + slot === at;
        const text = `${here ? look.glyphs.selected : ' '} ${shown ? look.glyphs.marked : ' '} ${fit(name, 14)}`;
        return here ? { text, token: 'selection' as const } : shown ? { text } : { text, token: 'muted' as const };
      });
      return cardLines(look, 'columns', contents, area.width);
    },
  };
};
