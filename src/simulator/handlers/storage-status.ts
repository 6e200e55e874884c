import { numberFact } from '../facts.ts';
import { badParameters } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { isDisabled, isShared, placeOf, storageOnNode } from '../usage.ts';
import type { NodeState, StorageState } from '../world.ts';
import { flag, list, nodeOf, required, splitList, text } from './params.ts';

/** Bytes that a file system holds back from users; only that of the root is known. */
const reserved = (storage: StorageState, node: NodeState): number =>
  storage.config['type'] === 'dir' && placeOf(storage, node.name)?.totalBytes === node.rootBytes
    ? numberFact(node, 'rootReservedBytes')
    : 0;

const sizes = (storage: StorageState, node: NodeState): { total: number; used: number; avail: number } => {
  const place = placeOf(storage, node.name);
  if (isDisabled(storage) || !place?.active) return { total: 0, used: 0, avail: 0 };
  const avail = Math.max(0, place.totalBytes - place.usedBytes - reserved(storage, node));
  return { total: place.totalBytes, used: place.usedBytes, avail };
};

const status = (storage: StorageState, node: NodeState): Record<string, unknown> => {
  const enabled = !isDisabled(storage);
  return {
    type: storage.config['type'],
    content: storage.config['content'] ?? '',
    active: enabled && placeOf(storage, node.name)?.active === true ? 1 : 0,
    enabled: enabled ? 1 : 0,
    shared: isShared(storage) ? 1 : 0,
    ...sizes(storage, node),
  };
};

const diskFormats: Readonly<Record<string, { supported: string[]; default: string }>> = {
  dir: { supported: ['raw', 'qcow2', 'vmdk', 'subvol'], default: 'raw' },
  nfs: { supported: ['raw', 'qcow2', 'vmdk'], default: 'raw' },
  cifs: { supported: ['raw', 'qcow2', 'vmdk'], default: 'raw' },
  zfspool: { supported: ['raw', 'subvol'], default: 'raw' },
};

const listRow = (call: ApiCall, storage: StorageState, node: NodeState): Record<string, unknown> => {
  const row = status(storage, node);
  const { total, used } = sizes(storage, node);
  return {
    storage: storage.storage,
    ...row,
    ...(total > 0 ? { used_fraction: used / total } : {}),
    ...(flag(call, 'format')
      ? { formats: diskFormats[String(row['type'])] ?? { supported: ['raw'], default: 'raw' } }
      : {}),
  };
};

const supports = (storage: StorageState, wanted: readonly string[]): boolean =>
  wanted.length === 0 || splitList(storage.config['content']).some((content) => wanted.includes(content));

const readAll = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const only = text(call, 'storage');
  const target = text(call, 'target');
  return [...call.world.storages.values()]
    .filter((storage) => only === undefined || storage.storage === only)
    .filter((storage) => storageOnNode(storage, node.name) && (target === undefined || storageOnNode(storage, target)))
    .filter((storage) => supports(storage, list(call, 'content')))
    .filter((storage) => !flag(call, 'enabled') || !isDisabled(storage))
    .filter((storage) => call.may(`/storage/${storage.storage}`, 'Datastore.Audit', 'Datastore.AllocateSpace'))
    .map((storage) => listRow(call, storage, node));
};

const readOne = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const storage = call.world.storages.get(required(call, 'storage'));
  if (!storage || !storageOnNode(storage, node.name)) return badParameters({ storage: 'No such storage.' });
  return status(storage, node);
};

/** What a node says of its storages (PVE::API2::Storage::Status). */
export const statusRoutes: Routes = {
  'GET /nodes/{node}/storage': readAll,
  'GET /nodes/{node}/storage/{storage}/status': readOne,
};
