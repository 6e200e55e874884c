import { bar } from '../../components/meters.ts';
import type { Cell, TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { bytes, percent } from '../../components/units.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { atContext, isStale } from '../../src/ui/contextOf.ts';
import { fractionOf, loadToken, nothing } from '../condition.ts';
import { isMeasured, rowsOfModel, type StorageRow } from './rows.ts';
import { trendOfRow } from './trendOfRow.ts';
import { forecastCell, forecastToken, growthText, typeName } from './words.ts';

/** What the list of storages shows: columns and filter fields. */

/** `pve1`, or for a shared one `3 nodes`. */
const nodesText = ({ place, places }: StorageRow): string =>
  place.shared && places.length > 1 ? `${String(places.length)} nodes` : clean(place.node);

const usedCell = (row: StorageRow, look: Parameters<TableColumn<StorageRow>['cell']>[1]): Cell => {
  if (!isMeasured(row)) return nothing;
  const used = fractionOf(row.place.disk, row.place.maxdisk) ?? 0;
  const token = loadToken(used);
  return {
    text: `${bar(look, used, 6)} ${percent(used).padStart(4)}`,
    ...(token === undefined ? {} : { token }),
  };
};

const free = ({ place }: StorageRow): number => Math.max(0, place.maxdisk - place.disk);

/** Days until each row is full, as last drawn: sorting must ask nothing. */
type KnownDays = Map<string, number>;

const forecastColumn = (app: AppModel, known: KnownDays): TableColumn<StorageRow> => ({
  id: 'full',
  title: 'full in',
  width: 9,
  align: 'right',
  priority: 2,
  cell: (row) => {
    const forecast = trendOfRow(app, row)?.forecast;
    if (forecast === undefined) return nothing;
    known.set(row.id, forecast.kind === 'filling' ? -forecast.days : Number.NEGATIVE_INFINITY);
    return { text: forecastCell(forecast), token: forecastToken(forecast) };
  },
  // Sorted as a number, the highest first: what is full first comes first.
  sortKey: (row) => known.get(row.id) ?? Number.NEGATIVE_INFINITY,
});

const storageColumns = (app: AppModel): readonly TableColumn<StorageRow>[] => [
  {
    id: 'storage',
    title: 'storage',
    width: 11,
    flex: { share: 3, most: 28 },
    priority: 0,
    cell: ({ place }) => ({ text: clean(place.storage) }),
    sortKey: ({ place }) => place.storage,
  },
  {
    id: 'node',
    title: 'node',
    width: 7,
    flex: { share: 1, most: 16 },
    priority: 0,
    cell: (row) => ({ text: nodesText(row) }),
    sortKey: ({ place }) => place.node,
  },
  {
    id: 'state',
    title: 'state',
    width: 13,
    priority: 0,
    cell: ({ condition }, look) => ({
      text: `${look.glyphs[condition.glyph]} ${condition.word}`,
      token: condition.token,
    }),
    sortKey: ({ condition }) => condition.word,
  },
  {
    id: 'used',
    title: 'used',
    width: 11,
    align: 'right',
    priority: 1,
    cell: usedCell,
    sortKey: ({ place }) => fractionOf(place.disk, place.maxdisk) ?? -1,
  },
  {
    id: 'free',
    title: 'free',
    width: 6,
    align: 'right',
    priority: 3,
    cell: (row) => (isMeasured(row) ? { text: bytes(free(row)) } : nothing),
    sortKey: (row) => (isMeasured(row) ? free(row) : -1),
  },
  forecastColumn(app, new Map()),
  {
    id: 'size',
    title: 'size',
    width: 6,
    align: 'right',
    priority: 6,
    cell: (row) => (isMeasured(row) ? { text: bytes(row.place.maxdisk) } : nothing),
    sortKey: ({ place }) => place.maxdisk,
  },
  {
    id: 'growth',
    title: 'growth',
    optional: true,
    width: 13,
    align: 'right',
    priority: 7,
    cell: (row) => {
      const trend = trendOfRow(app, row);
      return trend === undefined ? nothing : { text: growthText(trend.bytesADay), token: 'muted' };
    },
  },
  {
    id: 'type',
    title: 'type',
    width: 8,
    flex: { share: 1, most: 12 },
    priority: 5,
    cell: ({ place }) => ({ text: clean(place.plugintype), token: 'muted' }),
    sortKey: ({ place }) => place.plugintype,
  },
  {
    id: 'content',
    title: 'for',
    width: 26,
    flex: { share: 3, most: 44 },
    priority: 8,
    cell: ({ place }) => ({ text: place.content.map(clean).join(' '), token: 'muted' }),
  },
];

/** The list of storages of a model. */
export const storageList = (app: AppModel): ListDefinition<StorageRow> => ({
  source: rowsOfModel(app),
  idOf: (row) => row.id,
  lasting: false,
  columns: storageColumns(app),
  stale: ({ place }) => isStale(app.live.getState(), place),
  filterFields: ({ place, places, condition }) => ({
    text: `${place.storage} ${places.map(({ node }) => node).join(' ')} ${place.plugintype} ${typeName(place.plugintype)} ${condition.word} ${place.content.join(' ')}${atContext(place)}`.toLowerCase(),
    fields: {
      name: [place.storage.toLowerCase()],
      node: places.map(({ node }) => node.toLowerCase()),
      type: [`${place.plugintype} ${typeName(place.plugintype)}`.toLowerCase()],
      status: [condition.word],
      content: place.content.map((kind) => kind.toLowerCase()),
    },
  }),
  isFault: ({ condition }) => condition.token !== 'ok',
});
