import { bar, sparkline } from '../../components/meters.ts';
import type { Look } from '../../components/look.ts';
import { clean, fit, widthOf } from '../../components/text.ts';
import { bytes, percent } from '../../components/units.ts';
import { distinctStorages } from '../../src/inventory/faults/storages.ts';
import { forecastOf } from '../../src/inventory/growth.ts';
import { storageKey, type ClusterNode, type Guest, type Storage } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Drawing } from '../../src/ui/screen.ts';
import { fractionOf, loadToken } from '../condition.ts';
import { nodeState } from '../nodes/columns.ts';
import type { Entry, Section } from './board.ts';

/** Nodes, storages and the busiest guests: what the poll brings anyway, with the last hour as a line. */

const nodesShown = 8;
/** The history of a node that is seen for this long is asked for, in milliseconds. */
const dwellMs = 300;

const right = (text: string, width: number): string => fit(text, width, 'right');

/** A figure that stands out when it is high. */
const figure = (look: Look, fraction: number | undefined, width = 4): string => {
  const text = right(percent(fraction), width);
  const token = loadToken(fraction);
  return token === undefined ? text : look.paint(token, text);
};

/** What stands behind the last entry when not all of them are shown. */
const more = (id: string, count: number, what: string, open: () => void, look: Look): readonly Entry[] =>
  count <= 0 ? [] : [{ id: `${id} more`, text: () => look.paint('muted', `${String(count)} more ${what}`), open }];

const nodeLine = (node: ClusterNode, nameWidth: number, width: number, { app, look }: Drawing): string => {
  const state = nodeState(node);
  const name = `${look.paint(state.token, look.glyphs[state.glyph])} ${fit(clean(node.node), nameWidth)}`;
  if (node.status !== 'online') return `${name}  ${look.paint(state.token, state.word)}`;
  const guests = app.cluster
    .guestsOfNode(node.node)
    .filter((guest) => guest.status === 'running' && !guest.template).length;
  const updates = app.session?.facts.get('updates', node.node)?.value.count ?? 0;
  const history = app.cluster.history(node.id, dwellMs);
  // Both lines of the last hour share what the words leave over.
  const room = width - nameWidth - 2 - 26;
  const graph = room >= 34 ? Math.floor((room - 14) / 2) : Math.floor((room - 2) / 2);
  const line = (samples: readonly number[]): string =>
    graph < 4 ? '' : ` ${look.paint('accent', sparkline(look, samples, Math.min(40, graph)))}`;
  const word = state.word === 'online' ? '' : `  ${look.paint(state.token, state.word)}`;
  const rest =
    room >= 34
      ? `  ${right(`${String(guests)} run`, 6)}${updates > 0 ? look.paint('muted', `  ${String(updates)} upd`) : ''}`
      : '';
  return (
    `${name}  cpu${line(history.cpu)} ${figure(look, node.cpu)}` +
    `  mem${line(history.mem)} ${figure(look, fractionOf(node.mem, node.maxmem))}${rest}${word}`
  );
};

/** Nodes that are not well first, then the busiest. */
export const nodesSection = (drawing: Drawing): Section => {
  const { app, look } = drawing;
  const { nodes } = app.live.getState().snapshot;
  const isWell = (node: ClusterNode): boolean => nodeState(node).token === 'ok';
  const ordered =
    nodes.length <= nodesShown
      ? nodes
      : nodes.toSorted((a, b) => Number(isWell(a)) - Number(isWell(b)) || (b.cpu ?? 0) - (a.cpu ?? 0));
  const shown = ordered.slice(0, nodesShown);
  const nameWidth = Math.min(16, Math.max(4, ...shown.map(({ node }) => widthOf(clean(node)))));
  const entries = shown.map((node): Entry => ({
    id: `node ${node.id}`,
    text: (width) => nodeLine(node, nameWidth, width, drawing),
    copy: node.node,
    open: () => app.goTo('nodes', { id: node.id }),
  }));
  const online = nodes.filter(({ status }) => status === 'online').length;
  const { guests } = app.live.getState().snapshot;
  const own = guests.filter(({ template }) => !template);
  const running = own.filter(({ status }) => status === 'running').length;
  return {
    id: 'nodes',
    title: 'NODES',
    note:
      nodes.length === 0
        ? ''
        : `${String(online)} of ${String(nodes.length)} online, ${String(running)} of ${String(own.length)} guests run`,
    entries: [...entries, ...more('nodes', nodes.length - nodesShown, 'nodes', () => app.goTo('nodes'), look)],
    empty: look.paint('muted', 'no nodes yet'),
  };
};

/** A day so far away says nothing. */
const worthTellingDays = 365;

/** When a storage is full, or how it goes; empty while its history is not known. */
const trendText = (app: AppModel, storage: Storage, look: Look): string => {
  const trend = app.session?.facts.trendOf(storage)?.value;
  if (trend === undefined) return '';
  const forecast = forecastOf(trend, storage.disk, storage.maxdisk);
  if (forecast.kind !== 'filling') return look.paint('muted', forecast.kind);
  const { days } = forecast;
  if (days > worthTellingDays) return look.paint('muted', 'steady');
  const text = days < 1 ? 'full in a day' : `full in ${String(Math.round(days))} d`;
  return look.paint(Math.round(days) <= 4 ? 'error' : days <= 14 ? 'warn' : 'muted', text);
};

