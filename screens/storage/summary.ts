import type { Token } from '../../components/look.ts';
import { bar } from '../../components/meters.ts';
import { clean, fit } from '../../components/text.ts';
import { bytes, percent } from '../../components/units.ts';
import type { Storage } from '../../src/models/cluster.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { fractionOf, loadToken } from '../condition.ts';
import { answerLines } from '../answerLines.ts';
import { labelled } from '../labelled.ts';
import { isMeasured, type StorageRow } from './rows.ts';
import { contentName, forecastSentence, forecastToken, pruneText, typeName } from './words.ts';
import { trendOfRow } from './trendOfRow.ts';

/** Columns of the names, with the gap behind them. */
const labelWidth = 10;

/** A name and its value, which goes on below itself when it is long. */
type Label = (name: string, value: string, token?: Token) => readonly string[];

/** What a storage is, how full it is and who sees it; its configuration is asked for. */
const lines = (row: StorageRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { look, width } = drawing;
  const { place, condition } = row;
  const label: Label = (name, value, token = 'text') =>
    labelled(name, value, { look, width, label: labelWidth, token });
  const state = look.paint(condition.token, `${look.glyphs[condition.glyph]} ${condition.word}`);
  return [
    `${state}  ${typeName(clean(place.plugintype))}${place.shared ? ', shared' : ''}`,
    '',
    ...fillLines(row, drawing, label),
    '',
    ...label('for', place.content.map((kind) => contentName(clean(kind))).join(', ')),
    ...configLines(row, drawing, label),
    ...(place.shared ? ['', look.paint('muted', 'seen by'), ...row.places.map((one) => nodeLine(one, drawing))] : []),
  ];
};

const fillLines = (row: StorageRow, { app, look, width }: Drawing & Area, label: Label): readonly string[] => {
  const { disk, maxdisk } = row.place;
  if (!isMeasured(row)) return [look.paint('muted', 'its size is not known now')];
  const used = fractionOf(disk, maxdisk) ?? 0;
  const token = loadToken(used);
  const meter = bar(look, used, Math.max(8, Math.min(30, width - 28)));
  const trend = trendOfRow(app, row);
  const shown = [
    ...label('used', `${meter} ${percent(used)} of ${bytes(maxdisk)}`, token),
    ...label('free', bytes(Math.max(0, maxdisk - disk))),
  ];
  if (trend === undefined) return shown;
  const { forecast, bytesADay } = trend;
  return [...shown, ...label('trend', forecastSentence(bytesADay, forecast), forecastToken(forecast))];
};

/** Keys of storage.cfg that are said elsewhere, or tell a person nothing. */
const saidElsewhere = new Set(['storage', 'type', 'content', 'shared', 'digest', 'prune-backups']);
const names: Readonly<Record<string, string>> = {
  'max-protected-backups': 'protected',
  is_mountpoint: 'mounted',
  preallocation: 'prealloc',
  fingerprint: 'cert',
};

const configLines = (row: StorageRow, drawing: Drawing & Area, label: Label): readonly string[] => {
  const { storage } = row.place;
  const answer = drawing.app.look('storage.show', { storage });
  const config = Object.entries(answer.value?.config ?? {});
  const prune = answer.value?.config['prune-backups'];
  const shown = config
    .filter(([key]) => !saidElsewhere.has(key))
    .flatMap(([key, value]) => label(names[key] ?? clean(key), clean(textOf(value))));
  if (prune !== undefined) shown.push(...label('pruning', clean(pruneText(prune))));
  return [...shown, ...answerLines(answer, drawing)];
};

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const nodeLine = ({ node, status, disk, maxdisk }: Storage, { app, look, width }: Drawing & Area): string => {
  const away = app.live.getState().snapshot.nodes.find((one) => one.node === node)?.status !== 'online';
  const name = fit(clean(node), Math.min(20, width - 16));
  if (away) return `  ${name} ${look.paint('error', `${look.glyphs.unknown} node away`)}`;
  if (status !== 'available') return `  ${name} ${look.paint('error', `${look.glyphs.failed} unavailable`)}`;
  return `  ${name} ${look.paint('ok', `${look.glyphs.running} available`)}  ${percent(fractionOf(disk, maxdisk))}`;
};

export const summaryTab: Tab<StorageRow> = { id: 'summary', title: 'summary', lines };
