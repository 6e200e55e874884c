import type { TableColumn } from '../../components/table.ts';
import { clean, truncate, widthOf } from '../../components/text.ts';
import { bytes, percent } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { fractionOf, meter, type Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { awayLines } from './away.ts';
import { diskState } from './diskState.ts';
import { openSmart } from './smart.ts';

/** Asking disks wakes those that sleep: not more often than this, in milliseconds. */
const everyMs = 600_000;

type Disk = ResultOf<'node.disks'>[number];
type Pool = ResultOf<'node.zfs'>[number];

/** Below this much life left, in percent, a disk is worth a look, or must be replaced. */
const life = { low: 20, gone: 5 };

const columns: readonly TableColumn<Disk>[] = [
  {
    id: 'disk',
    title: 'disk',
    width: 9,
    flex: { share: 1, most: 14 },
    priority: 0,
    cell: ({ devpath }) => ({ text: clean(devpath.replace(/^\/dev\//, '')) }),
  },
  { id: 'health', title: 'health', width: 10, priority: 0, cell: stateCell(diskState) },
  {
    id: 'life',
    title: 'life',
    width: 4,
    align: 'right',
    priority: 2,
    cell: ({ wearout }) => {
      if (typeof wearout !== 'number') return { text: '–', token: 'muted' };
      const text = percent(wearout / 100);
      if (wearout <= life.gone) return { text, token: 'error' };
      return wearout <= life.low ? { text, token: 'warn' } : { text };
    },
  },
  {
    id: 'size',
    title: 'size',
    width: 7,
    align: 'right',
    priority: 1,
    cell: ({ size }) => ({ text: size === undefined ? '–' : bytes(size) }),
  },
  { id: 'type', title: 'type', width: 4, priority: 4, cell: ({ type }) => ({ text: clean(type ?? '') }) },
];

const poolState = ({ health = '' }: Pool): Condition => {
  if (health === 'ONLINE') return { glyph: 'running', word: 'online', token: 'ok' };
  return health === 'DEGRADED'
    ? { glyph: 'warning', word: 'degraded', token: 'warn' }
    : { glyph: 'failed', word: clean(health).toLowerCase(), token: 'error' };
};

const poolColumns: readonly TableColumn<Pool>[] = [
  {
    id: 'pool',
    title: 'zfs pool',
    width: 9,
    flex: { share: 1, most: 14 },
    priority: 0,
    cell: ({ name }) => ({ text: clean(name) }),
  },
  { id: 'health', title: 'health', width: 10, priority: 0, cell: stateCell(poolState) },
  {
    id: 'used',
    title: 'used',
    width: 4,
    align: 'right',
    priority: 1,
    cell: ({ alloc, size }) => meter(fractionOf(alloc, size)),
  },
  {
    id: 'size',
    title: 'size',
    width: 7,
    align: 'right',
    priority: 2,
    cell: ({ size }) => ({ text: size === undefined ? '–' : bytes(size) }),
  },
  {
    id: 'fragmented',
    title: 'fragmented',
    width: 10,
    align: 'right',
    priority: 3,
    cell: ({ frag }) => ({ text: frag === undefined ? '–' : percent(frag / 100), token: 'muted' }),
  },
];

/** A node without ZFS has no pools, and nothing is wrong with that. */
const hasNoZfs = (message: string): boolean => /zfs.*not installed|command not found/i.test(message);

const poolLines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('node.zfs', { node: node.node }, { everyMs });
  if (answer.value === undefined && (answer.error === undefined || hasNoZfs(answer.error.message))) return [];
  const rows = tableLines({ rows: answer.value ?? [], columns: poolColumns, copy: ({ name }) => name }, drawing);
  const said = answerLines(answer, drawing);
  return rows.length + said.length === 0 ? [] : ['', ...said, ...rows];
};

/** Model, use and serial of a disk, as much of it as there is room for. */
const aboutText = ({ model, used, serial }: Disk, width: number): string => {
  const known = (text: string | undefined): string[] => (text === undefined || text === 'unknown' ? [] : [clean(text)]);
  const parts = [...known(model), ...known(used), ...known(serial).map((text) => `serial ${text}`)];
  const whole = parts.join(', ');
  return widthOf(whole) <= width ? whole : truncate(parts.slice(0, 2).join(', '), width);
};

/** The disks of a node: health first, model below where there is no room beside. Enter shows what a disk says of itself. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('node.disks', { node: node.node }, { everyMs });
  const disks = answer.value ?? [];
  const open = (disk: Disk): void => openSmart(app, node.node, disk.devpath);
  const copy = ({ serial, devpath }: Disk): string => serial ?? devpath;
  const below = (disk: Disk): readonly string[] => [look.paint('muted', `  ${aboutText(disk, width - 2)}`)];
  return [
    ...answerLines(answer, drawing),
    ...(answer.value?.length === 0 ? [look.paint('muted', 'no disks')] : []),
    ...tableLines({ rows: disks, columns, open, copy, below }, drawing),
    ...poolLines(node, drawing),
  ];
};

export const disksTab: Tab<ClusterNode> = { id: 'disks', title: 'disks', lines };
