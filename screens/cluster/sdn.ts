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

/** The software-defined network: zones, virtual networks in them, subnets of those; and what waits to be applied. */

type Zone = ResultOf<'sdn.zones'>[number];
type Vnet = ResultOf<'sdn.vnets'>[number];
type Subnet = ResultOf<'sdn.subnets'>[number];

const zones = ({ app }: Asking) => app.look('sdn.zones', {}, { everyMs });
const vnets = ({ app }: Asking) => app.look('sdn.vnets', {}, { everyMs });

/** Whether something is in effect, or still waits for it. */
const appliedState = ({ state }: { readonly state?: string | undefined }): Condition =>
  state === undefined || state === ''
    ? { glyph: 'running', word: 'applied', token: 'ok' }
    : { glyph: 'warning', word: clean(state), token: 'warn' };

const waits = (rows: readonly { readonly state?: string | undefined }[]): number =>
  rows.filter((row) => appliedState(row).token === 'warn').length;

const glance = (drawing: Asking): Glance => {
  const networks = vnets(drawing).value ?? [];
  return glanceOf(zones(drawing), (some) => {
    if (some.length === 0) return notUsed('guests are on the bridges of their nodes');
    const text = `${counted(some.length, 'zone')}, ${counted(networks.length, 'network')}`;
    const waiting = waits(some) + waits(networks);
    return waiting > 0 ? warned('not applied', `${String(waiting)} to apply; ${text}`) : well('applied', text);
  });
};

const stateColumn = { id: 'state', title: 'state', width: 9, priority: 0, cell: stateCell(appliedState) } as const;

const zoneColumns: readonly TableColumn<Zone>[] = [
  {
    id: 'zone',
    title: 'zone',
    width: 9,
    flex: { share: 1, most: 16 },
    priority: 0,
    cell: ({ zone }) => ({ text: clean(zone) }),
  },
  stateColumn,
  { id: 'type', title: 'type', width: 6, priority: 0, cell: ({ type }) => ({ text: clean(type ?? '') }) },
  {
    id: 'where',
    title: 'where',
    width: 9,
    flex: { share: 1, most: 24 },
    priority: 1,
    cell: ({ nodes, bridge }) => ({
      text: clean([bridge, nodes ?? 'all nodes'].filter(Boolean).join(' on ')),
      token: 'muted',
    }),
  },
  {
    id: 'dhcp',
    title: 'dhcp',
    width: 8,
    priority: 3,
    cell: ({ dhcp }) => ({ text: clean(dhcp ?? ''), token: 'muted' }),
  },
  {
    id: 'mtu',
    title: 'mtu',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ mtu }) => ({ text: mtu === undefined ? '' : String(mtu), token: 'muted' }),
  },
];

const zoneLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = zones(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no zones')];
  const open = (zone: Zone): void =>
    openRow(app, { kind: `${zone.type ?? ''} zone`.trim(), name: zone.zone, facts: zone });
  return [
    ...said,
    ...tableLines({ rows: answer.value ?? [], columns: zoneColumns, open, copy: ({ zone }) => zone }, drawing),
  ];
};

const vnetColumns: readonly TableColumn<Vnet>[] = [
  {
    id: 'network',
    title: 'network',
    width: 8,
    flex: { share: 1, most: 14 },
    priority: 0,
    cell: ({ vnet }) => ({ text: clean(vnet) }),
  },
  stateColumn,
  {
    id: 'zone',
    title: 'zone',
    width: 8,
    flex: { share: 1, most: 14 },
    priority: 1,
    cell: ({ zone }) => ({ text: clean(zone ?? '') }),
  },
  {
    id: 'tag',
    title: 'tag',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ tag }) => ({ text: tag === undefined ? '' : String(tag) }),
  },
  {
    id: 'alias',
    title: 'alias',
    width: 10,
    flex: { share: 2, most: 40 },
    priority: 3,
    cell: ({ alias }) => ({ text: clean(alias ?? ''), token: 'muted' }),
  },
];

const subnetColumns: readonly TableColumn<Subnet>[] = [
  {
    id: 'subnet',
    title: 'subnet',
    width: 18,
    flex: { share: 1, most: 40 },
    priority: 0,
    cell: ({ cidr, subnet }) => ({ text: clean(cidr ?? subnet) }),
  },
  stateColumn,
  {
    id: 'gateway',
    title: 'gateway',
    width: 15,
    flex: { share: 1, most: 40 },
    priority: 1,
    cell: ({ gateway }) => ({ text: clean(gateway ?? '') }),
  },
  {
    id: 'snat',
    title: 'to the outside',
    width: 14,
    priority: 2,
    cell: ({ snat }) => ({ text: snat === true ? 'translated' : '', token: 'muted' }),
  },
];

const subnetLines = (vnet: string, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('sdn.subnets', { vnet }, { dwellMs: 0 });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no subnets')];
  return [...said, ...tableLines({ rows: answer.value ?? [], columns: subnetColumns }, drawing)];
};

const vnetLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = vnets(drawing);
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'no virtual networks')];
  const open = (vnet: Vnet): void =>
    openRow(app, {
      kind: 'virtual network',
      name: vnet.vnet,
      facts: vnet,
      more: (place) => subnetLines(vnet.vnet, place),
    });
  return [
    ...said,
    ...tableLines({ rows: answer.value ?? [], columns: vnetColumns, open, copy: ({ vnet }) => vnet }, drawing),
  ];
};

export const sdnSection: Section = {
  id: 'sdn',
  title: 'networks (sdn)',
  about: 'networks that span nodes',
  glance,
  tabs: [
    { id: 'sdn-zones', title: 'zones', lines: zoneLines },
    { id: 'sdn-vnets', title: 'networks', lines: vnetLines },
  ],
};
