import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeDeploy, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { isDatastore } from '../shared/images.ts';
import { keysNotIn } from '../shared/losses.ts';
import { environmentOf } from './environment.ts';
import { carried, models, native, quadlet, type Fates, type ServiceKey } from './fates.ts';
import { strangeMounts } from './mounts.ts';
import { flaggedKeys } from './podman.ts';
import { isKnownMode } from './quadlet.ts';
import { healthTest } from './quadletHealth.ts';
import type { Unit } from '../shared/systemdUnits.ts';

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
