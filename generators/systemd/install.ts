import { shellArray, shellCall, shellScript } from '../shared/shell.ts';
import type { Stack } from '../../src/models/stack.ts';
import { credentialsOf, environmentOf } from './environment.ts';
import { credentials, library, podmanSecrets } from './installLibrary.ts';
import { userOf } from './native.ts';
import { podmanSecret, secretLine } from './quadlet.ts';
import { placesOf, type Unit } from '../shared/systemdUnits.ts';

/** The script that puts the rendered files where they belong, and takes them away again. */

export interface Installed {
  /** Files of native units and timers, by name. */
  readonly units: readonly string[];
  readonly quadlets: readonly string[];
  /** Start scripts. */
  readonly programs: readonly string[];
  /** Examples of files of the environment, without `.example`. */
  readonly environments: readonly string[];
  /** Files of the stack, by their path. */
  readonly files: readonly string[];
}

const partsOf = (
  parts: Stack['environment'][string][string],
  sensitive: (name: string) => boolean,
): readonly string[] =>
  parts.map((part) =>
    typeof part === 'string' ? `=${part}` : sensitive(part.setting) ? `@${part.setting}` : `:${part.setting}`,
  );

/** The calls that give Podman its secrets, and name the optional ones. */
const secretCalls = (stack: Stack, units: readonly Unit[]): readonly string[] => {
  const sensitive = (name: string): boolean => stack.extension.settings[name]?.sensitive === true;
  const calls = new Map<string, string>();
  const names: string[] = [];
  for (const unit of units.filter(({ way }) => way === 'quadlet')) {
    const settings = `${unit.name}.env`;
    for (const variable of environmentOf(stack, unit, units).secret) {
      const name = podmanSecret(stack, unit, variable);
      calls.set(
        name,
        `give_secret ${name} "$settings/${settings}" ${shellCall(...partsOf(variable.parts, sensitive))}`,
      );
      if (!variable.required)
        names.push(shellCall('name_secret', `${unit.name}.container`, name, secretLine(stack, unit, variable)));
    }
    for (const { source } of unit.definition.secrets ?? []) {
      const name = `${stack.name}-${source}`;
      calls.set(name, `give_secret ${name} "$settings/${settings}" ${shellCall(`@${source}`)}`);
    }
  }
  return [...calls.values(), ...names];
};

const block = (name: string, lines: readonly string[]): string =>
  [`${name}() {`, ...(lines.length === 0 ? ['  :'] : lines.map((line) => `  ${line}`)), '}'].join('\n');

/** `"$here/…"` with a path that needs no quoting inside double quotes. */
const at = (folder: string, path: string): string => `"$${folder}/${path.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;

const installLines = (stack: Stack, units: readonly Unit[], installed: Installed): readonly string[] => {
  const users = units.filter(({ way }) => way === 'native').flatMap((unit) => userOf(stack, unit) ?? []);
  return [
    'changed=no',
    'make_folder "$settings" 0755',
    ...users.map((user) => shellCall('make_user', user)),
    ...installed.files.map((file) => `place_file ${at('here', file)} ${at('settings', file)} 0644`),
    ...installed.programs.map((file) => `place_file ${at('here', `programs/${file}`)} ${at('programs', file)} 0755`),
    ...installed.units.map((file) => `place_file ${at('here', `units/${file}`)} ${at('unit_folder', file)} 0644`),
    ...installed.quadlets.map(
      (file) => `place_file ${at('here', `quadlets/${file}`)} ${at('quadlet_folder', file)} 0644`,
    ),
    ...installed.environments.map((file) => `keep_settings ${at('here', `${file}.example`)} ${at('settings', file)}`),
    'make_credentials',
    ...secretCalls(stack, units),
    'if live; then manager daemon-reload; fi',
  ];
};

const removeLines = (stack: Stack, units: readonly Unit[], installed: Installed): readonly string[] => [
  ...installed.units.map((file) => `if live; then manager disable --now ${shellCall(file)} || true; fi`),
  ...units
    .filter(({ way }) => way === 'quadlet')
    .map(({ unit }) => `if live; then manager stop ${shellCall(unit)} || true; fi`),
  ...installed.units.map((file) => `run rm -f -- ${at('unit_folder', file)}`),
  ...installed.quadlets.flatMap((file) => [
    `run rm -f -- ${at('quadlet_folder', file)}`,
    ...(file.endsWith('.container') ? [`run rm -rf -- ${at('quadlet_folder', `${file}.d`)}`] : []),
  ]),
  ...installed.programs.map((file) => `run rm -f -- ${at('programs', file)}`),
  'if live; then manager daemon-reload; fi',
  'if [ "$purge" = yes ]; then',
  '  run rm -rf -- "$settings"',
  `  say "settings and credentials are gone; data below ${placesOf(stack).state} and in volumes stays until you remove it"`,
  'else',
  '  say "kept: $settings (settings and credentials) and all data; --purge takes the settings too"',
  'fi',
];

const startable = (units: readonly Unit[], installed: Installed): readonly string[] => [
  ...installed.units.filter((file) => file.endsWith('.timer')),
  ...units.filter(({ way, schedule }) => way !== 'provided' && schedule === undefined).map(({ unit }) => unit),
];

const startLines = (units: readonly Unit[], installed: Installed): readonly string[] => [
  ...installed.units
    .filter((file) => file.endsWith('.timer') || startable(units, installed).includes(file))
    .map((file) => shellCall('manager', 'enable', file)),
  ...startable(units, installed).map((file) => shellCall('manager', 'restart', file)),
];

const nextLines = (stack: Stack, units: readonly Unit[], installed: Installed): readonly string[] => [
  'say ""',
  'say "Next:"',
  ...installed.environments.map((file) => `say "  - fill in $settings/${file}"`),
  'for name in "${open_credentials[@]}"; do say "  - $0 --credential $name   (the value by standard input)"; done',
  'say "  - $0 --start"',
  `say "  - systemctl status ${startable(units, installed).join(' ')}"`,
  `say "  - journalctl -u '${stack.name}*' -f"`,
];

/** Packages and programs that have to be there before. */
const needLines = (units: readonly Unit[], systemd: number, installed: Installed): readonly string[] => [
  'missing=()',
  shellCall('need_systemd', `${systemd}`),
  ...(installed.quadlets.length === 0 ? [] : ['need_podman']),
  ...units
    .filter(({ way }) => way === 'native')
    .flatMap(({ extension }) => {
      const [program] = extension.systemd.command ?? [];
      const packages = extension.systemd.packages;
      return program === undefined
        ? []
        : [
            shellCall(
              'need_program',
              program,
              packages.length === 0 ? 'install the program' : `apt-get install ${packages.join(' ')}`,
            ),
          ];
    }),
  ...units
    .filter(({ way }) => way === 'provided')
    .map(({ unit, extension }) =>
      [
        `if live && ! systemctl cat -- ${shellCall(unit)} >/dev/null 2>&1; then`,
        `  missing+=(${shellCall(`${unit}: apt-get install ${extension.systemd.packages.join(' ') || unit.replace(/\.service$/, '')}`)})`,
        'fi',
      ].join('\n  '),
    ),
  'if [ "${#missing[@]}" -gt 0 ]; then',
  '  for item in "${missing[@]}"; do warn "missing: $item"; done',
  '  [ "$dry_run" = yes ] || fail "nothing was changed"',
  'fi',
];

/** The folders that something is put into; containers need no root, the same quadlets serve a user below ~/.config. */
const folders = (name: string, { units, quadlets, programs }: Installed, hasNative: boolean): readonly string[] => [
  `settings="$root/etc/${name}"`,
  ...(units.length === 0 ? [] : ['unit_folder="$root/etc/systemd/system"']),
  ...(quadlets.length === 0 ? [] : ['quadlet_folder="$root/etc/containers/systemd"']),
  ...(programs.length === 0 ? [] : [`programs="$root/usr/local/lib/${name}"`]),
  ...(hasNative
    ? []
    : [
        'if [ "$scope" = user ]; then',
        '  config="$root${XDG_CONFIG_HOME:-$HOME/.config}"',
        `  settings="$config/${name}"`,
        ...(units.length === 0 ? [] : ['  unit_folder="$config/systemd/user"']),
        ...(quadlets.length === 0 ? [] : ['  quadlet_folder="$config/containers/systemd"']),
        'fi',
      ]),
];

const argumentsPart = (hasNative: boolean): string =>
  `
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry_run=yes ;;
${hasNative ? '    --user) fail "programs of the machine run as units of the system; --user is for containers only" ;;' : '    --user) scope=user ;;'}
    --start) start=yes ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    --credential)
      action=credential
      credential=\${2:?--credential needs a name}
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option $1; see --help" ;;
  esac
  shift
