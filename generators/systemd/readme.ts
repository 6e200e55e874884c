import type { Stack } from '../../src/models/stack.ts';
import { checklist, code, fence, heading, link, list, markdown, plain, table } from '../shared/markdown.ts';
import { credentialsOf } from './environment.ts';
import type { Installed } from './install.ts';
import { placesOf, type Unit } from '../shared/systemdUnits.ts';

const words: Readonly<Record<Unit['way'], string>> = {
  native: 'a program of the machine, sandboxed by systemd',
  quadlet: 'a container of Podman',
  provided: 'a unit that the distribution brings',
};

const unitRows = (units: readonly Unit[]): readonly (readonly string[])[] =>
  units.map((unit) => [code(unit.service), code(unit.unit), words[unit.way], plain(unit.extension.description ?? '')]);

const credentialRows = (stack: Stack, units: readonly Unit[]): readonly (readonly string[])[] =>
  credentialsOf(stack, units).map(({ name, description, required }) => [
    code(name),
    required ? 'yes' : 'no',
    plain(description),
  ]);

const manual = (stack: Stack, installed: Installed): readonly string[] => {
  const { settings, programs } = placesOf(stack);
  const copy = (mode: string, from: string, to: string): string => `install -D -m ${mode} ${from} ${to}`;
  return [
    ...installed.files.map((file) => copy('0644', file, `${settings}/${file}`)),
    ...installed.programs.map((file) => copy('0755', `programs/${file}`, `${programs}/${file}`)),
    ...installed.units.map((file) => copy('0644', `units/${file}`, `/etc/systemd/system/${file}`)),
    ...installed.quadlets.map((file) => copy('0644', `quadlets/${file}`, `/etc/containers/systemd/${file}`)),
    ...installed.environments.map((file) => copy('0600', `${file}.example`, `${settings}/${file}`)),
    'systemctl daemon-reload',
  ];
};

