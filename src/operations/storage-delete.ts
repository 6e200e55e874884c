import * as z from 'zod';
import type { Storage } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
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
  /** Who will miss it, in sentences. */
  readonly missed: readonly string[];
}

/** Of so many VMs the drives are looked through. */
const mostDrives = 200;
const drive = /^(?:ide|sata|scsi)\d+$/;

/** The drives in which an ISO image lies: a VM whose image is gone does not start (contract §11.4). */
const drivesWith = async (context: Context, { volid }: Row, { storage }: Storage): Promise<readonly string[]> => {
  const { guests, nodes, storages } = await context.resources();
  const near = new Set(storages.filter((one) => one.storage === storage).map(({ node }) => node));
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const vms = guests.filter(({ type, node }) => type === 'qemu' && near.has(node) && online.has(node));
  const told = await Promise.all(
    vms.slice(0, mostDrives).map(async (vm) => {
      try {
        const { settings } = await readConfig(context, vm);
        const key = Object.keys(settings).find((one) => drive.test(one) && settings[one]?.split(',')[0] === volid);
        return key === undefined ? [] : [`It is in ${key} of ${nameOf(vm)}, which does not start without it.`];
      } catch (thrown) {
        if (asProxdeckError(thrown).code === 'cancelled') throw thrown;
        return [`Whether ${nameOf(vm)} has it in a drive could not be found out.`];
      }
    }),
  );
  const unseen = vms.length - mostDrives;
  return [...told.flat(), ...(unseen > 0 ? [`The drives of ${String(unseen)} more VMs were not looked through.`] : [])];
};

/** Who will miss a volume: the drives an image lies in, the guest whose last backup it is. */
const missing = async (
  context: Context,
  volume: Row,
  storage: Storage,
  beside: readonly Row[],
): Promise<readonly string[]> => {
  if (volume.content === 'iso') return drivesWith(context, volume, storage);
  if (volume.content !== 'backup' || volume.vmid === undefined) return [];
  const others = beside.filter(
    ({ content, vmid, volid }) => content === 'backup' && vmid === volume.vmid && volid !== volume.volid,
  );
  if (others.length > 0) return [];
  const guest = (await context.resources()).guests.find(({ vmid }) => vmid === volume.vmid);
  const whose = guest === undefined ? `${String(volume.vmid)}, which is gone itself` : nameOf(guest);
  return [`It is the last backup on ${storage.storage} of ${whose}.`];
};

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
  const rows = await readRows(context, `${pathOf(storage)}/content`, row);
  const volume = rows.find((one) => one.volid === volid);
  if (volume === undefined)
    throw new ProxdeckError('not-found', `${volid} does not lie on ${storage.node}.`, {
      hint: `See \`proxdeck storage content ${storage.storage}\`; another node is named by --node.`,
    });
  if (volume.protected === true)
    throw new ProxdeckError('conflict', `${volid} is protected.`, {
      hint: 'Lift it first: `proxdeck api put /nodes/NODE/storage/STORAGE/content/VOLUME protected=0`.',
    });
  await requireUnused(context, volume);
  return { volume, storage, missed: await missing(context, volume, storage, rows) };
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
    doomed.flatMap(({ volume, storage, missed }) => [`${volume.volid} on ${storage.node} is destroyed.`, ...missed]),
  preview: (doomed) => doomed.map((one) => stepOf(one).call),
  run: (context, doomed, input) => eachStep(context, doomed.map(stepOf), input.wait),
});
