import type { TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { openRow } from './rowView.ts';
import { everyMs, glanceOf, notUsed, warned, well, type Asking, type Glance, type Section } from './section.ts';

/** What the cluster tells others: figures to metric servers, notifications to people. */

type Server = ResultOf<'metrics.list'>[number];
type Target = ResultOf<'notification.targets'>[number];
type Matcher = ResultOf<'notification.matchers'>[number];

const servers = ({ app }: Asking) => app.look('metrics.list', {}, { everyMs });
const targets = ({ app }: Asking) => app.look('notification.targets', {}, { everyMs });

const onOrOff = ({ disable }: { readonly disable?: boolean | undefined }): Condition =>
  disable === true ? { glyph: 'stopped', word: 'off', token: 'muted' } : { glyph: 'running', word: 'on', token: 'ok' };

const serverGlance = (drawing: Asking): Glance =>
  glanceOf(servers(drawing), (rows) => {
    if (rows.length === 0) return notUsed('figures are sent nowhere');
    const on = rows.filter(({ disable }) => disable !== true);
    const text = `${String(on.length)} of ${counted(rows.length, 'server')} on`;
    return on.length === 0 ? notUsed(text) : well('sends', text);
  });

const serverColumns: readonly TableColumn<Server>[] = [
  {
    id: 'server',
    title: 'server',
    width: 10,
    flex: { share: 1, most: 20 },
    priority: 0,
    cell: ({ id }) => ({ text: clean(id) }),
  },
  { id: 'on', title: 'on', width: 5, priority: 0, cell: stateCell(onOrOff) },
  { id: 'type', title: 'type', width: 8, priority: 1, cell: ({ type }) => ({ text: clean(type ?? '') }) },
  {
    id: 'address',
    title: 'address',
    width: 18,
    flex: { share: 2, most: 44 },
    priority: 0,
    cell: ({ server, port }) => ({ text: clean(`${server ?? ''}${port === undefined ? '' : `:${String(port)}`}`) }),
  },
];

const serverLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = servers(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, drawing.look.paint('muted', 'figures are sent nowhere')];
  const open = (row: Server): void => openRow(drawing.app, { kind: 'metric server', name: row.id, facts: row });
  return [...said, ...tableLines({ rows: answer.value ?? [], columns: serverColumns, open }, drawing)];
};

export const metricsSection: Section = {
  id: 'metrics',
  title: 'metric servers',
  about: 'where figures are sent to',
  glance: serverGlance,
  tabs: [{ id: 'metrics-servers', title: 'servers', lines: serverLines }],
};

const targetGlance = (drawing: Asking): Glance =>
  glanceOf(targets(drawing), (rows) => {
    const on = rows.filter(({ disable }) => disable !== true);
    const text = on.map(({ name }) => clean(name)).join(', ');
    return on.length === 0 ? warned('silent', 'nobody is told when something fails') : well('tells', text);
  });

const targetColumns: readonly TableColumn<Target>[] = [
  {
    id: 'target',
    title: 'target',
    width: 12,
    flex: { share: 1, most: 24 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name) }),
  },
  { id: 'on', title: 'on', width: 5, priority: 0, cell: stateCell(onOrOff) },
  { id: 'type', title: 'type', width: 8, priority: 1, cell: ({ type }) => ({ text: clean(type ?? '') }) },
  {
    id: 'comment',
    title: 'comment',
    width: 10,
    flex: { share: 2, most: 50 },
    priority: 2,
    cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
  },
];

const targetLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = targets(drawing);
  const open = (row: Target): void =>
    openRow(drawing.app, { kind: 'target of notifications', name: row.name, facts: row });
  return [
    ...answerLines(answer, drawing),
    ...tableLines({ rows: answer.value ?? [], columns: targetColumns, open }, drawing),
  ];
};

/** What a matcher takes, in words: `error, warning`, `everything`. */
const takes = (matcher: Matcher): string => {
  const parts = [
    ...(matcher['match-severity'] ?? []).map((one) => one.split(',').join(', ')),
    ...(matcher['match-field'] ?? []),
    ...(matcher['match-calendar'] ?? []),
  ];
  const text = parts.length === 0 ? 'everything' : parts.join(matcher.mode === 'any' ? ' or ' : ' and ');
  return matcher['invert-match'] === true ? `all but ${text}` : text;
};

const matcherColumns: readonly TableColumn<Matcher>[] = [
  {
    id: 'matcher',
    title: 'matcher',
    width: 12,
    flex: { share: 1, most: 24 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name) }),
  },
  { id: 'on', title: 'on', width: 5, priority: 1, cell: stateCell(onOrOff) },
  {
    id: 'takes',
    title: 'takes',
    width: 12,
    flex: { share: 2, most: 40 },
    priority: 0,
    cell: (matcher) => ({ text: clean(takes(matcher)) }),
  },
  {
    id: 'tells',
    title: 'tells',
    width: 12,
    flex: { share: 1, most: 30 },
    priority: 2,
    cell: ({ target }) => ({ text: clean((target ?? []).join(', ')) }),
  },
];

const matcherLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('notification.matchers', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, drawing.look.paint('muted', 'no matchers: nobody is told anything')];
  const open = (row: Matcher): void =>
    openRow(drawing.app, { kind: 'matcher of notifications', name: row.name, facts: row });
  return [...said, ...tableLines({ rows: answer.value ?? [], columns: matcherColumns, open }, drawing)];
};

export const notificationsSection: Section = {
  id: 'notifications',
  title: 'notifications',
  about: 'who is told what',
  glance: targetGlance,
  tabs: [
    { id: 'notification-targets', title: 'targets', lines: targetLines },
    { id: 'notification-matchers', title: 'matchers', lines: matcherLines },
  ],
};
