import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { canaryFields, requireWaiting } from './canary.ts';
import type { Context } from './context.ts';
import { eachGuest, guestHazards, outcomeColumns, wait, type GuestOutcome } from './each-guest.ts';
import type { Event } from './event.ts';
import { atHand, nameOf, requireOnline } from './guest-checks.ts';
import { disksIn, readConfig } from './guest-disks.ts';
import { operation, type Call, type PlannedCall, type Privilege } from './operation.ts';
import { onGuests } from './privileges.ts';
import { guestSelectors, selectGuests } from './select.ts';
import { planned } from './steps.ts';

/** A guest that moves, and how. */
export interface Journey {
  readonly guest: Guest;
  readonly target: string;
  readonly call: PlannedCall;
}

const passedThrough = /^(?:hostpci|usb|dev)\d+$/;

/** Throws `conflict` for what binds a guest to its node: devices, and storages that the other node has not. */
const requireMovable = async (
  context: Context,
  guest: Guest,
  target: string,
  settings: Readonly<Record<string, string>>,
  targetStorage: string | undefined,
): Promise<readonly string[]> => {
  const who = nameOf(guest);
  const device = Object.keys(settings).find((key) => passedThrough.test(key) && !settings[key]?.includes('mapping='));
  if (device !== undefined)
    throw new ProxdeckError('conflict', `${who} uses a device of ${guest.node} (${device}) and cannot leave it.`, {
      hint: `Take it away first: \`proxdeck guest set ${String(guest.vmid)} --delete ${device}\`, or use a resource mapping.`,
    });
  const { storages } = await context.resources();
  const used = [...new Set(disksIn(guest.type, settings).map(({ volume }) => volume.split(':')[0] ?? ''))];
  const there = new Set(storages.filter(({ node }) => node === target).map(({ storage }) => storage));
  const missing = targetStorage === undefined ? used.find((storage) => !there.has(storage)) : undefined;
  if (missing !== undefined)
    throw new ProxdeckError('conflict', `${target} has no storage ${missing}, where disks of ${who} lie.`, {
      hint: `Say with --target-storage where they shall lie: ${[...there].join(', ')}.`,
    });
  const shared = new Set(storages.filter((one) => one.shared).map(({ storage }) => storage));
  return used.filter((storage) => !shared.has(storage));
};

/**
 * Returns how a guest gets to another node: live for a VM that runs, by a restart for a container. Throws `conflict` for what binds it,
 * `unreachable`, `locked`.
 */
export const journeyTo = async (
  context: Context,
  row: Guest,
  target: string,
  targetStorage?: string,
): Promise<Journey> => {
  const guest = await atHand(context, row);
  if (guest.node === target)
    throw new ProxdeckError('conflict', `${nameOf(guest)} is on ${target} already.`, { hint: 'Name another node.' });
  const { settings } = await readConfig(context, guest);
  const local = await requireMovable(context, guest, target, settings, targetStorage);
  const runs = guest.status !== 'stopped';
  const path = `/nodes/${guest.node}/${guest.id}/migrate`;
  const call =
    guest.type === 'lxc'
      ? planned('POST', path, { target, restart: runs ? true : undefined, 'target-storage': targetStorage })
      : planned('POST', path, {
          target,
          online: runs ? true : undefined,
          'with-local-disks': runs && local.length > 0 ? true : undefined,
          targetstorage: targetStorage,
        });
  return { guest, target, call };
};

/** What a person should know of journeys. */
export const journeyHazards = (journeys: readonly Journey[]): readonly string[] => [
  ...guestHazards(journeys.map(({ guest }) => guest)),
  ...journeys.flatMap(({ guest, target }) =>
    guest.type === 'lxc' && guest.status === 'running'
      ? [`${nameOf(guest)} is stopped, copied to ${target} and started there: containers do not move while they run.`]
      : [],
  ),
];

/** VM.Migrate on each. */
export const mayMigrate = (journeys: readonly Journey[]): readonly Privilege[] =>
  journeys.map(({ guest }) => ({ path: `/vms/${String(guest.vmid)}`, privilege: 'VM.Migrate' }));

/** Where a guest is after its journey failed. */
const whereabouts = async (context: Context, { vmid }: Guest): Promise<string | undefined> => {
  const { guests } = await context.proxmox().resources({ signal: context.signal, origin: 'person' });
  const now = guests.find((one) => one.vmid === vmid);
  return now === undefined
    ? undefined
    : `It is ${now.status} on ${now.node}${now.lock === undefined ? '' : `, locked (${now.lock})`}.`;
};

/** Lets guests travel, all at once, or the first one alone and the rest when it is well. Returns what came of each; throws as eachGuest does. */
export const travel = (
  context: Context,
  journeys: readonly Journey[],
  { wait: isWaitedFor, canary, watch }: { readonly wait: boolean; readonly canary: boolean; readonly watch: number },
): AsyncGenerator<Event, readonly GuestOutcome[], void> => {
  const calls = new Map(journeys.map(({ guest, call }) => [guest.id, call]));
  const targets = new Map(journeys.map(({ guest, target }) => [guest.id, target]));
  const arrived = ({ id, node, status }: Guest) => ({ status, node: targets.get(id) ?? node, seconds: watch });
  return eachGuest(
    context,
    journeys.map(({ guest }) => guest),
    {
      verb: 'migrate',
      call: (guest) => calls.get(guest.id) ?? planned('POST', `/nodes/${guest.node}/${guest.id}/migrate`),
      wait: isWaitedFor,
      aftermath: (guest) => whereabouts(context, guest),
      ...(canary && { canary: arrived }),
    },
  );
};

/** Back to the one node that they all came from; undefined when there are several. */
export const journeyBack = (outcomes: readonly GuestOutcome[]): Call | undefined => {
  const moved = outcomes.filter(({ changed }) => changed);
  const [origin, another] = new Set(moved.map(({ node }) => node));
  if (origin === undefined || another !== undefined) return undefined;
  return { name: 'guest.migrate', input: { guests: moved.map(({ vmid }) => String(vmid)), target: origin } };
};

/** Moves guests to another node: `POST /nodes/{node}/{lxc|qemu}/{vmid}/migrate`. */
export const migrateGuests = operation({
  name: 'guest.migrate',
  summary: 'Move guests to another node',
  risk: 'change',
  input: z.object({
    guests: guestSelectors,
    target: z.string().min(1).describe('node they move to').meta({ completes: 'node' }),
    targetStorage: z
      .string()
      .exactOptional()
      .describe('where disks lie there (usually on the storage of the same name)')
      .meta({ completes: 'storage' }),
    ...canaryFields,
    wait,
  }),
  columns: outcomeColumns,
  needsFirst: ({ guests }) => onGuests(guests, 'VM.Migrate'),
  resolve: async (context, { guests, target, targetStorage, canary, wait: isWaitedFor }) => {
    requireWaiting(canary, isWaitedFor);
    await requireOnline(context, target);
    const rows = await selectGuests(context, guests);
    return Promise.all(rows.map((row) => journeyTo(context, row, target, targetStorage)));
  },
  needs: mayMigrate,
  hazards: (_context, journeys) => journeyHazards(journeys),
  preview: (journeys) => journeys.map(({ call }) => call),
  run: (context, journeys, input) => travel(context, journeys, input),
  undo: (_journeys, outcomes) => journeyBack(outcomes),
});
