import type { Look } from '../../components/look.ts';
import { cutStyled, fitStyled, withoutColours } from '../../components/styled.ts';
import { fit, truncate, widthOf } from '../../components/text.ts';
import type { BoardModel, Placed } from '../../src/ui/board.ts';

/** Sections of lines put together into one board: one column, or two under what takes the whole width. Pure but for the model. */

/** One line that can be chosen. */
export interface Entry {
  /** The same as long as it is about the same. */
  readonly id: string;
  /** At most `width` columns; may be coloured. */
  readonly text: (width: number) => string;
  /** What its line has no room for, below it: none is chosen for itself. */
  readonly below?: (width: number) => readonly string[];
  readonly open?: () => void;
  /** What `Y` copies; the line itself where it is not given. */
  readonly copy?: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** At the right of the heading: a number, an age. */
  readonly note?: string;
  readonly entries: readonly Entry[];
  /** What to say when there is no entry; may be coloured. */
  readonly empty: string;
}

export interface Sections {
  /** Over the whole width. */
  readonly head: readonly Section[];
  readonly left: readonly Section[];
  readonly right: readonly Section[];
  /** The order in one column. */
  readonly single: readonly Section[];
}

/** From this width on there are two columns. */
const twoColumns = 100;
const between = 3;
/** Columns before each line: the mark of the selection and a blank. */
const gutter = 2;

interface Drawn {
  readonly lines: readonly string[];
  readonly entries: readonly Placed[];
}

interface Place {
  readonly width: number;
  /** Line of the board on which the column begins. */
  readonly from: number;
  /** Without blank lines between sections. */
  readonly dense: boolean;
  readonly selected: string | undefined;
  readonly look: Look;
}

const headingOf = ({ title, note = '' }: Section, width: number, look: Look): string => {
  const shown = truncate(note, Math.max(0, width - widthOf(title) - 2));
  const blanks = ' '.repeat(Math.max(1, width - widthOf(title) - widthOf(shown)));
  return cutStyled(look.paint('heading', title) + (shown === '' ? '' : blanks + look.paint('muted', shown)), width);
};

const entryLine = (entry: Entry, { width, selected, look }: Place): string => {
  const text = entry.text(width - gutter);
  if (entry.id !== selected) return ' '.repeat(gutter) + text;
  return look.paint('selection', fitStyled(`${look.glyphs.selected} ${withoutColours(text)}`, width));
};

const drawColumn = (sections: readonly Section[], place: Place): Drawn => {
  const lines: string[] = [];
  const entries: Placed[] = [];
  for (const section of sections) {
    if (lines.length > 0 && !place.dense) lines.push('');
    lines.push(headingOf(section, place.width, place.look));
    if (section.entries.length === 0) lines.push(' '.repeat(gutter) + cutStyled(section.empty, place.width - gutter));
    for (const entry of section.entries) {
      const { open } = entry;
      const line = entryLine(entry, place);
      entries.push({
        id: entry.id,
        section: section.id,
        line: place.from + lines.length,
        copy: entry.copy ?? withoutColours(line).slice(gutter).trim(),
        ...(open === undefined ? {} : { open }),
      });
      lines.push(line, ...(entry.below?.(place.width - gutter) ?? []).map((rest) => ' '.repeat(gutter) + rest));
    }
  }
  return { lines, entries };
};

const drawTwo = ({ head, left, right }: Sections, place: Place): Drawn => {
  const top = drawColumn(head, place);
  const from = place.from + top.lines.length + 1;
  const leftWidth = Math.floor((place.width - between) / 2);
  const first = drawColumn(left, { ...place, from, width: leftWidth });
  const second = drawColumn(right, { ...place, from, width: place.width - between - leftWidth });
  const rows = Math.max(first.lines.length, second.lines.length);
  const both = Array.from({ length: rows }, (_, at) => {
    const beside = second.lines[at] ?? '';
    const own = first.lines[at] ?? '';
    return beside === '' ? own : fitStyled(own, leftWidth) + ' '.repeat(between) + beside;
  });
  return { lines: [...top.lines, '', ...both], entries: [...top.entries, ...first.entries, ...second.entries] };
};

/** Returns the part of the board that is seen: `height` lines of at most `width` columns, the chosen one among them. */
export const boardLines = (
  sections: Sections,
  board: BoardModel,
  { width, height, look }: { readonly width: number; readonly height: number; readonly look: Look },
): readonly string[] => {
  const two = width >= twoColumns;
  const walked = two ? [...sections.head, ...sections.left, ...sections.right] : sections.single;
  const ids = walked.flatMap(({ entries }) => entries.map(({ id }) => id));
  const dense = height < 14;
  // One blank column on each side where there is room: text that touches the edge is hard to read.
  const margin = width >= 60 ? 1 : 0;
  const place = { width: width - 2 * margin, from: 0, dense, selected: ids[board.index(ids)], look };
  const { lines, entries } = two ? drawTwo(sections, place) : drawColumn(sections.single, place);
  const top = board.drawn(entries, lines.length, height);
  const shown = lines.slice(top, top + height).map((line) => ' '.repeat(margin) + line);
  const rest = lines.length - top - shown.length;
  if (rest > 0 && shown.length > 2 && board.current()?.line !== top + shown.length - 1) {
    const more = `${look.glyphs.down} ${String(rest + 1)} more lines`;
    shown[shown.length - 1] = look.paint('muted', fit(more, width - margin, 'right'));
  }
  return shown;
};
