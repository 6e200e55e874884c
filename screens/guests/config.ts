import { clean, fit, wrapWords } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { TabBody } from '../lateTab.ts';
import { answerLines } from '../answerLines.ts';
import { configGroups, type Setting } from './configGroups.ts';
import { notesOf } from './notes.ts';

/** Columns of the names of settings at most, with the blanks around them. */
const mostColumns = 20;

/** Edits a setting: in the form where that asks for it, else all of it as text. */
const edit = (app: AppModel, guest: Guest, key: string): void =>
  app.arrive(async () => {
    const [{ editForm, isAsked }, { guestActions }] = await Promise.all([
      import('../forms/editGuest.ts'),
      import('./actions/menu.ts'),
    ]);
    const asForm = isAsked(guest, key);
    const item = guestActions(app, [guest]).items.find((one) => one.key === (asForm ? 'e' : 'E'));
    if (item?.impossible !== undefined) app.notify({ token: 'warn', text: `${key}: ${item.impossible}` });
    else if (asForm) app.openForm(editForm(app, guest, {}, key));
    else
      app.notify({
        token: 'muted',
        text: `${key} has no field of its own: ${app.keyboard.keyFor('guests', 'edit-text')} edits it as text`,
      });
  });

const settingLines = (
  setting: Setting,
  nameColumns: number,
  guest: Guest,
  { app, look, width }: Drawing & Area,
): readonly Line[] => {
  const { key, texts, raw, next } = setting;
  const room = Math.max(8, width - nameColumns);
  const rows = texts.flatMap((text) => wrapWords(clean(text), room));
  const name = (text: string): string => look.paint('muted', fit(`  ${text}`, nameColumns - 2)) + '  ';
  const common = { copy: `${key}: ${raw}`, open: () => edit(app, guest, key) };
  const now = rows.map((text, at) => ({ text: name(at === 0 ? clean(key) : '') + text, ...common }));
  if (next === undefined) return now;
  const change = next === 'removed' ? 'removed by the next start' : `${clean(next)} after the next start`;
  const waits = wrapWords(`${look.glyphs.warning} ${change}`, room);
  return [...now, ...waits.map((text) => ({ text: name('') + look.paint('warn', text), ...common }))];
};

/** Everything that is configured, in groups, with what waits for the next start. */
const lines = (guest: Guest, place: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = place;
  const answer = app.look('guest.config', { guest: guest.id });
  const pending = app.look('guest.pending', { guest: guest.id });
  const shown: (string | Line)[] = [...answerLines(answer, place)];
  if (answer.value === undefined) return shown;
  // What waits is beside the point when it cannot be read; that it could not is told.
  if (pending.error !== undefined) shown.push(...answerLines(pending, place));
  const waiting = pending.value?.length ?? 0;
  if (waiting > 0) {
    const text =
      waiting === 1 ? '1 change waits for the next start' : `${String(waiting)} changes wait for the next start`;
    shown.push(look.paint('warn', `${look.glyphs.warning} ${text}`), '');
  }
  const notes = notesOf(answer.value);
  if (notes.length > 0)
    shown.push(
      look.paint('heading', 'notes'),
      ...notes.flatMap((line) => wrapWords(clean(line), width - 2)).map((line) => `  ${line}`),
      '',
    );
  const groups = configGroups(answer.value, pending.value ?? []);
  const longest = Math.max(...groups.flatMap(({ settings }) => settings.map(({ key }) => key.length)), 0);
  for (const { title, settings } of groups) {
    shown.push(look.paint('heading', title));
    for (const setting of settings)
      shown.push(...settingLines(setting, Math.min(mostColumns, longest + 4), guest, place));
    shown.push('');
  }
  return shown;
};

export const configTab: TabBody<Guest> = { lines };
