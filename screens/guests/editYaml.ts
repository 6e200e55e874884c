import type { Look } from '../../components/look.ts';
import { clean, wrapWords } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { asProxdeckError } from '../../src/models/error.ts';
import type { GuestConfig } from '../../src/operations/guest-config.ts';
import { waitsForStart } from '../../src/operations/guest-pending.ts';
import { changesInYaml, isSettable, type LineProblem } from '../../src/operations/guest-yaml.ts';
import type { Changes } from '../../src/operations/guest-set-changes.ts';
import type { Call } from '../../src/operations/operation.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import type { Plan } from '../../src/ui/session.ts';
import type { Ended } from '../../src/ui/work.ts';
import { settingsOf, type Settings } from '../forms/settings.ts';
import { tellChanged } from '../forms/tellChanged.ts';
import { openText } from '../textView.ts';
import { nameOf } from './columns.ts';
import { yamlLines } from './yaml.ts';

/** The whole configuration of a guest in a person's own editor, then what they changed in it, then Apply. */

/** A question of the cluster is given up after this long, in milliseconds. */
const askMs = 30_000;

interface Scene {
  readonly app: AppModel;
  readonly guest: Guest;
  readonly settings: Settings;
  readonly digest: string | undefined;
}

const titleOf = (guest: Guest): string => `${String(guest.vmid)} ${nameOf(guest)}`;

/** Digits stand bare, as everybody writes them: they are read as they are written. */
const linesOf = (key: string, text: string): readonly string[] =>
  yamlLines(key, String(Number(text)) === text ? Number(text) : text);

/** The text to edit: what can be set, and as comments what Proxmox VE keeps for itself. */
const textOf = (guest: Guest, settings: Settings): string => {
  const keys = Object.keys(settings).toSorted();
  const isOwn = (key: string): boolean => isSettable(guest.type, key);
  const own = keys.filter(isOwn).flatMap((key) => linesOf(key, settings[key] ?? ''));
  const others = keys.filter((key) => !isOwn(key)).flatMap((key) => linesOf(key, settings[key] ?? ''));
  return [
    `# ${titleOf(guest)}: its configuration, in the keys of Proxmox VE.`,
    '# Taking a line away unsets the key. What is changed is shown before anything is sent.',
    ...own,
    ...(others.length === 0 ? [] : ['# Kept by Proxmox VE:', ...others.map((line) => `#   ${line}`)]),
    '',
  ].join('\n');
};

const readScene = async (app: AppModel, guest: Guest): Promise<Scene> => {
  const { session } = app;
  const config: GuestConfig =
    session === undefined ? {} : await session.ask('guest.config', { guest: guest.id }, AbortSignal.timeout(askMs));
  const { digest } = config;
  return { app, guest, settings: settingsOf(config), digest: typeof digest === 'string' ? digest : undefined };
};

/** Opens the editor with the configuration of a guest, or with a text of it that was edited before. */
export const editYaml = async (app: AppModel, guest: Guest, edited?: string): Promise<void> => {
  try {
    const { desk } = app;
    if (desk === undefined) return app.notify({ token: 'warn', text: 'the editor is not there yet: try again' });
    const scene = await readScene(app, guest);
    const before = edited ?? textOf(guest, scene.settings);
    const text = await desk.edit(before, `${String(guest.vmid)}.yaml`);
    const { changes, problems } = changesInYaml(guest.type, scene.settings, text);
    if (problems.length > 0) showProblems(scene, text, problems);
    else if (changes.size === 0) app.notify({ token: 'muted', text: 'nothing was changed' });
    else showChanges(scene, text, changes);
  } catch (thrown) {
    app.trouble(thrown);
  }
};

const again =
  ({ app, guest }: Scene, text: string) =>
  (): void => {
    app.closeOverlay();
    void editYaml(app, guest, text);
  };

