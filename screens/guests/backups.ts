import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { bytes, moment, shortDuration } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { Backup } from '../../src/operations/backup.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { TabBody } from '../lateTab.ts';
import { answerLines } from '../answerLines.ts';
import { openText } from '../textView.ts';
import { backupsOf, blindness, isGood, known, type Told } from './backupsOf.ts';
import { oneBackup } from './backupText.ts';

const backupLine = (backup: Backup, storageColumns: number, guest: Guest, place: Drawing & Area): Line => {
  const { app, look, now, width } = place;
  const good = isGood(backup);
  const words = [
    backup.verification === undefined ? '' : good ? 'verified' : 'verification failed',
    backup.protected === 1 ? `${look.glyphs.locked} protected` : '',
    backup.encrypted === undefined ? '' : 'encrypted',
    backup.notes ?? '',
  ];
  const age = fit(shortDuration(now / 1000 - backup.ctime), 4, 'right');
  const head = `${age}  ${fit(bytes(backup.size), 7, 'right')}  ${fit(clean(backup.storage), storageColumns)}  `;
  const rest = truncate(words.filter(Boolean).map(clean).join('  '), Math.max(0, width - 2 - head.length));
  const glyph = good ? look.paint('ok', look.glyphs.running) : look.paint('error', look.glyphs.failed);
  return {
    text: `${glyph} ${head}${look.paint(good ? 'muted' : 'error', rest)}`,
    open: () =>
      openText(app, {
        title: `backup of ${String(guest.vmid)} ${clean(guest.name)}, ${moment(backup.ctime * 1000, now)}`,
        lines: (at) => oneBackup(backup, at),
      }),
    copy: backup.volid,
  };
};

/** The one line that matters: how old the last good backup is, or that there is none. */
const verdict = (guest: Guest, told: readonly Told[], { app, look, now, width }: Drawing & Area): readonly string[] => {
  const reading = told.some(
    ({ answer }) => answer !== undefined && answer.value === undefined && answer.error === undefined,
  );
  const blind = told.some(({ answer }) => answer?.value === undefined);
  const last = known(told).find(isGood);
  if (last !== undefined) {
    const age = shortDuration(now / 1000 - last.ctime);
    return [look.paint('ok', `${look.glyphs.running} last good backup ${age} ago`) + ` on ${clean(last.storage)}`];
  }
  if (reading) return [];
  const unseen = blindness(app, guest);
  if (unseen !== undefined)
    return wrapWords(`${look.glyphs.unknown} ${unseen}`, width).map((line) => look.paint('warn', line));
  const text = blind ? 'no good backup on the storages that answered' : 'no good backup anywhere';
  return wrapWords(`${look.glyphs.failed} ${text}`, width).map((line) => look.paint('error', line));
};

const silentLines = ({ place, answer }: Told, drawing: Drawing & Area): readonly string[] => {
  const { look, width } = drawing;
  const name = clean(place.storage);
  if (answer === undefined)
    return wrapWords(`${look.glyphs.unknown} ${name} is not available on ${clean(place.node)}: not asked`, width).map(
      (line) => look.paint('muted', line),
    );
  if (answer.error !== undefined) return [look.paint('heading', name), ...answerLines(answer, drawing)];
  return answer.value === undefined ? [look.paint('muted', `reading ${name}`)] : [];
};

/** All backups of a guest on all storages, newest first. */
const lines = (guest: Guest, place: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = place;
  const told = backupsOf(app, guest);
  if (told.length === 0) return [look.paint('muted', 'no storage that this login sees holds backups')];
  const backups = known(told);
  const longest = Math.max(4, ...backups.map(({ storage }) => clean(storage).length));
  const shown = backups.map((backup) => backupLine(backup, Math.min(16, longest), guest, place));
  const silent = told.flatMap((one) => silentLines(one, place));
  const total = backups.reduce((sum, { size }) => sum + size, 0);
  const count =
    backups.length < 2 ? [] : [look.paint('muted', `${String(backups.length)} backups, ${bytes(total)} in all`)];
  return [
    ...verdict(guest, told, place),
    ...count,
    ...(shown.length === 0 ? [] : ['', ...shown]),
    ...(silent.length === 0 ? [] : ['', ...silent]),
  ];
};

export const backupsTab: TabBody<Guest> = { lines };
