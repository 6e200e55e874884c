import type { ComposeProject } from '../models/compose.ts';
import { settingSchema, type LiveText, type Setting, type Stack } from '../models/stack.ts';
import { interpolate } from './compose/interpolate.ts';
import type { LoadedCompose } from './compose/load.ts';
import type { TextPart } from './compose/tree.ts';
import type { ComposePath, Note, Places } from './places.ts';

/** The environment with its settings left open: what `${NAME:-default}` was before anybody replaced it. */

/** By service and variable: the pieces of its text. Texts without variables are not in it. */
export type EnvironmentParts = Readonly<Record<string, Readonly<Record<string, readonly TextPart[]>>>>;

type Settings = Readonly<Record<string, Setting>>;
type Variable = Exclude<TextPart, string>;

/** What stands open in a text, with what it is where nobody sets it. */
interface Reference {
  readonly name: string;
  readonly fallback: string;
  readonly required: boolean;
  readonly path: ComposePath;
}

/** `${NAME:+text}` says something of a variable, not the variable itself. */
const staysOpen = ({ operator }: Variable): boolean => !operator.endsWith('+');

const secretName = /pass(word|wd|phrase)?|secret|token|credential|(api|private|access|encryption|signing)_?key/i;

/** Whether a variable keeps a secret, by its name. One that names a file does not. */
export const soundsSecret = (name: string): boolean =>
  secretName.test(name) && !/_(file|path|name|user|id)$/i.test(name);

/** What a variable is where nobody sets it, whatever is set here. */
const fallbackOf = ({ operator, written }: Variable): string =>
  operator.endsWith('?') ? '' : interpolate(written, () => undefined).text;

const referencesIn = (project: ComposeProject, environment: EnvironmentParts): readonly Reference[] =>
  Object.keys(project.services).flatMap((service) =>
    Object.entries(environment[service] ?? {}).flatMap(([variable, parts]) =>
      parts.flatMap((part) =>
        typeof part === 'string' || !staysOpen(part)
          ? []
          : [
              {
                name: part.variable,
                fallback: fallbackOf(part),
                required: part.operator.endsWith('?'),
                path: ['services', service, 'environment', variable],
              },
            ],
      ),
    ),
  );

/** What is known of a variable that no setting describes. */
const undescribed = ({ name, fallback, required }: Reference): Setting => {
  const sensitive = soundsSecret(name);
  return settingSchema.parse({
    description: `The variable ${name} of the Compose file.`,
    group: 'Variables',
    sensitive,
    required: required || (sensitive && fallback !== ''),
    ...(fallback !== '' && !sensitive && { default: fallback }),
  });
};

const defaulted = (name: string, setting: Setting, { fallback, path }: Reference, places: Places): Setting => {
  if (fallback === '' || fallback === setting.default) return setting;
  if (setting.sensitive)
    throw places.error(
      path,
      `${name} is sensitive and has a default here: everybody would know it.`,
      `Write \${${name}:-}, and give the value with \`proxdeck secret set\`.`,
    );
  if (setting.default === undefined) return { ...setting, default: fallback };
  throw places.error(
    path,
    `${name} is ${fallback} here where nobody sets it, and ${setting.default} by x-proxdeck.settings.`,
    'Write the same default in both places, or only in one of them.',
  );
};

/**
 * Returns the settings with what the environment says of them: a default that only stands there is theirs, and a variable that no setting
 * describes becomes one, which is noted. Throws `config` where two defaults contradict each other.
 */
