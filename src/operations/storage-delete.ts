import * as z from 'zod';
import type { Storage } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import { eachStep } from './each-step.ts';
import { nameOf } from './guest-checks.ts';
import { readConfig } from './guest-disks.ts';
import { volumeId } from './guest-input.ts';
import { operation, type Privilege } from './operation.ts';
import { figure, flag, maybe, readRows } from './rows.ts';
import { onNode, pathOf, selectStorage } from './storage.ts';
import { planned, type Step } from './steps.ts';

const row = z.looseObject({
  volid: z.string(),
  content: z.string().default(''),
  vmid: maybe(figure),
  protected: maybe(flag),
});
type Row = z.output<typeof row>;

interface Doomed {
  readonly volume: Row;
  readonly storage: Storage;
}

/** The server destroys the disk of a guest without a word (contract §10.3): who uses it is looked up here. Throws `conflict`. */
const requireUnused = async (context: Context, { volid, content, vmid }: Row): Promise<void> => {
  if (content !== 'images' && content !== 'rootdir') return;
  const owner = (await context.resources()).guests.find((guest) => guest.vmid === vmid);
  if (owner === undefined) return;
  const { settings } = await readConfig(context, owner);
  const key = Object.keys(settings).find((one) => settings[one]?.split(',')[0]?.endsWith(volid));
  if (key === undefined) return;
  throw new ProxdeckError('conflict', `${volid} is ${key} of ${nameOf(owner)}.`, {
    hint:
      key === 'rootfs'
        ? `It goes with its guest only: \`proxdeck guest delete ${String(owner.vmid)}\`.`
        : `Take it away from there: \`proxdeck guest set ${String(owner.vmid)} --delete ${key}\`.`,
  });
};

const look = async (context: Context, volid: string, node: string | undefined): Promise<Doomed> => {
  const storage = await selectStorage(context, volid.slice(0, volid.indexOf(':')), node);
  const volume = (await readRows(context, `${pathOf(storage)}/content`, row)).find((one) => one.volid === volid);
  if (volume === undefined)
    throw new ProxdeckError('not-found', `${volid} does not lie on ${storage.node}.`, {
      hint: `See \`proxdeck storage content ${storage.storage}\`; another node is named by --node.`,
    });
  if (volume.protected === true)
    throw new ProxdeckError('conflict', `${volid} is protected.`, {
      hint: 'Lift it first: `proxdeck api put /nodes/NODE/storage/STORAGE/content/VOLUME protected=0`.',
    });
  await requireUnused(context, volume);
  return { volume, storage };
};

/** Backups may be removed by who may make them; all else takes the storage itself (contract §6.6). */
const needsOf = ({ volume, storage }: Doomed): readonly Privilege[] => {
  const path = `/storage/${storage.storage}`;
  if (volume.content !== 'backup') return [{ path, privilege: 'Datastore.Allocate' }];
  return [{ path, privilege: 'Datastore.Allocate|Datastore.AllocateSpace' }];
};

const stepOf = ({ volume: { volid }, storage }: Doomed): Step & { readonly id: string } => ({
  id: volid,
  title: `delete ${volid}`,
  call: planned('DELETE', `${pathOf(storage)}/content/${encodeURIComponent(volid)}`),
});

/**
 * Destroys volumes of a storage: `DELETE /nodes/{node}/storage/{storage}/content/{volume}`. Throws `conflict` before anything is sent
 * for what a guest uses or what is protected, `partial` when some failed.
 */
export const deleteContent = operation({
  name: 'storage.delete-content',
  summary: 'Destroy volumes of a storage',
  risk: 'destroy',
  input: z.object({
    volumes: z.array(volumeId).min(1).describe('volumes, as STORAGE:NAME').meta({ positional: true }),
    node: onNode,
    wait,
  }),
  columns: [
    { field: 'id', title: 'VOLUME' },
    { field: 'result', title: 'RESULT' },
  ],
  resolve: (context, { volumes, node }) => Promise.all(volumes.map((volid) => look(context, volid, node))),
  needs: (doomed) => doomed.flatMap(needsOf),
  hazards: (_context, doomed) =>
    doomed.map(({ volume, storage }) => `${volume.volid} on ${storage.node} is destroyed.`),
  preview: (doomed) => doomed.map((one) => stepOf(one).call),
  run: (context, doomed, input) => eachStep(context, doomed.map(stepOf), input.wait),
});
