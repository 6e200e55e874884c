import { segmentLine, type Segment } from '../components/segments.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { Scope } from '../src/ui/keyScopes.ts';
import { ListModel, type ListDefinition } from '../src/ui/list.ts';
import type { Drawing, Screen } from '../src/ui/screen.ts';
import { listLines, movingHandlers, stepBack } from './listParts.ts';

/** A list that lies over a screen until it is closed: the help, an answer. It has every key that a list has. */
export interface ListView<Row extends object> {
  readonly scope: Extract<Scope, 'help' | 'result'>;
  readonly list: ListDefinition<Row>;
  /** The line above the list. */
  readonly title: (drawing: Drawing, list: ListModel<Row>) => readonly Segment[];
  /** What to say while there are no rows. */
  readonly empty: () => string;
  readonly open: (row: Row) => void;
  /** What `Y` copies of a row; its id where it is not given. */
  readonly copy?: (row: Row) => string;
  readonly keys?: Handlers;
}

/** Makes the view; opening it is `app.openView`. */
export const listView = <Row extends object>(app: AppModel, view: ListView<Row>): Screen => {
  const list = new ListModel(view.list);
  list.store.subscribe(() => app.changed());
  // Nothing is in trouble here.
  const { faults: _faults, ...moving } = movingHandlers(app, list);
  const open = (): void => {
    const row = list.current();
    if (row !== undefined) view.open(row);
  };
  const copy = (): void => {
    const row = list.current();
    if (row !== undefined) app.copy(view.copy?.(row) ?? view.list.idOf(row));
  };
  return {
    scopes: () => [view.scope, 'list'],
    handlers: {
      [view.scope]: { open, ...view.keys },
      list: { ...moving, open, 'copy-id': copy },
    },
    back: () => stepBack(list),
    list,
    body: (drawing, layout) => {
      const { look } = drawing;
      const heading = layout.mode !== 'bare';
      list.height = Math.max(1, layout.bodyHeight - (heading ? 2 : 1));
      const { columns: width } = layout;
      const title = ` ${segmentLine(look, view.title(drawing, list), [], width - 1)}`;
      return [title, ...listLines(list, { width, look, heading, empty: view.empty() })];
    },
  };
};
