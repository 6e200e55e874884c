import { gutter, planColumns, type TableColumn } from '../components/table.ts';
import { fit } from '../components/text.ts';
import type { Line } from '../src/ui/details.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';
import type { Condition } from './condition.ts';

/** Tables inside a details pane: the columns that fit, a heading, a line a row and what stands below it, nothing before the first column. */

interface DetailTable<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  /** What Enter does on the line of a row. */
  readonly open?: (row: Row) => void;
  /** What `Y` copies of it. */
  readonly copy?: (row: Row) => string;
  /** What stands below the line of a row; the keys do the same there. */
  readonly below?: (row: Row) => readonly string[];
}

/** Returns heading and rows as lines of at most `width` columns; nothing at all when there are no rows. */
export const tableLines = <Row>(
  { rows, columns, open, copy, below }: DetailTable<Row>,
  { look, width }: Pick<Drawing & Area, 'look' | 'width'>,
): readonly (string | Line)[] => {
  if (rows.length === 0) return [];
  // A pane has no column for a mark.
  const plan = planColumns(columns, width + gutter);
  const heading = plan.map(({ column, width: room }) => fit(column.title, room, column.align)).join('  ');
  return [
    look.paint('muted', heading.trimEnd()),
    ...rows.flatMap((row): readonly Line[] => {
      const cells = plan.map(({ column, width: room }) => {
        const { text, token } = column.cell(row, look);
        const cell = fit(text, room, column.align);
        return token === undefined ? cell : look.paint(token, cell);
      });
      const does = {
        ...(open === undefined ? {} : { open: () => open(row) }),
        ...(copy === undefined ? {} : { copy: copy(row) }),
      };
      return [cells.join('  ').trimEnd(), ...(below?.(row) ?? [])].map((text) => ({ text, ...does }));
    }),
  ];
};

/** Returns a cell of a state: glyph, word and colour. */
export const stateCell: <Row>(stateOf: (row: Row) => Condition) => TableColumn<Row>['cell'] =
  (stateOf) => (row, look) => {
    const { glyph, word, token } = stateOf(row);
    return { text: `${look.glyphs[glyph]} ${word}`, token };
  };
