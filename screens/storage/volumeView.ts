import { clean, fit, wrapWords } from '../../components/text.ts';
import { bytes, duration, moment } from '../../components/units.ts';
import type { Storage } from '../../src/models/cluster.ts';
import type { Volume } from '../../src/operations/storage.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { openText } from '../textView.ts';
import { ownerOf, shortName } from './volumes.ts';
import { contentName } from './words.ts';

const labelWidth = 12;

/** Describes a volume over the screen: everything that the list told, and path and whole notes, which are asked for. */
export const openVolume = (app: AppModel, place: Storage, volume: Volume): void =>
  openText(app, {
    title: `${shortName(volume.volid)}  ${contentName(volume.content)} on ${place.storage}`,
    lines: (drawing) => lines(place, volume, drawing),
  });

const lines = (place: Storage, volume: Volume, drawing: Drawing & Area): readonly string[] => {
  const { app, look, now } = drawing;
  const { node } = place;
  const label = (name: string, value: string): string => `${look.paint('muted', fit(name, labelWidth))} ${value}`;
  const answer = app.look('storage.volume', { volume: volume.volid, node }, { dwellMs: 0 });
  const { path, used, notes = volume.notes } = answer.value ?? {};
  const owner = ownerOf(volume, (vmid) => app.cluster.guestName(vmid));
  const shown = [label('volume', clean(volume.volid))];
  if (owner !== undefined) shown.push(label('guest', clean(owner)));
  if (volume.ctime !== undefined)
    shown.push(label('made', `${moment(volume.ctime * 1000, now)}, ${duration(now / 1000 - volume.ctime)} ago`));
  if (volume.size !== undefined) shown.push(label('size', bytes(volume.size)));
  const taken = used ?? volume.used;
  if (taken !== undefined && taken > 0) shown.push(label('takes', bytes(taken)));
  if (volume.format !== undefined) shown.push(label('format', clean(volume.format)));
  if (volume.parent !== undefined) shown.push(label('based on', clean(volume.parent)));
  if (path !== undefined) shown.push(label('path', clean(path)));
  shown.push(...trustLines(volume, drawing, label));
  shown.push(...notesLines(notes, drawing), ...answerLines(answer, drawing));
  return shown;
};

/** Whether the volume can be relied on: kept, locked away, read again. */
const trustLines = (
  { content, protected: kept, encrypted, verification, format }: Volume,
  { look }: Drawing,
  label: (name: string, value: string) => string,
): readonly string[] => {
  if (content !== 'backup') return [];
  const shown = [
    kept === true
      ? label('protected', look.paint('info', `${look.glyphs.locked} yes: pruning leaves it`))
      : label('protected', 'no: pruning may remove it'),
  ];
  if (encrypted !== undefined) shown.push(label('encrypted', encrypted === '1' ? 'yes' : clean(encrypted)));
  if (verification !== undefined) {
    const ok = verification.state === 'ok';
    const word = `${ok ? look.glyphs.marked : look.glyphs.failed} ${clean(verification.state)}`;
    shown.push(label('verified', look.paint(ok ? 'ok' : 'error', word)));
  } else if (format?.startsWith('pbs') === true)
    shown.push(label('verified', look.paint('warn', `${look.glyphs.warning} not yet`)));
  return shown;
};

const notesLines = (notes: string | undefined, { look, width }: Drawing & Area): readonly string[] => {
  if (notes === undefined || notes.trim() === '') return [];
  const text = notes.split('\n').flatMap((line) => wrapWords(clean(line), width - 2));
  return ['', look.paint('muted', 'notes'), ...text.map((line) => `  ${line}`)];
};
