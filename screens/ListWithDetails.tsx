import type { ReactElement, ReactNode } from 'react';
import { Box } from 'ink';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/look.ts';
import { headingText, planColumns, rowText } from '../components/table.ts';
import type { ListModel } from '../src/ui/list.ts';
import { useApp, useKeys, useLayout, useUi } from '../src/ui/hooks.ts';

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
  useKeys('filter', {
    accept: () => app.endEditing(),
    cancel: () => {
      list.setFilter('');
      app.endEditing();
    },
    erase: () => app.edit([...(app.state.editing?.text ?? '')].slice(0, -1).join('')),
    'erase-word': () => app.edit((app.state.editing?.text ?? '').replace(/\S+\s*$/, '')),
    'erase-line': () => app.edit(''),
    down: () => list.move(1),
    up: () => list.move(-1),
  });

  const split = layout.mode === 'side' || layout.mode === 'stacked';
  if (opened && !split) return <>{details(layout.detailsWidth, layout.detailsHeight)}</>;

  const pane = listLines(list, layout.listWidth, look, layout.mode !== 'bare', empty);
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

/** Heading and visible rows of a list as texts. */
const listLines = <Row extends object>(
  list: ListModel<Row>,
  width: number,
  look: ReturnType<typeof useLook>,
  heading: boolean,
  empty: string,
): readonly string[] => {
  const plan = planColumns(list.definition.columns, width);
  const rows = list.rows();
  const top = list.top();
  const selected = list.index();
  const { marked } = list.state;
  const lines = rows.slice(top, top + list.height).map((row, slot) =>
    rowText(row, plan, look, {
      selected: top + slot === selected,
      marked: marked.size > 0 && marked.has(list.definition.idOf(row)),
      width,
    }),
  );
  if (rows.length === 0)
    lines.push(
      '',
      `   ${look.paint('muted', list.state.filter === '' && !list.state.faultsOnly ? empty : 'nothing matches; Esc shows everything again')}`,
    );
  return heading ? [headingText(plan, look, list.state.sort), ...lines] : lines;
};
