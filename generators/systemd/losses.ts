import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeDeploy, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { isDatastore } from '../shared/images.ts';
import { keysNotIn } from '../shared/losses.ts';
import { environmentOf } from './environment.ts';
import { strangeMounts } from './mounts.ts';
import { flaggedKeys } from './podman.ts';
import { healthTest, isKnownMode } from './quadlet.ts';
import type { Unit } from '../shared/systemdUnits.ts';

/** What becomes of every key of a service: `carried`, or the sentence that tells what does not come along. */

type ServiceKey = keyof { [Key in keyof ComposeService as Key extends `x-${string}` ? never : Key]: unknown };
type Fate = 'carried' | (string & {});
type Fates = Readonly<Record<ServiceKey, Fate>>;

const carried = 'carried';
/** The loader has dissolved it. */
const dissolved = carried;
const windows = 'Only Windows knows it.';
const noImage = 'The program is installed on the machine; no image is run.';
const ownNetwork = 'The program uses the network of the machine; it has none of its own.';
const ownNames = 'Names are those of the machine: /etc/hosts and its resolver.';
const ownSpaces = 'The program lives in the name spaces of the machine.';
const journal = 'The journal keeps what every unit says: journalctl.';
const models = 'Models are something of Compose; give the program the address of its model as a setting.';

/** What both ways carry, and what neither does. */
const common = {
  attach: journal,
  blkio_config: carried,
  build: 'Nothing is built here; the workflow or `docker build` does it.',
  cap_add: carried,
  cap_drop: carried,
  cgroup: 'Each unit has a control group of its own.',
  configs: carried,
  container_name: 'It is named as its unit.',
  cpu_count: windows,
  cpu_percent: windows,
  cpu_period: carried,
  cpu_quota: carried,
  cpu_rt_period: 'systemd gives no time of the real-time scheduler to a unit.',
  cpu_rt_runtime: 'systemd gives no time of the real-time scheduler to a unit.',
  cpu_shares: carried,
  cpus: carried,
  cpuset: carried,
  credential_spec: windows,
  depends_on: carried,
  deploy: carried,
  develop: 'Watching the source is for development with Compose.',
  devices: carried,
  env_file: dissolved,
  environment: carried,
  expose: carried,
  extends: dissolved,
  external_links: 'A container of somebody else is reached by its address.',
  group_add: carried,
  init: carried,
  isolation: windows,
  label_file: dissolved,
  logging: journal,
  mem_limit: carried,
  mem_reservation: carried,
  memswap_limit: carried,
  models,
  oom_score_adj: carried,
  pids_limit: carried,
  post_start: carried,
  pre_stop: carried,
  profiles: dissolved,
  provider: 'What a provider makes has to stand before the unit starts.',
  restart: carried,
  scale: 'One unit is one process; copies need units of their own.',
  secrets: carried,
  stop_grace_period: carried,
  stop_signal: carried,
  tmpfs: carried,
  ulimits: carried,
  use_api_socket: 'No unit is given the socket of a container engine: it would be root on the machine.',
  volumes: carried,
  volumes_from: 'Name the volumes in each service that uses them.',
  working_dir: carried,
} as const satisfies Partial<Fates>;

const native: Fates = {
  ...common,
  annotations: 'A unit has no annotations.',
  cgroup_parent: 'Put `Slice=` into a drop-in of the unit.',
  command: 'What is started is `x-proxdeck.systemd.command`.',
  device_cgroup_rules: 'Devices are named one by one.',
  dns: ownNames,
  dns_opt: ownNames,
  dns_search: ownNames,
  domainname: ownNames,
  entrypoint: 'What is started is `x-proxdeck.systemd.command`.',
  extra_hosts: ownNames,
  gpus: 'Name the device files of the card in `devices`.',
  healthcheck: 'systemd asks nothing but its watchdog; health-check.sh asks, and tells.',
  hostname: ownNames,
  image: noImage,
  ipc: ownSpaces,
  labels: 'A unit has no labels.',
  links: 'Other services are at 127.0.0.1.',
  mac_address: ownNetwork,
  mem_swappiness: 'It is set for the whole machine.',
  network_mode: ownNetwork,
  networks: 'systemd has no virtual networks; the service listens on the machine.',
  oom_kill_disable: 'A unit that uses too much memory is ended; `OOMScoreAdjust` says in which order.',
  pid: ownSpaces,
  platform: noImage,
  ports: 'Nothing stands between the machine and the program: it listens on the port that it is told to.',
  privileged: 'The unit is confined; what it needs after all goes into a drop-in.',
  pull_policy: noImage,
  read_only: carried,
  runtime: noImage,
  security_opt: 'The sandbox of systemd stands in its place.',
  shm_size: 'It is that of the machine.',
  stdin_open: 'A unit has no terminal.',
  storage_opt: noImage,
  sysctls: 'It is set for the whole machine: /etc/sysctl.d.',
  tty: 'A unit has no terminal.',
  user: 'The unit has a user of its own, made by systemd or by install.sh.',
  userns_mode: ownSpaces,
  uts: ownSpaces,
};

