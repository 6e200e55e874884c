import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { shortDuration } from '../models/units.ts';
import type { Context } from './context.ts';
import { wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { nameOf, atHand } from './guest-checks.ts';
import { disksIn, readConfig } from './guest-disks.ts';
import { newSnapshotName } from './guest-input.ts';
import { oneGuest, readGuest } from './guest-read.ts';
import { nameOfProd } from './mistaken.ts';
import { operation, type Column, type Privilege } from './operation.ts';
import { onGuests } from './privileges.ts';
import { figure } from './rows.ts';
import { selectGuest } from './select.ts';
import { snapshotRow, type Snapshot } from './snapshot.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';
import { understood } from './understood.ts';

/** What came of it. */
interface SnapshotOutcome {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly snapshot: string;
  readonly result: string;
  readonly upid?: string;
}

interface Scene {
  readonly guest: Guest;
  /** Without the synthetic `current`, oldest first. */
  readonly snapshots: readonly Snapshot[];
}

const columns: readonly Column[] = [
  { field: 'vmid', title: 'VMID' },
  { field: 'name', title: 'NAME' },
  { field: 'node', title: 'NODE' },
  { field: 'snapshot', title: 'SNAPSHOT' },
  { field: 'result', title: 'RESULT' },
];

/** Returns the snapshots of a guest, oldest first, without the synthetic `current`. Throws what the client throws. */
export const readSnapshots = async (context: Context, guest: Guest): Promise<readonly Snapshot[]> =>
  understood(snapshotRow, await readGuest(context, guest, 'snapshot'))
    .filter(({ name }) => name !== 'current')
    .toSorted((a, b) => (a.snaptime ?? 0) - (b.snaptime ?? 0));

const look = async (context: Context, selector: string): Promise<Scene> => {
  const guest = await atHand(context, await selectGuest(context, selector));
  return { guest, snapshots: await readSnapshots(context, guest) };
};

const pathOf = ({ node, id }: Guest): string => `/nodes/${node}/${id}/snapshot`;

const outcomeOf = ({ vmid, name, node }: Guest, snapshot: string) => ({ vmid, name, node, snapshot });

const needs =
  (privilege: string) =>
  ({ guest }: Scene): readonly Privilege[] => [{ path: `/vms/${String(guest.vmid)}`, privilege }];

const feature = z.looseObject({ hasFeature: figure });

/** Throws `conflict` when the storages of a guest know no snapshots, or it is a template. */
export const requireSnapshots = async (context: Context, guest: Guest): Promise<void> => {
  if (guest.template)
    throw new ProxdeckError('conflict', `${nameOf(guest)} is a template: no snapshots of it can be taken.`, {
      hint: 'Clone it, and take snapshots of the clone.',
    });
  const { hasFeature } = feature.parse(await readGuest(context, guest, 'feature', { feature: 'snapshot' }));
  if (hasFeature !== 0) return;
  const { settings } = await readConfig(context, guest);
  const where = disksIn(guest.type, settings).map(({ key, volume }) => `${key} on ${volume.split(':')[0] ?? volume}`);
  throw new ProxdeckError('conflict', `${nameOf(guest)} cannot have snapshots: ${where.join(', ')}.`, {
    hint: 'All its disks must lie on a storage that knows them: ZFS, LVM-thin, Ceph, Btrfs, or qcow2 of a VM. `proxdeck guest move-disk` moves one.',
  });
};

/** What a task that failed left behind, and how to clean it. */
const halfMade = async (context: Context, guest: Guest, name: string, thrown: unknown): Promise<ProxdeckError> => {
  const error = asProxdeckError(thrown);
  if (error.code !== 'task-failed') return error;
  const left = (await readSnapshots(context, guest)).find((one) => one.name === name && one.snapstate !== undefined);
  const what =
    left === undefined
      ? 'Nothing was left behind.'
      : `Left behind: the snapshot ${name}, half-done (${left.snapstate ?? ''}). To clean: \`proxdeck snapshot delete ${String(guest.vmid)} ${name} --force\`.`;
  return new ProxdeckError(error.code, `${error.message} ${what}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
};

interface TakeInput {
  readonly name: string;
  readonly description?: string;
  readonly memory: boolean;
}

/** The call that takes a snapshot. */
export const takeOf = ({ guest }: Pick<Scene, 'guest'>, { name, description, memory }: TakeInput): Step => ({
  title: `snapshot ${nameOf(guest)} as ${name}`,
  call: planned('POST', pathOf(guest), {
    snapname: name,
    description: description === '' ? undefined : description,
    vmstate: memory && guest.type === 'qemu' ? true : undefined,
  }),
});

/**
 * Takes a snapshot: `POST /nodes/{node}/{lxc|qemu}/{vmid}/snapshot`. Throws `conflict` before anything is sent when the name is used
 * or a disk lies where there are no snapshots; `task-failed` with what was left behind.
 */
export const createSnapshot = operation({
  name: 'snapshot.create',
  summary: 'Take a snapshot of a guest',
  risk: 'change',
  input: z.object({
    guest: oneGuest,
    name: newSnapshotName.describe('name of the snapshot').meta({ positional: true }),
    description: z.string().exactOptional().describe('what it is for'),
    memory: z.boolean().default(false).describe('with the memory of a VM that runs'),
    wait,
  }),
  columns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Snapshot'),
  resolve: async (context, { guest, name }) => {
    const scene = await look(context, guest);
    if (scene.snapshots.some((one) => one.name === name))
      throw new ProxdeckError('conflict', `${nameOf(scene.guest)} already has a snapshot ${name}.`, {
        hint: `Take another name, or delete it: \`proxdeck snapshot delete ${String(scene.guest.vmid)} ${name}\`.`,
      });
    await requireSnapshots(context, scene.guest);
    return scene;
  },
  needs: needs('VM.Snapshot'),
  preview: (scene, input) => shown([takeOf(scene, input)]),
  async *run(context, scene, input): AsyncGenerator<Event, SnapshotOutcome, void> {
    try {
      const done = yield* takeStep(context, takeOf(scene, input), input.wait);
      return { ...outcomeOf(scene.guest, input.name), ...done };
    } catch (thrown) {
      throw await halfMade(context, scene.guest, input.name, thrown);
    }
  },
  undo: (_scene, { vmid, snapshot }) => ({
    name: 'snapshot.delete',
    input: { guest: String(vmid), name: snapshot },
  }),
});

