import type { Look } from '../components/look.ts';
import { fitStyled } from '../components/styled.ts';
import { headingText, planColumns, rowText, type PlannedColumn } from '../components/table.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { DetailsModel } from '../src/ui/details.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { Scope } from '../src/ui/keyTable.ts';
import type { Layout } from '../src/ui/layout.ts';
import type { ListDefinition, ListModel } from '../src/ui/list.ts';
import type { Area, Drawing, Screen, ScreenMaker, Tab } from '../src/ui/screen.ts';
import type { ScreenName } from '../src/ui/state.ts';
import { detailsHandlers, detailsLines } from './detailsPane.ts';

/** The shape of most screens: a list, and the details of its current row where there is room. */
export interface ListScreenDefinition<Row extends object> {
  readonly name: ScreenName;
  readonly list: (app: AppModel) => ListDefinition<Row>;
  /** What to say instead of rows when there are none. */
  readonly empty: (app: AppModel) => string;
  /** First line of the details: what the row is. May be coloured. */
  readonly heading: (row: Row, drawing: Drawing & Area) => string;
  readonly tabs: readonly Tab<Row>[];
  /** What the keys of the screen's own scope do. */
  readonly keys?: (app: AppModel, list: ListModel<Row>, details: DetailsModel) => Handlers;
  /** What Enter on a row does instead of going into its details. */
  readonly onOpen?: (app: AppModel, row: Row) => void;
}

/** Makes a screen of its definition. */
export const listScreen =
  <Row extends object>(definition: ListScreenDefinition<Row>): ScreenMaker =>
  (app): Screen => {
    const list = app.list(definition.name, definition.list);
    const details = app.details(definition.name);
    const own: Scope = definition.name;
    return {
      scopes: () => (details.focused ? [own, 'details', 'list'] : [own, 'list']),
      handlers: {
        [own]: definition.keys?.(app, list, details) ?? {},
        list: listHandlers(app, list, details, definition.onOpen),
        details: detailsHandlers(details, (text) => app.copy(text)),
      },
      body: (drawing, layout) => body(definition, { list, details }, drawing, layout),
      back: () => goBack(app, list, details),
      list,
    };
  };

const closeDetails = (app: AppModel, details: DetailsModel): void => {
  details.focus(false);
  app.openDetails(false);
};

/** One step back: out of the details, then the filter, the faults, the marks. */
const goBack = <Row extends object>(app: AppModel, list: ListModel<Row>, details: DetailsModel): boolean => {
  if (details.focused || app.state.detailsOpen) closeDetails(app, details);
  else if (list.state.filter !== '') list.setFilter('');
  else if (list.state.faultsOnly) list.toggleFaults();
  else if (list.state.marked.size > 0) list.clearMarks();
  else return false;
  return true;
};

const listHandlers = <Row extends object>(
  app: AppModel,
  list: ListModel<Row>,
  details: DetailsModel,
  onOpen: ListScreenDefinition<Row>['onOpen'],
): Handlers => {
  const half = (): number => Math.max(1, Math.floor(list.height / 2));
  const enterDetails = (): void => {
    if (list.current() === undefined) return;
    app.openDetails(true);
    details.focus(true);
  };
  return {
    down: () => list.move(1),
    up: () => list.move(-1),
    'half-down': () => list.move(half()),
    'half-up': () => list.move(-half()),
    'page-down': () => list.move(list.height),
    'page-up': () => list.move(-list.height),
    first: () => list.moveTo(0),
    'last-row': () => list.moveTo(list.rows().length - 1),
    open: () => {
      const row = list.current();
      if (onOpen !== undefined && row !== undefined) onOpen(app, row);
      else enterDetails();
    },
    pane: () => (details.focused ? closeDetails(app, details) : enterDetails()),
    'tab-next': () => details.turn(1),
    'tab-previous': () => details.turn(-1),
    filter: () =>
      app.beginEditing({
        prompt: '/',
        text: list.state.filter,
        change: (text) => list.setFilter(text),
        cancel: () => list.setFilter(''),
      }),
    faults: () => list.toggleFaults(),
    sort: () => list.nextSort(),
    'sort-reverse': () => list.reverseSort(),
    mark: () => list.toggleMark(),
    'mark-all': () => list.markAll(),
    'zoom-in': () => app.zoom('list'),
    'zoom-out': () => app.zoom('none'),
    'copy-id': () => {
      const row = list.current();
      if (row !== undefined) app.copy(list.definition.idOf(row));
    },
  };
};

