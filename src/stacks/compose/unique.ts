import { below, pathTable, rows, type PathTable } from './pathTable.ts';
import { scalarText } from './scalars.ts';
import {
  failAt,
  isTreeList,
  isTreeMap,
  listEntries,
  listOf,
  mapValues,
  type ListEntry,
  type Tree,
  type TreeList,
  type TreeMap,
  type TreePath,
} from './tree.ts';

/** What may stand in a list once only (Compose Specification, section Merge, unique resources). */

interface Identity {
  /** Undefined where it cannot be told. */
  readonly of: (value: Tree) => string | undefined;
  /** Without this key nothing of the long form can be told from another. */
  readonly needs?: string;
}

const textKey = (value: Tree): string | undefined =>
  isTreeMap(value) || isTreeList(value) ? undefined : scalarText(value);

const asText: Identity = { of: textKey };

const asPair: Identity = { of: (value) => (typeof value === 'string' ? value.split('=', 1)[0] : undefined) };

const byField = (needs: string): Identity => ({
  of: (value) => (isTreeMap(value) ? (value[needs] === undefined ? undefined : textKey(value[needs])) : textKey(value)),
  needs,
});

const asGrant = (folder: string): Identity => ({
  of: (value) => {
    if (!isTreeMap(value)) return `${folder}/${textKey(value) ?? ''}`;
    const { target, source = null } = value;
    return target === undefined ? `${folder}/${textKey(source) ?? ''}` : textKey(target);
  },
});

const asPort: Identity = {
  of: (value) => {
    if (!isTreeMap(value)) return textKey(value);
    const { host_ip: host = '0.0.0.0', published = null, target, protocol = 'tcp' } = value;
    if (target === undefined) return undefined;
    return [host, published, target, protocol].map((part) => textKey(part) ?? '').join(' ');
  },
  needs: 'target',
};

const service = 'services.*.';

/** What makes two items of a list the same thing; the later replaces the former where that stood. */
const identities: PathTable<Identity> = pathTable([
  ...rows('networks.*.', 'labels ipam.options', asPair),
  ...rows(service, 'annotations cap_add cap_drop deploy.labels dns dns_opt dns_search environment', asPair),
  ...rows(service, 'labels links profiles sysctls tmpfs networks.*.aliases networks.*.link_local_ips', asPair),
  ...rows(`${service}build.`, 'args additional_contexts platform tags labels', asPair),
  [`${service}expose`, asText],
  [`${service}env_file`, byField('path')],
  ...rows(service, 'volumes devices', byField('target')),
  [`${service}configs`, asGrant('')],
  [`${service}secrets`, asGrant('/run/secrets')],
  [`${service}ports`, asPort],
]);

/** Returns the tree with each thing of a list once: ports, mounts by target, pairs by key, … The last one counts. */
export const unique = (tree: TreeMap): TreeMap => {
  const listOnce = (list: TreeList, { of, needs }: Identity, path: TreePath): TreeList => {
    const found = new Map<string, ListEntry>();
    listEntries(list).forEach((entry, index) => {
      const identity = of(entry[0]);
      if (identity === undefined && needs !== undefined && isTreeMap(entry[0]))
        failAt(tree, [...path, index], `\`${needs}\` is missing.`);
      found.set(identity ?? `\0${String(index)}`, entry);
    });
    return found.size === list.length ? list : listOf(found.values());
  };
  const once = (here: Tree, table: PathTable<Identity> | undefined, path: TreePath): Tree => {
    if (table === undefined) return here;
    if (isTreeList(here)) return table.here === undefined ? here : listOnce(here, table.here, path);
    return isTreeMap(here) ? mapValues(here, (value, key) => once(value, below(table, key), [...path, key])) : here;
  };
  return mapValues(tree, (value, key) => once(value, below(identities, key), [key]));
};
