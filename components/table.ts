import { fitStyled } from './styled.ts';
import { fit } from './text.ts';
import type { Look, Token } from './look.ts';

/** A table as strings: which columns fit, the heading, and one text a row. */

export interface Cell {
  readonly text: string;
  readonly token?: Token;
  /** The same text in colours of its own; they stand back where the row is selected. */
  readonly styled?: string;
}

export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** Columns of the terminal; for a flexible column the least. */
  readonly width: number;
  /** Takes a share of what is left over, up to `most`. */
  readonly flex?: { readonly share: number; readonly most: number };
  readonly align?: 'left' | 'right';
  /** When the table is too narrow the highest number goes first; 0 always stays. */
  readonly priority: number;
  /** Shown only when a person chose it, and in the wide view. */
  readonly optional?: true;
  cell(row: Row, look: Look): Cell;
  /** What the column is sorted by; numbers sort descending first, texts ascending. */
  sortKey?(row: Row): number | string;
}

export interface PlannedColumn<Row> {
  readonly column: TableColumn<Row>;
  readonly width: number;
}

const gap = 2;

/** Chooses the columns that fit into `width` and their widths. The gutter for the mark is counted in. */
export const planColumns = <Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
): readonly PlannedColumn<Row>[] => {
  const room = width - gutter;
  const byPriority = columns.toSorted((a, b) => a.priority - b.priority);
  const chosen = new Set<TableColumn<Row>>();
  let used = 0;
  for (const column of byPriority) {
    const needed = column.width + (chosen.size > 0 ? gap : 0);
    if (column.priority > 0 && used + needed > room) continue;
    chosen.add(column);
    used += needed;
  }
  const kept = columns.filter((column) => chosen.has(column));
  const shares = kept.reduce((sum, column) => sum + (column.flex?.share ?? 0), 0);
  const spare = Math.max(0, room - used);
  return kept.map((column) => ({
    column,
    width: column.flex
      ? Math.min(column.flex.most, column.width + Math.floor((spare * column.flex.share) / shares))
      : column.width,
  }));
};

/**
 * Chooses the columns of the wide view: each as wide as its contents can be. Those that always stay keep their place; of the
 * others `scrolled` are left out at the beginning, and as many follow as fit.
 */
export const planWide = <Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
  scrolled: number,
): readonly PlannedColumn<Row>[] => {
  const plan: PlannedColumn<Row>[] = [];
  let room = width - gutter + gap;
  for (const column of [
    ...columns.filter(({ priority }) => priority === 0),
    ...columns.filter(({ priority }) => priority > 0).slice(scrolled),
  ]) {
    const wanted = Math.min(column.flex?.most ?? column.width, room - gap);
    // The last one may be cut, as long as something of it can be read.
    if (wanted < Math.min(column.width, 4)) break;
    plan.push({ column, width: wanted });
    room -= wanted + gap;
  }
  return plan;
};

/** Columns before the first one: the selection mark, a blank, and the mark of a marked row. */
export const gutter = 3;

/** Returns the heading line, with the direction at the column that the table is sorted by. */
export const headingText = <Row>(
  plan: readonly PlannedColumn<Row>[],
  look: Look,
  sort: { readonly column: string; readonly descending: boolean } | undefined,
): string => {
  const titles = plan.map(({ column, width }) => {
    const arrow = sort?.column === column.id ? (sort.descending ? look.glyphs.down : look.glyphs.up) : '';
    return fit(column.title + arrow, width, column.align);
  });
  return look.paint('muted', (' '.repeat(gutter) + titles.join(' '.repeat(gap))).trimEnd());
};

/** Returns one row in exactly `width` columns. The selected one is painted whole, so that it costs two sequences, not one a cell. */
export const rowText = <Row>(
  row: Row,
  plan: readonly PlannedColumn<Row>[],
  look: Look,
  state: { readonly selected: boolean; readonly marked: boolean; readonly width: number },
): string => {
  const cells = plan.map(({ column, width }) => {
    const cell = column.cell(row, look);
    if (cell.styled !== undefined && !state.selected) return fitStyled(cell.styled, width);
    const text = fit(cell.text, width, column.align);
    return state.selected || cell.token === undefined ? text : look.paint(cell.token, text);
  });
  const mark = (state.selected ? look.glyphs.selected : ' ') + (state.marked ? look.glyphs.marked : ' ') + ' ';
  const line = mark + cells.join(' '.repeat(gap));
  return state.selected ? look.paint('selection', fit(line, state.width)) : line;
};
