import { bar, sparkline } from '../../components/meters.ts';
import type { Look } from '../../components/look.ts';
import { clean, fit, truncate } from '../../components/text.ts';
import { bytes, duration, percent } from '../../components/units.ts';
import type { ClusterNode, Storage } from '../../src/models/cluster.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { fractionOf, loadToken } from '../condition.ts';
import { guestCount, nodeState } from './columns.ts';
import { diskState } from './diskState.ts';
import { kernelText, subscriptionText, versionText } from './words.ts';

/** Load and versions of a node that is looked at are asked for this often, in milliseconds. */
const everyMs = 10_000;

/** What changes rarely is asked for once a quarter of an hour, in milliseconds. */
const rarelyMs = 900_000;
/** The list of updates costs a node seconds, so it is asked for only when somebody stays. In milliseconds. */
const stayMs = 1500;

type Label = (name: string, value: string) => string;

/** What a node is and how it does: the poll's figures at once, load and versions once it has been looked at for a moment. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const { snapshot } = app.live.getState();
  const state = nodeState(node);
  const history = app.cluster.history(node.id);
  const graph = Math.max(8, Math.min(30, width - 24));
  const label: Label = (name, value) => `${look.paint('muted', fit(name, 7))} ${value}`;
  const shown: (string | Line)[] = [
    `${look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`)}${node.uptime ? ` ${duration(node.uptime)}` : ''}`,
    ...troubleLines(node, drawing),
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
    shown.push(...statusLines(node, label, drawing));
  } else if (node.status === 'online')
    shown.push(look.paint('muted', 'no figures: this login lacks Sys.Audit on the node'));
  if (node.status === 'online') shown.push(...settledLines(node, label, drawing));
  shown.push('', label('guests', `${guestCount(app.cluster.guestsOfNode(node.node))} running`));
  const storages = snapshot.storages.filter((storage) => storage.node === node.node);
  if (storages.length > 0) shown.push('', look.paint('muted', 'storages'));
  for (const storage of storages)
    shown.push({
      text: `  ${storageLine(storage, width - 2, look)}`,
      open: () => app.goTo('storage', storage.shared ? `storage/${storage.storage}` : storage.id),
      copy: storage.storage,
    });
  return shown;
};

/** What somebody should look at, of what is known beside the poll; Enter goes to its tab. */
const troubleLines = (node: ClusterNode, { app, look, now, width }: Drawing & Area): readonly Line[] => {
  const facts = app.session?.facts;
  const line = (token: 'error' | 'warn', text: string, tab: string): Line => ({
    text: look.paint(token, truncate(`${look.glyphs[token === 'error' ? 'failed' : 'warning']} ${clean(text)}`, width)),
    open: () => app.details('nodes').choose(tab),
  });
  const failing = (facts?.get('disks', node.node)?.value ?? []).filter((disk) => diskState(disk).token === 'error');
  const sick = facts?.get('sickPools', node.node)?.value ?? [];
  const certificate = facts?.get('certificate', node.node)?.value;
  const days = certificate === undefined ? undefined : (certificate.notafter - now / 1000) / 86_400;
  return [
    ...failing.map((disk) => line('error', `disk ${disk.devpath} is failing`, 'disks')),
    ...sick.map((pool) => line('error', `pool ${pool.name} is ${pool.health.toLowerCase()}`, 'disks')),
    ...(days === undefined || days > 30 ? [] : [line(days < 0 ? 'error' : 'warn', certificateText(days), 'summary')]),
  ];
};

const certificateText = (days: number): string =>
  days < 0 ? 'its certificate has expired' : `its certificate expires in ${String(Math.floor(days))} days`;

/** What `GET /nodes/{node}/status` adds; parts that an older server or a narrow login leaves out stay away. */
const statusLines = (
  node: ClusterNode,
  label: Label,
  { app, look, width }: Pick<Drawing & Area, 'app' | 'look' | 'width'>,
): readonly string[] => {
  const { value: status, error } = app.look('node.show', { node: node.node }, { everyMs });
  const shown = [];
  const plain = (text: string): string => truncate(clean(text), width - 8);
  if (status?.loadavg !== undefined) shown.push(label('load', status.loadavg.map(clean).join('  ')));
  if (status?.pveversion !== undefined) shown.push(label('version', plain(versionText(status.pveversion))));
  if (status?.kversion !== undefined) shown.push(label('kernel', plain(kernelText(status.kversion))));
  if (status?.cpuinfo !== undefined) shown.push(label('model', plain(status.cpuinfo.model)));
  if (status?.swap !== undefined && status.swap.total > 0)
    shown.push(label('swap', `${percent(status.swap.used / status.swap.total)} of ${bytes(status.swap.total)}`));
  if (error !== undefined)
    shown.push(look.paint('warn', truncate(`${look.glyphs.warning} ${clean(error.message)}`, width)));
  return shown;
};

/** How many packages wait: as the slow crawl found it, else asked for. */
const pendingUpdates = (node: ClusterNode, { app }: Pick<Drawing, 'app'>): number | undefined =>
  app.session?.facts.get('updates', node.node)?.value.count ??
  app.look('node.updates', { node: node.node }, { dwellMs: stayMs }).value?.length;

/** What changes rarely: updates, subscription, the first line of the notes. */
const settledLines = (node: ClusterNode, label: Label, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const input = { node: node.node };
  const shown: (string | Line)[] = [];
  const updates = pendingUpdates(node, drawing);
  if (updates !== undefined)
    shown.push({
      text: label('updates', updates === 0 ? 'none' : look.paint('warn', `${String(updates)} wait`)),
      open: () => app.details('nodes').choose('updates'),
    });
  const { value: subscription } = app.look('node.subscription', input, { everyMs: rarelyMs });
  if (subscription !== undefined)
    shown.push(label('support', truncate(clean(subscriptionText(subscription)), width - 8)));
  const notes = app.look('node.config', input, { everyMs: rarelyMs }).value?.description?.trim();
  if (notes !== undefined && notes !== '')
    shown.push(label('notes', truncate(clean(notes.split('\n')[0] ?? ''), width - 8)));
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
