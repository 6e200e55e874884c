import { clean } from '../../components/text.ts';
import type { TableColumn } from '../../components/table.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { stackRows, stackState, type StackRow } from './rows.ts';

const count = (id: 'services' | 'routes' | 'settings' | 'secrets', priority: number): TableColumn<StackRow> => ({
  id,
  title: id,
  width: 8,
  align: 'right',
  priority,
  cell: (row) => ({ text: row[id] === undefined ? '–' : String(row[id]), ...(row[id] ? {} : { token: 'muted' }) }),
  sortKey: (row) => row[id] ?? -1,
});

const columns: readonly TableColumn<StackRow>[] = [
  {
    id: 'name',
    title: 'stack',
    width: 12,
    flex: { share: 2, most: 24 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name) }),
    sortKey: ({ name }) => name,
  },
  {
    id: 'state',
    title: 'state',
    width: 15,
    priority: 0,
    cell: (row, look) => {
      const { glyph, word, token } = stackState(row);
      return { text: `${look.glyphs[glyph]} ${word}`, token };
    },
    sortKey: (row) => stackState(row).word,
  },
  count('services', 1),
  count('secrets', 4),
  count('routes', 5),
  count('settings', 6),
  {
    id: 'rendered',
    title: 'rendered as',
    width: 14,
    flex: { share: 3, most: 60 },
    priority: 3,
    cell: ({ rendered }) => ({ text: rendered.join(' '), token: 'muted' }),
    sortKey: ({ rendered }) => rendered.length,
  },
  {
    id: 'title',
    title: 'title',
    width: 12,
    flex: { share: 2, most: 40 },
    priority: 2,
    cell: ({ title = '' }) => ({ text: clean(title), token: 'muted' }),
    sortKey: ({ title = '' }) => title,
  },
];

/** The list of stacks. */
export const stackListDefinition = (app: AppModel): ListDefinition<StackRow> => ({
  source: () => stackRows(app),
  idOf: ({ name }) => name,
  lasting: true,
  columns,
  filterFields: ({ name, title = '', rendered }) => ({
    text: `${name} ${title}`.toLowerCase(),
    fields: { name: [name.toLowerCase()], as: rendered },
  }),
  isFault: ({ problem }) => problem !== undefined,
});
