import { bar } from '../../components/meters.ts';
import type { TableColumn } from '../../components/table.ts';
import { clean, wrapWords } from '../../components/text.ts';
import { bytes, percent } from '../../components/units.ts';
import type { ProxdeckError } from '../../src/models/error.ts';
import type { CephOsd } from '../../src/operations/ceph.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Answer } from '../../src/ui/answers.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { fractionOf, meter, type Condition } from '../condition.ts';
import { stateCell, tableLines } from '../detailTable.ts';
import { factLines } from '../factsOf.ts';
import { openRow } from './rowView.ts';
import { everyMs, glanceOf, type Asking, type Glance, type Section } from './section.ts';

/** Ceph: its health, the disks it is made of, the pools on them. Most clusters have none, and nothing is wrong with that. */

type Status = ResultOf<'ceph.status'>;
type Pool = ResultOf<'ceph.pools'>[number];

const status = ({ app }: Asking) => app.look('ceph.status', {}, { everyMs });

/** `HEALTH_WARN` as a condition. */
const healthState = (health: string | undefined): Condition => {
  if (health === 'HEALTH_OK') return { glyph: 'running', word: 'healthy', token: 'ok' };
  if (health === 'HEALTH_WARN') return { glyph: 'warning', word: 'warning', token: 'warn' };
  if (health === 'HEALTH_ERR') return { glyph: 'failed', word: 'error', token: 'error' };
  return { glyph: 'unknown', word: 'not told', token: 'muted' };
};

const osdText = ({ osdmap }: Status): string =>
  osdmap?.num_osds === undefined
    ? ''
    : `${String(osdmap.num_up_osds ?? 0)} of ${String(osdmap.num_osds)} OSDs up, ${String(osdmap.num_in_osds ?? 0)} in`;

const glance = (drawing: Asking): Glance =>
  glanceOf(status(drawing), (value) => {
    const checks = Object.values(value.health?.checks ?? {});
    const [first] = checks.flatMap(({ summary }) => summary?.message ?? []);
    return { condition: healthState(value.health?.status), text: clean(first ?? osdText(value)) };
  });

/** Without Ceph the same calm sentence stands in every tab. */
const withoutCeph = (error: ProxdeckError, { look, width }: Drawing & Area): readonly string[] =>
  [error.message, error.hint ?? '']
    .flatMap((text) => wrapWords(clean(text), width))
    .map((line) => look.paint('muted', line));

const saidOf = (answer: Answer<unknown>, drawing: Drawing & Area): readonly string[] =>
  answer.value === undefined && answer.error?.code === 'not-found'
    ? withoutCeph(answer.error, drawing)
    : answerLines(answer, drawing);

const checkToken = (severity: string | undefined): 'error' | 'warn' => (severity === 'HEALTH_ERR' ? 'error' : 'warn');

const statusLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  const answer = status(drawing);
  const said = saidOf(answer, drawing);
  if (answer.value === undefined) return said;
  const { health, monmap, quorum_names: monitors = [], pgmap } = answer.value;
  const state = healthState(health?.status);
  const checks = Object.entries(health?.checks ?? {}).flatMap(([name, { severity, summary }]) =>
    wrapWords(`${look.glyphs.warning} ${clean(summary?.message ?? name)}`, width).map((line) =>
      look.paint(checkToken(severity), line),
    ),
  );
  const used = fractionOf(pgmap?.bytes_used, pgmap?.bytes_total);
  const groups = (pgmap?.pgs_by_state ?? [])
    .map(({ state_name: name, count }) => `${String(count)} ${name}`)
    .join(', ');
  return [
    ...said,
    look.paint(state.token, `${look.glyphs[state.glyph]} ${state.word}`),
    ...checks,
    '',
    ...(used === undefined
      ? []
      : [
          `${look.paint('muted', 'used')}  ${bar(look, used, 20)}  ${percent(used)} of ${bytes(pgmap?.bytes_total ?? 0)}`,
        ]),
    ...factLines(
      {
        osds: osdText(answer.value),
        monitors:
          monmap?.num_mons === undefined
            ? undefined
            : `${String(monitors.length)} of ${String(monmap.num_mons)} in quorum`,
        reads: pgmap?.read_bytes_sec === undefined ? undefined : `${bytes(pgmap.read_bytes_sec)}/s`,
        writes: pgmap?.write_bytes_sec === undefined ? undefined : `${bytes(pgmap.write_bytes_sec)}/s`,
        'placement groups': groups,
      },
      drawing,
    ),
  ];
};

