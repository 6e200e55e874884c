import type { TableColumn } from '../../components/table.ts';
import { clean, truncate } from '../../components/text.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { openDescription } from '../describeView.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { awayLines } from './away.ts';
import { journalText, paintJournal } from './journalText.ts';

/** The node runs a systemctl for each of some twenty services: not too often, in milliseconds. */
const everyMs = 60_000;

type Service = ResultOf<'node.services'>[number];

const word = (text: string | undefined): string => clean(text ?? 'unknown');

/** The state of a service, as systemd says it. */
const serviceState = (service: Service): Condition => {
  const { state, 'active-state': active, 'unit-state': unit } = service;
  if (state === 'failed' || active === 'failed') return { glyph: 'failed', word: 'failed', token: 'error' };
  if (state === 'running' || active === 'active') return { glyph: 'running', word: word(state), token: 'ok' };
  if (unit === 'not-found') return { glyph: 'stopped', word: 'not installed', token: 'muted' };
  // It would start at boot, so somebody or something stopped it.
  return unit === 'enabled'
    ? { glyph: 'warning', word: word(state), token: 'warn' }
    : { glyph: 'stopped', word: word(state), token: 'muted' };
};

const ranks = { error: 0, warn: 1, ok: 2 } as const;
const rankOf = (service: Service): number => {
  const { token } = serviceState(service);
  return token === 'error' || token === 'warn' || token === 'ok' ? ranks[token] : 3;
};

const columns: readonly TableColumn<Service>[] = [
  {
    id: 'service',
    title: 'service',
    width: 16,
    flex: { share: 1, most: 20 },
    priority: 0,
    cell: ({ service }) => ({ text: clean(service) }),
  },
  { id: 'state', title: 'state', width: 15, priority: 0, cell: stateCell(serviceState) },
  {
    id: 'boot',
    title: 'at boot',
    width: 9,
    priority: 2,
    cell: ({ 'unit-state': unit }) => ({ text: clean(unit ?? ''), token: 'muted' }),
  },
  {
    id: 'what',
    title: 'what it does',
    width: 16,
    flex: { share: 2, most: 44 },
    priority: 3,
    cell: ({ desc }) => ({ text: clean(desc ?? ''), token: 'muted' }),
  },
];

const describe = (app: AppModel, node: string, service: Service): void =>
  openDescription(app, `service ${node} ${service.service}`, {
    heading: ({ look, width }) =>
      look.paint('heading', clean(service.service)) +
      look.paint('muted', `  ${truncate(clean(service.desc ?? ''), width - 34)} on ${clean(node)}`),
    lines: (drawing) => {
      const { look, width, now } = drawing;
      const { glyph, word: said, token } = serviceState(service);
      const answer = drawing.app.look('node.service-log', { node, service: service.service }, { dwellMs: 0 });
      const log = (answer.value ?? []).map(({ t }): Line => {
        const text = journalText(t, now);
        return { text: paintJournal(truncate(text, width), look), copy: clean(t) };
      });
      return [
        `${look.paint(token, `${look.glyphs[glyph]} ${said}`)}  ${look.paint('muted', `at boot: ${word(service['unit-state'])}`)}`,
        '',
        look.paint('muted', 'its journal since yesterday, newest first'),
        ...answerLines(answer, drawing),
        ...(answer.value?.length === 0 ? [look.paint('muted', 'it wrote nothing')] : log.toReversed()),
      ];
    },
  });

/** The services of a node that Proxmox VE looks after; those in trouble first. Enter shows what one wrote. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('node.services', { node: node.node }, { everyMs });
  const services = (answer.value ?? []).toSorted((a, b) => rankOf(a) - rankOf(b));
  const said = answerLines(answer, drawing);
  if (services.length === 0) return said;
  const count = (rank: number): number => services.filter((service) => rankOf(service) === rank).length;
  const failed = count(ranks.error);
  const head =
    failed > 0
      ? look.paint('error', `${look.glyphs.failed} ${String(failed)} failed`)
      : look.paint('ok', `${look.glyphs.running} none failed`);
  const open = (service: Service): void => describe(app, node.node, service);
  return [
    ...said,
    `${head}  ${look.paint('muted', `${String(count(ranks.ok))} of ${String(services.length)} active`)}`,
    '',
    ...tableLines({ rows: services, columns, open, copy: ({ service }) => service }, drawing),
  ];
};

export const servicesTab: Tab<ClusterNode> = { id: 'services', title: 'services', lines };
