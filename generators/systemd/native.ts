import type { LiveText, Stack } from '../../src/models/stack.ts';
import { commandLine, entry, literal, unitText, word, type Section } from '../shared/ini.ts';
import { environmentOf, type SecretVariable } from './environment.ts';
import { hardeningEntries } from './hardening.ts';
import { mountsOf, type Mount } from './mounts.ts';
import { limitEntries, resourceEntries, restartEntries, secondsText, startLimitEntries } from './resources.ts';
import { dependenciesOf, environmentFileOf, placesOf, type Unit } from '../shared/systemdUnits.ts';

type Entries = Section['entries'];

/** Returns the user that install.sh makes for a unit; `undefined` where systemd makes one for as long as it runs. */
export const userOf = (stack: Stack, unit: Unit): string | undefined =>
  mountsOf(stack, unit).some(({ kind, readOnly }) => (kind === 'volume' || kind === 'host') && !readOnly)
    ? unit.name
    : undefined;

/** Returns where the start script of a unit lies, which gives it its credentials; `undefined` where it has none. */
const startScriptOf = (stack: Stack, unit: Unit, units: readonly Unit[]): string | undefined =>
  environmentOf(stack, unit, units).secret.length === 0 ? undefined : `${placesOf(stack).programs}/${unit.name}-start`;

const shellQuoted = (text: string): string => `"${text.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;

/** A text put together in the shell: credentials are read from their files, other settings are in the environment already. */
const shellText = (parts: LiveText, sensitive: (name: string) => boolean): string =>
  parts
    .map((part) =>
      typeof part === 'string'
        ? shellQuoted(part)
        : sensitive(part.setting)
          ? `"$(cat "$CREDENTIALS_DIRECTORY/${part.setting}")"`
          : `"\${${part.setting}-}"`,
    )
    .join('');

const exportOf = ({ name, parts }: SecretVariable, sensitive: (name: string) => boolean): string => {
  const credentials = parts.flatMap((part) =>
    typeof part === 'object' && sensitive(part.setting) ? [part.setting] : [],
  );
  const given = credentials.map((credential) => `[ -s "$CREDENTIALS_DIRECTORY/${credential}" ]`).join(' && ');
  return [`if ${given}; then`, `  ${name}=${shellText(parts, sensitive)}`, `  export ${name}`, 'fi'].join('\n');
};

/**
 * Returns the script that a unit with sensitive settings starts by: it reads the credentials that systemd put into memory for this unit,
 * exports them and becomes the program. So they are in no unit, no file of the environment and no argument. `undefined`: none is needed.
 */
export const startScript = (stack: Stack, unit: Unit, units: readonly Unit[]): string | undefined => {
  const { secret } = environmentOf(stack, unit, units);
  if (secret.length === 0) return undefined;
  const sensitive = (name: string): boolean => stack.extension.settings[name]?.sensitive === true;
  return (
    [
      '#!/bin/sh',
      `# Gives ${unit.unit} its sensitive settings from its credentials (systemd.exec(5), LoadCredential=) and becomes the program.`,
      'set -eu',
      ...secret.map((variable) => exportOf(variable, sensitive)),
      'exec "$@"',
    ].join('\n') + '\n'
  );
};

const memoryEntry = ({ target, options, readOnly }: Mount): Entries => {
  if (target === '/tmp' || target === '/var/tmp') return [];
  const below = /^\/(?:var\/(?<kind>log|cache|lib)|(?<run>run))\/(?<name>[^/].*)$/.exec(target)?.groups;
  const keys: Readonly<Record<string, string>> = {
    log: 'LogsDirectory',
    cache: 'CacheDirectory',
    lib: 'StateDirectory',
    run: 'RuntimeDirectory',
  };
  const key = keys[below?.['kind'] ?? (below?.['run'] === undefined ? '' : 'run')];
  // A folder of systemd's own belongs to the unit's user without a chown.
  if (key !== undefined && below?.['name'] !== undefined) return [[key, word(below['name'])]];
  return [['TemporaryFileSystem', `${word(target)}:${[readOnly ? 'ro' : 'rw', 'mode=1777', ...options].join(',')}`]];
};

/** Our Dockerfiles put a program there. */
const imageFolder = '/app';

/** What lies in the folder of the program in its image lies in its folder on the machine. */
const targetOf = ({ definition, extension }: Unit, target: string): string => {
  const inside = definition.working_dir ?? (extension.dockerfile === undefined ? undefined : imageFolder);
  const { directory } = extension.systemd;
  return inside !== undefined && directory !== undefined && target.startsWith(`${inside}/`)
    ? `${directory}${target.slice(inside.length)}`
    : target;
};

const mountEntries = (stack: Stack, unit: Unit): Entries =>
  mountsOf(stack, unit).flatMap((mount): Entries => {
    const { kind, source, readOnly } = mount;
    const target = targetOf(unit, mount.target);
    const bind = readOnly ? 'BindReadOnlyPaths' : 'BindPaths';
    if (kind === 'memory') return memoryEntry(mount);
    if (kind !== 'volume') return [[bind, `${word(source)}:${word(target)}`]];
    const name = source === '' ? target.replaceAll('/', '-').replace(/^-/, '') : source;
    return [
      ['StateDirectory', `${stack.name}/${name}`],
      [bind, `${placesOf(stack).state}/${name}:${word(target)}`],
    ];
  });

