import type { Resources, Storage } from './cluster.ts';

/** A storage that holds backups, as seen from one node: shared ones once, from a node that can be asked. */
export type BackupPlace = Pick<Storage, 'storage' | 'node' | 'shared' | 'status' | 'plugintype'>;

/** Returns where backups can lie. One whose status is not `available` cannot be asked, and is returned all the same. */
export const backupPlaces = ({ storages, nodes }: Pick<Resources, 'storages' | 'nodes'>): readonly BackupPlace[] => {
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const places = new Map<string, BackupPlace>();
  for (const one of storages) {
    if (!one.content.includes('backup') || !online.has(one.node)) continue;
    const key = one.shared ? one.storage : `${one.node}/${one.storage}`;
    const known = places.get(key);
    if (known === undefined || (known.status !== 'available' && one.status === 'available')) places.set(key, one);
  }
  return [...places.values()];
};