export const settingsWith = (
  project: ComposeProject,
  environment: EnvironmentParts,
  described: Settings,
  places: Places,
): { readonly settings: Settings; readonly notes: readonly Note[] } => {
  const settings: Record<string, Setting> = { ...described };
  const notes: Note[] = [];
  for (const reference of referencesIn(project, environment)) {
    const { name, path } = reference;
    const known = settings[name];
    if (known !== undefined) {
      settings[name] = Object.hasOwn(described, name) ? defaulted(name, known, reference, places) : known;
      continue;
    }
    const found = undescribed(reference);
    settings[name] = found;
    const told = found.sensitive && reference.fallback !== '' ? ' Its default is left out, since it is a secret.' : '';
    notes.push({
      at: places.at(path),
      path,
      message: `${name} is no setting of x-proxdeck; it is taken as one without rules.${told}`,
    });
  }
  return { settings, notes };
};

const liveOf = (parts: readonly TextPart[], settings: Settings): LiveText =>
  parts.map((part) => {
    if (typeof part === 'string') return part;
    return staysOpen(part) && Object.hasOwn(settings, part.variable) ? { setting: part.variable } : fallbackOf(part);
  });

/**
 * Returns the pieces of the environments, with secrets that only an `env_file` gives as variables of their own: that file stays where it
 * is, and what is rendered must not hold them.
 */
export const withoutSecretsOfFiles = (
  { project, variables, isWritten }: Pick<LoadedCompose, 'project' | 'variables' | 'isWritten'>,
  described: Settings,
): EnvironmentParts =>
  Object.fromEntries(
    Object.entries(project.services).map(([service, { environment = {} }]) => {
      const kept = Object.keys(environment).filter(
        (name) =>
          !isWritten(['services', service, 'environment', name]) && (described[name]?.sensitive ?? soundsSecret(name)),
      );
      const open = kept.map((variable) => [
        variable,
        [{ variable, operator: '', written: `\${${variable}}`, value: '' }],
      ]);
      return [service, { ...variables.environment[service], ...Object.fromEntries(open) }];
    }),
  );

/** Returns a text with every setting at its default. */
const atDefaults = (live: LiveText, settings: Settings): string =>
  live.map((part) => (typeof part === 'string' ? part : (settings[part.setting]?.default ?? ''))).join('');

/** Returns the environments, settings left open. A variable without a value (`- NAME`) is the setting of that name, or left out. */
export const liveEnvironment = (
  project: ComposeProject,
  environment: EnvironmentParts,
  settings: Settings,
): Stack['environment'] =>
  Object.fromEntries(
    Object.entries(project.services).map(([service, { environment: values = {} }]) => [
      service,
      Object.fromEntries(
        Object.entries(values).flatMap(([name, value]): [string, LiveText][] => {
          const parts = environment[service]?.[name];
          if (parts !== undefined) return [[name, liveOf(parts, settings)]];
          if (value !== null) return [[name, [value]]];
          return Object.hasOwn(settings, name) ? [[name, [{ setting: name }]]] : [];
        }),
      ),
    ]),
  );

/** Returns the project with every setting of an environment at its default, whatever was set where it was loaded. */
export const withDefaults = (
  project: ComposeProject,
  environment: Stack['environment'],
  settings: Settings,
): ComposeProject => ({
  ...project,
  services: Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const live = environment[name];
      if (service.environment === undefined || live === undefined) return [name, service];
      const values = Object.entries(service.environment).map(([variable, value]) => {
        const text = live[variable];
        return [variable, text === undefined ? value : atDefaults(text, settings)] as const;
      });
      return [name, { ...service, environment: Object.fromEntries(values) }];
    }),
  ),
});

/** Notes for variables that are taken from where Compose runs: a rendered stack runs elsewhere. */
export const borrowed = (project: ComposeProject, settings: Settings, places: Places): readonly Note[] =>
  Object.entries(project.services).flatMap(([service, { environment = {} }]) =>
    Object.entries(environment).flatMap(([name, value]) => {
      if (value !== null || Object.hasOwn(settings, name)) return [];
      const path = ['services', service, 'environment', name];
      return [
        {
          at: places.at(path),
          path,
          message: `${name} is taken from where Compose runs; it is left out. Describe it under x-proxdeck.settings to set it.`,
        },
      ];
    }),
  );
