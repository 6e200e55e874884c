import type { ComposeJson } from '../../models/compose.ts';
import { failAt, type TreeMap, type TreePath } from './tree.ts';

/** What of one service contradicts itself, or what another has: that which docker compose refuses after everything is read. */

type Json = Readonly<Record<string, ComposeJson>>;
type Services = Readonly<Record<string, Json>>;

interface Subject {
  readonly name: string;
  readonly service: Json;
  readonly fail: (below: TreePath, message: string) => never;
}

const isMap = (value: ComposeJson | undefined): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: ComposeJson | undefined, ...path: readonly string[]): ComposeJson | undefined =>
  path.reduce<ComposeJson | undefined>((here, step) => (isMap(here) ? here[step] : undefined), value);

const isList = (value: ComposeJson | undefined): value is readonly ComposeJson[] => Array.isArray(value);

const listAt = (value: ComposeJson | undefined, ...path: readonly string[]): readonly ComposeJson[] => {
  const found = at(value, ...path);
  return isList(found) ? found : [];
};

const checkOrigin = ({ service, fail }: Subject): void => {
  const { build, image, provider } = service;
  if (build === undefined && image === undefined && provider === undefined)
    fail([], 'says neither `image` nor `build`: nothing tells what is to run');
  if (at(build, 'dockerfile') !== undefined && at(build, 'dockerfile_inline') !== undefined)
    fail(['build', 'dockerfile_inline'], '`dockerfile` and `dockerfile_inline` exclude each other');
  const platforms = listAt(build, 'platforms');
  if (platforms.length > 0 && service['platform'] !== undefined && !platforms.includes(service['platform']))
    fail(
      ['build', 'platforms'],
      `must have \`${String(service['platform'])}\` among them, the platform of the service`,
    );
};

const checkNetworks = ({ service, fail }: Subject): void => {
  if (service['network_mode'] !== undefined && service['networks'] !== undefined)
    fail(['network_mode'], '`network_mode` and `networks` exclude each other');
};

const checkHealth = ({ service, fail }: Subject): void => {
  const [first] = listAt(service, 'healthcheck', 'test');
  if (first !== undefined && !['CMD', 'CMD-SHELL', 'NONE'].includes(String(first)))
    fail(['healthcheck', 'test'], 'a list must begin with `CMD`, `CMD-SHELL` or `NONE`');
};

const checkScale = ({ service, fail }: Subject): void => {
  const { scale, container_name } = service;
  const replicas = at(service, 'deploy', 'replicas');
  if (scale !== undefined && replicas !== undefined && scale !== replicas)
    fail(['scale'], '`scale` and `deploy.replicas` say different numbers');
  const key = scale === undefined ? ['deploy', 'replicas'] : ['scale'];
  const number = Number(scale ?? replicas ?? 1);
  if (number < 0) fail(key, 'must be 0 or more');
  if (number > 1 && container_name !== undefined)
    fail(['container_name'], `${String(number)} containers cannot have one name`);
};

/** Keys of a service that `deploy.resources` has too. With limits there both must be said, and the same. */
const twice = [
  ['cpus', 'limits', 'cpus'],
  ['mem_limit', 'limits', 'memory'],
  ['mem_reservation', 'reservations', 'memory'],
  ['pids_limit', 'limits', 'pids'],
] as const;

const checkLimits = ({ service, fail }: Subject): void => {
  for (const [key, kind, resource] of twice) {
    const limits = at(service, 'deploy', 'resources', kind);
    if (service[key] !== undefined && limits !== undefined && at(limits, resource) !== service[key])
      fail([key], `\`${key}\` and \`deploy.resources.${kind}.${resource}\` do not say the same`);
  }
};

const checkWatches = ({ service, fail }: Subject): void => {
  for (const [index, watch] of listAt(service, 'develop', 'watch').entries()) {
    if (at(watch, 'target') === undefined && !['rebuild', 'restart'].includes(String(at(watch, 'action'))))
      fail(['develop', 'watch', index], '`target` is needed where files are copied');
  }
};

const checkMounts = ({ service, fail }: Subject): void => {
  const seen = new Set<string>();
  const mount = (target: string, path: TreePath): void => {
    if (seen.has(target)) fail(path, `something is mounted at \`${target}\` already`);
    seen.add(target);
  };
  for (const [index, tmpfs] of listAt(service, 'tmpfs').entries())
    mount(String(tmpfs).split(':')[0] ?? '', ['tmpfs', index]);
  for (const [index, volume] of listAt(service, 'volumes').entries())
    mount(String(at(volume, 'target') ?? ''), ['volumes', index]);
};

const checkContainerNames = (tree: TreeMap, services: Services): void => {
  const owners = new Map<string, string>();
  for (const [name, service] of Object.entries(services)) {
    const container = service['container_name'];
    if (typeof container !== 'string') continue;
    const owner = owners.get(container);
    if (owner !== undefined)
      failAt(
        tree,
        ['services', name, 'container_name'],
        `\`${container}\` is the name of the container of ${owner} already`,
      );
    owners.set(container, name);
  }
};

/** A secret that is not kept elsewhere comes from a file or a variable, whatever driver it has. */
export const checkSecrets = (tree: TreeMap, secrets: Services): void => {
  for (const [name, { external, file, environment }] of Object.entries(secrets)) {
    if (external === undefined && file === undefined && environment === undefined)
      failAt(tree, ['secrets', name], 'nothing says where its content comes from: `file` or `environment` is needed');
  }
};

/** Throws `config` at the place of whatever contradicts something else. References to other services and resources are looked at elsewhere. */
export const checkServices = (tree: TreeMap, services: Services): void => {
  for (const [name, service] of Object.entries(services)) {
    const subject: Subject = {
      name,
      service,
      fail: (below, message) => failAt(tree, ['services', name, ...below], message),
    };
    for (const check of [checkOrigin, checkNetworks, checkHealth, checkScale, checkLimits, checkWatches, checkMounts])
      check(subject);
  }
  checkContainerNames(tree, services);
};