const body = <Row extends object>(
  definition: ListScreenDefinition<Row>,
  { list, details }: { readonly list: ListModel<Row>; readonly details: DetailsModel },
  drawing: Drawing,
  layout: Layout,
): readonly string[] => {
  const { app, look } = drawing;
  list.height = layout.listHeight;
  const pane = (area: Area): readonly string[] => {
    const row = list.current();
    if (row === undefined) return [];
    const heading = definition.heading(row, { ...drawing, ...area });
    const { tabs } = definition;
    return detailsLines({ row, id: list.definition.idOf(row), heading, tabs }, details, drawing, area);
  };
  const split = layout.mode === 'side' || layout.mode === 'stacked';
  if (app.state.detailsOpen && !split) return pane({ width: layout.columns, height: layout.bodyHeight });
  const rows = listLines(list, planOf(list, layout.listWidth), {
    width: layout.listWidth,
    look,
    heading: layout.mode !== 'bare',
    empty: definition.empty(app),
  });
  if (layout.mode === 'side') {
    const right = pane({ width: layout.detailsWidth, height: layout.bodyHeight });
    const rule = `${look.paint(details.focused ? 'accent' : 'border', look.glyphs.vertical)} `;
    return Array.from(
      { length: layout.bodyHeight },
      (_, at) => fitStyled(rows[at] ?? '', layout.listWidth) + rule + (right[at] ?? ''),
    );
  }
  if (layout.mode === 'stacked') {
    const rule = look.paint(details.focused ? 'accent' : 'border', look.glyphs.horizontal.repeat(layout.columns));
    const above = Array.from({ length: layout.listHeight + 1 }, (_, at) => rows[at] ?? '');
    return [...above, rule, ...pane({ width: layout.detailsWidth, height: layout.detailsHeight })];
  }
  return rows;
};

/** The columns of a list for a width; the same array as long as neither changed. */
const plans = new WeakMap<object, { readonly columns: object; readonly width: number; readonly plan: object }>();

const planOf = <Row extends object>(list: ListModel<Row>, width: number): readonly PlannedColumn<Row>[] => {
  const { columns } = list.definition;
  const known = plans.get(list);
  if (known?.columns === columns && known.width === width) return known.plan as readonly PlannedColumn<Row>[];
  const plan = planColumns(columns, width);
  plans.set(list, { columns, width, plan });
  return plan;
};

/** Texts of rows that are neither selected nor marked, by row: moving the mark composes two rows, not forty. */
const rowTexts = new WeakMap<object, { readonly plan: object; readonly look: Look; readonly text: string }>();

const plainRow = <Row extends object>(
  row: Row,
  plan: readonly PlannedColumn<Row>[],
  look: Look,
  width: number,
): string => {
  const known = rowTexts.get(row);
  if (known?.plan === plan && known.look === look) return known.text;
  const text = fitStyled(rowText(row, plan, look, { selected: false, marked: false, width }), width);
  rowTexts.set(row, { plan, look, text });
  return text;
};

/** Heading and visible rows of a list as texts. */
const listLines = <Row extends object>(
  list: ListModel<Row>,
  plan: readonly PlannedColumn<Row>[],
  { width, look, heading, empty }: { width: number; look: Look; heading: boolean; empty: string },
): readonly string[] => {
  const rows = list.rows();
  const top = list.top();
  const selected = list.index();
  const { marked } = list.state;
  const lines = rows.slice(top, top + list.height).map((row, slot) => {
    const state = { selected: top + slot === selected, marked: marked.has(list.definition.idOf(row)), width };
    return state.selected || state.marked || !list.definition.lasting
      ? rowText(row, plan, look, state)
      : plainRow(row, plan, look, width);
  });
  if (rows.length === 0) {
    const filtered = list.state.filter !== '' || list.state.faultsOnly;
    lines.push('', `   ${look.paint('muted', filtered ? 'nothing matches; Esc shows everything again' : empty)}`);
  }
  return heading ? [headingText(plan, look, list.state.sort), ...lines] : lines;
};
