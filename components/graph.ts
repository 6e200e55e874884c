import { segmentLine } from './segments.ts';
import { fit } from './text.ts';
import type { Look, Token } from './look.ts';

/** A figure over time as lines of text: heights of an eighth of a line, a scale beside it, a cursor over it. */

/** What is known of a figure at the end of one step, in seconds since 1970. Without a value there is a gap. */
export interface GraphPoint {
  readonly time: number;
  readonly value?: number | undefined;
}

/** From when to when, in seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Graph {
  readonly title: string;
  readonly token: Token;
  /** One value a column, NaN for a gap. */
  readonly values: readonly number[];
  /** What the full height stands for. */
  readonly top: number;
  /** How a value is written: `12%`, `3.4 MB/s`. */
  readonly unit: (value: number) => string;
  /** A column that is looked at. */
  readonly cursor?: number | undefined;
}

/** Columns before a graph: its scale, and a blank. */
export const graphGutter = 9;

/**
 * Spreads points over columns. A point stands for the time since the point before it; of several in one column the mean is
 * taken, and a column that nothing is known of is NaN.
 */
export const spread = (points: readonly GraphPoint[], { from, to }: Span, columns: number): number[] => {
  const sums = Array.from({ length: columns }, () => 0);
  const counts = Array.from({ length: columns }, () => 0);
  const scale = columns / Math.max(1, to - from);
  for (const [at, { time, value }] of points.entries()) {
    if (value === undefined || !Number.isFinite(value) || time <= from || time > to) continue;
    const step = (points[at - 1] ?? { time: 2 * time - (points[at + 1]?.time ?? time + 1) }).time;
    const last = Math.min(columns - 1, Math.ceil((time - from) * scale) - 1);
    const first = Math.min(last, Math.max(0, Math.floor((step - from) * scale)));
    for (let column = first; column <= last; column += 1) {
      sums[column] = (sums[column] ?? 0) + value;
      counts[column] = (counts[column] ?? 0) + 1;
    }
  }
  return sums.map((sum, column) => ((counts[column] ?? 0) === 0 ? Number.NaN : sum / (counts[column] ?? 1)));
};

const known = (values: readonly number[]): number[] => values.filter((value) => Number.isFinite(value));

/** Returns the highest value that is known; 0 when none is. */
export const highest = (values: readonly number[]): number => Math.max(0, ...known(values));

/** Returns a top for a scale that holds a value: 1, 2 or 5 times a power of ten of its largest unit (powers of 1024). */
export const roundTop = (value: number): number => {
  if (value <= 0) return 1;
  const unit = 1024 ** Math.max(0, Math.floor(Math.log(value) / Math.log(1024)));
  const power = 10 ** Math.floor(Math.log10(value / unit));
  const top = ([1, 2, 5].find((one) => one * power * unit >= value * 0.999) ?? 10) * power;
  // Nobody says 1000 kB.
  return (top === 1000 ? 1024 : top) * unit;
};

interface Plotted {
  readonly character: string;
  readonly token: Token;
}

/** What stands in one column of one line; `line` counts from the bottom. The crest has the colour, what is below it is quiet. */
const plotted = (
  look: Look,
  { values, top, token, cursor }: Graph,
  column: number,
  line: number,
  height: number,
): Plotted => {
  const { spark, vertical } = look.glyphs;
  const isCursor = column === cursor;
  const fraction = (values[column] ?? Number.NaN) / top;
  // What is known is never drawn as nothing: it could not be told from a gap.
  const eighths = Number.isFinite(fraction)
    ? Math.max(1, Math.round(Math.min(1, Math.max(0, fraction)) * height * spark.length))
    : 0;
  const here = eighths - line * spark.length;
  if (here <= 0) return { character: isCursor ? vertical : ' ', token: 'accent' };
  const isCrest = here <= spark.length;
  return {
    character: spark[Math.min(spark.length, here) - 1] ?? ' ',
    token: isCursor ? 'accent' : isCrest ? token : 'border',
  };
};

/** One line of a curve; neighbours of one colour are painted together. */
const plotLine = (look: Look, graph: Graph, line: number, height: number): string => {
  let text = '';
  let run: Plotted = { character: '', token: graph.token };
  for (const column of graph.values.keys()) {
    const next = plotted(look, graph, column, line, height);
    if (next.token === run.token) run = { ...run, character: run.character + next.character };
    else {
      text += look.paint(run.token, run.character);
      run = next;
    }
  }
  return text + look.paint(run.token, run.character);
};

/** Returns a graph as `height` + 1 lines: its title with the value that is looked at (else the newest), then the curve. */
export const graphLines = (
  look: Look,
  graph: Graph,
  { width, height }: { width: number; height: number },
): string[] => {
  const { title, values, top, unit, cursor } = graph;
  const some = known(values);
  const looked = cursor === undefined ? some.at(-1) : values[cursor];
  const text = looked === undefined || !Number.isFinite(looked) ? '–' : unit(looked);
  const mean = some.length === 0 ? undefined : some.reduce((sum, value) => sum + value, 0) / some.length;
  const head = segmentLine(
    look,
    [{ text: title }, { text, token: cursor === undefined ? 'heading' : 'accent' }],
    mean === undefined
      ? []
      : [
          { text: `mean ${unit(mean)}`, token: 'muted', drop: 2 },
          { text: `max ${unit(highest(values))}`, token: 'muted', drop: 1 },
        ],
    width,
  );
  const lines = Array.from({ length: height }, (_, at) => {
    const line = height - 1 - at;
    const scale = at === 0 ? unit(top) : line === 0 ? unit(0) : '';
    const plot = plotLine(look, graph, line, height);
    return look.paint('muted', `${fit(scale, graphGutter - 1, 'right')} `) + plot;
  });
  return [head, ...lines];
};

/** Returns the line below graphs: the times of its beginning, middle and end, and where the cursor is. */
export const timeAxis = (
  look: Look,
  { from, to }: Span,
  columns: number,
  time: (seconds: number) => string,
  cursor?: number,
): string => {
  const characters = Array.from({ length: columns }, () => ' ');
  const write = (text: string, at: number): void => {
    for (const [offset, character] of [...text].entries()) characters[at + offset] = character;
  };
  const [first, middle, last] = [time(from), time((from + to) / 2), time(to)];
  write(first, 0);
  write(last, columns - last.length);
  const centre = Math.floor((columns - middle.length) / 2);
  if (centre > first.length + 1 && centre + middle.length + 1 < columns - last.length) write(middle, centre);
  const text = characters.join('');
  if (cursor === undefined) return ' '.repeat(graphGutter) + look.paint('muted', text);
  return (
    ' '.repeat(graphGutter) +
    look.paint('muted', text.slice(0, cursor)) +
    look.paint('accent', look.glyphs.up) +
    look.paint('muted', text.slice(cursor + 1))
  );
};
