import { cutStyled, fitStyled, styledWidth, withoutColours } from '../components/styled.ts';
import type { Look } from '../components/look.ts';
import type { DetailsModel, Line } from '../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../src/ui/screen.ts';
import type { Handlers } from '../src/ui/keys.ts';

/** The details of one row: heading, tabs, and the lines of the tab that is open. */

export interface DetailsOf<Row> {
  readonly row: Row;
  readonly id: string;
  readonly heading: string;
  readonly tabs: readonly Tab<Row>[];
}

/** Returns the pane as lines: at most `area.height`, none wider than `area.width`. */
export const detailsLines = <Row>(
  { row, id, heading, tabs }: DetailsOf<Row>,
  model: DetailsModel,
  drawing: Drawing,
  area: Area,
): readonly string[] => {
  const { look } = drawing;
  const own = tabs.filter((tab) => tab.has?.(row) ?? true);
  const head = [cutStyled(heading, area.width)];
  const ids = own.map((tab) => tab.id);
  if (own.length > 1) head.push(...tabsLines(own, model.tabAmong(ids), look, area));
  head.push(look.paint('border', look.glyphs.horizontal.repeat(area.width)));
  const room = { width: area.width, height: Math.max(1, area.height - head.length) };
  model.drawing(id, ids, room.height);
  const open = own.find((tab) => tab.id === model.tab);
  const lines = (open?.lines(row, { ...drawing, ...room }) ?? []).map(asLine);
  model.lines = lines;
  const sideways = open?.sideways;
  model.sideways = sideways === undefined ? undefined : (step) => sideways(drawing.app, step);
  const top = model.focused ? model.top() : 0;
  const shown = lines.slice(top, top + room.height).map((line, at) => {
    if (!model.focused || open?.picture === true || top + at !== model.cursor())
      return cutStyled(line.text, room.width);
    return look.paint('selection', fitStyled(withoutColours(line.text), room.width));
  });
  if (lines.length > top + room.height && shown.length > 1) {
    const rest = lines.length - top - room.height + 1;
    shown[shown.length - 1] = look.paint('muted', `${look.glyphs.down} ${String(rest)} more`);
  }
  return [...head, ...shown].slice(0, area.height);
};

const asLine = (line: string | Line): Line => (typeof line === 'string' ? { text: line } : line);

interface TabNames {
  readonly tabs: readonly { readonly id: string; readonly title: string }[];
  /** Index of the open one. */
  readonly at: number;
  readonly look: Look;
}

/** A pane at least this high has a second line for tabs that do not fit on one. */
const secondLineFrom = 14;

/** Names of the tabs; the open one stands out. All of them where there is height for two lines, else those around the open one. */
const tabsLines = (
  tabs: TabNames['tabs'],
  open: string | undefined,
  look: Look,
  { width, height }: Area,
): readonly string[] => {
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === open),
  );
  const names = { tabs, at, look };
  const whole = namesOf(names, 0, tabs.length);
  if (styledWidth(whole) <= width) return [whole];
  const half = height < secondLineFrom ? 0 : firstLineOf(names, width);
  return half === 0 ? [namesAround(names, width)] : [namesOf(names, 0, half), namesOf(names, half, tabs.length)];
};

const namesOf = ({ tabs, at, look }: TabNames, from: number, to: number): string =>
  tabs
    .slice(from, to)
    .map(({ title }, index) => {
      if (from + index !== at) return look.paint('muted', title);
      return look.paint('tab', look.colourful ? title : `[${title}]`);
    })
    .join('  ');

/** How many tabs the first of two lines takes, so that no name hangs alone on the second; 0 where two are too few. */
const firstLineOf = (names: TabNames, width: number): number => {
  const { length } = names.tabs;
  const fits = (from: number, to: number): boolean => styledWidth(namesOf(names, from, to)) <= width;
  for (let half = Math.ceil(length / 2); half < length; half += 1) if (fits(0, half) && fits(half, length)) return half;
  return 0;
};

/** As many names around the open one as fit, and signs that there are more. */
const namesAround = (names: TabNames, width: number): string => {
  const { tabs, at, look } = names;
  const more = look.paint('muted', look.glyphs.ellipsis);
  const lineOf = (from: number, to: number): string =>
    [...(from > 0 ? [more] : []), namesOf(names, from, to), ...(to < tabs.length ? [more] : [])].join('  ');
  let [from, to] = [at, at + 1];
  const fits = (first: number, last: number): boolean => styledWidth(lineOf(first, last)) <= width;
  while (to < tabs.length && fits(from, to + 1)) to += 1;
  while (from > 0 && fits(from - 1, to)) from -= 1;
  return lineOf(from, to);
};

/** What the keys of the details pane do. */
export const detailsHandlers = (model: DetailsModel, copy: (text: string) => void): Handlers => {
  const half = (): number => Math.max(1, Math.floor(model.height / 2));
  return {
    down: () => model.move(1),
    up: () => model.move(-1),
    'half-down': () => model.move(half()),
    'half-up': () => model.move(-half()),
    'page-down': () => model.move(model.height),
    'page-up': () => model.move(-model.height),
    first: () => model.moveTo(0),
    'last-row': () => model.moveTo(model.lines.length - 1),
    open: () => model.current()?.open?.(),
    left: () => model.sideways?.(-1),
    right: () => model.sideways?.(1),
    'copy-id': () => {
      const line = model.current();
      if (line !== undefined) copy(line.copy ?? withoutColours(line.text).trim());
    },
  };
};
