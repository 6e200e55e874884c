import { below, pathTable, rows, type PathTable } from './pathTable.ts';
import { scalarText } from './scalars.ts';
import {
  isTreeList,
  isTreeMap,
  listEntries,
  listOf,
  mapValues,
  type ListEntry,
  type Tree,
  type TreeList,
  type TreeMap,
} from './tree.ts';

/** What may stand in a list once only (Compose Specification, section Merge, unique resources). */

const pairKey = (value: Tree): string | undefined =>
  typeof value === 'string' ? (value.split('=', 1)[0] ?? value) : undefined;

const textKey = (value: Tree): string | undefined =>
  isTreeMap(value) || isTreeList(value) ? undefined : scalarText(value);

const fieldKey =
  (field: string) =>
  (value: Tree): string | undefined =>
    isTreeMap(value) ? textKey(value[field] ?? null) : textKey(value);

const grantKey =
  (folder: string) =>
  (value: Tree): string | undefined => {
    if (!isTreeMap(value)) return `${folder}/${textKey(value) ?? ''}`;
    return value['target'] === undefined
      ? `${folder}/${textKey(value['source'] ?? null) ?? ''}`
      : textKey(value['target']);
  };

const portKey = (value: Tree): string | undefined => {
  if (!isTreeMap(value)) return textKey(value);
  const { host_ip: host = '0.0.0.0', published = null, target = null, protocol = 'tcp' } = value;
  return [host, published, target, protocol].map((part) => textKey(part) ?? '').join(' ');
};

/** What makes two items of a list the same thing; the later replaces the former where that stood. */
const service = 'services.*.';
const identities: PathTable<(value: Tree) => string | undefined> = pathTable([
  ...rows('networks.*.', 'labels ipam.options', pairKey),
  ...rows(service, 'annotations cap_add cap_drop deploy.labels dns dns_opt dns_search environment', pairKey),
  ...rows(service, 'labels links profiles sysctls tmpfs networks.*.aliases networks.*.link_local_ips', pairKey),
  ...rows(`${service}build.`, 'args additional_contexts platform tags labels', pairKey),
  [`${service}expose`, textKey],
  [`${service}env_file`, fieldKey('path')],
  ...rows(service, 'volumes devices', fieldKey('target')),
  [`${service}configs`, grantKey('')],
  [`${service}secrets`, grantKey('/run/secrets')],
  [`${service}ports`, portKey],
]);

const uniqueList = (tree: TreeList, identity: (value: Tree) => string | undefined): TreeList => {
  const found = new Map<string, ListEntry>();
  listEntries(tree).forEach((entry, index) => found.set(identity(entry[0]) ?? `\0${String(index)}`, entry));
  return found.size === tree.length ? tree : listOf(found.values());
};

const uniqueBelow = (tree: Tree, table: PathTable<(value: Tree) => string | undefined> | undefined): Tree => {
  if (table === undefined) return tree;
  if (isTreeList(tree)) return table.here === undefined ? tree : uniqueList(tree, table.here);
  return isTreeMap(tree) ? mapValues(tree, (value, key) => uniqueBelow(value, below(table, key))) : tree;
};

/** Returns the tree with each thing of a list once: ports, mounts by target, pairs by key, … The last one counts. */
export const unique = (tree: TreeMap): TreeMap =>
  mapValues(tree, (value, key) => uniqueBelow(value, below(identities, key)));
