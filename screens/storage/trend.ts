import { wrapWords } from '../../components/text.ts';
import { bytes } from '../../components/units.ts';
import { forecastOf, growthOf } from '../../src/inventory/growth.ts';
import { filledOf } from '../../src/operations/storage-trend.ts';
import type { RrdPoint } from '../../src/operations/rrd.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { daysAhead } from './words.ts';
import { graphEveryMs, graphOf, historyLines, type Figure } from '../graphs.ts';
import { isMeasured, type StorageRow } from './rows.ts';
import { forecastSentence, forecastToken } from './words.ts';

const used: Figure = {
  title: 'used',
  token: 'accent',
  value: ({ used: value }) => value,
  unit: bytes,
  // Against the whole storage: how near the top is what matters.
  top: (points, most) => points.findLast(({ total }) => total !== undefined && total > 0)?.['total'] ?? most,
};

/** How full it was, and when it is full if it goes on like that. */
const lines = (row: StorageRow, drawing: Drawing & Area): readonly string[] => {
  const { app, height } = drawing;
  const { storage, node } = row.place;
  const { frame } = graphOf(app);
  const answer = app.look('storage.rrd', { storage, node, timeframe: frame }, { everyMs: graphEveryMs(frame) });
  const forecast = answer.value === undefined ? [] : forecastLines(row, answer.value, drawing);
  const graph = historyLines([used], answer, { ...drawing, height: Math.max(5, height - forecast.length) });
  return [...forecast, ...graph];
};

/** An hour or a day tells nothing of the days to come: the sentence says so, and which span would. */
const forecastLines = (
  row: StorageRow,
  points: readonly RrdPoint[],
  { look, width }: Drawing & Area,
): readonly string[] => {
  if (!isMeasured(row)) return [];
  const { disk, maxdisk } = row.place;
  const growth = growthOf(filledOf(points));
  const token = growth === undefined ? 'muted' : forecastToken(forecastOf(growth, disk, maxdisk));
  const basis = growth === undefined ? '' : `, as in the last ${daysAhead(growth.days)}`;
  const sentence = forecastSentence(growth, disk, maxdisk) + basis;
  return [...wrapWords(sentence, width).map((line) => look.paint(token, line)), ''];
};

export const trendTab: Tab<StorageRow> = { id: 'trend', title: 'trend', lines };
