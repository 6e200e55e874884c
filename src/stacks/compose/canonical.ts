import { byTable, type Change } from './canonicalTable.ts';
import { longDevice, longGrant, longMount } from './canonicalVolumes.ts';
import { longPorts } from './canonicalPorts.ts';
import {
  isTreeList,
  isTreeMap,
  listEntries,
  listOf,
  mapItems,
  mapOf,
  mapValues,
  type Tree,
  type TreeMap,
} from './tree.ts';

/** The long form of everything that has a short one, as docker compose 5.1.0 has it between two files that are merged. */

const inList: Change = (value) => (typeof value === 'string' ? [value] : value);

/** A list of names as a mapping; what each gets. */
const namesTo =
  (value: Tree): Change =>
  (names) =>
    isTreeList(names) ? mapOf(listEntries(names).map(([name, origin]) => [String(name), value, origin])) : names;

const withDefaults = (tree: Tree, defaults: Readonly<Record<string, Tree>>): Tree =>
  isTreeMap(tree) ? { ...defaults, ...tree } : tree;

const usualDependency = { condition: 'service_started', required: true };

const longDependencies: Change = (dependencies, here) =>
  isTreeMap(dependencies)
    ? mapValues(dependencies, (each) => withDefaults(each, usualDependency))
    : namesTo(usualDependency)(dependencies, here);

const longEnvFile = (file: Tree): Tree =>
  withDefaults(typeof file === 'string' ? { path: file } : file, { required: true });

const longEnvFiles: Change = (files) => {
  const list = typeof files === 'string' ? listOf([[files, undefined]]) : files;
  return isTreeList(list) ? mapItems(list, longEnvFile) : list;
};

/** `KEY=value` lines as a mapping. */
const pairsToMap: Change = (pairs, { fail }) => {
  if (!isTreeList(pairs)) return pairs;
  return mapOf(
    listEntries(pairs).map(([pair, origin], index) => {
      const [key = '', value] = String(pair).split(/=(.*)/s);
      return value === undefined
        ? fail(`\`${key}\` is to be written as in \`name=value\``, [index])
        : [key, value, origin];
    }),
  );
};

const longSshKeys: Change = (keys, { fail }) => {
  if (!isTreeList(keys)) return keys;
  return mapOf(
    listEntries(keys).map(([key, origin], index) => {
      const [id = '', path = null] = String(key).split(/=(.*)/s);
      return path === null && id !== 'default'
        ? fail(`\`${id}\` names no key: it is \`default\` or as in \`${id}=path/of/key\``, [index])
        : [id, path, origin];
    }),
  );
};

const limit: Change = (value, { fail }) =>
  typeof value === 'string' ? fail(`\`${value}\` is no whole number`) : value;

const asText: Change = (value) => (value === null || typeof value === 'object' ? value : String(value));

/** `external: {name: …}`, as it was written long ago. */
const plainExternal: Change = (resource, { fail }) => {
  if (!isTreeMap(resource)) return resource;
  const { external, name } = resource;
  if (!isTreeMap(external)) return resource;
  if (name !== undefined && external['name'] !== undefined && name !== external['name'])
    return fail('`name` and `external.name` differ; write `name` and `external: true`', ['external']);
  return { ...resource, external: true, ...(external['name'] === undefined ? {} : { name: external['name'] }) };
};

const named =
  (key: string): Change =>
  (value) =>
    typeof value === 'string' ? { [key]: value } : value;

/** Returns the tree with every short form as its long one (ports, volumes, build, networks …). Twice is the same as once. */
export const canonical: (tree: TreeMap) => TreeMap = byTable({
  'services.*.build': named('context'),
  'services.*.build.secrets.[]': longGrant,
  'services.*.build.provenance': asText,
  'services.*.build.sbom': asText,
  'services.*.build.additional_contexts': pairsToMap,
  'services.*.build.ssh': longSshKeys,
  'services.*.build.ulimits.*': limit,
  'services.*.configs.[]': longGrant,
  'services.*.depends_on': longDependencies,
  'services.*.develop.watch.[].ignore': inList,
  'services.*.develop.watch.[].include': inList,
  'services.*.devices.[]': longDevice,
  'services.*.dns': (value, here) => {
    const list = inList(value, here);
    return isTreeList(list) ? listOf(listEntries(list).filter(([server]) => server !== null && server !== '')) : list;
  },
  'services.*.env_file': longEnvFiles,
  'services.*.extends': named('service'),
  'services.*.gpus': (value) => (typeof value === 'string' ? [{ count: value }] : value),
  'services.*.label_file': inList,
  'services.*.models': namesTo(null),
  'services.*.networks': namesTo(null),
  'services.*.ports': longPorts,
  'services.*.secrets.[]': longGrant,
  'services.*.ulimits.*': limit,
  'services.*.volumes.[]': longMount,
  'volumes.*': plainExternal,
  'networks.*': plainExternal,
  'secrets.*': plainExternal,
  'configs.*': plainExternal,
});
