import type { Look } from '../../components/look.ts';
import { segmentLine, type Segment } from '../../components/segments.ts';
import { styledWidth } from '../../components/styled.ts';
import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { bytes, moment, shortDuration } from '../../components/units.ts';
import type { Volume } from '../../src/operations/storage.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { ContentView } from './contentView.ts';
import { awayText, type StorageRow } from './rows.ts';
import { openVolume } from './volumeView.ts';
import { ownerOf, shortName, volumeGroups, type GuestNames, type VolumeGroup, type VolumeView } from './volumes.ts';
import { contentName } from './words.ts';

/** A storage that is looked at is read again so often: backups come and go by the hour, not by the second. */
const everyMs = 120_000;
/** Reading what lies on a slow storage costs the node something: not while scrolling past. */
const dwellMs = 500;

/** What lies on a storage, by kind and owner. A storage that hangs says so here and nowhere else. */
export const contentTab = (view: ContentView): Tab<StorageRow> => ({
  id: 'content',
  title: 'content',
  lines: (row, drawing) => lines(view, row, drawing),
});

const lines = (view: ContentView, row: StorageRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const away = awayText(row, 'what lies here');
  if (away !== undefined) return wrapWords(away, width).map((line) => look.paint('muted', line));
  const { storage, node } = row.place;
  const answer = app.look('storage.content', { storage, node }, { dwellMs, everyMs });
  const said = answerLines(answer, drawing);
  view.volumes = answer.value ?? [];
  if (answer.value === undefined) return said;
  const names: GuestNames = (vmid) => app.cluster.guestName(vmid);
  const groups = volumeGroups(answer.value, view.current, names);
  const head = headLine(view.current, answer.value.length, groups, look, width);
  if (answer.value.length === 0) return [...said, look.paint('muted', 'nothing lies here that this login may see')];
  if (groups.length === 0) return [head, ...said, '', look.paint('muted', 'nothing matches; Esc shows everything')];
  return [head, ...said, ...groups.flatMap((group) => groupLines(group, row, names, drawing))];
};

const orderNames: Readonly<Record<VolumeView['order'], string>> = {
  owner: 'by owner',
  newest: 'newest first',
  largest: 'largest first',
};

const headLine = (
  { filter, order, reversed }: VolumeView,
  all: number,
  groups: readonly VolumeGroup[],
  look: Look,
  width: number,
): string => {
  const shown = groups.reduce((sum, { volumes }) => sum + volumes.length, 0);
  const size = groups.reduce((sum, group) => sum + group.size, 0);
  const count = filter === '' ? `${String(all)} volumes` : `${String(shown)} of ${String(all)} volumes`;
  return segmentLine(
    look,
    [
      { text: count, token: 'muted' },
      { text: bytes(size), token: 'muted', drop: 3 },
      ...(filter === '' ? [] : [{ text: `/${clean(filter)}`, token: 'accent', drop: 1 } as const]),
    ],
    [{ text: `${orderNames[order]}${reversed ? ', reversed' : ''}`, token: 'muted', drop: 2 }],
    width,
  );
};

const groupLines = (
  { kind, volumes, size }: VolumeGroup,
  row: StorageRow,
  names: GuestNames,
  drawing: Drawing & Area,
): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const title: Segment[] = [{ text: contentName(clean(kind)), token: 'heading' }];
  const marks = volumes.map((volume) => marksOf(volume, look, width >= roomy));
  const marksWidth = Math.max(0, ...marks.map(styledWidth));
  const sum: Segment[] = [{ text: `${String(volumes.length)}, ${bytes(size)}`, token: 'muted', drop: 1 }];
  return [
    '',
    segmentLine(look, title, sum, width),
    ...volumes.map((volume, at): Line => ({
      text: volumeLine(volume, names, { text: marks[at] ?? '', width: marksWidth }, drawing),
      open: () => openVolume(app, row.place, volume),
      copy: volume.volid,
    })),
  ];
};

/** From here on there is room for the name of a volume beside its owner. */
const roomy = 74;

const volumeLine = (
  volume: Volume,
  names: GuestNames,
  marks: { readonly text: string; readonly width: number },
  { now, width }: Drawing & Area,
): string => {
  const owner = ownerOf(volume, names);
  const age = volume.ctime === undefined ? '' : shortDuration(now / 1000 - volume.ctime);
  const right = `${fit(bytes(volume.size ?? 0), 7, 'right')}  ${fit(age, 4, 'right')}`;
  const left = width - right.length - 4 - (marks.width === 0 ? 0 : marks.width + 2);
  const what =
    owner === undefined
      ? clean(shortName(volume.volid))
      : width >= roomy
        ? `${fit(clean(owner), 20)}  ${besideOwner(volume, owner, now)}`
        : clean(owner);
  return `  ${fit(truncate(what, left), left)}  ${right}  ${marks.text}`.trimEnd();
};

/** What tells volumes of one guest apart: its notes, of a backup the moment it was made, of a disk its name. */
const besideOwner = ({ volid, content, notes = '', ctime }: Volume, owner: string, now: number): string => {
  if (notes !== '' && !owner.includes(notes)) return clean(notes);
  return content === 'backup' && ctime !== undefined ? moment(ctime * 1000, now) : clean(shortName(volid));
};

/** Protection, encryption and what a verification found: words where there is room, the glyph alone for what is well. */
const marksOf = ({ protected: kept, encrypted, verification }: Volume, look: Look, words: boolean): string => {
  const bad = verification !== undefined && verification.state !== 'ok';
  const marks = [
    ...(bad ? [look.paint('error', words ? `${look.glyphs.failed} verify failed` : look.glyphs.failed)] : []),
    ...(verification !== undefined && !bad
      ? [look.paint('ok', words ? `${look.glyphs.marked} verified` : look.glyphs.marked)]
      : []),
    ...(kept === true ? [look.paint('info', words ? `${look.glyphs.locked} protected` : look.glyphs.locked)] : []),
    ...(encrypted !== undefined && words ? [look.paint('muted', 'encrypted')] : []),
  ];
  return marks.join(' ');
};