/** Returns the page that lies beside the units: what they are, how they get onto a machine, how they are looked after. */
export const readme = (stack: Stack, units: readonly Unit[], installed: Installed, systemd: number): string => {
  const secrets = credentialRows(stack, units);
  const main = units.find(({ way }) => way !== 'provided') ?? units[0];
  const first = main?.unit ?? `${stack.name}.service`;
  const provided = units.filter(({ way }) => way === 'provided');
  return markdown([
    heading(1, `${plain(stack.extension.title ?? stack.name)} with systemd`),
    `Rendered for systemd ${systemd}${installed.quadlets.length > 0 ? ' and Podman 5' : ''}. Guide: ${link('systemd, step by step', '../docs/guide-systemd.md')}. All settings: ${link('configuration reference', '../docs/configuration-reference.md')}.`,
    heading(2, 'What is here'),
    table(['Service', 'Unit', 'It is', 'What for'], unitRows(units)),
    heading(2, 'Prerequisites'),
    list([
      `systemd ${systemd} or newer (${code('systemctl --version')})`,
      ...(installed.quadlets.length > 0 ? [`Podman 5 or newer (${code('podman version')})`] : []),
      ...units.flatMap(({ extension, service }) =>
        extension.systemd.command === undefined
          ? []
          : [
              `${code(extension.systemd.command[0] ?? '')} for ${code(service)}${extension.systemd.packages.length === 0 ? '' : `: ${code(`apt-get install ${extension.systemd.packages.join(' ')}`)}`}`,
            ],
      ),
      ...provided.map(
        ({ unit, extension }) =>
          `${code(unit)}: ${code(`apt-get install ${extension.systemd.packages.join(' ') || unit.replace(/\.service$/, '')}`)}`,
      ),
    ]),
    heading(2, 'Install'),
    fence('sh', [
      './install.sh --dry-run   # says what it would do',
      'sudo ./install.sh        # puts files in place, never over your settings',
      ...installed.environments.map((file) => `sudo editor ${placesOf(stack).settings}/${file}`),
      'sudo ./install.sh --start',
    ]),
    heading(2, 'Install by hand'),
    fence('sh', manual(stack, installed)),
    ...(secrets.length === 0
      ? []
      : [
          heading(2, 'Credentials'),
          `Sensitive values are in no unit and in no file of settings. Each is a file in ${code(placesOf(stack).credentials)}, mode 0600, read by systemd (${code('LoadCredential=')}) or given to Podman as a secret. A value comes by standard input:`,
          fence('sh', [`sudo ./install.sh --credential ${credentialsOf(stack, units)[0]?.name ?? 'NAME'} <value.txt`]),
          table(['Credential', 'Required', 'What it is'], secrets),
          `To keep them encrypted on the machine as well, encrypt a file with ${code('systemd-creds encrypt')} and load it with ${code('LoadCredentialEncrypted=')} in a drop-in.`,
        ]),
    heading(2, 'Looking after it'),
    fence('sh', [
      `systemctl status ${first}`,
      `sudo systemctl restart ${first}   # after settings have changed`,
      `sudo systemctl stop ${first}`,
      `journalctl -u ${first} -f`,
      `journalctl -u ${first} --since today --priority warning`,
    ]),
    ...(provided.length === 0
      ? []
      : [
          `${provided.map(({ unit }) => code(unit)).join(', ')} belong${provided.length === 1 ? 's' : ''} to the distribution: its own configuration holds, and a restart of it does not take the application down.`,
        ]),
    heading(2, 'Upgrade'),
    `Put the new program or image in place, render again, and run ${code('sudo ./install.sh --start')}: files that did not change are left alone, new settings are told.`,
    heading(2, 'Hardening'),
    fence(
      'sh',
      units
        .filter(({ way }) => way === 'native')
        .map(({ unit }) => `systemd-analyze security ${unit}`)
        .concat(
          installed.quadlets.length > 0
            ? [
                `podman inspect systemd-${units.find(({ way }) => way === 'quadlet')?.name ?? ''} --format '{{.HostConfig.CapDrop}} {{.HostConfig.ReadonlyRootfs}}'`,
              ]
            : [],
        ),
    ),
    `What a machine needs beyond that goes into a drop-in (${code(`systemctl edit ${first}`)}), so that the next rendering does not undo it.`,
    heading(2, 'When something is wrong'),
    table(
      ['What you see', 'Why', 'What helps'],
      [
        [
          code('status=243/CREDENTIALS'),
          'a credential has no file',
          `run ${code('./install.sh')} again, then ${code('--credential NAME')}`,
        ],
        [
          code('Failed to load environment files'),
          'the file of settings is missing',
          `${code('sudo ./install.sh')} makes it from its example`,
        ],
        [
          code('start operation timed out'),
          'the program never said that it is ready',
          `it needs ${code('Type=notify')} (sd_notify); otherwise leave ${code('notify')} out in the Compose file`,
        ],
        [
          code('status=226/NAMESPACE'),
          'a path that is mounted does not exist',
          'make the folder, or take the mount out of the Compose file',
        ],
        [
          code('Start request repeated too quickly'),
          'it failed five times within five minutes',
          `${code('journalctl -u')} says why; then ${code('systemctl reset-failed')}`,
        ],
      ],
    ),
    heading(2, 'Uninstall'),
    fence('sh', [
      'sudo ./install.sh --uninstall           # settings and data stay',
      'sudo ./install.sh --uninstall --purge   # settings and credentials go too',
    ]),
    heading(2, 'Checked when'),
    checklist([
      `it starts on boot: ${code(`systemctl is-enabled ${first}`)}`,
      'a changed setting takes effect after a restart',
      `it comes back after a crash: ${code(`systemctl kill -s KILL ${first}`)}`,
      `its journal is readable: ${code(`journalctl -u ${first} -b`)}`,
      'an upgrade keeps settings and data',
    ]),
  ]);
};