/** A path of a secret in a container is that of a credential here: `%d` is where systemd puts them. */
const environmentWord = (unit: Unit, name: string, value: string): string => {
  let text = word(`${name}=${value}`);
  for (const { source, target } of unit.definition.secrets ?? []) {
    const path = target?.startsWith('/') === true ? target : `/run/secrets/${target ?? source}`;
    text = text.replaceAll(path, `%d/${source}`);
  }
  return text;
};

const credentialEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => {
  const sensitive = environmentOf(stack, unit, units)
    .secret.flatMap(({ parts }) => parts)
    .flatMap((part) =>
      typeof part === 'object' && stack.extension.settings[part.setting]?.sensitive ? [part.setting] : [],
    );
  const files = (unit.definition.secrets ?? []).map(({ source }) => source);
  return [...new Set([...sensitive, ...files])].map(
    (name) => ['LoadCredential', `${name}:${placesOf(stack).credentials}/${name}`] as const,
  );
};

const typeOf = ({ oneshot, extension }: Unit): string => {
  if (oneshot) return 'oneshot';
  // `exec` tells a program that cannot be started, which `simple` does not.
  return extension.systemd.notify ? 'notify' : 'exec';
};

const hooks = (
  key: 'ExecStartPost' | 'ExecStop',
  list: readonly { readonly command: readonly string[] }[] = [],
): Entries => list.map(({ command }) => [key, commandLine(command)] as const);

const serviceEntries = (stack: Stack, unit: Unit, units: readonly Unit[], systemd: number): Entries => {
  const { definition, extension } = unit;
  const { fixed, open } = environmentOf(stack, unit, units);
  const user = userOf(stack, unit);
  const start = startScriptOf(stack, unit, units);
  const command = [...(start === undefined ? [] : [start]), ...(extension.systemd.command ?? [])];
  return [
    ['Type', typeOf(unit)],
    ...entry('RemainAfterExit', unit.oneshot && unit.schedule === undefined ? 'yes' : undefined),
    ['ExecStart', commandLine(command)],
    ...hooks('ExecStartPost', definition.post_start),
    ...hooks('ExecStop', definition.pre_stop),
    ...entry('WorkingDirectory', extension.systemd.directory ?? definition.working_dir),
    ...fixed.map(([name, value]) => ['Environment', environmentWord(unit, name, value)] as const),
    ...entry('EnvironmentFile', open.length === 0 ? undefined : environmentFileOf(stack, unit)),
    ...credentialEntries(stack, unit, units),
    ...(user === undefined ? ([['DynamicUser', 'yes']] as const) : []),
    ['User', user ?? unit.name],
    ...(user === undefined ? [] : ([['Group', user]] as const)),
    ...entry('SupplementaryGroups', definition.group_add?.map((group) => word(group)).join(' ')),
    ...restartEntries(unit, systemd),
    ...entry('WatchdogSec', secondsText(extension.systemd.watchdog)),
    ...entry('KillSignal', definition.stop_signal),
    ...entry('TimeoutStopSec', secondsText(definition.stop_grace_period)),
    ['StateDirectory', unit.name],
    ['StateDirectoryMode', '0700'],
    ['CacheDirectory', unit.name],
    ...mountEntries(stack, unit),
    ...limitEntries(definition),
    ...resourceEntries(definition),
    ...hardeningEntries(unit, systemd),
  ];
};

/** Returns the `[Unit]` of a service, the same for programs and for containers. */
export const unitEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => {
  const { wants, requires, after, partOf } = dependenciesOf(unit, units);
  return [
    ['Description', literal(unit.extension.description ?? `${unit.service} of ${stack.extension.title ?? stack.name}`)],
    ...entry('Documentation', stack.extension.home === undefined ? undefined : literal(stack.extension.home)),
    ['Wants', wants.join(' ')],
    ...entry('Requires', requires.length === 0 ? undefined : requires.join(' ')),
    ['After', after.join(' ')],
    ...entry('PartOf', partOf.length === 0 ? undefined : partOf.join(' ')),
    ...startLimitEntries(unit),
  ];
};

/** Returns the unit of a service whose program runs on the machine itself: systemd.service(5), systemd.exec(5). */
export const nativeUnit = (stack: Stack, unit: Unit, units: readonly Unit[], systemd: number): string =>
  unitText(
    [`${unit.unit} of the stack ${stack.name}, for systemd ${systemd} and newer. Rendered by Proxdeck.`],
    [
      { name: 'Unit', entries: unitEntries(stack, unit, units) },
      { name: 'Service', entries: serviceEntries(stack, unit, units, systemd) },
      // What a timer starts is not started by the boot as well.
      { name: 'Install', entries: unit.schedule === undefined ? [['WantedBy', 'multi-user.target']] : [] },
    ],
  );