const quadlet: Fates = {
  ...common,
  annotations: carried,
  cgroup_parent: carried,
  command: carried,
  device_cgroup_rules: carried,
  dns: carried,
  dns_opt: carried,
  dns_search: carried,
  domainname: 'Podman has no word for it; write it into `hostname`.',
  entrypoint: carried,
  extra_hosts: carried,
  gpus: 'Podman names cards by CDI: `AddDevice=nvidia.com/gpu=all` in a drop-in.',
  healthcheck: carried,
  hostname: carried,
  image: carried,
  ipc: carried,
  labels: carried,
  links: 'Containers of one network find one another by the names of their services.',
  mac_address: carried,
  mem_swappiness: carried,
  network_mode: carried,
  networks: carried,
  oom_kill_disable: carried,
  pid: carried,
  platform: carried,
  ports: carried,
  privileged: carried,
  pull_policy: carried,
  read_only: carried,
  runtime: 'The runtime is chosen for all of Podman: containers.conf(5).',
  security_opt: carried,
  shm_size: carried,
  stdin_open: carried,
  storage_opt: carried,
  sysctls: carried,
  tty: carried,
  user: carried,
  userns_mode: carried,
  uts: carried,
};

const otherwise = 'systemd has no word for it.';
const isNothing = (value: unknown): boolean => value === false || value === 1;
/** Keys that say what is so anyway: `tty: false`, `scale: 1`, the network mode of the machine for a program of the machine. */
const meant = (unit: Unit): ComposeService => {
  const kept = Object.entries(unit.definition).filter(([key, value]) => {
    if (key === 'network_mode' && unit.way === 'native') return value !== 'host' && value !== 'none';
    if (key === 'security_opt' && unit.way === 'native')
      return Array.isArray(value) && value.some((option) => !String(option).startsWith('no-new-privileges'));
    return !((key === 'scale' || typeof value === 'boolean') && isNothing(value));
  });
  return Object.fromEntries(kept);
};

const carriedIn = (fates: Fates): readonly ServiceKey[] => {
  const isKey = (key: string): key is ServiceKey => Object.hasOwn(fates, key);
  return Object.keys(fates)
    .filter(isKey)
    .filter((key) => fates[key] === carried);
};

const deployLosses = (deploy: ComposeDeploy, path: string): readonly Loss[] => [
  ...keysNotIn(deploy, path, {
    carried: ['resources', 'restart_policy'],
    words: {
      endpoint_mode: 'There is no swarm whose addresses could be shared out.',
      labels: 'They are labels of a service of a swarm.',
      mode: 'Each machine runs what is installed on it.',
      placement: 'It runs on the machine that it is installed on.',
      replicas: 'One unit is one process; copies need units of their own.',
      rollback_config: 'Install the files of the version before.',
      update_config: 'A unit is restarted at once.',
    },
    otherwise,
  }).filter(({ path: at }) => !(at === `${path}.replicas` && deploy.replicas === 1)),
  ...(['limits', 'reservations'] as const).flatMap((kind) =>
    keysNotIn(deploy.resources?.[kind] ?? {}, `${path}.resources.${kind}`, {
      // No processor is kept back for a unit: its share is a weight.
      carried: kind === 'limits' ? ['cpus', 'memory', 'pids'] : ['memory'],
      words: {
        cpus: 'systemd keeps no processor back for a unit; `cpu_shares` gives it a larger share.',
        devices: 'Name the device files in `devices`.',
        generic_resources: 'There is no swarm that could count them.',
      },
      otherwise,
    }),
  ),
];

const hookLosses = (unit: Unit, path: string): readonly Loss[] =>
  (['post_start', 'pre_stop'] as const).flatMap((key) =>
    (unit.definition[key] ?? []).flatMap((hook, index) =>
      keysNotIn(hook, `${path}.${key}.${index}`, {
        carried: ['command'],
        words: {},
        otherwise: 'The command runs as the unit does: its user, its folder, its environment.',
      }).filter(({ path: at }) => !(at.endsWith('.privileged') && hook.privileged === false)),
    ),
  );

const portLosses = (stack: Stack, unit: Unit, path: string): readonly Loss[] =>
  (unit.definition.ports ?? []).flatMap((port, index): readonly Loss[] => {
    const at = `${path}.ports.${index}`;
    if (unit.way === 'native') return [];
    if (isDatastore(stack, unit.service))
      return [{ path: at, message: 'It keeps data for others: its port is not published beyond the machine.' }];
    return port.published === undefined || port.published === '' || port.published === '0'
      ? [{ path: at, message: 'Without a port of the machine it would be published at random; it is not published.' }]
      : [];
  });

