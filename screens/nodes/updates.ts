import type { TableColumn } from '../../components/table.ts';
import { clean, truncate, wrapWords } from '../../components/text.ts';
import { counted, duration } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { openDescription } from '../describeView.ts';
import { tableLines } from '../detailTable.ts';
import { awayLines } from './away.ts';

/** A node may take seconds to answer, and its list changes once a day: asked rarely, in milliseconds. */
const everyMs = 1_800_000;

type Update = ResultOf<'node.updates'>[number];

const columns: readonly TableColumn<Update>[] = [
  {
    id: 'package',
    title: 'package',
    width: 16,
    flex: { share: 2, most: 36 },
    priority: 0,
    cell: (update) => ({ text: clean(update.Package) }),
  },
  {
    id: 'new',
    title: 'new version',
    width: 20,
    flex: { share: 1, most: 36 },
    priority: 0,
    cell: ({ Version }) => ({ text: clean(Version ?? ''), token: 'accent' }),
  },
];

const openChangelog = (app: AppModel, node: string, { Package, OldVersion, Version, Title }: Update): void =>
  openDescription(app, `changelog ${node} ${Package}`, {
    heading: ({ look }) =>
      look.paint('heading', clean(Package)) +
      look.paint('muted', `  ${clean(OldVersion ?? '')} to ${clean(Version ?? '')}`),
    lines: (drawing) => {
      const { look, width } = drawing;
      const answer = drawing.app.look('node.changelog', { node, package: Package }, { dwellMs: 0 });
      return [
        ...(Title === undefined ? [] : [look.paint('muted', truncate(clean(Title), width)), '']),
        ...answerLines(answer, drawing),
        ...(answer.value ?? []).map(({ t }) => truncate(clean(t), width)),
      ];
    },
  });

/** `5 updates: 3 from Proxmox, 2 from Debian` */
const summaryOf = (updates: readonly Update[]): string => {
  const origins = [...Map.groupBy(updates, ({ Origin }) => Origin ?? 'elsewhere')]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([origin, some]) => `${String(some.length)} from ${origin}`);
  return `${counted(updates.length, 'update')}: ${origins.join(', ')}`;
};

/** Debian's kernel and that of Proxmox: a new one runs only after a restart of the node. */
const isKernel = ({ Package }: Update): boolean => /^(?:proxmox|pve)-kernel-|^linux-image-/.test(Package);

/** What can be upgraded on a node, as of the last `apt update` there. Enter shows what changed. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, now, width } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('node.updates', { node: node.node }, { everyMs });
  const shown: (string | Line)[] = [...answerLines(answer, drawing)];
  const { value: updates, at } = answer;
  if (updates === undefined) return shown;
  if (updates.length === 0) return [...shown, look.paint('ok', `${look.glyphs.running} nothing to upgrade`)];
  const age = at === undefined || now - at < 60_000 ? '' : `, asked ${duration((now - at) / 1000)} ago`;
  shown.push(...wrapWords(clean(summaryOf(updates)) + age, width).map((line) => look.paint('muted', line)));
  if (updates.some(isKernel))
    shown.push(
      ...wrapWords(`${look.glyphs.warning} a new kernel: runs only after a restart of the node`, width).map((line) =>
        look.paint('warn', line),
      ),
    );
  const open = (update: Update): void => openChangelog(app, node.node, update);
  const below = ({ OldVersion: old, Title: title }: Update): readonly string[] => [
    look.paint('muted', truncate(clean(`  was ${old ?? 'not installed'}: ${title ?? ''}`), width)),
  ];
  const copy = (update: Update): string => update.Package;
  return [...shown, '', ...tableLines({ rows: updates, columns, open, copy, below }, drawing)];
};

export const updatesTab: Tab<ClusterNode> = { id: 'updates', title: 'updates', lines };
