import { clean, truncate } from '../../components/text.ts';
import type { TableColumn } from '../../components/table.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { FilterFields } from '../../src/ui/filter.ts';
import type { Handlers } from '../../src/ui/keys.ts';
import type { Scope } from '../../src/ui/keyScopes.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import type { Area, Drawing, Screen } from '../../src/ui/screen.ts';
import { listScreen, type ListScreenDefinition } from '../listScreen.ts';

/** One of the lists that the screen is made of: rows that are asked for while they are seen. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly screen: Screen;
  /** Keys that count in this section only. */
  readonly own?: OwnKeys;
  /** Asks for the rows; called while drawing, before the screen's body. */
  read(): Answer<unknown>;
}

interface OwnKeys {
  readonly scope: Scope;
  readonly handlers: Handlers;
}

export interface SectionDefinition<Row extends object> {
  readonly id: string;
  readonly title: string;
  /** The rows as far as they are known; asks for them by `app.look`. */
  readonly rows: (app: AppModel) => Answer<readonly Row[]>;
  readonly idOf: (row: Row) => string;
  readonly columns: readonly TableColumn<Row>[];
  readonly filterFields: (row: Row) => FilterFields;
  readonly isFault?: (row: Row) => boolean;
  /** What to say when there are none. */
  readonly empty: string;
  /** First line of the details. */
  readonly heading: (row: Row) => string;
  /** What the row is, to stand beside its name. */
  readonly kind: (row: Row) => string;
  readonly lines: (row: Row, place: Drawing & Area) => readonly (string | Line)[];
  readonly own?: (app: AppModel, current: () => Row | undefined) => OwnKeys;
  /** What can be done with the current row. */
  readonly actions?: ListScreenDefinition<Row>['actions'];
}

/** Makes a section of its definition. */
export const sectionOf =
  <Row extends object>(definition: SectionDefinition<Row>) =>
  (app: AppModel): Section => {
    const none: readonly Row[] = [];
    let answer: Answer<readonly Row[]> = {};
    const listOf = (): ListDefinition<Row> => ({
      source: () => answer.value ?? none,
      idOf: definition.idOf,
      // What a row says may hang on other answers and on the clock.
      lasting: false,
      columns: definition.columns,
      filterFields: definition.filterFields,
      isFault: definition.isFault ?? (() => false),
    });
    const screen = listScreen<Row>({
      name: 'access',
      part: definition.id,
      list: listOf,
      empty: () => (answer.value === undefined ? (answer.error === undefined ? 'reading' : '') : definition.empty),
      heading: (row, { look, width }) =>
        look.paint('heading', truncate(clean(definition.heading(row)), width - definition.kind(row).length - 2)) +
        look.paint('muted', `  ${definition.kind(row)}`),
      tabs: [{ id: 'details', title: 'details', lines: definition.lines }],
      ...(definition.actions !== undefined && { actions: definition.actions }),
    })(app);
    const current = (): Row | undefined => app.list<Row>(`access.${definition.id}`, listOf).current();
    return {
      id: definition.id,
      title: definition.title,
      screen,
      ...(definition.own !== undefined && { own: definition.own(app, current) }),
      read: () => (answer = definition.rows(app)),
    };
  };

/** How often lists of who may do what are read again while they are seen: they change by the week. */
export const accessLooking = { dwellMs: 0, everyMs: 120_000 } as const;

/** Fields of a filter for a row that is told by a few texts. */
export const textFields = (
  texts: readonly (string | undefined)[],
  fields: Readonly<Record<string, readonly string[]>> = {},
): FilterFields => ({
  text: texts
    .filter((text) => text !== undefined)
    .join(' ')
    .toLowerCase(),
  fields: Object.fromEntries(
    Object.entries(fields).map(([key, values]) => [key, values.map((value) => value.toLowerCase())]),
  ),
});
