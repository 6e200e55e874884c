import * as z from 'zod';
import { backupPlaces, type BackupPlace } from '../models/backupPlaces.ts';
import { asProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { operation } from './operation.ts';
import { understood } from './understood.ts';

const volume = z.looseObject({
  volid: z.string(),
  /** Seconds since 1970. */
  ctime: z.coerce.number().default(0),
  /** Bytes; on a Proxmox Backup Server before deduplication. */
  size: z.coerce.number().default(0),
  format: z.string().optional(),
  subtype: z.string().optional(),
  vmid: z.coerce.number().optional(),
  /** First line only. */
  notes: z.string().optional(),
  protected: z.coerce.number().optional(),
  encrypted: z.coerce.string().optional(),
  /** What a Proxmox Backup Server found when it read the backup again. */
  verification: z.looseObject({ state: z.string() }).optional(),
});

/** A backup: a volume of `GET …/content?content=backup`, where it lies, and `verification.state` on its own. */
export type Backup = z.output<typeof volume> & {
  readonly storage: string;
  readonly node: string;
  readonly verified?: string;
};

const readPlace = async (
  context: Context,
  place: BackupPlace,
  vmid: number | undefined,
): Promise<readonly Backup[]> => {
  const path = `/nodes/${place.node}/storage/${place.storage}/content`;
  const options = { signal: context.signal, origin: 'person' } as const;
  const { data } = await context.proxmox().request('GET', path, { content: 'backup', vmid }, options);
  return understood(volume, data).map((row) => ({
    ...row,
    storage: place.storage,
    node: place.node,
    ...(row.verification !== undefined && { verified: row.verification.state }),
  }));
};

/**
 * Lists backups, newest first, of one guest or of all: `GET /nodes/{node}/storage/{storage}/content?content=backup` of each
 * storage that can hold some. A storage that cannot answer is a warning, unless it is the only one that is meant.
 */
export const listBackups = operation({
  name: 'backup.list',
  summary: 'List backups',
  risk: 'read',
  input: z.object({
    vmid: z.coerce.number().int().min(1).exactOptional().describe('only of this guest').meta({ completes: 'guest' }),
    storage: z.string().exactOptional().describe('only on this storage').meta({ completes: 'storage' }),
    node: z.string().exactOptional().describe('only on storages of this node').meta({ completes: 'node' }),
  }),
  columns: [
    { field: 'ctime', title: 'TAKEN', unit: 'moment' },
    { field: 'vmid', title: 'VMID' },
    { field: 'storage', title: 'STORAGE' },
    { field: 'size', title: 'SIZE', unit: 'bytes' },
    { field: 'protected', title: 'PROTECTED' },
    { field: 'verified', title: 'VERIFIED' },
    { field: 'notes', title: 'NOTES' },
    { field: 'volid', title: 'VOLUME' },
  ],
  resolve: async (context, { storage, node }) => {
    const resources = await context.resources();
    const wanted = resources.storages.filter(
      (one) => (storage === undefined || one.storage === storage) && (node === undefined || one.node === node),
    );
    return backupPlaces({ ...resources, storages: wanted });
  },
  needs: (places) => places.map(({ storage }) => ({ path: `/storage/${storage}`, privilege: 'Datastore.Audit' })),
  async *run(context, places, { vmid }): AsyncGenerator<Event, readonly Backup[], void> {
    // One that is known not to answer would hold a worker of its node for half a minute.
    const asked = places.filter(({ status }) => status === 'available' || places.length === 1);
    for (const { storage, node } of places.filter((place) => !asked.includes(place)))
      yield { type: 'warning', code: 'unavailable', message: `${storage} is not available on ${node}: not asked.` };
    const answers = await Promise.allSettled(asked.map((place) => readPlace(context, place, vmid)));
    const found: Backup[] = [];
    for (const [at, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') found.push(...answer.value);
      else if (places.length === 1) throw answer.reason;
      else {
        const { code, message } = asProxdeckError(answer.reason);
        yield { type: 'warning', code, message: `${asked[at]?.storage ?? ''}: ${message}` };
      }
    }
    return found.toSorted((a, b) => b.ctime - a.ctime);
  },
});
