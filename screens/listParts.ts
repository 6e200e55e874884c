import type { Look } from '../components/look.ts';
import { fitStyled, withoutColours } from '../components/styled.ts';
import { headingText, planColumns, planWide, rowText, type PlannedColumn } from '../components/table.ts';
import { truncate, wrapWords } from '../components/text.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { ListModel } from '../src/ui/list.ts';

/** What every list is made of, whether it fills a screen or lies over one: its lines, and what its keys do. */

/** What the keys do that move in a list, look through it and mark in it. */
export const movingHandlers = <Row extends object>(app: AppModel, list: ListModel<Row>): Handlers => {
  const half = (): number => Math.max(1, Math.floor(list.height / 2));
  const times = (): number => app.keyboard.count ?? 1;
  return {
    down: () => list.move(times()),
    up: () => list.move(-times()),
    'half-down': () => list.move(half() * times()),
    'half-up': () => list.move(-half() * times()),
    'page-down': () => list.move(list.height * times()),
    'page-up': () => list.move(-list.height * times()),
    first: () => list.moveTo((app.keyboard.count ?? 1) - 1),
    'last-row': () => list.moveTo((app.keyboard.count ?? list.rows().length) - 1),
    filter: () =>
      app.overlays.beginEditing({
        prompt: '/',
        text: list.state.filter,
        change: (text) => list.setFilter(text),
        cancel: () => list.setFilter(''),
      }),
    faults: () => list.toggleFaults(),
    sort: () => list.nextSort(),
    'sort-reverse': () => list.reverseSort(),
    'sort-by': () => pickSort(app, list),
    columns: () => pickColumns(app, list),
    wide: () => list.toggleWide(),
    'scroll-left': () => scroll(app, list, -times()),
    'scroll-right': () => scroll(app, list, times()),
    mark: () => (list.state.range === undefined ? list.toggleMark() : list.toggleRange()),
    range: () => list.toggleRange(),
    'mark-all': () => list.markAll(),
    'copy-id': () => {
      const row = list.current();
      if (row !== undefined) app.copy(list.definition.idOf(row));
    },
  };
};

const pickSort = <Row extends object>(app: AppModel, list: ListModel<Row>): void =>
  app.arrive(async () => {
    const { sortMenu } = await import('./columnsPicker.ts');
    app.openMenu(sortMenu(list));
  });

const pickColumns = <Row extends object>(app: AppModel, list: ListModel<Row>): void =>
  app.arrive(async () => {
    const { columnsPicker } = await import('./columnsPicker.ts');
    app.open({ kind: 'floating', floating: columnsPicker(app, list) });
  });

/** One step back inside a list: the range that is being drawn, the filter, the faults, the marks. False when there is none. */
export const stepBack = <Row extends object>(list: ListModel<Row>): boolean => {
  if (list.state.range !== undefined) list.dropRange();
  else if (list.state.filter !== '') list.setFilter('');
  else if (list.state.faultsOnly) list.toggleFaults();
  else if (list.state.marked.size > 0) list.clearMarks();
  else return false;
  return true;
};

const scroll = <Row extends object>(app: AppModel, list: ListModel<Row>, columns: number): void => {
  if (list.state.wide) list.scrollColumns(columns);
  else
    app.notify({
      token: 'muted',
      text: `columns are scrolled in the wide view: ${app.keyboard.keyFor('list', 'wide')}`,
    });
};

/** The columns of a list for a width; the same array as long as nothing that decides about them changed. */
const plans = new WeakMap<object, { readonly columns: object; readonly view: string; readonly plan: object }>();

const planOf = <Row extends object>(list: ListModel<Row>, width: number): readonly PlannedColumn<Row>[] => {
  const columns = list.columns();
  const { wide, scrolled } = list.state;
  const view = `${String(width)} ${String(wide)} ${String(scrolled)}`;
  const known = plans.get(list);
  if (known?.columns === columns && known.view === view) return known.plan as readonly PlannedColumn<Row>[];
  const plan = wide ? planWide(columns, width, scrolled) : planColumns(columns, width);
  plans.set(list, { columns, view, plan });
  return plan;
};

/** Texts of rows that are neither selected nor marked, by row: moving the mark composes two rows, not forty. */
const rowTexts = new WeakMap<
  object,
  { readonly plan: object; readonly look: Look; readonly revision: string; readonly text: string }
>();

const plainRow = <Row extends object>(
  row: Row,
  plan: readonly PlannedColumn<Row>[],
  look: Look,
  { width, revision }: { readonly width: number; readonly revision: string },
): string => {
  const known = rowTexts.get(row);
  if (known?.plan === plan && known.look === look && known.revision === revision) return known.text;
  const text = fitStyled(rowText(row, plan, look, { selected: false, marked: false, width }), width);
  rowTexts.set(row, { plan, look, revision, text });
  return text;
};

/** Heading and visible rows of a list as texts. */
export const listLines = <Row extends object>(
  list: ListModel<Row>,
  {
    width,
    look,
    heading,
    empty,
  }: {
    readonly width: number;
    readonly look: Look;
    readonly heading: boolean;
    /** What to say instead of rows: a sentence, or lines that are ready. */
    readonly empty: string | readonly string[];
  },
): readonly string[] => {
  const plan = planOf(list, width);
  const rows = list.rows();
  const top = list.top();
  const selected = list.index();
  const { marked } = list.state;
  const revision = list.definition.revision?.() ?? '';
  const lines = rows.slice(top, top + list.height).map((row, slot) => {
    const state = { selected: top + slot === selected, marked: marked.has(list.definition.idOf(row)), width };
    const text =
      state.selected || state.marked || !list.definition.lasting
        ? rowText(row, plan, look, state)
        : plainRow(row, plan, look, { width, revision });
    return !state.selected && list.definition.stale?.(row) === true ? look.paint('muted', withoutColours(text)) : text;
  });
  if (rows.length === 0) {
    const filtered = list.state.filter !== '' || list.state.faultsOnly;
    const said = filtered ? 'nothing matches; Esc shows everything again' : empty;
    if (typeof said === 'string')
      lines.push('', ...wrapWords(said, width - 4).map((line) => `   ${look.paint('muted', line)}`));
    else lines.push(...said);
    const problem = list.filterProblem();
    if (problem !== undefined) lines.push(`   ${look.paint('warn', truncate(problem, width - 3))}`);
  }
  const shown = lines.slice(0, list.height);
  return heading ? [headingText(plan, look, list.state.sort), ...shown] : shown;
};