/** What is wrong with the text, each with its line. */
const showProblems = (scene: Scene, text: string, problems: readonly LineProblem[]): void => {
  const { app, guest } = scene;
  const source = text.split('\n');
  openText(app, {
    title: `${titleOf(guest)}  ${counted(problems.length, 'mistake')} in the text: nothing is sent`,
    lines: ({ look, width }) => [
      '',
      ...problems.flatMap(({ line, message }) => [
        ...wrapWords(`line ${String(line)}: ${clean(message)}`, width).map((part) => look.paint('error', part)),
        look.paint('muted', `    ${clean(source[line - 1] ?? '')}`),
        '',
      ]),
      'e edits it again, with everything that you have written; Esc drops it.',
    ],
    keys: {
      scope: 'diff',
      handlers: {
        edit: again(scene, text),
        accept: () => app.notify({ token: 'warn', text: 'it has mistakes: e edits it again' }),
      },
    },
  });
};

const diffLines = ({ guest, settings }: Scene, changes: Changes, look: Look): readonly string[] =>
  [...changes].flatMap(([key, value]) => {
    const before = settings[key];
    const waits = guest.status !== 'stopped' && waitsForStart(guest.type, settings, key, value);
    return [
      ...(before === undefined ? [] : linesOf(key, before).map((line) => look.paint('error', `- ${clean(line)}`))),
      ...(value === null ? [] : linesOf(key, value).map((line) => look.paint('ok', `+ ${clean(line)}`))),
      ...(waits ? [look.paint('warn', `  ${look.glyphs.warning} waits for the next start`)] : []),
    ];
  });

const callOf = ({ guest, digest }: Scene, changes: Changes): Call => ({
  name: 'guest.set',
  input: {
    guest: selectorOf(guest),
    set: [...changes].flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`])),
    delete: [...changes].flatMap(([key, value]) => (value === null ? [key] : [])),
    ...(digest !== undefined && { digest }),
  },
});

const planLines = (plan: Plan | string | undefined, { look, width }: Drawing & Area): readonly string[] => {
  if (plan === undefined) return [look.paint('muted', 'looking at what stands before it')];
  if (typeof plan === 'string') return wrapWords(clean(plan), width).map((line) => look.paint('error', line));
  const hazards = plan.hazards.flatMap((hazard) => wrapWords(`${look.glyphs.warning} ${clean(hazard)}`, width));
  const command = wrapWords(clean(plan.command), width - 10).map(
    (line, at) => `${at === 0 ? 'same as   ' : ' '.repeat(10)}${line}`,
  );
  return [
    ...hazards.map((line) => look.paint('warn', line)),
    ...(hazards.length > 0 ? [''] : []),
    ...command.map((line) => look.paint('muted', line)),
  ];
};

/** What would be changed, as a diff, with what stands before it. */
const showChanges = (scene: Scene, text: string, changes: Changes): void => {
  const { app, guest } = scene;
  const call = callOf(scene, changes);
  let plan: Plan | string | undefined;
  const stop = new AbortController();
  app.plan(call, stop.signal).then(
    (known) => {
      plan = known;
      app.changed();
    },
    (thrown: unknown) => {
      const { message, hint } = asProxdeckError(thrown);
      plan = hint === undefined ? message : `${message} ${hint}`;
      app.changed();
    },
  );
  const apply = async (): Promise<void> => {
    if (plan === undefined || typeof plan === 'string')
      return app.notify({ token: 'warn', text: plan ?? 'not yet: what stands before it is being looked at' });
    const { hazards: seen } = plan;
    app.closeOverlay();
    const ended: Ended = await app.run(call, { seen });
    await tellChanged(app, guest, ended, async () => {
      const now = await readScene(app, guest);
      showChanges(now, text, onTop(now.settings, changes));
    });
  };
  openText(app, {
    title: `${titleOf(guest)}  ${counted(changes.size, 'change')}`,
    lines: (place) => ['', ...diffLines(scene, changes, place.look), '', ...planLines(plan, place)],
    keys: { scope: 'diff', handlers: { accept: () => void apply(), edit: again(scene, text) } },
  });
};

/** What is still to be changed of what somebody else has changed meanwhile. */
const onTop = (settings: Settings, changes: Changes): Changes =>
  new Map([...changes].filter(([key, value]) => (settings[key] ?? null) !== value));
