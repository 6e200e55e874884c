import { useMemo, type ReactElement, type ReactNode } from 'react';
import { Box } from 'ink';
import { Lines } from '../components/Lines.tsx';
import { useLook, type Look } from '../components/look.ts';
import { headingText, planColumns, rowText, type PlannedColumn } from '../components/table.ts';
import type { ListModel } from '../src/ui/list.ts';
import { useApp, useKeys, useLayout, useLineKeys, useUi } from '../src/ui/hooks.ts';

interface Props<Row extends object> {
  readonly list: ListModel<Row>;
  /** What to say instead of rows when there are none. */
  readonly empty: string;
  /** Drawn in a pane of this size, beside or below the list. */
  readonly details: (width: number, height: number) => ReactNode;
  /** Called when a row is opened; without it Enter shows the details in the whole body. */
  readonly onOpen?: () => void;
}

/** The shape of most screens: a list, and the details of its current row where there is room. */
export const ListWithDetails = <Row extends object>({ list, empty, details, onOpen }: Props<Row>): ReactElement => {
  const app = useApp();
  const layout = useLayout();
  const look = useLook();
  const opened = useUi((state) => state.detailsOpen);
  list.height = layout.listHeight;

  useKeys('list', {
    down: () => list.move(1),
    up: () => list.move(-1),
    'half-down': () => list.move(Math.max(1, Math.floor(layout.listHeight / 2))),
    'half-up': () => list.move(-Math.max(1, Math.floor(layout.listHeight / 2))),
    'page-down': () => list.move(layout.listHeight),
    'page-up': () => list.move(-layout.listHeight),
    first: () => list.moveTo(0),
    'last-row': () => list.moveTo(list.rows().length - 1),
    open: () => (onOpen === undefined ? app.openDetails(!app.state.detailsOpen) : onOpen()),
    filter: () => app.beginEditing('filter', list.state.filter),
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
  });
  useLineKeys(() => list.setFilter(''), { down: () => list.move(1), up: () => list.move(-1) });

  const plan = useMemo(() => planColumns(list.definition.columns, layout.listWidth), [list, layout.listWidth]);

  const split = layout.mode === 'side' || layout.mode === 'stacked';
  if (opened && !split) return <>{details(layout.detailsWidth, layout.detailsHeight)}</>;

  const pane = listLines(list, plan, { width: layout.listWidth, look, heading: layout.mode !== 'bare', empty });
  const height = layout.listHeight + (layout.mode === 'bare' ? 0 : 1);
  const listPane = <Lines lines={pane} width={layout.listWidth} height={height} />;
  if (layout.mode === 'side')
    return (
      <Box width={layout.columns} height={layout.bodyHeight}>
        {listPane}
        <Lines
          lines={Array.from({ length: layout.bodyHeight }, () => look.paint('border', look.glyphs.vertical))}
          width={2}
          height={layout.bodyHeight}
        />
        {details(layout.detailsWidth, layout.bodyHeight)}
      </Box>
    );
  if (layout.mode === 'stacked')
    return (
      <Box flexDirection="column" width={layout.columns} height={layout.bodyHeight}>
        {listPane}
        <Lines
          lines={[look.paint('border', look.glyphs.horizontal.repeat(layout.columns))]}
          width={layout.columns}
          height={1}
        />
        {details(layout.detailsWidth, layout.detailsHeight)}
      </Box>
    );
  return listPane;
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
  const text = rowText(row, plan, look, { selected: false, marked: false, width });
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
