import type { Stack } from '../../src/models/stack.ts';
import { imageFacts, imageOf, isDatastore, pinned } from '../shared/images.ts';
import { argument, commandLine, entry, unitText, type Section } from '../shared/ini.ts';
import { environmentOf, type SecretVariable } from './environment.ts';
import { mountsOf, type Mount } from './mounts.ts';
import { unitEntries } from './native.ts';
import { podmanArguments } from './podman.ts';
import { healthEntries } from './quadletHealth.ts';
import { resourceEntries, restartEntries, secondsText } from './resources.ts';
import { environmentFileOf, portsForTheMachine, type Unit } from '../shared/systemdUnits.ts';
import { secondsOf } from '../shared/units.ts';

type Entries = Section['entries'];

/** Returns an image with its registry: Podman asks no default one. */
const qualified = (image: string): string => {
  const [first = '', ...rest] = image.split('/');
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]/.test(first) || first === 'localhost' ? image : `docker.io/${image}`;
};

/** Returns the image of a container: one that is only built here is looked for on the machine and nowhere else. */
const imageFor = (stack: Stack, { service, definition }: Unit): string => {
  const image = imageOf(stack, service);
  return definition.image === undefined ? `localhost/${image}` : qualified(pinned(image, stack.digests));
};

/** `/etc` as the manager knows it: a user's own is ~/.config, so that one quadlet serves both. systemd.unit(5), specifiers. */
const configured = (path: string): string => path.replace(/^\/etc\//, '%E/');

/** The name of a volume or network of the Compose file as a file beside the container. */
const besideName = (stack: Stack, key: string): string => `${stack.name}-${key}`;

const networkOf = (stack: Stack, unit: Unit, key: string): readonly [string, string] => {
  const attachment = unit.definition.networks?.[key];
  const network = stack.project.networks?.[key];
  const name = network?.external === true ? network.name : `${besideName(stack, key)}.network`;
  const options = [
    ...[unit.service, ...(attachment?.aliases ?? [])].map((alias) => `alias=${alias}`),
    ...(attachment?.ipv4_address === undefined ? [] : [`ip=${attachment.ipv4_address}`]),
    ...(attachment?.ipv6_address === undefined ? [] : [`ip6=${attachment.ipv6_address}`]),
    ...(attachment?.mac_address === undefined ? [] : [`mac=${attachment.mac_address}`]),
    ...(attachment?.interface_name === undefined ? [] : [`interface_name=${attachment.interface_name}`]),
  ];
  return ['Network', `${name}:${[...new Set(options)].join(',')}`];
};

/** Modes that Podman names as Docker does. */
const plainModes = ['host', 'none', 'bridge'];

/** Returns whether a container has the network that its mode names. */
export const isKnownMode = (mode: string, units: readonly Unit[]): boolean =>
  plainModes.includes(mode) || units.some(({ service, way }) => way === 'quadlet' && mode === `service:${service}`);

const networkEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => {
  const mode = unit.definition.network_mode;
  if (mode !== undefined && plainModes.includes(mode)) return [['Network', mode]];
  const shared = units.find(({ service, way }) => way === 'quadlet' && mode === `service:${service}`);
  if (shared !== undefined) return [['Network', `${shared.name}.container`]];
  return Object.keys(unit.definition.networks ?? {}).map((key) => networkOf(stack, unit, key));
};

const mountEntry = (stack: Stack, { kind, source, target, readOnly, options }: Mount): readonly [string, string] => {
  const external = stack.project.volumes?.[source];
  const flags = [...(readOnly ? ['ro'] : []), ...options];
  const suffix = flags.length === 0 ? '' : `:${flags.join(',')}`;
  if (kind === 'memory') return ['Tmpfs', argument(`${target}${suffix}`)];
  const from =
    kind === 'file' || kind === 'host'
      ? `${source}:`
      : source === ''
        ? ''
        : external?.external === true
          ? `${external.name}:`
          : `${besideName(stack, source)}.volume:`;
  const mounted = argument(`${from}${target}${suffix}`);
  return ['Volume', kind === 'file' ? configured(mounted) : mounted];
};

const portEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => {
  const published = isDatastore(stack, unit.service) ? [] : (unit.definition.ports ?? []);
  const open = published.flatMap(({ host_ip: address, published: port, target, protocol }) =>
    port === undefined || port === '' || port === '0'
      ? []
      : [
          `${address === undefined ? '' : `${address.includes(':') ? `[${address}]` : address}:`}${port}:${target}${protocol === 'udp' ? '/udp' : ''}`,
        ],
  );
  const local = portsForTheMachine(stack, unit, units).filter(
    (port) => !published.some(({ target, published: outside }) => target === port && outside === `${port}`),
  );
  return [...open, ...local.map((port) => `127.0.0.1:${port}:${port}`)].map((port) => ['PublishPort', port] as const);
};

/** The name of a secret of Podman: that of a setting or of the Compose file, or of a text put together by install.sh. */
export const podmanSecret = (stack: Stack, unit: Unit, { name, only }: SecretVariable): string =>
  only === undefined ? `${unit.name}-${name}` : `${stack.name}-${only}`;

/** Returns the line by which a container gets a sensitive variable. */
export const secretLine = (stack: Stack, unit: Unit, variable: SecretVariable): string =>
  `${podmanSecret(stack, unit, variable)},type=env,target=${variable.name}`;

const secretEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => [
  // Optional ones come by a drop-in that install.sh writes: Podman does not start a container whose secret is missing.
  ...environmentOf(stack, unit, units)
    .secret.filter(({ required }) => required)
    .map((variable) => ['Secret', secretLine(stack, unit, variable)] as const),
  ...(unit.definition.secrets ?? []).map(({ source, target, uid, gid, mode }) => {
    // Podman gives a secret to root; the process runs as somebody else, and nobody else is in the container.
    const [user, group] = (unit.definition.user ?? imageFacts(stack, unit.service)?.user ?? '').split(':');
    const owner = uid ?? (/^\d+$/.test(user ?? '') ? user : undefined);
    const ownerGroup = gid ?? (/^\d+$/.test(group ?? '') ? group : undefined);
    const options = [
      `${stack.name}-${source}`,
      'type=mount',
      `target=${target ?? source}`,
      ...(owner === undefined ? [] : [`uid=${owner}`]),
      ...(ownerGroup === undefined ? [] : [`gid=${ownerGroup}`]),
      `mode=${mode ?? (owner === undefined ? '0444' : '0400')}`,
    ];
    return ['Secret', options.join(',')] as const;
  }),
];

/** What a container may do: nothing that its image is not known to need. */
const confinementEntries = (stack: Stack, unit: Unit): Entries => {
  const { definition, extension } = unit;
  const facts = imageFacts(stack, unit.service);
  const user = definition.user ?? facts?.user;
  const [name, group] = (user ?? '').split(':');
  const low = (definition.ports ?? []).some(({ target }) => target < 1_024) ? ['NET_BIND_SERVICE'] : [];
  const capabilities = [
    ...(definition.cap_add ?? []),
    ...extension.capabilities,
    ...(facts?.capabilities ?? []),
    ...low,
  ];
  const isKnown = definition.read_only === true || facts !== undefined || extension.scratch.length > 0;
  const readOnly = isKnown && extension.writesRoot === undefined && definition.privileged !== true;
  const taken = mountsOf(stack, unit).map(({ target }) => target);
  const scratch = readOnly ? (facts?.scratch ?? []).filter((path) => !taken.includes(path)) : [];
  return [
    ...entry('User', name === '' ? undefined : name),
    ...entry('Group', group),
    ...(definition.group_add ?? []).map((one) => ['GroupAdd', one] as const),
    ['NoNewPrivileges', 'true'],
    ...(definition.privileged === true ? [] : ([['DropCapability', 'all']] as const)),
    ...entry('AddCapability', capabilities.length === 0 ? undefined : [...new Set(capabilities)].toSorted().join(' ')),
    ...(readOnly
      ? ([
          ['ReadOnly', 'true'],
          ['ReadOnlyTmpfs', 'true'],
        ] as const)
      : []),
    ...scratch.map((path) => ['Tmpfs', `${path}:mode=1777,size=64m`] as const),
  ];
};

const pullOf = (policy: string | undefined, built: boolean): string | undefined => {
  if (built || policy === 'never' || policy === 'build') return 'never';
  if (policy === 'always') return 'always';
  return policy === undefined ? undefined : 'missing';
};

/** Entries of `NAME=VALUE`. */
export const pairs = (key: string, values: Readonly<Record<string, string | number>> = {}): Entries =>
  Object.entries(values).map(([name, value]) => [key, argument(`${name}=${value}`)] as const);
const each = (key: string, values: readonly string[] = []): Entries =>
  values.map((value) => [key, argument(value)] as const);

const limitPairs = ({ ulimits }: Unit['definition']): Entries =>
  Object.entries(ulimits ?? {}).map(
    ([name, limit]) =>
      ['Ulimit', `${name}=${typeof limit === 'number' ? `${limit}` : `${limit.soft}:${limit.hard}`}`] as const,
  );

const containerEntries = (stack: Stack, unit: Unit, units: readonly Unit[]): Entries => {
  const { definition } = unit;
  const { fixed, open } = environmentOf(stack, unit, units);
  const [program, ...more] = definition.entrypoint ?? [];
  const command = [...more, ...(definition.command ?? [])];
  return [
    ['Image', imageFor(stack, unit)],
    ...entry('Pull', pullOf(definition.pull_policy, definition.image === undefined)),
    // No AutoUpdate: a new image comes by rendering and installing again.
    ...entry('Entrypoint', program === undefined ? undefined : argument(program)),
    ...entry('Exec', command.length === 0 ? undefined : commandLine(command)),
    ...entry('WorkingDir', definition.working_dir),
    ...entry('HostName', definition.hostname),
    ...pairs('Environment', Object.fromEntries(fixed)),
    ...entry('EnvironmentFile', open.length === 0 ? undefined : configured(environmentFileOf(stack, unit))),
    ...secretEntries(stack, unit, units),
    ...networkEntries(stack, unit, units),
    ...each(
      'AddHost',
      definition.extra_hosts?.map((host) => host.replace('=', ':')),
    ),
    ...each('DNS', definition.dns),
    ...each('DNSOption', definition.dns_opt),
    ...each('DNSSearch', definition.dns_search),
    ...portEntries(stack, unit, units),
    ...mountsOf(stack, unit).map((mount) => mountEntry(stack, mount)),
    ...each(
      'AddDevice',
      definition.devices?.map(({ source, target, permissions }) =>
        [source, target, permissions].filter((part) => part !== undefined).join(':'),
      ),
    ),
    ...entry('ShmSize', definition.shm_size),
    ...entry('RunInit', definition.init === true ? 'true' : undefined),
    ...limitPairs(definition),
    ...pairs('Sysctl', definition.sysctls),
    ...pairs('Label', definition.labels),
    ...pairs('Annotation', definition.annotations),
    ...entry('UserNS', definition.userns_mode),
    ...confinementEntries(stack, unit),
    ...healthEntries(stack, unit),
    ...entry('StopSignal', definition.stop_signal),
    ...entry('StopTimeout', stopSeconds(unit)),
    ...podmanArguments(definition).map((flag) => ['PodmanArgs', argument(flag)] as const),
  ];
};

const stopSeconds = ({ definition }: Unit): number | undefined => {
  const seconds = secondsOf(definition.stop_grace_period);
  return seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds));
};

