import { clean, wrapWords } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { tableLines } from '../detailTable.ts';
import { labelled } from '../labelled.ts';
import { stackState, type StackRow } from './rows.ts';

type Shown = ResultOf<'stack.show'>;
type Service = Shown['services'][number];
type Route = Shown['routes'][number];

const labelWidth = 10;

const serviceLines = (services: readonly Service[], drawing: Drawing & Area): readonly (string | Line)[] =>
  tableLines<Service>(
    {
      rows: services,
      columns: [
        {
          id: 'name',
          title: 'service',
          width: 8,
          flex: { share: 1, most: 20 },
          priority: 0,
          cell: ({ name }) => ({ text: clean(name) }),
        },
        {
          id: 'image',
          title: 'image',
          width: 12,
          flex: { share: 3, most: 40 },
          priority: 0,
          cell: ({ image = '' }) => ({ text: clean(image), token: 'muted' }),
        },
        { id: 'ports', title: 'ports', width: 10, priority: 1, cell: ({ ports }) => ({ text: ports.join(' ') }) },
        {
          id: 'needs',
          title: 'needs',
          width: 8,
          flex: { share: 1, most: 20 },
          priority: 2,
          cell: ({ needs }) => ({ text: needs.join(' '), token: 'muted' }),
        },
      ],
    },
    drawing,
  );

const routeLines = (routes: readonly Route[], drawing: Drawing & Area): readonly (string | Line)[] =>
  tableLines<Route>(
    {
      rows: routes,
      copy: ({ route }) => route,
      columns: [
        {
          id: 'route',
          title: 'route',
          width: 14,
          flex: { share: 2, most: 40 },
          priority: 0,
          cell: ({ route }) => ({ text: clean(route) }),
        },
        {
          id: 'to',
          title: 'to',
          width: 10,
          flex: { share: 1, most: 24 },
          priority: 0,
          cell: ({ service, port }) => ({ text: `${service}:${String(port)}` }),
        },
        { id: 'tls', title: 'certificate', width: 11, priority: 1, cell: ({ tls }) => ({ text: tls, token: 'muted' }) },
      ],
    },
    drawing,
  );

/** What a stack is: its services, and where it is reached. */
const lines = (row: StackRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const { glyph, word, token } = stackState(row);
  const state = look.paint(token, `${look.glyphs[glyph]} ${word}`);
  if (row.problem !== undefined)
    return [
      state,
      '',
      ...wrapWords(clean(row.problem), width).map((line) => look.paint('error', line)),
      '',
      look.paint('muted', `${app.keyboard.keyFor('stacks', 'edit')} opens it in your editor`),
    ];
  const answer = app.look('stack.show', { name: row.name });
  const { value } = answer;
  if (value === undefined) return [state, '', ...answerLines(answer, drawing)];
  const label = (name: string, text: string): readonly string[] =>
    labelled(name, text, { look, width, label: labelWidth });
  return [
    `${state}  ${look.paint('muted', `version ${clean(value.version)}`)}`,
    ...answerLines(answer, drawing),
    ...(value.description === undefined ? [] : ['', ...wrapWords(clean(value.description), width)]),
    '',
    ...serviceLines(value.services, drawing),
    ...(value.routes.length === 0 ? [] : ['', ...routeLines(value.routes, drawing)]),
    '',
    ...(value.volumes.length === 0 ? [] : label('volumes', value.volumes.join(', '))),
    ...(value.files.length === 0 ? [] : label('files', value.files.join(', '))),
    ...label('folder', value.folder),
  ];
};

export const summaryTab: Tab<StackRow> = { id: 'summary', title: 'summary', lines };
