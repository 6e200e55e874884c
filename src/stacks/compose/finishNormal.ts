import { cleanTarget } from './canonicalVolumes.ts';
import { isTreeList, isTreeMap, mapAt, mapItems, mapValues, type Tree, type TreeMap } from './tree.ts';

/** What follows from the rest of a project: Compose's normalisation. */

const listAt = (tree: TreeMap, key: string): readonly Tree[] => {
  const found = tree[key];
  return isTreeList(found) ? found : [];
};

const textsAt = (tree: TreeMap, key: string): readonly string[] =>
  listAt(tree, key).filter((each) => typeof each === 'string');

/** Services that a service needs without saying so in `depends_on`; whether it is started anew with each of them. */
const impliedBy = (service: TreeMap): readonly (readonly [name: string, restart: boolean])[] => [
  ...textsAt(service, 'links').map((link) => {
    const parts = link.split(':');
    return [parts.length === 2 ? (parts[0] ?? '') : link, true] as const;
  }),
  ...['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].flatMap((key) => {
    const space = service[key];
    return typeof space === 'string' && space.startsWith('service:')
      ? [[space.slice('service:'.length), true] as const]
      : [];
  }),
  ...textsAt(service, 'volumes_from').flatMap((from) =>
    from.startsWith('container:') ? [] : [[from.split(':')[0] ?? '', false] as const],
  ),
];

const dependenciesOf = (service: TreeMap): TreeMap => {
  const implied = impliedBy(service)
    .toReversed()
    .map(([name, restart]) => [name, { condition: 'service_started', restart, required: true }] as const);
  return { ...Object.fromEntries(implied), ...mapAt(service, ['depends_on']) };
};

const buildOf = (build: TreeMap): TreeMap => ({
  ...build,
  context: build['context'] ?? '.',
  ...((build['dockerfile'] ?? build['dockerfile_inline'] ?? null) === null ? { dockerfile: 'Dockerfile' } : {}),
});

/** Whether a service has networks of its own choice or, for want of any, the default one. */
const isAttached = (service: TreeMap): boolean =>
  !Object.hasOwn(service, 'provider') && !Object.hasOwn(service, 'network_mode');

const attachmentsOf = (service: TreeMap): TreeMap => {
  const networks = mapAt(service, ['networks']);
  return Object.keys(networks).length === 0 ? { default: null } : networks;
};

const serviceOf = (service: TreeMap): TreeMap => {
  const { build, volumes } = service;
  const dependencies = dependenciesOf(service);
  return {
    ...service,
    ...(isAttached(service) ? { networks: attachmentsOf(service) } : {}),
    ...(service['pull_policy'] === 'if_not_present' ? { pull_policy: 'missing' } : {}),
    ...(isTreeMap(build) ? { build: buildOf(build) } : {}),
    ...(isTreeList(volumes) ? { volumes: mapItems(volumes, cleanTarget) } : {}),
    ...(Object.keys(dependencies).length > 0 ? { depends_on: dependencies } : {}),
  };
};

const isExternal = (resource: TreeMap): boolean =>
  ['true', '1', 't'].includes(String(resource['external']).toLowerCase());

/** Gives what has no name of its own that of its key; what exists already is not the project's, so its name is. */
const withNames = (resources: TreeMap, project: string): TreeMap =>
  mapValues(resources, (value, key) => {
    const resource = isTreeMap(value) ? value : {};
    const name = isExternal(resource) ? key : `${project}_${key}`;
    return { ...resource, name: resource['name'] ?? name };
  });

/**
 * Adds what follows from the rest, as Compose's normalisation: the default network and attachments to it, names of networks, volumes,
 * secrets and configs, `build.dockerfile`, dependencies by links and shared namespaces.
 */
export const normalised = (tree: TreeMap, { name }: { readonly name: string }): TreeMap => {
  const services = mapValues(mapAt(tree, ['services']), (service) =>
    isTreeMap(service) ? serviceOf(service) : service,
  );
  const usesDefault = Object.values(services).some(
    (service) => isTreeMap(service) && isAttached(service) && Object.hasOwn(mapAt(service, ['networks']), 'default'),
  );
  const networks = mapAt(tree, ['networks']);
  const all = usesDefault && !Object.hasOwn(networks, 'default') ? { ...networks, default: null } : networks;
  const named = Object.entries({ ...tree, networks: all }).filter(([key]) =>
    ['networks', 'volumes', 'configs', 'secrets'].includes(key),
  );
  return {
    ...tree,
    ...(Object.hasOwn(tree, 'services') ? { services } : {}),
    ...Object.fromEntries(
      named.map(([key, resources]) => [key, isTreeMap(resources) ? withNames(resources, name) : resources]),
    ),
  };
};
