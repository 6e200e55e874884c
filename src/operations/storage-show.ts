import * as z from 'zod';
import type { Storage } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { operation } from './operation.ts';
import { readRows } from './rows.ts';
import { readsStorage, selectStorage, storageName } from './storage.ts';

/** A section of storage.cfg (contract §10.1). Which further keys there are depends on its type. */
const section = z.looseObject({ storage: z.string(), type: z.string() });

/** How a storage is configured, and how each node sees it. */
export interface StorageShown {
  readonly config: z.output<typeof section>;
  readonly places: readonly Pick<Storage, 'node' | 'status' | 'disk' | 'maxdisk'>[];
}

/** The digest tells two versions of the file apart and a person nothing. */
const withoutDigest = ({ digest: _digest, ...config }: z.output<typeof section>): z.output<typeof section> => config;

/** Shows one storage: its section of `GET /storage` (which narrow logins may read too) and its rows of `GET /cluster/resources`. */
export const showStorage = operation({
  name: 'storage.show',
  summary: 'Show one storage',
  risk: 'read',
  input: z.object({ storage: storageName.meta({ positional: true }) }),
  resolve: (context, { storage }) => selectStorage(context, storage, undefined),
  needs: ({ storage }) => [readsStorage(storage)],
  async *run(context, { storage }): AsyncGenerator<never, StorageShown, void> {
    const [sections, { storages }] = await Promise.all([readRows(context, '/storage', section), context.resources()]);
    const config = sections.find((one) => one.storage === storage);
    if (config === undefined) {
      throw new ProxdeckError('not-found', `The configuration of ${storage} is not shown to this login.`, {
        hint: `It needs Datastore.Audit on /storage/${storage}.`,
      });
    }
    const places = storages
      .filter((one) => one.storage === storage)
      .map(({ node, status, disk, maxdisk }) => ({ node, status, disk, maxdisk }));
    return { config: withoutDigest(config), places };
  },
});
