import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { outcomeColumns, wait } from './each-guest.ts';
import type { Event } from './event.ts';
import {
  atHand,
  diskContent,
  freeVmid,
  nameOf,
  requireOnline,
  requirePool,
  requireSpace,
  storageFor,
} from './guest-checks.ts';
import { claimOf } from './guest-claims.ts';
import { disksIn, readConfig, type Settings } from './guest-disks.ts';
import { guestName, vmid } from './guest-input.ts';
import { leftBehind } from './guest-leftover.ts';
import { takeLater } from './guest-made.ts';
import { oneGuest } from './guest-read.ts';
import { bytesOf } from './measures.ts';
import { operation } from './operation.ts';
import { onGuests } from './privileges.ts';
import { selectGuest } from './select.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';

/** What came of cloning. */
interface Cloned {
  readonly vmid: number;
  readonly type: Guest['type'];
  readonly node: string;
  readonly name: string;
  /** The guest it was made from. */
  readonly source: number;
  readonly result: string;
  readonly upid?: string;
}

interface Plan {
  readonly source: Guest;
  /** What the source has, which the clone gets too. */
  readonly settings: Settings['settings'];
  readonly clone: Pick<Cloned, 'vmid' | 'type' | 'node' | 'name' | 'source'>;
  readonly steps: readonly [Step, ...Step[]];
}

const input = z.object({
  guest: oneGuest,
  newid: vmid.exactOptional().describe('number of the clone; the next free one without it').meta({ positional: true }),
  name: guestName.exactOptional(),
  linked: z.boolean().default(false).describe('share the disks of the template instead of copying them'),
  snapshot: z.string().exactOptional().describe('as it was when this snapshot was taken'),
  storage: z.string().exactOptional().describe('storage of the copied disks').meta({ completes: 'storage' }),
  target: z.string().exactOptional().describe('on this node').meta({ completes: 'node' }),
  pool: z.string().exactOptional().describe('put it into this pool'),
  description: z.string().exactOptional().describe('notes'),
  start: z.boolean().default(false).describe('start it afterwards'),
  overcommit: z.boolean().default(false).describe('promise more than a thin storage has'),
  wait,
});

const refuse = (message: string, hint: string): never => {
  throw new ProxdeckError('conflict', message, { hint });
};

const checkSource = (source: Guest, { linked, snapshot, storage }: z.output<typeof input>): void => {
  const who = nameOf(source);
  if (linked && !source.template && snapshot === undefined)
    refuse(
      `${who} is no template, and only those have linked clones.`,
      'Leave --linked out: then the disks are copied.',
    );
  if (linked && storage !== undefined)
    refuse('The disks of a linked clone lie where those of the template lie.', 'Leave --storage out.');
  if (source.type === 'lxc' && source.status === 'running' && snapshot === undefined)
    refuse(
      `${who} runs, and a container that runs is cloned from a snapshot only.`,
      'Name one with --snapshot, or shut it down first.',
    );
};

/** Copied disks need their whole size on the storage they go to. */
const checkSpace = async (
  context: Context,
  source: Guest,
  settings: Settings['settings'],
  given: z.output<typeof input>,
): Promise<void> => {
  if (given.linked) return;
  const disks = disksIn(source.type, settings).filter(({ key }) => !key.startsWith('unused'));
  const needed = new Map<string, number>();
  for (const { volume, size } of disks) {
    const storage = given.storage ?? volume.split(':')[0] ?? '';
    needed.set(storage, (needed.get(storage) ?? 0) + (bytesOf(size) ?? 0));
  }
  for (const [storage, bytes] of needed) {
    const place = await storageFor(context, source.node, diskContent(source.type), storage);
    requireSpace(place, bytes, given.overcommit);
  }
};

const plan = async (context: Context, given: z.output<typeof input>): Promise<Plan> => {
  const source = await atHand(context, await selectGuest(context, given.guest));
  checkSource(source, given);
  const { target, pool, snapshot, storage, description, linked, start } = given;
  if (target !== undefined) await requireOnline(context, target);
  if (pool !== undefined) await requirePool(context, pool);
  const number = await freeVmid(context, given.newid);
  const { settings } = await readConfig(context, source);
  await checkSpace(context, source, settings, given);
  const name = given.name ?? (source.type === 'lxc' ? source.name : `Copy-of-VM-${source.name}`);
  const title = `${String(number)} ${name}`;
  const node = target ?? source.node;
  const copy = planned('POST', `/nodes/${source.node}/${source.id}/clone`, {
    newid: number,
    [source.type === 'lxc' ? 'hostname' : 'name']: given.name,
    full: source.template || snapshot !== undefined ? !linked : undefined,
    snapname: snapshot,
    storage,
    target: node === source.node ? undefined : target,
    pool,
    description,
  });
  const begin = planned('POST', `/nodes/${node}/${source.type}/${String(number)}/status/start`);
  return {
    source,
    settings,
    clone: { vmid: number, type: source.type, node, name, source: source.vmid },
    steps: [
      { title: `clone ${nameOf(source)} as ${title}`, call: copy },
      ...(start ? [{ title: `start ${title}`, call: begin }] : []),
    ],
  };
};

/**
 * Clones a guest: `POST /nodes/{node}/{lxc|qemu}/{vmid}/clone`. Throws `conflict` or `validation` before anything is sent (VMID taken, a
 * container that runs, no space); `task-failed` with what was left behind.
 */
export const cloneGuest = operation({
  name: 'guest.clone',
  summary: 'Clone a guest',
  risk: 'change',
  input,
  columns: [...outcomeColumns, { field: 'source', title: 'SOURCE' }],
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Clone'),
  resolve: plan,
  needs: ({ source, clone }, { pool, storage, start }) => [
    { path: `/vms/${String(source.vmid)}`, privilege: 'VM.Clone' },
    ...['VM.Allocate', ...(start ? ['VM.PowerMgmt'] : [])].map((privilege) => ({
      path: pool === undefined ? `/vms/${String(clone.vmid)}` : `/pool/${pool}`,
      privilege,
    })),
    ...(storage === undefined ? [] : [{ path: `/storage/${storage}`, privilege: 'Datastore.AllocateSpace' }]),
  ],
  claims: ({ source, settings, clone }) => [{ ...claimOf(source.type, source.vmid, settings), vmid: clone.vmid }],
  preview: ({ steps }) => shown(steps),
  async *run(context, { source, clone, steps: [copy, ...later] }, given): AsyncGenerator<Event, Cloned, void> {
    let made: Cloned;
    try {
      made = { ...clone, ...(yield* takeStep(context, copy, given.wait || later.length > 0)) };
    } catch (thrown) {
      throw await leftBehind(context, { ...clone, node: source.node }, thrown);
    }
    yield* takeLater(context, made, later, given.wait);
    return made;
  },
  undo: (_plan, { vmid: made }) => ({ name: 'guest.delete', input: { guests: [String(made)] } }),
});
