import { fitStyled } from '../components/styled.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { DetailsModel } from '../src/ui/details.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { Scope } from '../src/ui/keyScopes.ts';
import { withDetailsShare, type Layout } from '../src/ui/layout.ts';
import type { ListDefinition, ListModel } from '../src/ui/list.ts';
import type { Area, Drawing, Screen, ScreenMaker, Tab } from '../src/ui/screen.ts';
import type { MenuItem, ScreenName } from '../src/ui/state.ts';
import { absenceLines } from './absence.ts';
import { detailsHandlers, detailsLines } from './detailsPane.ts';
import { listLines, movingHandlers, stepBack } from './listParts.ts';

/** The shape of most screens: a list, and the details of its current row where there is room. */
export interface ListScreenDefinition<Row extends object> {
  readonly name: ScreenName;
  /** Tells its list and details from those of the same screen, where a screen has several. */
  readonly part?: string;
  readonly list: (app: AppModel) => ListDefinition<Row>;
  /** What to say instead of rows when there are none. */
  readonly empty: (app: AppModel) => string;
  /** First line of the details: what the row is. May be coloured. */
  readonly heading: (row: Row, drawing: Drawing & Area) => string;
  readonly tabs: readonly Tab<Row>[];
  /** The part of a wide terminal that the details beside the list get, from 0 to 1, where it is not the usual one. */
  readonly detailsShare?: number;
  /** What the keys of the screen's own scope do. */
  readonly keys?: (app: AppModel, list: ListModel<Row>, details: DetailsModel) => Handlers;
  /** What Enter on a row does instead of going into its details. */
  readonly onOpen?: (app: AppModel, row: Row) => void;
  /** What can be done with the marked rows, or the current one: for the palette too. */
  readonly actions?: (
    app: AppModel,
    chosen: readonly Row[],
  ) => { readonly title: string; readonly items: readonly MenuItem[] };
}

/** Makes a screen of its definition. */
export const listScreen =
  <Row extends object>(definition: ListScreenDefinition<Row>): ScreenMaker =>
  (app): Screen => {
    const key = definition.part === undefined ? definition.name : `${definition.name}.${definition.part}`;
    const list = app.list(key, definition.list);
    const details = app.details(key);
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
      details,
      tabs: definition.tabs,
      ...(definition.actions === undefined ? {} : { actions: () => definition.actions?.(app, list.chosen()) ?? none }),
    };
  };

const none = { title: '', items: [] };

/** Nothing where the screen says elsewhere why there are no rows. */
const emptyLines = <Row extends object>(
  { empty }: ListScreenDefinition<Row>,
  drawing: Drawing,
  area: Area,
): string | readonly string[] => {
  const said = empty(drawing.app);
  return said === '' ? said : (absenceLines(drawing, area) ?? said);
};

const closeDetails = (app: AppModel, details: DetailsModel): void => {
  details.focus(false);
  app.openDetails(false);
};

/** One step back: out of the details, then the filter, the faults, the marks. */
const goBack = <Row extends object>(app: AppModel, list: ListModel<Row>, details: DetailsModel): boolean => {
  if (details.focused || app.state.detailsOpen) closeDetails(app, details);
  else return stepBack(list);
  return true;
};

const listHandlers = <Row extends object>(
  app: AppModel,
  list: ListModel<Row>,
  details: DetailsModel,
  onOpen: ListScreenDefinition<Row>['onOpen'],
): Handlers => {
  const enterDetails = (): void => {
    if (list.current() === undefined) return;
    app.openDetails(true);
    details.focus(true);
  };
  return {
    ...movingHandlers(app, list),
    open: () => {
      const row = list.current();
      if (onOpen !== undefined && row !== undefined) onOpen(app, row);
      else enterDetails();
    },
    pane: () => (details.focused ? closeDetails(app, details) : enterDetails()),
    'tab-next': () => details.turn(1),
    'tab-previous': () => details.turn(-1),
    'zoom-in': () => app.navigation.zoom(details.focused ? 'details' : 'list'),
    'zoom-out': () => app.navigation.zoom('none'),
  };
};

const body = <Row extends object>(
  definition: ListScreenDefinition<Row>,
  { list, details }: { readonly list: ListModel<Row>; readonly details: DetailsModel },
  drawing: Drawing,
  given: Layout,
): readonly string[] => {
  const { app, look } = drawing;
  const layout = definition.detailsShare === undefined ? given : withDetailsShare(given, definition.detailsShare);
  list.height = layout.listHeight;
  // What may be done is known before somebody asks what can be done.
  const current = definition.actions === undefined ? undefined : list.current();
  if (current !== undefined) app.session?.permissions(current);
  const pane = (area: Area): readonly string[] => {
    const row = list.current();
    if (row === undefined) return [];
    const heading = definition.heading(row, { ...drawing, ...area });
    const { tabs } = definition;
    return detailsLines({ row, id: list.definition.idOf(row), heading, tabs }, details, drawing, area);
  };
  const split = layout.mode === 'side' || layout.mode === 'stacked';
  if (app.state.detailsOpen && !split) return pane({ width: layout.columns, height: layout.bodyHeight });
  const rows = listLines(list, {
    width: layout.listWidth,
    look,
    heading: layout.mode !== 'bare',
    empty: emptyLines(definition, drawing, { width: layout.listWidth, height: layout.listHeight }),
  });
  if (layout.mode === 'side') {
    const right = pane({ width: layout.detailsWidth, height: layout.bodyHeight });
    const rule = ` ${look.paint(details.focused ? 'accent' : 'border', look.glyphs.vertical)} `;
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