const healthLosses = (stack: Stack, unit: Unit, path: string): readonly Loss[] => {
  const { healthcheck } = unit.definition;
  if (unit.way !== 'quadlet' || healthcheck === undefined) return [];
  if (healthTest(stack, unit) === undefined)
    return [
      {
        path: `${path}.healthcheck`,
        message: 'The image does not carry the program that the question needs: it is not asked.',
      },
    ];
  return healthcheck.start_interval === undefined
    ? []
    : [{ path: `${path}.healthcheck.start_interval`, message: 'Podman asks at one interval, from the start on.' }];
};

const secretLosses = (stack: Stack, unit: Unit, units: readonly Unit[], path: string): readonly Loss[] =>
  unit.way === 'native'
    ? environmentOf(stack, unit, units)
        .secret.filter(({ name }) => !/^[A-Za-z_]\w*$/.test(name))
        .map(({ name }) => ({
          path: `${path}.environment.${name}`,
          message: 'No shell can export a variable of this name; the program has to read its credential itself.',
        }))
    : [];

const modeLosses = (unit: Unit, units: readonly Unit[], path: string): readonly Loss[] => {
  const mode = unit.definition.network_mode;
  return unit.way === 'native' || mode === undefined || isKnownMode(mode, units)
    ? []
    : [
        {
          path: `${path}.network_mode`,
          message: 'Nobody here has that network: the container is in the usual one of Podman.',
        },
      ];
};

/** Restarts go along with those of our own units; a package is stopped and started by its upgrades. */
const restartLosses = (unit: Unit, units: readonly Unit[], path: string): readonly Loss[] =>
  Object.entries(unit.definition.depends_on ?? {}).flatMap(([service, { restart }]) => {
    const other = units.find((candidate) => candidate.service === service);
    return restart === true && other?.way === 'provided'
      ? [
          {
            path: `${path}.depends_on.${service}.restart`,
            message: `A restart of ${other.unit} does not restart it: it has to connect again by itself.`,
          },
        ]
      : [];
  });

const unitLosses = (stack: Stack, unit: Unit, units: readonly Unit[]): readonly Loss[] => {
  const path = `services.${unit.service}`;
  if (unit.way === 'provided')
    return keysNotIn(unit.definition, path, {
      carried: [],
      words: {},
      otherwise: `${unit.unit} of the distribution runs it; this is set in the configuration of that package.`,
    });
  const fates = unit.way === 'native' ? native : quadlet;
  return [
    ...keysNotIn(meant(unit), path, {
      carried: [...carriedIn(fates), ...(unit.way === 'quadlet' ? flaggedKeys : [])],
      words: fates,
      otherwise,
    }),
    ...(unit.definition.deploy === undefined ? [] : deployLosses(unit.definition.deploy, `${path}.deploy`)),
    ...hookLosses(unit, path),
    ...portLosses(stack, unit, path),
    ...healthLosses(stack, unit, path),
    ...strangeMounts(unit.definition).map((index) => ({
      path: `${path}.volumes.${index}`,
      message: 'systemd and Podman quadlets mount volumes, paths of the machine and memory; this kind is not mounted.',
    })),
    ...secretLosses(stack, unit, units, path),
    ...modeLosses(unit, units, path),
    ...restartLosses(unit, units, path),
  ];
};

const projectLosses = (stack: Stack, units: readonly Unit[]): readonly Loss[] => {
  const { networks = {}, volumes = {}, models: all = {} } = stack.project;
  const containers = units.some(({ way }) => way === 'quadlet');
  const hidden = 'The program listens on the machine; systemd has no virtual networks.';
  return [
    ...Object.entries(networks).flatMap(([key, network]) =>
      containers
        ? keysNotIn(network, `networks.${key}`, {
            carried: ['name', 'driver', 'driver_opts', 'ipam', 'external', 'internal', 'labels', 'enable_ipv6'],
            words: { attachable: 'Every network of Podman is.', enable_ipv4: 'Podman gives every network IPv4.' },
            otherwise,
          }).filter(({ path }) => !(path.endsWith('.enable_ipv4') && network.enable_ipv4 === true))
        : [{ path: `networks.${key}`, message: hidden }],
    ),
    ...Object.entries(volumes)
      .filter(([, volume]) => !containers && volume.driver_opts !== undefined)
      .map(([key]) => ({
        path: `volumes.${key}.driver_opts`,
        message: 'The volume is a folder below /var/lib on the machine.',
      })),
    ...Object.keys(all).map((key) => ({ path: `models.${key}`, message: models })),
  ];
};

/** Returns everything of a stack that its units do not carry. */
export const lossesOf = (stack: Stack, units: readonly Unit[]): readonly Loss[] => [
  ...units.flatMap((unit) => unitLosses(stack, unit, units)),
  ...projectLosses(stack, units),
];