const hookEntries = (unit: Unit): Entries => {
  const inside = (command: readonly string[]): string =>
    commandLine(['/usr/bin/podman', 'exec', `systemd-${unit.name}`, ...command]);
  return [
    ...(unit.definition.post_start ?? []).map(({ command }) => ['ExecStartPost', inside(command)] as const),
    ...(unit.definition.pre_stop ?? []).map(({ command }) => ['ExecStop', inside(command)] as const),
  ];
};

/** The first start may pull the image, and waits until the container is well. */
const startTimeout = '15min';

/** Returns the container of a service as a quadlet, of which Podman makes a unit: podman-systemd.unit(5), Podman 5. */
export const containerQuadlet = (stack: Stack, unit: Unit, units: readonly Unit[], systemd: number): string => {
  const stop = stopSeconds(unit);
  return unitText(
    [
      `${unit.unit} of the stack ${stack.name}: a container of Podman 5, for the system or for a user. Rendered by Proxdeck.`,
    ],
    [
      { name: 'Unit', entries: unitEntries(stack, unit, units) },
      { name: 'Container', entries: containerEntries(stack, unit, units) },
      {
        name: 'Service',
        entries: [
          ...(unit.oneshot ? ([['Type', 'oneshot']] as const) : []),
          ...(unit.oneshot && unit.schedule === undefined ? ([['RemainAfterExit', 'yes']] as const) : []),
          ...hookEntries(unit),
          ...restartEntries(unit, systemd),
          ['TimeoutStartSec', startTimeout],
          // Podman has the time that the Compose file gives, systemd a little more.
          ...entry('TimeoutStopSec', stop === undefined ? undefined : secondsText(`${stop + 10}s`)),
          ...resourceEntries(unit.definition),
        ],
      },
      { name: 'Install', entries: unit.schedule === undefined ? [['WantedBy', 'default.target']] : [] },
    ],
  );
};
