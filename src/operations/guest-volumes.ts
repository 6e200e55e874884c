import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { bytes as sizeText } from '../models/units.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { atHand, diskContent, nameOf, requireSpace, storageFor } from './guest-checks.ts';
import { disksIn, readConfig, type Disk } from './guest-disks.ts';
import { oneGuest } from './guest-read.ts';
import { bytesOf, growth, type Growth } from './measures.ts';
import { operation, type Column, type Privilege } from './operation.ts';
import { onGuests } from './privileges.ts';
import { selectGuest } from './select.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';

/** What came of work on one disk. */
interface DiskOutcome {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly disk: string;
  readonly result: string;
  readonly upid?: string;
}

interface Plan {
  readonly guest: Guest;
  /** Bytes it has afterwards. */
  readonly bytes: number;
  readonly disk: Disk;
  readonly step: Step;
  readonly storage: string;
}

const columns: readonly Column[] = [
  { field: 'vmid', title: 'VMID' },
  { field: 'name', title: 'NAME' },
  { field: 'node', title: 'NODE' },
  { field: 'disk', title: 'DISK' },
  { field: 'result', title: 'RESULT' },
];

const diskKey = z.string().min(1).describe('its disk: rootfs, mp0, scsi0').meta({ positional: true });
const overcommit = z.boolean().default(false).describe('promise more than a thin storage has');

const look = async (context: Context, selector: string, wanted: string) => {
  const guest = await atHand(context, await selectGuest(context, selector));
  const { settings, digest } = await readConfig(context, guest);
  const disks = disksIn(guest.type, settings);
  const disk = disks.find(({ key }) => key === wanted);
  if (disk !== undefined) return { guest, disk, digest };
  const keys = disks.map(({ key }) => key);
  throw new ProxdeckError('not-found', `${nameOf(guest)} has no disk ${wanted}.${didYouMean(wanted, keys)}`, {
    hint: keys.length === 0 ? 'It has none at all.' : `It has: ${keys.join(', ')}.`,
  });
};

const storageOf = ({ volume }: Disk): string => volume.slice(0, volume.indexOf(':'));

/** Bytes that are added. Throws `validation` for a disk that would shrink or stay as it is. */
const added = (guest: Guest, { key, size }: Disk, wanted: Growth): number => {
  if (wanted.more) return wanted.bytes;
  const now = bytesOf(size) ?? 0;
  if (wanted.bytes > now) return wanted.bytes - now;
  const what = wanted.bytes === now ? 'has that size already' : `has ${sizeText(now)}, and disks cannot shrink`;
  throw new ProxdeckError('validation', `${key} of ${nameOf(guest)} ${what}.`, {
    hint: 'Give a larger size, or how much more: +2G.',
  });
};

const asSize = (bytes: number): string => {
  const mebibytes = Math.round(bytes / 2 ** 20);
  return mebibytes % 1024 === 0 ? `${String(mebibytes / 1024)}G` : `${String(mebibytes)}M`;
};

const run = async function* (
  context: Context,
  { guest: { vmid, name, node }, disk, step }: Plan,
  isWaitedFor: boolean,
): AsyncGenerator<Event, DiskOutcome, void> {
  return { vmid, name, node, disk: disk.key, ...(yield* takeStep(context, step, isWaitedFor)) };
};

const needs = ({ guest, storage }: Plan): readonly Privilege[] => {
  const path = `/vms/${String(guest.vmid)}`;
  return [
    { path, privilege: 'VM.Config.Disk' },
    { path: `/storage/${storage}`, privilege: 'Datastore.AllocateSpace' },
  ];
};

/**
 * Makes a disk larger: `PUT /nodes/{node}/{lxc|qemu}/{vmid}/resize`. There is no way back. Throws `validation` before anything is sent for
 * a disk that would shrink, and where there is not enough space.
 */