/** Widths of the two parts of a storage's name: a shared one has no node. */
interface NameWidths {
  readonly name: number;
  readonly node: number;
}

const widest = (texts: readonly string[], most: number): number =>
  Math.min(most, Math.max(0, ...texts.map((text) => widthOf(clean(text)))));

const nameWidths = (storages: readonly Storage[]): NameWidths => {
  const names = storages.map(({ storage }) => storage);
  const nodes = storages.filter(({ shared }) => !shared).map(({ node }) => node);
  return { name: widest(names, 16), node: widest(nodes, 10) };
};

const storageLine = (storage: Storage, names: NameWidths, width: number, { app, look }: Drawing): string => {
  const node = storage.shared ? '' : clean(storage.node);
  const name =
    fit(clean(storage.storage), names.name) +
    (names.node === 0 ? '' : `  ${look.paint('muted', fit(node, names.node))}`);
  if (storage.status !== 'available')
    return `${name}  ${look.paint('error', `${look.glyphs.failed} ${clean(storage.status)}`)}`;
  const used = fractionOf(storage.disk, storage.maxdisk);
  const token = loadToken(used);
  const room = width - names.name - names.node - 4 - 5 - 14;
  const trend = trendText(app, storage, look);
  const barWidth = Math.max(5, Math.min(24, room - 15));
  const meterText = bar(look, used ?? 0, barWidth);
  const left = look.paint('muted', `${right(bytes(storage.maxdisk - storage.disk), 7)} free`);
  return (
    `${name}  ${token === undefined ? meterText : look.paint(token, meterText)} ${figure(look, used)}  ${left}` +
    (room - barWidth >= 15 ? `  ${trend}` : '')
  );
};

/** The fullest first, at most so many. */
export const storagesSection = (drawing: Drawing, most: number): Section => {
  const { app, look } = drawing;
  const { snapshot } = app.live.getState();
  const share = (storage: Storage): number =>
    storage.status === 'available' ? (fractionOf(storage.disk, storage.maxdisk) ?? -1) : 2;
  const all = distinctStorages(snapshot)
    .map(({ storage }) => storage)
    .toSorted((a, b) => share(b) - share(a));
  const shown = all.slice(0, most);
  const names = nameWidths(shown);
  const entries = shown.map((storage): Entry => ({
    id: `storage ${storage.id}`,
    text: (width) => storageLine(storage, names, width, drawing),
    copy: storage.storage,
    open: () => app.goTo('storage', { id: `storage/${storageKey(storage)}` }),
  }));
  return {
    id: 'storage',
    title: 'STORAGE',
    note: 'fullest first',
    entries: [...entries, ...more('storages', all.length - most, 'storages', () => app.goTo('storage'), look)],
    empty: look.paint('muted', 'no storage that this login may see'),
  };
};

/** The `count` guests with the most CPU, in one pass: sorting 10,000 for five would be felt. */
const busiest = (guests: readonly Guest[], count: number): readonly Guest[] => {
  const top: Guest[] = [];
  for (const guest of guests) {
    if (guest.status !== 'running' || guest.template) continue;
    const last = top.at(-1);
    if (top.length === count && last !== undefined && guest.cpu <= last.cpu) continue;
    const at = top.findIndex((one) => guest.cpu > one.cpu);
    top.splice(at < 0 ? top.length : at, 0, guest);
    if (top.length > count) top.pop();
  }
  return top;
};

/** Columns that disk and network traffic take, where there is room for them. */
const flowsWidth = 31;

const flowsOf = (guest: Guest, { app, look }: Drawing): string => {
  const rates = app.session?.inventory.rates(guest.id);
  if (rates === undefined) return '';
  const flow = (name: string, bytesASecond: number): string =>
    `  ${look.paint('muted', name)} ${right(`${bytes(bytesASecond)}/s`, 9)}`;
  return flow('disk', rates.diskread + rates.diskwrite) + flow('net', rates.netin + rates.netout);
};

const guestLine = (guest: Guest, width: number, drawing: Drawing): string => {
  const { look } = drawing;
  const wide = width >= 50;
  const fixed = wide ? 42 : 28;
  const nameLeast = 16;
  const hasFlows = width >= fixed + nameLeast + flowsWidth;
  const nameWidth = Math.max(8, Math.min(28, width - fixed - (hasFlows ? flowsWidth : 0)));
  return (
    `${right(String(guest.vmid), 5)} ${fit(guest.name === '' ? '–' : clean(guest.name), nameWidth)}` +
    (wide ? `  ${look.paint('muted', guest.type === 'lxc' ? 'ct' : 'vm')}  ${fit(clean(guest.node), 8)}` : '') +
    `  cpu ${figure(look, guest.cpu)}  mem ${figure(look, fractionOf(guest.mem, guest.maxmem))}` +
    (hasFlows ? flowsOf(guest, drawing) : '')
  );
};

/** The guests that take the most CPU now, at most so many. */
export const busiestSection = (drawing: Drawing, most: number): Section => {
  const { app, look } = drawing;
  const { guests } = app.live.getState().snapshot;
  const shown = busiest(guests, most);
  return {
    id: 'busiest',
    title: 'BUSIEST',
    note: 'by CPU',
    entries: shown.map((guest) => ({
      id: `guest ${guest.id}`,
      text: (width) => guestLine(guest, width, drawing),
      copy: String(guest.vmid),
      open: () => app.goTo('guests', { id: guest.id }),
    })),
    empty: look.paint('muted', 'no guest runs'),
  };
};