const known = ({ guest, snapshots }: Scene, wanted: string): Snapshot => {
  const found = snapshots.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = snapshots.map(({ name }) => name);
  throw new ProxdeckError('not-found', `${nameOf(guest)} has no snapshot ${wanted}.${didYouMean(wanted, names)}`, {
    hint: names.length === 0 ? 'It has none at all.' : `It has: ${names.join(', ')}.`,
  });
};

const existingName = z.string().min(1).describe('name of the snapshot').meta({ positional: true });

const rollbackOf = ({ guest }: Scene, { name, start }: { name: string; start: boolean }): Step => ({
  title: `roll ${nameOf(guest)} back to ${name}`,
  call: planned('POST', `${pathOf(guest)}/${name}/rollback`, { start: start ? true : undefined }),
});

/** Names of those that were taken after one: later by the clock, or on top of it within the same second. */
const newer = (snapshots: readonly Snapshot[], name: string, since: number): readonly string[] => {
  const above = new Set([name]);
  for (const one of snapshots) if (one.parent !== undefined && above.has(one.parent)) above.add(one.name);
  return snapshots.flatMap((one) =>
    one.name !== name && (above.has(one.name) || (one.snaptime ?? 0) > since) ? [one.name] : [],
  );
};

/** What a rollback loses, in sentences. */
const losses = (context: Context, scene: Scene, name: string, start: boolean): readonly string[] => {
  const { guest, snapshots } = scene;
  const { snaptime, vmstate } = known(scene, name);
  const age = snaptime === undefined ? '' : ` (${shortDuration(context.now() / 1000 - snaptime)} ago)`;
  const later = newer(snapshots, name, snaptime ?? 0);
  const runsOn = start || vmstate === 1;
  return [
    `Everything that ${nameOf(guest)} wrote since ${name}${age} is lost, and its settings become those of then.`,
    ...(later.length === 0 ? [] : [`Newer snapshots: ${later.join(', ')}. On ZFS they must be deleted first.`]),
    ...(guest.status === 'running' ? [`It runs and is stopped${runsOn ? '' : '; it is not started again'}.`] : []),
  ];
};

