import type { TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { counted, shortDuration } from '../../components/units.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { openRow } from './rowView.ts';
import {
  everyMs,
  failing,
  glanceOf,
  notUsed,
  warned,
  well,
  type Asking,
  type Glance,
  type Section,
} from './section.ts';

/** High availability: guests that the cluster keeps alive, the managers that do it, the rules they follow. */

type Row = ResultOf<'ha.status'>[number];
type Rule = ResultOf<'ha.rules'>[number];

const status = ({ app }: Asking) => app.look('ha.status', {}, { everyMs });

const servicesOf = (rows: readonly Row[]): readonly Row[] => rows.filter(({ type }) => type === 'service');

const bad = new Set(['error', 'fence', 'recovery']);
const resting = new Set(['started', 'stopped', 'ignored', 'disabled', 'freeze']);

/** How a guest under high availability is. */
const serviceState = ({ state = 'unknown' }: Row): Condition => {
  if (bad.has(state)) return { glyph: 'failed', word: clean(state), token: 'error' };
  if (state === 'started') return { glyph: 'running', word: 'started', token: 'ok' };
  if (resting.has(state)) return { glyph: 'stopped', word: clean(state), token: 'muted' };
  return { glyph: 'working', word: clean(state), token: 'info' };
};

/** The text behind `lrm:pve1`: `pve3 (old timestamp - dead?, Fri Nov 20 …)`. */
const isDead = ({ status: said = '' }: Row): boolean => said.includes('dead?');

const managerState = (row: Row): Condition => {
  if (isDead(row)) return { glyph: 'failed', word: 'dead', token: 'error' };
  if (row.type === 'quorum')
    return row.quorate === false
      ? { glyph: 'failed', word: 'no quorum', token: 'error' }
      : { glyph: 'running', word: 'quorate', token: 'ok' };
  const said = row.status ?? '';
  if (/maintenance/.test(said)) return { glyph: 'paused', word: 'maintenance', token: 'warn' };
  if (/active|armed/.test(said))
    return { glyph: 'running', word: row.type === 'fencing' ? 'armed' : 'active', token: 'ok' };
  return { glyph: 'stopped', word: /idle/.test(said) ? 'idle' : 'standby', token: 'muted' };
};

const glance = (drawing: Asking): Glance =>
  glanceOf(status(drawing), (rows) => {
    const services = servicesOf(rows);
    if (rows.some((row) => row.type === 'quorum' && row.quorate === false))
      return failing('no quorum', 'the cluster takes no changes');
    if (services.length === 0) return notUsed('no guest is kept alive by the cluster');
    const states = [...Map.groupBy(services, ({ state }) => state ?? 'unknown')]
      .map(([state, some]) => `${String(some.length)} ${clean(state)}`)
      .join(', ');
    const text = `${counted(services.length, 'guest')}: ${states}`;
    if (services.some(({ state }) => bad.has(state ?? ''))) return failing('trouble', text);
    const dead = rows.filter((row) => row.type === 'lrm' && isDead(row));
    if (dead.length > 0)
      return warned('node dead', `${text}; ${dead.map(({ node }) => clean(node ?? '')).join(', ')} away`);
    return well('works', text);
  });

const guestName = (drawing: Drawing, sid: string): string =>
  drawing.app.cluster.guestName(sid.replace(/^\w+:/, '')) ?? '';

const serviceColumns = (drawing: Drawing): readonly TableColumn<Row>[] => [
  { id: 'guest', title: 'guest', width: 7, priority: 0, cell: ({ sid }) => ({ text: clean(sid ?? '') }) },
  {
    id: 'name',
    title: 'name',
    width: 8,
    flex: { share: 1, most: 20 },
    priority: 1,
    cell: ({ sid }) => ({ text: clean(guestName(drawing, sid ?? '')) }),
  },
  { id: 'state', title: 'state', width: 12, priority: 0, cell: stateCell(serviceState) },
  { id: 'node', title: 'node', width: 6, priority: 2, cell: ({ node }) => ({ text: clean(node ?? '') }) },
  {
    id: 'wanted',
    title: 'wanted',
    width: 8,
    priority: 3,
    cell: ({ request_state: wanted }) => ({ text: clean(wanted ?? ''), token: 'muted' }),
  },
  {
    id: 'comment',
    title: 'comment',
    width: 10,
    flex: { share: 2, most: 40 },
    priority: 4,
    cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
  },
];

/** What is in trouble or on its way comes first. */
const stateRank = (row: Row): number => {
  const { token } = serviceState(row);
  if (token === 'error') return 0;
  return token === 'info' ? 1 : 2;
};

const guestLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = status(drawing);
  const rows = servicesOf(answer.value ?? []).toSorted((a, b) => stateRank(a) - stateRank(b));
  const said = answerLines(answer, drawing);
  if (answer.value !== undefined && rows.length === 0)
    return [...said, look.paint('muted', 'no guest is kept alive by the cluster: `ha-manager add` begins it')];
  const open = (row: Row): void =>
    openRow(app, { kind: 'under high availability', name: row.sid ?? row.id, facts: row });
  return [
    ...said,
    ...tableLines({ rows, columns: serviceColumns(drawing), open, copy: ({ sid, id }) => sid ?? id }, drawing),
  ];
};

