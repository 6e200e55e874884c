import { bar, sparkline } from '../../components/meters.ts';
import type { Look } from '../../components/look.ts';
import { clean, fit, truncate } from '../../components/text.ts';
import { bytes, duration, percent } from '../../components/units.ts';
import type { ClusterNode, Storage } from '../../src/models/cluster.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { fractionOf, loadToken } from '../condition.ts';
import { guestCount, nodeState } from './columns.ts';

/** Load and versions of a node that is looked at are asked for this often, in milliseconds. */
const everyMs = 10_000;

/** What a node is and how it does: the poll's figures at once, load and versions once it has been looked at for a moment. */
const lines = (node: ClusterNode, { app, look, width }: Drawing & Area): readonly string[] => {
  const { snapshot } = app.live.getState();
  const state = nodeState(node);
  const history = app.history(node.id);
  const graph = Math.max(8, Math.min(30, width - 24));
  const label = (name: string, value: string): string => `${look.paint('muted', fit(name, 7))} ${value}`;
  const shown = [
    `${look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`)}${node.uptime ? ` ${duration(node.uptime)}` : ''}`,
    '',
  ];
  if (node.cpu !== undefined) {
    shown.push(
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
    shown.push(label('root', `${bar(look, root, graph)}  ${percent(root)} of ${bytes(node.maxdisk ?? 0)}`));
    shown.push(...statusLines(node, label, { app, look, width }));
  } else if (node.status === 'online')
    shown.push(look.paint('muted', 'no figures: this login lacks Sys.Audit on the node'));
  shown.push('', label('guests', `${guestCount(app.guestsOfNode(node.node))} running`));
  const storages = snapshot.storages.filter((storage) => storage.node === node.node);
  if (storages.length > 0) shown.push('', look.paint('muted', 'storages'));
  for (const storage of storages) shown.push(`  ${storageLine(storage, width - 2, look)}`);
  return shown;
};

/** What `GET /nodes/{node}/status` adds; parts that an older server or a narrow login leaves out stay away. */
const statusLines = (
  node: ClusterNode,
  label: (name: string, value: string) => string,
  { app, look, width }: Pick<Drawing & Area, 'app' | 'look' | 'width'>,
): readonly string[] => {
  const { value: status, error } = app.look('node.show', { node: node.node }, { everyMs });
  const shown = [];
  if (status?.loadavg !== undefined) shown.push(label('load', status.loadavg.map(clean).join('  ')));
  if (status?.pveversion !== undefined) shown.push(label('version', truncate(clean(status.pveversion), width - 8)));
  if (status?.kversion !== undefined) shown.push(label('kernel', truncate(clean(status.kversion), width - 8)));
  if (status?.cpuinfo !== undefined) shown.push(label('model', truncate(clean(status.cpuinfo.model), width - 8)));
  if (status?.swap !== undefined && status.swap.total > 0)
    shown.push(label('swap', `${percent(status.swap.used / status.swap.total)} of ${bytes(status.swap.total)}`));
  if (error !== undefined)
    shown.push(look.paint('warn', truncate(`${look.glyphs.warning} ${clean(error.message)}`, width)));
  return shown;
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

export const summaryTab: Tab<ClusterNode> = { id: 'summary', title: 'summary', lines };
