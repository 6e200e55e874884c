import { wrapWords } from '../../components/text.ts';
import { bytes } from '../../components/units.ts';
import { forecastOf, growthOf } from '../../src/inventory/growth.ts';
import { filledOf } from '../../src/operations/storage-trend.ts';
import type { Timeframe } from '../../src/models/timeframe.ts';
import type { RrdPoint } from '../../src/operations/rrd.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { graphEveryMs, graphOf, historyLines, type Figure } from '../graphs.ts';
import { awayText, isMeasured, type StorageRow } from './rows.ts';
import { daysAhead, forecastSentence, forecastToken } from './words.ts';

const used: Figure = {
  title: 'used',
  token: 'accent',
  value: ({ used: value }) => value,
  unit: bytes,
  // Against the whole storage: how near the top is what matters.
  top: (points, most) => points.findLast(({ total }) => total !== undefined && total > 0)?.['total'] ?? most,
};

/** An hour or a day tells nothing of the days to come: then the week is asked beside what is drawn. */
const foretelling = (frame: Timeframe): Timeframe => (frame === 'hour' || frame === 'day' ? 'week' : frame);

/** How full it was, and when it is full if it goes on like that. */
const lines = (row: StorageRow, drawing: Drawing & Area): readonly string[] => {
  const { app, look, width, height } = drawing;
  const away = awayText(row, 'how full it was');
  if (away !== undefined) return wrapWords(away, width).map((line) => look.paint('muted', line));
  const { storage, node } = row.place;
  const history = (timeframe: Timeframe): Answer<readonly RrdPoint[]> =>
    app.look('storage.rrd', { storage, node, timeframe }, { everyMs: graphEveryMs(timeframe) });
  const { frame } = graphOf(app);
  const past = history(foretelling(frame)).value;
  const forecast = past === undefined || !isMeasured(row) ? [] : forecastLines(row, past, drawing);
  const graph = historyLines([used], history(frame), { ...drawing, height: Math.max(5, height - forecast.length) });
  return [...forecast, ...graph];
};

const forecastLines = (
  { place: { disk, maxdisk } }: StorageRow,
  points: readonly RrdPoint[],
  { look, width }: Drawing & Area,
): readonly string[] => {
  const growth = growthOf(filledOf(points));
  if (growth === undefined)
    return [
      ...wrapWords('not enough history yet to tell when it is full', width).map((line) => look.paint('muted', line)),
      '',
    ];
  const forecast = forecastOf(growth, disk, maxdisk);
  const token = forecastToken(forecast);
  const basis = `if it goes on as in the last ${daysAhead(growth.days)}`;
  const sentence = `${forecastSentence(growth.bytesADay, forecast)}, ${basis}`;
  return [...wrapWords(sentence, width).map((line) => look.paint(token, line)), ''];
};

export const trendTab: Tab<StorageRow> = {
  id: 'trend',
  title: 'trend',
  picture: true,
  sideways: (app, step) => graphOf(app).point(step),
  lines,
};
