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
/** What the details beside a list usually get of the terminal; the least and the most that they can use. */
const usualShare = 0.38;
const usualLeast = 44;
const leastDetails = 36;
const mostDetails = 72;
/** A rule between the panes, and a blank on each side of it. */
const ruleColumns = 3;

/** Returns a layout with another width for the details, a share of the terminal; the same where they do not stand beside the list. */
export const withDetailsShare = (layout: Layout, share: number, least = leastDetails): Layout => {
  if (layout.mode !== 'side') return layout;
  const detailsWidth = Math.min(mostDetails, Math.max(least, Math.floor(layout.columns * share)));
  return { ...layout, detailsWidth, listWidth: layout.columns - detailsWidth - ruleColumns };
};

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
    return withDetailsShare({ ...base, mode: 'side', ...whole }, usualShare, usualLeast);
  }
  if (rows >= stackedRows) {
    const detailsHeight = Math.min(14, Math.floor(bodyHeight * 0.4));
    return { ...base, mode: 'stacked', ...whole, listHeight: bodyHeight - detailsHeight - 2, detailsHeight };
  }
  return { ...base, mode: 'list', ...whole };
};
