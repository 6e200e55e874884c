import { sparkline } from '../../components/meters.ts';
import type { TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { shortDuration } from '../../components/units.ts';
import type { ClusterNode, Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { atContext, isStale } from '../../src/ui/contextOf.ts';
import { fractionOf, meter, nothing, type Condition } from '../condition.ts';

/** What the list of nodes shows: columns and filter fields. Pure: rows in, texts out. */

/** The state of a node as glyph, word and colour token. */
export const nodeState = (node: ClusterNode): Condition => {
  if (node.status === 'offline') return { glyph: 'failed', word: 'offline', token: 'error' };
  if (node.hastate === 'maintenance') return { glyph: 'paused', word: 'maintenance', token: 'warn' };
  if (node.hastate === 'fence' || node.hastate === 'gone')
    return { glyph: 'failed', word: node.hastate, token: 'error' };
  if (node.status === 'online') return { glyph: 'running', word: 'online', token: 'ok' };
  return { glyph: 'unknown', word: clean(node.status), token: 'warn' };
};

const guestsOn = (app: AppModel, node: string): readonly Guest[] => app.cluster.guestsOfNode(node);

const nodeColumns = (app: AppModel): readonly TableColumn<ClusterNode>[] => [
  {
    id: 'node',
    title: 'node',
    width: 10,
    flex: { share: 2, most: 24 },
    priority: 0,
    cell: (node) => ({ text: clean(node.node) }),
    sortKey: (node) => node.node,
  },
  {
    id: 'state',
    title: 'state',
    width: 13,
    priority: 0,
    cell: (node, look) => ({
      text: `${look.glyphs[nodeState(node).glyph]} ${nodeState(node).word}`,
      token: nodeState(node).token,
    }),
    sortKey: (node) => node.status,
  },
  {
    id: 'cpu',
    title: 'cpu',
    width: 5,
    align: 'right',
    priority: 1,
    cell: (node) => meter(node.cpu),
    sortKey: (node) => node.cpu ?? -1,
  },
  {
    id: 'trend',
    title: 'last hour',
    width: 12,
    flex: { share: 2, most: 24 },
    priority: 6,
    cell: (node, look) => ({ text: sparkline(look, app.cluster.history(node.id).cpu, 12), token: 'accent' }),
  },
  {
    id: 'mem',
    title: 'mem',
    width: 5,
    align: 'right',
    priority: 2,
    cell: (node) => meter(fractionOf(node.mem, node.maxmem)),
    sortKey: (node) => fractionOf(node.mem, node.maxmem) ?? -1,
  },
  {
    id: 'root',
    title: 'root',
    width: 5,
    align: 'right',
    priority: 4,
    cell: (node) => meter(fractionOf(node.disk, node.maxdisk)),
    sortKey: (node) => fractionOf(node.disk, node.maxdisk) ?? -1,
  },
  {
    id: 'guests',
    title: 'guests',
    width: 8,
    align: 'right',
    priority: 3,
    cell: (node) => ({ text: guestCount(guestsOn(app, node.node)) }),
    sortKey: (node) => guestsOn(app, node.node).length,
  },
  {
    id: 'up',
    title: 'up',
    width: 5,
    align: 'right',
    priority: 5,
    cell: (node) => (node.uptime ? { text: shortDuration(node.uptime) } : nothing),
    sortKey: (node) => node.uptime ?? 0,
  },
];

/** `12/15`: how many run of how many there are, templates left out. */
export const guestCount = (guests: readonly Guest[]): string => {
  const real = guests.filter((guest) => !guest.template);
  return `${String(real.filter((guest) => guest.status === 'running').length)}/${String(real.length)}`;
};

/** The list of nodes of a model. */
export const nodeList = (app: AppModel): ListDefinition<ClusterNode> => ({
  source: () => app.live.getState().snapshot.nodes,
  idOf: (node) => node.id,
  lasting: false,
  columns: nodeColumns(app),
  stale: (node) => isStale(app.live.getState(), node),
  filterFields: (node) => ({
    text: `${node.node} ${node.status} ${node.hastate ?? ''}${atContext(node)}`.toLowerCase(),
    fields: { name: [node.node.toLowerCase()], node: [node.node.toLowerCase()], status: [node.status.toLowerCase()] },
  }),
  isFault: (node) => nodeState(node).token !== 'ok',
});