const managerNames: Readonly<Record<string, string>> = {
  quorum: 'quorum',
  master: 'master',
  lrm: 'on node',
  fencing: 'fencing',
};

const managerColumns = (now: number): readonly TableColumn<Row>[] => [
  {
    id: 'what',
    title: 'what',
    width: 8,
    priority: 0,
    cell: ({ type }) => ({ text: managerNames[type] ?? clean(type) }),
  },
  { id: 'node', title: 'node', width: 8, priority: 0, cell: ({ node }) => ({ text: clean(node ?? '') }) },
  { id: 'state', title: 'state', width: 13, priority: 0, cell: stateCell(managerState) },
  {
    id: 'seen',
    title: 'seen',
    width: 8,
    priority: 1,
    cell: ({ timestamp }) => ({
      text: timestamp === undefined ? '' : `${shortDuration(now / 1000 - timestamp)} ago`,
      token: 'muted',
    }),
  },
];

const managerLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = status(drawing);
  const rows = (answer.value ?? []).filter(({ type }) => type !== 'service');
  const open = (row: Row): void => openRow(drawing.app, { kind: 'of high availability', name: row.id, facts: row });
  return [
    ...answerLines(answer, drawing),
    ...tableLines({ rows, columns: managerColumns(drawing.now), open }, drawing),
  ];
};

/** `ct:101,ct:118 never on the same node`, `ct:104 on pve1 before pve2`: a rule as a sentence. */
export const ruleText = ({ type, resources, nodes, affinity, strict }: Rule): string => {
  const who = (resources ?? '').split(',').join(', ') || 'its guests';
  if (type === 'resource-affinity')
    return `${who} ${affinity === 'negative' ? 'never on the same node' : 'always on the same node'}`;
  const byPriority = (nodes ?? '')
    .split(',')
    .filter(Boolean)
    .map((node) => ({ name: node.split(':')[0] ?? node, priority: Number(node.split(':')[1] ?? 0) }))
    .toSorted((a, b) => b.priority - a.priority);
  const groups = [...Map.groupBy(byPriority, ({ priority }) => priority).values()].map((some) =>
    some.map(({ name }) => name).join(' or '),
  );
  return `${who} on ${groups.join(', then ')}${strict === true ? ', nowhere else' : ''}`;
};

const ruleColumns: readonly TableColumn<Rule>[] = [
  {
    id: 'rule',
    title: 'rule',
    width: 12,
    flex: { share: 1, most: 20 },
    priority: 0,
    cell: ({ rule, disable }) => ({ text: clean(rule), ...(disable === true && { token: 'muted' }) }),
  },
  {
    id: 'says',
    title: 'says',
    width: 20,
    flex: { share: 3, most: 80 },
    priority: 0,
    cell: (rule) => ({
      text: clean(`${rule.disable === true ? 'off: ' : ''}${ruleText(rule)}`),
      ...(rule.disable === true && { token: 'muted' }),
    }),
  },
];

const ruleLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('ha.rules', {}, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no rules: guests run on any node')];
  const open = (row: Rule): void => openRow(app, { kind: 'rule of high availability', name: row.rule, facts: row });
  return [
    ...said,
    ...tableLines({ rows: answer.value ?? [], columns: ruleColumns, open, copy: ({ rule }) => rule }, drawing),
  ];
};

export const haSection: Section = {
  id: 'ha',
  title: 'high availability',
  about: 'guests kept alive',
  glance,
  tabs: [
    { id: 'ha-guests', title: 'guests', lines: guestLines },
    { id: 'ha-managers', title: 'managers', lines: managerLines },
    { id: 'ha-rules', title: 'rules', lines: ruleLines },
  ],
};
