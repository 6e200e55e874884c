import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Choice, Setting } from '../../src/ui/desk.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { listScreen } from '../listScreen.ts';

/** The settings of the program: what is in effect and from where. Choosing writes the configuration file. */

const none: readonly Setting[] = [];

const choose = async (app: AppModel, { key, title }: Setting, value: string): Promise<void> => {
  try {
    await app.desk?.settings.choose(key, value);
    app.notify({ token: 'ok', text: `${title} is ${value}`, hint: `written to ${app.desk?.settings.file ?? ''}` });
  } catch (thrown) {
    app.trouble(thrown);
  }
};

/** The choice under the cursor is tried out as long as it is looked at. */
const tryOut = (app: AppModel, setting: Setting, { value }: Choice): void => {
  const { desk } = app;
  if (desk === undefined || value === setting.value) return;
  app.watch(`setting ${setting.key} ${value}`, 0, () => desk.settings.preview(setting.key, value));
};

const choiceLines = (setting: Setting, { app, look, width }: Drawing & Area): readonly (string | Line)[] => {
  const details = app.details('settings');
  const cursor = details.focused ? details.cursor() : -1;
  const widest = Math.max(0, ...setting.choices.map(({ value }) => value.length));
  const roomFor = (name: string): number => Math.max(0, width - name.length - 4);
  const choices = setting.choices.map((choice, at): Line => {
    const { value, about } = choice;
    if (at === cursor) tryOut(app, setting, choice);
    const chosen = value === setting.value;
    const mark = chosen ? look.paint('ok', look.glyphs.running) : look.paint('muted', look.glyphs.stopped);
    const name = fit(clean(value), Math.min(widest, width - 4));
    const rest = truncate(clean(about), roomFor(name));
    return {
      text: `${mark} ${chosen ? look.paint('heading', name) : name}  ${look.paint('muted', rest)}`,
      open: () => void choose(app, setting, value),
      copy: value,
    };
  });
  const say = (text: string): readonly string[] => wrapWords(text, width).map((line) => look.paint('muted', line));
  const file = app.desk?.settings.file ?? '';
  const looked = setting.choices[cursor] ?? setting.choices.find(({ value }) => value === setting.value);
  return [
    ...choices,
    // What its line has no room for is said below.
    ...(looked !== undefined && looked.about.length > roomFor(' '.repeat(widest))
      ? ['', ...say(`${looked.value}: ${looked.about}`)]
      : []),
    ...(choices.length > 0 ? [''] : []),
    ...wrapWords(setting.about, width),
    '',
    ...say(
      `${setting.value} comes from ${setting.origin === 'usual' ? 'nowhere: it is what is usual' : setting.origin}`,
    ),
    ...(setting.overruled === undefined
      ? []
      : wrapWords(`${look.glyphs.warning} ${setting.overruled}`, width).map((line) => look.paint('warn', line))),
    ...(choices.length > 0 ? say(`Enter on one keeps it in ${file}`) : []),
  ];
};

const choicesTab: Tab<Setting> = { id: 'choices', title: 'choices', lines: choiceLines };

export const settingsScreen = listScreen<Setting>({
  name: 'settings',
  list: (app) => ({
    source: () => app.desk?.settings.list.getState() ?? none,
    idOf: ({ key }) => key,
    lasting: true,
    columns: [
      {
        id: 'setting',
        title: 'setting',
        width: 15,
        flex: { share: 1, most: 20 },
        priority: 0,
        cell: ({ title }) => ({ text: title }),
        sortKey: ({ title }) => title,
      },
      {
        id: 'value',
        title: 'in effect',
        width: 14,
        flex: { share: 1, most: 24 },
        priority: 0,
        cell: ({ value }) => ({ text: clean(value), token: 'accent' }),
        sortKey: ({ value }) => value,
      },
      {
        id: 'origin',
        title: 'from',
        width: 16,
        flex: { share: 1, most: 24 },
        priority: 1,
        cell: ({ origin, overruled }) => ({ text: origin, token: overruled === undefined ? 'muted' : 'warn' }),
        sortKey: ({ origin }) => origin,
      },
    ],
    filterFields: ({ key, title, value, origin, about }) => ({
      text: `${title} ${value} ${origin} ${about}`.toLowerCase(),
      fields: { id: [key], name: [title] },
    }),
    isFault: ({ overruled }) => overruled !== undefined,
  }),
  empty: () => 'reading the configuration',
  heading: ({ title }, { look, width }) => look.paint('heading', truncate(title, width)),
  tabs: [choicesTab],
});
