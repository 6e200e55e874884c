import { forecastOf, type Forecast } from '../../src/inventory/growth.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { isMeasured, type StorageRow } from './rows.ts';

/** How a storage fills, and when it is full. */
export interface RowTrend {
  readonly bytesADay: number;
  readonly forecast: Forecast;
}

/** A row is asked for its week only once somebody has rested on the list, and then again every half hour. */
const dwellMs = 700;
const everyMs = 1_800_000;

/**
 * The trend of a row, as far as it is known: from the slow crawl where that has been, else asked while the row is drawn.
 * Called while drawing; undefined until it is known, and when its history is too short.
 */
export const trendOfRow = (app: AppModel, row: StorageRow): RowTrend | undefined => {
  if (!isMeasured(row)) return undefined;
  const { storage, node, disk, maxdisk } = row.place;
  const fact = app.session?.facts.trendOf(row.place);
  if (fact !== undefined) {
    const { bytesADay } = fact.value;
    return { bytesADay, forecast: forecastOf(fact.value, disk, maxdisk) };
  }
  const trend = app.look('storage.trend', { storage, node }, { dwellMs, everyMs }).value?.[0];
  if (trend?.growth === undefined || trend.trend === 'unknown') return undefined;
  const even = forecastOf({ bytesADay: trend.growth }, disk, maxdisk);
  return { bytesADay: trend.growth, forecast: trend.trend === 'filling' ? even : { kind: trend.trend } };
};