const osdState = ({ type, status: state }: CephOsd): Condition => {
  if (type !== 'osd') return { glyph: 'separator', word: clean(type ?? ''), token: 'muted' };
  return state === 'up'
    ? { glyph: 'running', word: 'up', token: 'ok' }
    : { glyph: 'failed', word: clean(state ?? 'unknown'), token: 'error' };
};

const osdColumns: readonly TableColumn<CephOsd>[] = [
  {
    id: 'osd',
    title: 'osd',
    width: 14,
    flex: { share: 1, most: 26 },
    priority: 0,
    cell: ({ name, depth, type }) => ({
      text: `${'  '.repeat(depth)}${clean(name)}`,
      ...(type !== 'osd' && { token: 'heading' }),
    }),
  },
  { id: 'state', title: 'state', width: 8, priority: 0, cell: stateCell(osdState) },
  {
    id: 'used',
    title: 'used',
    width: 4,
    align: 'right',
    priority: 1,
    cell: ({ percent_used: used }) => (used === undefined ? { text: '' } : meter(used / 100)),
  },
  {
    id: 'size',
    title: 'size',
    width: 7,
    align: 'right',
    priority: 2,
    cell: ({ total_space: size }) => ({ text: size === undefined ? '' : bytes(size) }),
  },
  {
    id: 'class',
    title: 'class',
    width: 5,
    priority: 3,
    cell: ({ device_class: kind }) => ({ text: clean(kind ?? ''), token: 'muted' }),
  },
];

const osdLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('ceph.osds', {}, { everyMs });
  const open = (osd: CephOsd): void => openRow(drawing.app, { kind: 'of Ceph', name: osd.name, facts: { ...osd } });
  return [...saidOf(answer, drawing), ...tableLines({ rows: answer.value ?? [], columns: osdColumns, open }, drawing)];
};

const poolColumns: readonly TableColumn<Pool>[] = [
  {
    id: 'pool',
    title: 'pool',
    width: 12,
    flex: { share: 1, most: 26 },
    priority: 0,
    cell: ({ pool_name: name }) => ({ text: clean(name) }),
  },
  { id: 'full', title: 'full', width: 4, align: 'right', priority: 0, cell: ({ percent_used: used }) => meter(used) },
  {
    id: 'used',
    title: 'used',
    width: 7,
    align: 'right',
    priority: 1,
    cell: ({ bytes_used: used }) => ({ text: used === undefined ? '–' : bytes(used) }),
  },
  {
    id: 'copies',
    title: 'copies',
    width: 9,
    priority: 2,
    cell: ({ size, min_size: least }) => ({
      text: size === undefined ? '' : `${String(size)}, min ${String(least ?? '?')}`,
    }),
  },
  {
    id: 'groups',
    title: 'pgs',
    width: 5,
    align: 'right',
    priority: 3,
    cell: ({ pg_num: groups }) => ({ text: String(groups ?? ''), token: 'muted' }),
  },
];

const poolLines = (drawing: Drawing & Area): readonly (string | Line)[] => {
  const answer = drawing.app.look('ceph.pools', {}, { everyMs });
  const open = (pool: Pool): void => openRow(drawing.app, { kind: 'pool of Ceph', name: pool.pool_name, facts: pool });
  return [...saidOf(answer, drawing), ...tableLines({ rows: answer.value ?? [], columns: poolColumns, open }, drawing)];
};

export const cephSection: Section = {
  id: 'ceph',
  title: 'ceph',
  about: 'storage made of the disks of all nodes',
  glance,
  tabs: [
    { id: 'ceph-status', title: 'status', lines: statusLines },
    { id: 'ceph-osds', title: 'osds', lines: osdLines },
    { id: 'ceph-pools', title: 'pools', lines: poolLines },
  ],
};
