import type { Look } from '../../components/look.ts';
import { clean, fit, widthOf, wrapWords } from '../../components/text.ts';
import { moment, shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { Snapshot } from '../../src/operations/snapshot.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { TabBody } from '../lateTab.ts';
import { answerLines } from '../answerLines.ts';
import { openText } from '../textView.ts';
import { openSnapshotMenu } from './actions/snapshots.ts';
import { configYaml } from './yaml.ts';
import { snapshotTree, type Rails, type TreeRow } from './snapshotTree.ts';

const railsOf = ({ glyphs }: Look): Rails => ({
  through: `${glyphs.vertical} `,
  fork: `${glyphs.fork} `,
  last: `${glyphs.branch} `,
});

/** What stands for the guest as it is now (contract §11.5). */
const isNow = ({ name }: Snapshot): boolean => name === 'current';

/** Opens the configuration that a snapshot holds. */
const openSnapshot = (guest: Guest, { name }: Snapshot, { app }: Drawing): void =>
  openText(app, {
    title: `${String(guest.vmid)} ${clean(guest.name)} as of ${clean(name)}`,
    lines: (place) => configYaml(guest, name, place),
  });

interface Shape {
  readonly nameColumns: number;
  /** Notes stand behind the name; where one is too long for that, all stand below. */
  readonly inLine: boolean;
}

const noteOf = ({ snapstate, description = '' }: Snapshot): string => {
  if (snapstate === undefined) return clean(description.trim().replaceAll('\n', ' '));
  return snapstate === 'delete' ? 'not wholly deleted: delete it again' : 'not finished: delete it';
};

/** Columns before the notes: glyph, name, age, memory. */
const headColumns = ({ nameColumns }: Shape): number => nameColumns + 13;

const rowLines = (
  { snapshot, rails, below }: TreeRow,
  shape: Shape,
  guest: Guest,
  place: Drawing & Area,
): readonly Line[] => {
  const { look, now, width } = place;
  const { name, snaptime, vmstate, snapstate } = snapshot;
  if (isNow(snapshot))
    return [{ text: `${look.paint('border', rails)}${look.paint('accent', `${look.glyphs.selected} now`)}` }];
  const token = snapstate === undefined ? 'muted' : 'warn';
  const glyph = look.paint(token, snapstate === undefined ? look.glyphs.stopped : look.glyphs.warning);
  const age = snaptime === undefined ? '' : shortDuration(now / 1000 - snaptime);
  const shownName = fit(clean(name), Math.max(4, shape.nameColumns - widthOf(rails)));
  const head = `${look.paint('border', rails)}${glyph} ${shownName} ${fit(age, 4, 'right')}  ${vmstate === 1 ? 'ram' : '   '}`;
  const act = (): void => openSnapshotMenu(place.app, guest, snapshot, () => openSnapshot(guest, snapshot, place));
  const common = { open: act, act, copy: name };
  const note = noteOf(snapshot);
  if (shape.inLine || note === '') return [{ text: `${head}  ${look.paint(token, note)}`, ...common }];
  const indent = look.paint('border', below) + '  ';
  return [
    { text: head, ...common },
    ...wrapWords(note, Math.max(8, width - widthOf(below) - 2)).map((line) => ({
      text: indent + look.paint(token, line),
      ...common,
    })),
  ];
};

/** Snapshots by what was taken after what, with the guest as it is now in its place. */
const lines = (guest: Guest, place: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, now, width } = place;
  const answer = app.look('snapshot.list', { guest: guest.id });
  const shown: (string | Line)[] = [...answerLines(answer, place)];
  if (answer.value === undefined) return shown;
  const taken = answer.value.filter((one) => !isNow(one));
  const [oldest] = taken;
  if (oldest === undefined)
    return [
      ...shown,
      ...wrapWords('no snapshots: there is nothing to roll back to', width).map((line) => look.paint('muted', line)),
    ];
  const count = taken.length === 1 ? '1 snapshot' : `${String(taken.length)} snapshots, the oldest`;
  const since = oldest.snaptime === undefined ? '' : ` of ${moment(oldest.snaptime * 1000, now)}`;
  shown.push(look.paint('muted', count + since), '');
  const rows = snapshotTree(answer.value, railsOf(look));
  const longest = Math.max(
    ...rows.map((row) => widthOf(row.rails) + (isNow(row.snapshot) ? 0 : widthOf(clean(row.snapshot.name)))),
  );
  const nameColumns = Math.min(longest, Math.max(10, width - 13));
  const notes = Math.max(...rows.map((row) => (isNow(row.snapshot) ? 0 : widthOf(noteOf(row.snapshot)))));
  const shape = { nameColumns, inLine: headColumns({ nameColumns, inLine: true }) + notes <= width };
  return [...shown, ...rows.flatMap((row) => rowLines(row, shape, guest, place))];
};

export const snapshotsTab: TabBody<Guest> = { lines };
