import { listFact } from '../facts.ts';
import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { isShared, storageOnNode } from '../usage.ts';
import type { NodeState, StoragePlace, StorageState } from '../world.ts';
import { deleteKeys, digestOf, required, sectionOf, text } from './params.ts';
import { contentRoutes } from './storage-content.ts';
import { pruneRoutes } from './storage-prune.ts';
import { statusRoutes } from './storage-status.ts';
import { transferRoutes } from './storage-transfer.ts';

const fileDigest = (call: ApiCall): string =>
  digestOf(
    [...call.world.storages.values()].map(({ storage, config }) => JSON.stringify([storage, config])).join('\n'),
  );

const configRow = (call: ApiCall, storage: StorageState): Record<string, unknown> => ({
  storage: storage.storage,
  ...storage.config,
  digest: fileDigest(call),
});

const readAll = (call: ApiCall): unknown => {
  const type = text(call, 'type');
  return [...call.world.storages.values()]
    .filter((storage) => type === undefined || storage.config['type'] === type)
    .filter((storage) => call.may(`/storage/${storage.storage}`, 'Datastore.Audit', 'Datastore.AllocateSpace'))
    .map((storage) => configRow(call, storage));
};

const storageOf = (call: ApiCall, prefix = ''): StorageState => {
  const name = required(call, 'storage');
  return call.world.storages.get(name) ?? die(`${prefix}storage '${name}' does not exist`);
};

/** Options without which a type cannot be (PVE::Storage::*Plugin::options, those not optional). */
const needed: Readonly<Record<string, readonly string[]>> = {
  btrfs: ['path'],
  cifs: ['server', 'share'],
  dir: ['path'],
  esxi: ['server'],
  iscsi: ['portal', 'target'],
  iscsidirect: ['portal', 'target'],
  lvm: ['vgname'],
  lvmthin: ['thinpool', 'vgname'],
  nfs: ['export', 'server'],
  pbs: ['datastore', 'server'],
  zfs: ['portal', 'target', 'pool', 'iscsiprovider', 'blocksize'],
  zfspool: ['pool'],
};

const defaultContent: Readonly<Record<string, string>> = {
  iscsi: 'images',
  pbs: 'backup',
  esxi: 'import',
  zfs: 'images',
  cephfs: 'backup,iso,vztmpl',
};

const secrets = ['password', 'encryption-key', 'keyring', 'master-pubkey'];

const defaultBytes = 100 * 2 ** 30;

/** The size of the thin pool that a node's facts list under this name. */
const thinPoolBytes = ({ vgname, thinpool }: StorageState['config'], node: NodeState): number | undefined => {
  const pool = listFact(node, 'lvmthin')?.find(({ vg, lv }) => vg === vgname && lv === thinpool);
  return pool === undefined ? undefined : Number(pool['lv_size']);
};

/** A storage of files is as large as the root file system it lies on; others bring a size of their own. */
const freshPlace = ({ config }: StorageState, node: NodeState): StoragePlace => {
  const files = config['type'] === 'dir' || config['type'] === 'btrfs';
  return {
    totalBytes: files ? node.rootBytes : (thinPoolBytes(config, node) ?? defaultBytes),
    usedBytes: files ? node.rootUsedBytes : 0,
    active: true,
    delayMs: 0,
    volumes: new Map(),
  };
};

const makePlaces = (call: ApiCall, storage: StorageState): void => {
  const nodes = [...call.world.nodes.values()].filter((node) => storageOnNode(storage, node.name));
  const [first] = nodes;
  if (isShared(storage) && first) {
    storage.places.set('', freshPlace(storage, first));
    return;
  }
  for (const node of nodes) storage.places.set(node.name, freshPlace(storage, node));
};

const create = (call: ApiCall): unknown => {
  const name = required(call, 'storage');
  const type = required(call, 'type');
  for (const option of needed[type] ?? []) {
    if (text(call, option) === undefined) die(`missing value for required option '${option}'`);
  }
  if (call.world.storages.has(name)) die(`create storage failed: storage ID '${name}' already defined`);
  const config = { content: defaultContent[type] ?? 'images,rootdir', ...sectionOf(call, ['storage', ...secrets]) };
  const storage: StorageState = { storage: name, config, places: new Map() };
  makePlaces(call, storage);
  call.world.storages.set(name, storage);
  return { storage: name, type };
};

const update = (call: ApiCall): unknown => {
  const storage = storageOf(call, 'update storage failed: ');
  const digest = text(call, 'digest');
  if (digest !== undefined && digest !== fileDigest(call)) {
    die('update storage failed: detected modified configuration - file changed by other user? Try again.');
  }
  deleteKeys(call, storage.config);
  Object.assign(storage.config, sectionOf(call, ['storage', 'delete', 'digest', ...secrets]));
  return { storage: storage.storage, type: storage.config['type'] };
};

const remove = (call: ApiCall): null => {
  const { storage } = storageOf(call, 'delete storage failed: ');
  call.world.storages.delete(storage);
  for (const pool of call.world.pools.values()) pool.storages.delete(storage);
  return null;
};

/** /storage and /nodes/{node}/storage (PVE::API2::Storage). */
export const storageRoutes: Routes = {
  'GET /storage': readAll,
  'POST /storage': create,
  'GET /storage/{storage}': (call) => configRow(call, storageOf(call)),
  'PUT /storage/{storage}': update,
  'DELETE /storage/{storage}': remove,
  ...statusRoutes,
  ...contentRoutes,
  ...pruneRoutes,
  ...transferRoutes,
};