export const resizeDisk = operation({
  name: 'guest.resize',
  summary: 'Make a disk of a guest larger',
  risk: 'change',
  input: z.object({
    guest: oneGuest,
    disk: diskKey,
    size: growth.describe('how much more, +2G, or the whole, 10G').meta({ positional: true }),
    overcommit,
    wait,
  }),
  columns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Config.Disk'),
  resolve: async (context, given): Promise<Plan> => {
    const { guest, disk, digest } = await look(context, given.guest, given.disk);
    const more = added(guest, disk, given.size);
    const storage = storageOf(disk);
    requireSpace(await storageFor(context, guest.node, diskContent(guest.type), storage), more, given.overcommit);
    const size = `${given.size.more ? '+' : ''}${asSize(given.size.bytes)}`;
    const call = planned('PUT', `/nodes/${guest.node}/${guest.id}/resize`, { disk: disk.key, size, digest });
    const bytes = (bytesOf(disk.size) ?? 0) + more;
    return { guest, disk, bytes, storage, step: { title: `resize ${disk.key} of ${nameOf(guest)} to ${size}`, call } };
  },
  // The key `disk` falls into the check of options where containers are concerned (contract §6.6).
  needs: (plan) => [
    ...needs(plan),
    ...(plan.guest.type === 'lxc' ? [{ path: `/vms/${String(plan.guest.vmid)}`, privilege: 'VM.Config.Options' }] : []),
  ],
  claims: ({ guest, bytes }) => [{ vmid: guest.vmid, disk: bytes }],
  preview: ({ step }) => shown([step]),
  run: (context, plan, input) => run(context, plan, input.wait),
});

/**
 * Moves a disk to another storage: `POST …/lxc/{vmid}/move_volume`, `POST …/qemu/{vmid}/move_disk`. Throws before anything is sent:
 * `conflict` for a container that runs, `validation` for a storage that cannot hold it.
 */
export const moveDisk = operation({
  name: 'guest.move-disk',
  summary: 'Move a disk of a guest to another storage',
  risk: 'change',
  input: z.object({
    guest: oneGuest,
    disk: diskKey,
    storage: z.string().min(1).describe('storage that it moves to').meta({ positional: true, completes: 'storage' }),
    delete: z.boolean().default(false).describe('destroy the old one instead of keeping it as unused'),
    overcommit,
    wait,
  }),
  columns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Config.Disk'),
  resolve: async (context, given): Promise<Plan> => {
    const { guest, disk, digest } = await look(context, given.guest, given.disk);
    if (guest.type === 'lxc' && guest.status === 'running')
      throw new ProxdeckError('conflict', `${nameOf(guest)} runs: disks of a container move while it is stopped.`, {
        hint: `Shut it down first: \`proxdeck guest shutdown ${String(guest.vmid)}\`.`,
      });
    if (storageOf(disk) === given.storage)
      throw new ProxdeckError('conflict', `${disk.key} of ${nameOf(guest)} lies on ${given.storage} already.`);
    const place = await storageFor(context, guest.node, diskContent(guest.type), given.storage);
    requireSpace(place, bytesOf(disk.size) ?? 0, given.overcommit);
    const [verb, key] = guest.type === 'lxc' ? ['move_volume', 'volume'] : ['move_disk', 'disk'];
    const call = planned('POST', `/nodes/${guest.node}/${guest.id}/${verb}`, {
      [key]: disk.key,
      storage: given.storage,
      delete: given.delete ? true : undefined,
      digest,
    });
    const title = `move ${disk.key} of ${nameOf(guest)} to ${given.storage}`;
    return { guest, disk, bytes: bytesOf(disk.size) ?? 0, storage: given.storage, step: { title, call } };
  },
  needs,
  hazards: (_context, { guest, disk }, given) => [
    given.delete
      ? `The old volume ${disk.volume} is destroyed after it was copied.`
      : `The old volume ${disk.volume} stays with ${nameOf(guest)} as unused and takes space.`,
  ],
  preview: ({ step }) => shown([step]),
  run: (context, plan, input) => run(context, plan, input.wait),
});
