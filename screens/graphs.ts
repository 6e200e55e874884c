import { graphGutter, graphLines, highest, roundTop, spread, timeAxis, type Span } from '../components/graph.ts';
import type { Token } from '../components/look.ts';
import { segmentLine } from '../components/segments.ts';
import { bytes, percent } from '../components/units.ts';
import { timeframes, type Timeframe } from '../src/models/timeframe.ts';
import type { RrdPoint } from '../src/operations/rrd.ts';
import type { Answer } from '../src/ui/answers.ts';
import type { AppModel } from '../src/ui/app.ts';
import { GraphModel } from '../src/ui/graph.ts';
import type { Area, Drawing } from '../src/ui/screen.ts';
import { answerLines } from './answerLines.ts';

/** Histories of Proxmox VE as graphs, the same way for guests, nodes and storages. */

/** One curve of a tab. */
export interface Figure {
  readonly title: string;
  readonly token: Token;
  readonly value: (point: RrdPoint) => number | undefined;
  readonly unit: (value: number) => string;
  /** What the full height stands for; without it, something round above the highest value. */
  readonly top?: (points: readonly RrdPoint[], most: number) => number;
}

/** Writes a rate of bytes. */
export const rate = (value: number): string => `${bytes(value)}/s`;

const shareTops = [0.05, 0.1, 0.25, 0.5, 1];

/** A curve of a share of a whole; its scale is as small as the load, down to 5 %. */
export const shareFigure = (title: string, token: Token, value: Figure['value']): Figure => ({
  title,
  token,
  value,
  unit: percent,
  top: (_points, most) => shareTops.find((top) => top >= most) ?? 1,
});

const seconds: Readonly<Record<Timeframe, number>> = {
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
};

/** How often the history of a span is asked again while it is looked at, in milliseconds: about when it has a new point. */
export const graphEveryMs = (frame: Timeframe): number => (frame === 'hour' || frame === 'day' ? 60_000 : 1_800_000);

const models = new WeakMap<AppModel, GraphModel>();

/** How graphs are looked at in this program: one span and one cursor for all of them. */
export const graphOf = (app: AppModel): GraphModel => {
  let model = models.get(app);
  if (model === undefined) {
    model = new GraphModel(() => app.changed());
    models.set(app, model);
  }
  return model;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Writes a moment as precisely as a span needs it. */
const timeOf =
  (frame: Timeframe, precise: boolean) =>
  (at: number): string => {
    const date = new Date(at * 1000);
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    if (frame === 'hour') return clock;
    if (frame === 'day') return precise ? `${day} ${clock}` : clock;
    if (frame === 'year') return `${String(date.getFullYear())}-${day}`;
    return precise || frame === 'week' ? `${day} ${clock}` : day;
  };

/** Least and most lines of one curve. */
const heights = { least: 2, most: 8 };

/** Draws figures one below the other with one axis, as tall as the room allows; with `waiting` said in place. */
export const historyLines = (
  figures: readonly Figure[],
  answer: Answer<readonly RrdPoint[]>,
  { app, look, now, width, height }: Drawing & Area,
): readonly string[] => {
  const model = graphOf(app);
  const columns = Math.max(8, width - graphGutter);
  model.columns = columns;
  const { frame, cursor } = model;
  const points = answer.value ?? [];
  const span: Span = { to: Math.floor(now / 1000), from: Math.floor(now / 1000) - seconds[frame] };
  const said = answerLines(answer, { look, now, width });
  const looked = cursor === undefined ? undefined : span.from + ((cursor + 0.5) / columns) * seconds[frame];
  const head = segmentLine(
    look,
    timeframes.map((one) =>
      one === frame
        ? { text: look.colourful ? one : `[${one}]`, token: 'tab' }
        : { text: one, token: 'muted', drop: 2 },
    ),
    [
      looked === undefined
        ? { text: ', . span  ← → time', token: 'muted', drop: 3 }
        : { text: timeOf(frame, true)(looked), token: 'accent', drop: 1 },
    ],
    width,
  );
  if (answer.value === undefined) return [head, '', ...said];
  const room = height - said.length - 2 - figures.length;
  const tall = Math.max(heights.least, Math.min(heights.most, Math.floor(room / figures.length)));
  const curves = figures.flatMap(({ title, token, value, unit, top }) => {
    const values = spread(
      points.map((point) => ({ time: point.time, value: value(point) })),
      span,
      columns,
    );
    const most = highest(values);
    return graphLines(
      look,
      { title, token, values, unit, cursor, top: top?.(points, most) ?? roundTop(most) },
      { width, height: tall },
    );
  });
  return [head, ...said, ...curves, timeAxis(look, span, columns, timeOf(frame, false), cursor)];
};