done

if live && [ "$scope" = system ] && [ "$dry_run" = no ] && [ "$(id -u)" -ne 0 ]; then fail "run it as root, or with --dry-run"; fi`.trim();

/** Returns install.sh: idempotent, and never over a file that a person has filled in [S3-112]. */
export const installScript = (stack: Stack, units: readonly Unit[], installed: Installed, systemd: number): string => {
  const all = credentialsOf(stack, units);
  const hasNative = units.some(({ way }) => way === 'native');
  const hasSecrets = secretCalls(stack, units).length > 0;
  return shellScript({
    usage: [
      `Installs the units of ${stack.name} on this machine, and takes them away again. Run again, it changes what changed.`,
      '',
      'install.sh [--dry-run] [--start]      puts files in place; --start also enables and starts the units',
      'install.sh --credential NAME          keeps a credential; its value comes by standard input',
      'install.sh --uninstall [--purge]      stops the units and removes their files; settings and data stay',
      ...(hasNative ? [] : ['install.sh --user …                   for the containers of a user, without root']),
      '',
      'With DESTDIR=FOLDER the files are put below that folder and nothing is started.',
      'Exit codes: 0 done, 1 not done.',
    ],
    parts: [
      library,
      [
        shellArray(
          'credential_names',
          all.map(({ name }) => name),
        ),
        shellArray(
          'required_credentials',
          all.filter(({ required }) => required).map(({ name }) => name),
        ),
        'open_credentials=()',
        ...(hasSecrets ? ['given_secrets=()'] : []),
      ].join('\n'),
      argumentsPart(hasNative),
      folders(stack.name, installed, hasNative).join('\n'),
      credentials,
      ...(hasSecrets ? [podmanSecrets] : []),
      block('check_machine', needLines(units, systemd, installed)),
      block('install_all', installLines(stack, units, installed)),
      block('uninstall_all', removeLines(stack, units, installed)),
      block('start_all', startLines(units, installed)),
      block('say_next', nextLines(stack, units, installed)),
      [
        'case $action in',
        '  credential) set_credential "$credential" ;;',
        '  uninstall) uninstall_all ;;',
        '  install)',
        '    check_machine',
        '    install_all',
        '    if [ "$start" = yes ]; then',
        '      [ "${#open_credentials[@]}" -eq 0 ] || fail "credentials are missing: ${open_credentials[*]}"',
        '      start_all',
        '    elif [ "$changed" = yes ] || [ "$dry_run" = yes ]; then',
        '      say_next',
        '    else',
        '      say "nothing changed"',
        '    fi',
        '    ;;',
        'esac',
      ].join('\n'),
    ],
  });
};
