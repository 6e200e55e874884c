import type { LiveText, Setting, Stack } from '../../src/models/stack.ts';
import { commentLines, environmentLine } from '../shared/ini.ts';
import { onTheMachine, placesOf, type Unit } from '../shared/systemdUnits.ts';

/** The environment of a unit in three parts: what is fixed, what a person sets, and what stays a credential. */

interface OpenVariable {
  readonly name: string;
  /** The default; `undefined` is left unset. */
  readonly value: string | undefined;
  /** The setting that it is, where it is nothing else. */
  readonly setting: Setting | undefined;
}

export interface SecretVariable {
  readonly name: string;
  readonly parts: LiveText;
  /** The one setting that it is; `undefined` where it is put together. */
  readonly only: string | undefined;
  readonly required: boolean;
}

interface UnitEnvironment {
  /** Written into the unit. */
  readonly fixed: readonly (readonly [name: string, value: string])[];
  /** Written into the file beside it. */
  readonly open: readonly OpenVariable[];
  /** Written nowhere. */
  readonly secret: readonly SecretVariable[];
}

const settingsIn = (parts: LiveText): readonly string[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [] : [part.setting]));

/** The one setting that a text is; `undefined` for anything else. */
const onlySetting = (parts: LiveText): string | undefined => {
  const [first, ...more] = parts.filter((part) => part !== '');
  return more.length === 0 && typeof first === 'object' ? first.setting : undefined;
};

/** Returns the environment of a service as its unit has it. */
export const environmentOf = (stack: Stack, unit: Unit, units: readonly Unit[]): UnitEnvironment => {
  const { settings } = stack.extension;
  const local = (text: string): string => (unit.way === 'native' ? onTheMachine(text, unit, units) : text);
  const fixed: (readonly [string, string])[] = [];
  const open = new Map<string, OpenVariable>();
  const secret: SecretVariable[] = [];
  for (const [name, parts] of Object.entries(stack.environment[unit.service] ?? {})) {
    const named = settingsIn(parts);
    const written = unit.definition.environment?.[name];
    if (named.some((setting) => settings[setting]?.sensitive === true)) {
      secret.push({
        name,
        parts: parts.map((part) => (typeof part === 'string' ? local(part) : part)),
        only: onlySetting(parts),
        required: named.some((setting) => settings[setting]?.required === true),
      });
      // What such a text is put together of has to be known when it is.
      for (const setting of named)
        if (settings[setting]?.sensitive === false && !open.has(setting))
          open.set(setting, {
            name: setting,
            value: local(settings[setting].default ?? ''),
            setting: settings[setting],
          });
    } else if (named.length > 0) {
      const only = onlySetting(parts);
      const setting = only === undefined ? undefined : settings[only];
      const value = written ?? setting?.default;
      open.set(name, { name, value: value === undefined || value === '' ? setting?.default : local(value), setting });
    } else if (written === null) {
      open.set(name, { name, value: undefined, setting: undefined });
    } else {
      fixed.push([name, local(parts.join(''))]);
    }
  }
  return { fixed, open: [...open.values()], secret };
};

/** A rule of a setting in words, for the comment above its line. */
const rules = (setting: Setting): string =>
  [
    setting.required ? 'Required.' : 'Optional.',
    setting.type === 'text' ? '' : `Type: ${setting.type}.`,
    setting.values === undefined ? '' : `One of ${setting.values.join(', ')}.`,
    setting.example === undefined ? '' : `Example: ${setting.example}`,
  ]
    .filter((part) => part !== '')
    .join(' ');

const openLines = ({ name, value, setting }: OpenVariable, line: (name: string, value: string) => string) => {
  const comment = setting === undefined ? [] : [...commentLines(setting.description), `# ${rules(setting)}`];
  const unset = value === undefined && setting?.required !== true;
  return [...comment, unset ? `#${name}=` : line(name, value ?? '')].join('\n');
};

const podmanLine = (name: string, value: string): string => `${name}=${value}`;

/**
 * Returns the example of a unit's file of the environment; `undefined` where nothing is to be set. A native unit reads systemd's dialect, a
 * container Podman's, which takes every character behind `=` as it is.
 */
export const environmentExample = (stack: Stack, unit: Unit, units: readonly Unit[]): string | undefined => {
  const { open, secret } = environmentOf(stack, unit, units);
  if (open.length === 0) return undefined;
  const line = unit.way === 'native' ? environmentLine : podmanLine;
  const dialect =
    unit.way === 'native'
      ? 'Read by systemd, not by a shell: NAME=VALUE, no blanks around `=`, no `export`, no comment behind a value.'
      : 'Read by Podman, not by a shell: NAME=VALUE, no quotes, no `export`, no comment behind a value.';
  const groups = new Map<string, OpenVariable[]>();
  for (const variable of open) {
    const group = variable.setting?.group ?? 'General';
    groups.set(group, [...(groups.get(group) ?? []), variable]);
  }
  const kept = secret.flatMap(({ parts }) =>
    settingsIn(parts).filter((name) => stack.extension.settings[name]?.sensitive),
  );
  return (
    [
      [
        `# Settings of ${unit.unit}. install.sh copies this to ${placesOf(stack).settings}/${unit.name}.env with mode 0600, once.`,
        `# ${dialect}`,
      ].join('\n'),
      ...[...groups].map(([group, variables]) =>
        [`# --- ${group} ---`, ...variables.map((variable) => openLines(variable, line))].join('\n\n'),
      ),
      ...(kept.length === 0
        ? []
        : [
            [
              '# --- Not here ---',
              `# Sensitive settings are credentials, one file each in ${placesOf(stack).credentials}, mode 0600:`,
              ...[...new Set(kept)].map((name) => `#   ${name}: ${stack.extension.settings[name]?.description ?? ''}`),
            ].join('\n'),
          ]),
    ].join('\n\n') + '\n'
  );
};

interface Credential {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** Returns every credential that the units of a stack need, each once: sensitive settings and the secrets of the Compose file. */
export const credentialsOf = (stack: Stack, units: readonly Unit[]): readonly Credential[] => {
  const made = units.filter(({ way }) => way !== 'provided');
  const settings = made
    .flatMap((unit) => environmentOf(stack, unit, units).secret)
    .flatMap(({ parts }) => settingsIn(parts))
    .flatMap((name) => {
      const setting = stack.extension.settings[name];
      return setting?.sensitive === true
        ? [{ name, description: setting.description, required: setting.required }]
        : [];
    });
  const files = made
    .flatMap(({ definition }) => definition.secrets ?? [])
    .map(({ source }) => ({
      name: source,
      description: stack.extension.secrets[source]?.description ?? 'A secret of the Compose file.',
      required: true,
    }));
  return [...new Map([...settings, ...files].map((credential) => [credential.name, credential])).values()].toSorted(
    (a, b) => (a.name < b.name ? -1 : 1),
  );
};
