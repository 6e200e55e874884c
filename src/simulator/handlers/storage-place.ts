import { die } from '../handler.ts';
import type { ApiCall } from '../handler.ts';
import { isDisabled, placeOf, storageOnNode } from '../usage.ts';
import type { NodeState, StoragePlace, StorageState, VolumeState } from '../world.ts';
import { nodeOf, required, splitList } from './params.ts';

/** A storage that is usable from a node, and its volumes there. */
export interface Usable {
  readonly storage: StorageState;
  readonly place: StoragePlace;
  readonly node: NodeState;
}

/** The storage in the path, whether or not it can be used now. */
export const knownPlace = (call: ApiCall): Usable => {
  const name = required(call, 'storage');
  const node = nodeOf(call);
  const storage = call.world.storages.get(name) ?? die(`storage '${name}' does not exist`);
  const place = placeOf(storage, node.name);
  if (!storageOnNode(storage, node.name) || !place)
    return die(`storage '${name}' is not available on node '${node.name}'`);
  return { storage, place, node };
};

/** The storage in the path. Dies as PVE::Storage::storage_check_enabled and activate_storage do. */
export const usableStorage = (call: ApiCall): Usable => {
  const name = required(call, 'storage');
  const storage = call.world.storages.get(name);
  if (storage !== undefined && isDisabled(storage)) die(`storage '${name}' is disabled`);
  const usable = knownPlace(call);
  if (!usable.place.active) die(`storage '${name}' is not online`);
  return usable;
};

/** The volume id in the path: whole, or without the storage before the colon. */
export const volidOf = (call: ApiCall): string => {
  const volume = required(call, 'volume');
  return volume.includes(':') ? volume : `${required(call, 'storage')}:${volume}`;
};

const readPrivileges = ['Datastore.Audit', 'Datastore.AllocateSpace'] as const;

/** Whether a caller may see a volume (PVE::Storage::check_volume_access, contract §10.3). */
export const maySee = (call: ApiCall, { storage }: Usable, volume: VolumeState): boolean => {
  const path = `/storage/${storage.storage}`;
  if (call.may(path, 'Datastore.Allocate')) return true;
  const owner = `/vms/${volume.vmid}`;
  switch (volume.content) {
    case 'iso':
    case 'vztmpl':
    case 'import':
      return call.may(path, ...readPrivileges);
    case 'backup':
      return call.may(path, 'Datastore.AllocateSpace') && call.may(owner, 'VM.Backup');
    case 'images':
    case 'rootdir':
      return call.may(owner, 'VM.Audit', 'VM.Config.Disk');
    default:
      return false;
  }
};

/** Whether storage.cfg lets a storage hold this kind of content. */
export const holdsContent = (storage: StorageState, content: string): boolean =>
  splitList(storage.config['content']).includes(content);
