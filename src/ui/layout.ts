/** Where things are on the screen: one function of the terminal's size, no measuring. All numbers are terminal cells. */

export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** `bare`: one list and one status line (60×15 and below). */
  readonly mode: 'bare' | 'list' | 'stacked' | 'side';
  /** Lines above the body: the header and its rule, or one line of crumbs, or none. */
  readonly header: 'full' | 'line' | 'none';
  readonly footer: 'full' | 'line' | 'none';
  readonly bodyHeight: number;
  readonly listWidth: number;
  /** Rows of the list without its heading. */
  readonly listHeight: number;
  readonly detailsWidth: number;
  readonly detailsHeight: number;
}

/** Beside the list from this width on: the list keeps its seven main columns and the details forty-odd. */
const sideBySideColumns = 110;
/** Below the list from this height on, when there is no room beside it. */
const stackedRows = 32;

/**
 * Lays out a terminal of `columns` × `rows`. Under 20 rows the header goes, at 60×15 and below so does all ornament.
 * `whole`: the body has the terminal for itself. The sum of all parts is never more than `rows`.
 */
export const layoutOf = (
  columns: number,
  rows: number,
  zoomed: 'none' | 'list' | 'details' | 'whole' = 'none',
): Layout => {
  const bare = columns <= 60 || rows <= 15;
  const ornament = zoomed === 'whole' ? 'none' : bare || rows < 20 ? 'line' : 'full';
  const header = ornament;
  const footer = ornament;
  const lines = { none: 0, line: 1, full: 2 } as const;
  const bodyHeight = Math.max(1, rows - lines[header] - lines[footer]);
  const base = { columns, rows, header, footer, bodyHeight } as const;
  const whole = {
    listWidth: columns,
    listHeight: Math.max(1, bodyHeight - (bare ? 0 : 1)),
    detailsWidth: columns,
    detailsHeight: bodyHeight,
  };
  if (bare) return { ...base, mode: 'bare', ...whole };
  if (zoomed !== 'none') return { ...base, mode: 'list', ...whole };
  if (columns >= sideBySideColumns) {
    const detailsWidth = Math.min(72, Math.max(44, Math.floor(columns * 0.38)));
    // One column of rule and one blank between the panes.
    return { ...base, mode: 'side', ...whole, listWidth: columns - detailsWidth - 2, detailsWidth };
  }
  if (rows >= stackedRows) {
    const detailsHeight = Math.min(14, Math.floor(bodyHeight * 0.4));
    return { ...base, mode: 'stacked', ...whole, listHeight: bodyHeight - detailsHeight - 2, detailsHeight };
  }
  return { ...base, mode: 'list', ...whole };
};