/** Rolls a guest back: `POST …/snapshot/{name}/rollback`. What was written since is lost. Throws `not-found` for the snapshot. */
export const rollbackSnapshot = operation({
  name: 'snapshot.rollback',
  summary: 'Roll a guest back to a snapshot',
  risk: 'destroy',
  input: z.object({
    guest: oneGuest,
    name: existingName,
    start: z.boolean().default(false).describe('start it afterwards'),
    wait,
  }),
  columns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Snapshot|VM.Snapshot.Rollback'),
  resolve: async (context, { guest, name }) => {
    const scene = await look(context, guest);
    known(scene, name);
    return scene;
  },
  needs: needs('VM.Snapshot|VM.Snapshot.Rollback'),
  hazards: (context, scene, { name, start }) => losses(context, scene, name, start),
  nameToType: ({ guest }) => nameOfProd([guest]),
  preview: (scene, input) => shown([rollbackOf(scene, input)]),
  async *run(context, scene, input): AsyncGenerator<Event, SnapshotOutcome, void> {
    const done = yield* takeStep(context, rollbackOf(scene, input), input.wait);
    return { ...outcomeOf(scene.guest, input.name), ...done };
  },
});

/** The call that deletes a snapshot. */
export const removalOf = (
  { guest }: Pick<Scene, 'guest'>,
  { name, force }: { name: string; force: boolean },
): Step => ({
  title: `delete the snapshot ${name} of ${nameOf(guest)}`,
  call: planned('DELETE', `${pathOf(guest)}/${name}`, { force: force ? true : undefined }),
});

/** Deletes a snapshot: `DELETE …/snapshot/{name}`. Throws `not-found`; `task-failed` with what was left behind. */
export const deleteSnapshot = operation({
  name: 'snapshot.delete',
  summary: 'Delete a snapshot of a guest',
  risk: 'destroy',
  input: z.object({
    guest: oneGuest,
    name: existingName,
    force: z.boolean().default(false).describe('take it out of the settings even when a disk cannot forget it'),
    wait,
  }),
  columns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Snapshot'),
  resolve: async (context, { guest: selector, name, force }) => {
    const guest = await selectGuest(context, selector);
    // What broke off half-way holds a lock, and this is how it is cleaned.
    const scene = force ? { guest, snapshots: await readSnapshots(context, guest) } : await look(context, selector);
    known(scene, name);
    return scene;
  },
  needs: needs('VM.Snapshot'),
  hazards: (_context, { guest }, { name }) => [`There is no way back to ${name} of ${nameOf(guest)} afterwards.`],
  nameToType: ({ guest }) => nameOfProd([guest]),
  preview: (scene, input) => shown([removalOf(scene, input)]),
  async *run(context, scene, input): AsyncGenerator<Event, SnapshotOutcome, void> {
    try {
      const done = yield* takeStep(context, removalOf(scene, input), input.wait);
      return { ...outcomeOf(scene.guest, input.name), ...done };
    } catch (thrown) {
      throw await halfMade(context, scene.guest, input.name, thrown);
    }
  },
});
