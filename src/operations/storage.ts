import * as z from 'zod';
import type { Storage } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Context } from './context.ts';
import { operation, type Column, type Privilege } from './operation.ts';
import { figure, flag, maybe, readData, readRows, word } from './rows.ts';

const columns: readonly Column[] = [
  { field: 'storage', title: 'STORAGE' },
  { field: 'node', title: 'NODE' },
  { field: 'plugintype', title: 'TYPE' },
  { field: 'status', title: 'STATUS' },
  { field: 'shared', title: 'SHARED' },
  { field: 'disk', title: 'USED', unit: 'bytes' },
  { field: 'maxdisk', title: 'SIZE', unit: 'bytes' },
  { field: 'content', title: 'CONTENT' },
];

/** Inputs of operations on one storage. */
export const storageName = z.string().min(1).describe('name of a storage').meta({ completes: 'storage' });
export const onNode = z.string().exactOptional().describe('on this node').meta({ completes: 'node' });

/** Lists storages, one row a node and storage, from `GET /cluster/resources`. */
export const listStorages = operation({
  name: 'storage.list',
  summary: 'List storages',
  risk: 'read',
  input: z.object({ node: onNode }),
  columns,
  async *run(context, _resolved, input) {
    const { storages } = await context.resources();
    return storages.filter((storage) => input.node === undefined || storage.node === input.node);
  },
});

/** `/nodes/{node}/storage/{storage}` */
export const pathOf = ({ node, storage }: Pick<Storage, 'node' | 'storage'>): string =>
  `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}`;

const contentColumns: readonly Column[] = [
  { field: 'volid', title: 'VOLUME' },
  { field: 'content', title: 'CONTENT' },
  { field: 'format', title: 'FORMAT' },
  { field: 'size', title: 'SIZE', unit: 'bytes' },
  { field: 'vmid', title: 'VMID' },
  { field: 'ctime', title: 'CREATED', unit: 'moment' },
  { field: 'notes', title: 'NOTES' },
];

/** What the server asks for before it tells of a storage: either privilege will do (contract §10). */
export const readsStorage = (storage: string): Privilege => ({
  path: `/storage/${storage}`,
  privilege: 'Datastore.Audit|Datastore.AllocateSpace',
});

/** A storage as one node sees it: the named node, else the first one that is online and has it available. Throws `not-found`. */
export const selectStorage = async (
  context: Context,
  name: string,
  wantedNode: string | undefined,
): Promise<Storage> => {
  const { storages, nodes } = await context.resources();
  const places = storages.filter((one) => one.storage === name);
  if (places.length === 0) {
    const known = [...new Set(storages.map(({ storage }) => storage))];
    throw new ProxdeckError('not-found', `There is no storage ${name}.${didYouMean(name, known)}`, {
      hint: `There are: ${known.join(', ')}.`,
    });
  }
  const online = new Set(nodes.filter(({ status }) => status === 'online').map((one) => one.node));
  const usable = places.filter((one) => (wantedNode === undefined ? online.has(one.node) : one.node === wantedNode));
  const chosen = usable.find(({ status }) => status === 'available') ?? usable[0];
  if (chosen !== undefined) return chosen;
  const where = places.map((one) => one.node).join(', ');
  throw new ProxdeckError('not-found', `No node that can be asked has the storage ${name}.`, {
    hint: `It is on: ${where}.`,
  });
};

/** What lies on a storage (contract §10.3); which fields there are depends on its kind. */
const volume = z.looseObject({
  volid: z.string(),
  content: z.string().default(''),
  format: maybe(z.string()),
  /** Bytes; of a backup on a Proxmox Backup Server before deduplication. */
  size: maybe(figure),
  used: maybe(figure),
  /** Seconds since 1970. */
  ctime: maybe(figure),
  /** The guest it belongs to. */
  vmid: maybe(figure),
  parent: maybe(z.string()),
  /** First line only. */
  notes: maybe(z.string()),
  protected: maybe(flag),
  subtype: maybe(z.string()),
  /** Fingerprint of the key, or 1. */
  encrypted: maybe(word),
  /** What a Proxmox Backup Server found when it read the backup again. */
  verification: maybe(z.looseObject({ state: z.string() })),
});

/** A volume, as the list of a storage tells of it. */
export type Volume = z.output<typeof volume>;

/** Lists what lies on a storage: `GET /nodes/{node}/storage/{storage}/content`. */
export const listContent = operation({
  name: 'storage.content',
  summary: 'List what lies on a storage',
  risk: 'read',
  input: z.object({
    storage: storageName.meta({ positional: true }),
    node: onNode,
    content: z
      .enum(['images', 'rootdir', 'iso', 'vztmpl', 'backup', 'snippets', 'import'])
      .exactOptional()
      .describe('only this kind'),
    vmid: z.coerce.number().int().min(1).exactOptional().describe('only of this guest'),
  }),
  columns: contentColumns,
  resolve: (context, input) => selectStorage(context, input.storage, input.node),
  needs: ({ storage }) => [readsStorage(storage)],
  async *run(context, storage, { content, vmid }): AsyncGenerator<never, readonly Volume[], void> {
    return readRows(context, `${pathOf(storage)}/content`, volume, { content, vmid });
  },
});

const attributes = z.looseObject({
  path: maybe(z.string()),
  size: maybe(figure),
  used: maybe(figure),
  format: maybe(z.string()),
  /** The whole text; the list has its first line only. */
  notes: maybe(z.string()),
  protected: maybe(flag),
});

/** Shows one volume: `GET /nodes/{node}/storage/{storage}/content/{volume}`. */
export const showVolume = operation({
  name: 'storage.volume',
  summary: 'Show one volume of a storage',
  risk: 'read',
  input: z.object({
    volume: z
      .string()
      .regex(/^[^:]+:.+/, 'a volume is named STORAGE:NAME; `proxdeck storage content` shows them')
      .describe('volume, as STORAGE:NAME')
      .meta({ positional: true }),
    node: onNode,
  }),
  resolve: (context, input) => selectStorage(context, input.volume.slice(0, input.volume.indexOf(':')), input.node),
  needs: ({ storage }) => [readsStorage(storage)],
  async *run(context, storage, input) {
    const path = `${pathOf(storage)}/content/${encodeURIComponent(input.volume)}`;
    return { volid: input.volume, ...attributes.parse(await readData(context, path)) };
  },
});
