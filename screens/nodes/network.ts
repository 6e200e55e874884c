import type { TableColumn } from '../../components/table.ts';
import { clean, truncate, wrapWords } from '../../components/text.ts';
import type { Look } from '../../components/look.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { Condition } from '../condition.ts';
import { openDescription } from '../describeView.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { factLines } from '../factsOf.ts';
import { awayLines } from './away.ts';

const everyMs = 60_000;

type Interface = ResultOf<'node.network'>[number];

/** Whether a link is up, and whether it ought to be. */
const linkState = ({ active, autostart, exists, type }: Interface): Condition => {
  if (active === true) return { glyph: 'running', word: 'up', token: 'ok' };
  if (autostart === true) return { glyph: 'warning', word: 'down', token: 'warn' };
  // A port without a cable is nothing unusual.
  return type === 'eth' && exists === true
    ? { glyph: 'stopped', word: 'no link', token: 'muted' }
    : { glyph: 'stopped', word: 'down', token: 'muted' };
};

const addressOf = ({ cidr, cidr6, method }: Interface): string =>
  [cidr, cidr6].filter((one) => one !== undefined).join(' ') || (method === 'dhcp' ? 'dhcp' : '');

const typeNames: Readonly<Record<string, string>> = {
  eth: 'physical port',
  OVSBridge: 'Open vSwitch bridge',
  OVSBond: 'Open vSwitch bond',
};

/** What an interface is made of: `bridge, port enp5s0, vlan aware`, `vlan 30 on vmbr0`, `bond, enp3s0 + enp4s0, active-backup`. */
const madeOf = (one: Interface): string => {
  const parts = [
    one['vlan-id'] === undefined ? (typeNames[one.type ?? ''] ?? one.type) : undefined,
    one['vlan-id'] === undefined ? undefined : `vlan ${String(one['vlan-id'])} on ${one['vlan-raw-device'] ?? '?'}`,
    one.bridge_ports === undefined
      ? undefined
      : one.bridge_ports === ''
        ? 'no port'
        : `port ${one.bridge_ports.split(' ').join(', ')}`,
    one.bridge_vlan_aware === true ? 'vlan aware' : undefined,
    one.slaves === undefined ? undefined : one.slaves.split(' ').join(' + '),
    one.bond_mode,
    one.gateway === undefined ? undefined : `gateway ${one.gateway}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
};

const columns: readonly TableColumn<Interface>[] = [
  {
    id: 'interface',
    title: 'interface',
    width: 9,
    flex: { share: 1, most: 15 },
    priority: 0,
    cell: ({ iface }) => ({ text: clean(iface) }),
  },
  { id: 'link', title: 'link', width: 9, priority: 0, cell: stateCell(linkState) },
  {
    id: 'address',
    title: 'address',
    width: 13,
    flex: { share: 2, most: 36 },
    priority: 1,
    cell: (one) => ({ text: clean(addressOf(one)) }),
  },
];

const describe = (app: AppModel, node: string, one: Interface): void =>
  openDescription(app, `interface ${node} ${one.iface}`, {
    heading: ({ look }) => look.paint('heading', clean(one.iface)) + look.paint('muted', `  of ${clean(node)}`),
    lines: (drawing) => factLines(one, drawing),
  });

const paintChange = (line: string, look: Look): string => {
  if (line.startsWith('+')) return look.paint('ok', line);
  if (line.startsWith('-')) return look.paint('error', line);
  return line.startsWith('@') ? look.paint('info', line) : line;
};

/** What is written to interfaces.new and not applied yet, as a diff. */
const openChanges = (app: AppModel, node: string): void =>
  openDescription(app, `network changes ${node}`, {
    heading: ({ look }) =>
      look.paint('heading', 'changes that are not applied') + look.paint('muted', `  network of ${clean(node)}`),
    lines: (drawing) => {
      const answer = drawing.app.look('node.network-changes', { node }, { dwellMs: 0 });
      const said = answerLines(answer, drawing);
      return [
        ...said,
        ...(answer.value ?? []).map(({ t }) => paintChange(truncate(clean(t), drawing.width), drawing.look)),
      ];
    },
  });

const pendingLines = (node: string, { app, look, width }: Drawing & Area): readonly (string | Line)[] => {
  const { value } = app.look('node.network-changes', { node }, { everyMs });
  if (value === undefined || value.length === 0) return [];
  const text = `${look.glyphs.warning} changes are not applied yet: ${look.glyphs.enter} shows them`;
  return [{ text: look.paint('warn', truncate(text, width)), open: () => openChanges(app, node) }, ''];
};

/** Interfaces of a node as they will be once what is pending is applied: link, address, what each is made of. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('node.network', { node: node.node }, { everyMs });
  const interfaces = (answer.value ?? []).toSorted((a, b) => rank(a) - rank(b));
  const open = (one: Interface): void => describe(app, node.node, one);
  const copy = (one: Interface): string => addressOf(one) || one.iface;
  const below = (one: Interface): readonly string[] => {
    const about = [madeOf(one), (one.comments ?? '').trim()].filter((part) => part !== '').join('; ');
    const told = about === '' ? [] : wrapWords(clean(about), Math.max(8, width - 2));
    return told.map((text) => look.paint('muted', `  ${text}`));
  };
  return [
    ...answerLines(answer, drawing),
    ...pendingLines(node.node, drawing),
    ...tableLines({ rows: interfaces, columns, open, copy, below }, drawing),
  ];
};

/** What guests hang on first: bridges, then what those hang on. */
const kinds = ['bridge', 'OVSBridge', 'vlan', 'bond', 'OVSBond', 'eth'];
const rank = ({ type = '' }: Interface): number => (kinds.includes(type) ? kinds.indexOf(type) : kinds.length);

export const networkTab: Tab<ClusterNode> = { id: 'network', title: 'network', lines };
