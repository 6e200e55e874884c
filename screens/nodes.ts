import { bar, sparkline } from '../components/meters.ts';
import type { Look } from '../components/look.ts';
import type { TableColumn } from '../components/table.ts';
import { clean, fit, truncate } from '../components/text.ts';
import { bytes, duration, percent, shortDuration } from '../components/units.ts';
import type { History } from '../src/inventory/types.ts';
import type { ClusterNode, Guest, Storage } from '../src/models/cluster.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { ListDefinition } from '../src/ui/list.ts';
import type { NodeStatus } from '../src/ui/session.ts';
import { fractionOf, loadToken, meter, nothing, type Condition } from './condition.ts';

/** What the Nodes screen shows of a node: columns, filter fields, details. Pure: rows in, texts out. */

/** The state of a node as glyph, word and colour token. */
const nodeState = (node: ClusterNode): Condition => {
  if (node.status === 'offline') return { glyph: 'failed', word: 'offline', token: 'error' };
  if (node.hastate === 'maintenance') return { glyph: 'paused', word: 'maintenance', token: 'warn' };
  if (node.hastate === 'fence' || node.hastate === 'gone')
    return { glyph: 'failed', word: node.hastate, token: 'error' };
  if (node.status === 'online') return { glyph: 'running', word: 'online', token: 'ok' };
  return { glyph: 'unknown', word: clean(node.status), token: 'warn' };
};

const guestsOn = (app: AppModel, node: string): readonly Guest[] => app.guestsOfNode(node);

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
    cell: (node, look) => ({ text: sparkline(look, app.history(node.id).cpu, 12), token: 'accent' }),
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
const guestCount = (guests: readonly Guest[]): string => {
  const real = guests.filter((guest) => !guest.template);
  return `${String(real.filter((guest) => guest.status === 'running').length)}/${String(real.length)}`;
};

/** The list of nodes of a model. */
export const nodeList = (app: AppModel): ListDefinition<ClusterNode> => ({
  source: () => app.live.getState().snapshot.nodes,
  idOf: (node) => node.id,
  lasting: false,
  columns: nodeColumns(app),
  filterFields: (node) => ({
    text: `${node.node} ${node.status} ${node.hastate ?? ''}`.toLowerCase(),
    fields: { name: [node.node.toLowerCase()], node: [node.node.toLowerCase()], status: [node.status.toLowerCase()] },
  }),
  isFault: (node) => nodeState(node).token !== 'ok',
});

/** What the details pane needs besides the node. */
export interface NodeDetailsInput {
  readonly node: ClusterNode;
  readonly history: History;
  readonly guests: readonly Guest[];
  readonly storages: readonly Storage[];
  /** Fetched once the node has been looked at for a moment. */
  readonly status: NodeStatus | undefined;
  readonly trouble: string | undefined;
}

/** Returns the details of a node as lines of at most `width` columns. */
export const nodeDetails = (input: NodeDetailsInput, width: number, look: Look): readonly string[] => {
  const { node, history, status } = input;
  const state = nodeState(node);
  const graph = Math.max(8, Math.min(30, width - 24));
  const label = (name: string, value: string): string => `${look.paint('muted', fit(name, 7))} ${value}`;
  const lines = [
    look.paint('heading', truncate(clean(node.node), width - 6)) + look.paint('muted', '  node'),
    look.paint('border', look.glyphs.horizontal.repeat(width)),
    `${look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`)}${node.uptime ? ` ${duration(node.uptime)}` : ''}`,
    '',
  ];
  if (node.cpu !== undefined) {
    lines.push(
      label(
        'cpu',
        `${look.paint('accent', sparkline(look, history.cpu, graph))}  ${percent(node.cpu)} of ${String(node.maxcpu ?? 0)}`,
      ),
      label(
        'mem',
        `${look.paint('accent', sparkline(look, history.mem, graph))}  ${percent(fractionOf(node.mem, node.maxmem))} of ${bytes(node.maxmem ?? 0)}`,
      ),
    );
    const root = fractionOf(node.disk, node.maxdisk) ?? 0;
    lines.push(label('root', `${bar(look, root, graph)}  ${percent(root)} of ${bytes(node.maxdisk ?? 0)}`));
  } else if (node.status === 'online')
    lines.push(look.paint('muted', 'no figures: this login lacks Sys.Audit on the node'));
  if (status !== undefined) {
    lines.push(
      label('load', status.loadavg.map(clean).join('  ')),
      label('version', truncate(clean(status.pveversion), width - 8)),
      label('kernel', truncate(clean(status.kversion), width - 8)),
      label('model', truncate(clean(status.cpuModel), width - 8)),
    );
    if (status.swap !== undefined && status.swap.total > 0)
      lines.push(label('swap', `${percent(status.swap.used / status.swap.total)} of ${bytes(status.swap.total)}`));
  }
  if (input.trouble !== undefined)
    lines.push(look.paint('warn', truncate(`${look.glyphs.warning} ${clean(input.trouble)}`, width)));
  lines.push('', label('guests', `${guestCount(input.guests)} running`));
  if (input.storages.length > 0) lines.push('', look.paint('muted', 'storages'));
  for (const storage of input.storages) lines.push(`  ${storageLine(storage, width - 2, look)}`);
  return lines;
};

const storageLine = (storage: Storage, width: number, look: Look): string => {
  const used = fractionOf(storage.disk, storage.maxdisk);
  const name = fit(clean(storage.storage), Math.min(18, Math.max(8, width - 30)));
  if (storage.status !== 'available')
    return `${name} ${look.paint('error', `${look.glyphs.failed} ${clean(storage.status)}`)}`;
  const token = loadToken(used);
  const meterText = bar(look, used ?? 0, 10);
  return `${name} ${token === undefined ? meterText : look.paint(token, meterText)}  ${fit(percent(used), 4, 'right')} of ${bytes(storage.maxdisk)}`;
};
