import * as z from 'zod';
import { schedulesFile } from '../../config/paths.ts';
import { loadSchedules, scheduleName, type Schedule } from '../../config/schedules.ts';
import type { Guest } from '../../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../../models/error.ts';
import { didYouMean } from '../../models/nearest.ts';
import type { Context } from '../context.ts';
import type { Event } from '../event.ts';
import { atHand, nameOf } from '../guest-checks.ts';
import { operation, type Privilege } from '../operation.ts';
import { IncompleteError } from '../outcome.ts';
import { missingPrivileges } from '../privileges.ts';
import { readSnapshots, removalOf, requireSnapshots, takeOf } from '../snapshot-write.ts';
import { shown, takeStep, type Step } from '../steps.ts';
import { guestsOf } from './guests.ts';
import { markOf, rotationOf } from './rotation.ts';

/** What came of one snapshot, or of a guest that nothing could be done for. */
export interface DueRow {
  readonly schedule: string;
  readonly vmid: number | null;
  readonly name: string;
  readonly snapshot: string;
  readonly action: 'take' | 'delete' | 'look';
  readonly ok: boolean;
  readonly result: string;
  readonly upid?: string;
}

/** What is due for one guest: first the new one, then those that go. */
interface Job {
  readonly schedule: string;
  readonly guest: Guest;
  readonly steps: readonly (Step & { readonly snapshot: string; readonly action: 'take' | 'delete' })[];
}

interface Due {
  readonly jobs: readonly Job[];
  /** Guests that cannot be looked after now. */
  readonly failed: readonly (DueRow & { readonly error: ProxdeckError })[];
}

const powerOf = ({ vmid }: Guest): Privilege => ({ path: `/vms/${String(vmid)}`, privilege: 'VM.Snapshot' });

/** Finds out what is due for one guest. Throws what keeps it from being done: a lock, a dead node, a missing privilege, a storage. */
const jobOf = async (context: Context, name: string, schedule: Schedule, row: Guest): Promise<Job> => {
  const guest = await atHand(context, row);
  const permissions = context.permissions?.() ?? (await context.learnPermissions?.());
  const [missing] = permissions === undefined ? [] : missingPrivileges(permissions, [powerOf(guest)]);
  if (missing !== undefined)
    throw new ProxdeckError('permission', `${nameOf(guest)} needs ${missing.privilege} on ${missing.path}.`);
  const { take, remove } = rotationOf(name, schedule, await readSnapshots(context, guest), context.now() / 1000);
  if (take !== undefined) await requireSnapshots(context, guest);
  const taken =
    take === undefined ? [] : [takeOf({ guest }, { name: take, description: markOf(name), memory: schedule.memory })];
  return {
    schedule: name,
    guest,
    steps: [
      ...taken.map((step) => ({ ...step, snapshot: take ?? '', action: 'take' as const })),
      ...remove.map((old) => ({
        ...removalOf({ guest }, { name: old, force: false }),
        snapshot: old,
        action: 'delete' as const,
      })),
    ],
  };
};

const failure = (
  schedule: string,
  guest: Pick<Guest, 'name'> & { readonly vmid: number | null },
  thrown: unknown,
): Due['failed'][number] => {
  const error = asProxdeckError(thrown);
  if (error.code === 'cancelled') throw error;
  const { vmid, name } = guest;
  const who = vmid === null ? name : nameOf({ vmid, name });
  // Not every reason names the guest: a dead node is one for many.
  const result = error.message.includes(who) ? error.message : `${who}: ${error.message}`;
  return { schedule, vmid, name, snapshot: '', action: 'look', ok: false, result, error };
};

const dueOf = async (context: Context, name: string, schedule: Schedule): Promise<Due> => {
  const { guests } = await context.resources();
  const { chosen, empty } = guestsOf(guests, schedule);
  const found = await Promise.all(
    chosen.map(async (guest) => {
      try {
        return await jobOf(context, name, schedule, guest);
      } catch (thrown) {
        return failure(name, guest, thrown);
      }
    }),
  );
  const strangers = empty.map((pattern) =>
    failure(
      name,
      { vmid: null, name: pattern },
      new ProxdeckError('not-found', `No guest is ${pattern}, which the schedule ${name} names.`, {
        hint: 'Correct the schedule; a guest that the credential may not audit is not seen.',
      }),
    ),
  );
  return {
    jobs: found.flatMap((one) => ('steps' in one && one.steps.length > 0 ? [one] : [])),
    failed: [...found.flatMap((one) => ('error' in one ? [one] : [])), ...strangers],
  };
};

/** The schedules of this cluster, or the one that is named. Throws `not-found`. */
const schedulesHere = async (context: Context, wanted: string | undefined) => {
  const all = await loadSchedules(schedulesFile(context.config.file));
  const here = Object.entries(all).filter(([, { context: of }]) => of === context.contextName);
  const names = here.map(([name]) => name);
  if (wanted === undefined || names.includes(wanted))
    return here.filter(([name]) => wanted === undefined || name === wanted);
  throw new ProxdeckError(
    'not-found',
    `There is no schedule ${wanted} for ${context.contextName}.${didYouMean(wanted, names)}`,
    { hint: '`proxdeck snapshot schedules` lists them.' },
  );
};

/** Takes what is due for one guest. Nothing old is deleted when the new one could not be taken. */
async function* work(
  context: Context,
  { schedule, guest, steps }: Job,
): AsyncGenerator<Event, readonly DueRow[], void> {
  const rows: DueRow[] = [];
  const { vmid, name } = guest;
  for (const { snapshot, action, ...step } of steps) {
    const row = { schedule, vmid, name, snapshot, action };
    try {
      rows.push({ ...row, ok: true, ...(yield* takeStep(context, step)) });
    } catch (thrown) {
      const error = asProxdeckError(thrown);
      rows.push({ ...row, ok: false, result: error.message });
      if (error.code === 'cancelled')
        throw new IncompleteError(
          'cancelled',
          error.message,
          rows,
          error.hint === undefined ? {} : { hint: error.hint },
        );
      if (action === 'take') return rows;
    }
  }
  return rows;
}

/**
 * Takes the snapshots that are due and deletes those that are not kept any more, only such as a schedule took itself. Made to be run by a
 * timer: it asks nothing, and goes on behind what fails. Throws `partial` with all rows when a part failed, else the first error's code.
 */
export const takeDue = operation({
  name: 'snapshot.due',
  summary: 'Take and delete the snapshots that are due by the schedules',
  risk: 'change',
  input: z.object({
    schedule: scheduleName.exactOptional().describe('only this schedule').meta({ positional: true }),
  }),
  columns: [
    { field: 'schedule', title: 'SCHEDULE' },
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'action', title: 'WHAT' },
    { field: 'snapshot', title: 'SNAPSHOT' },
    { field: 'result', title: 'RESULT' },
  ],
  resolve: async (context, { schedule }): Promise<Due> => {
    const all = await Promise.all(
      (await schedulesHere(context, schedule)).map(([name, one]) => dueOf(context, name, one)),
    );
    return { jobs: all.flatMap(({ jobs }) => jobs), failed: all.flatMap(({ failed }) => failed) };
  },
  needs: ({ jobs }) => jobs.map(({ guest }) => powerOf(guest)),
  hazards: (_context, { failed }) => failed.map(({ result }) => `Left out: ${result}`),
  preview: ({ jobs }) => shown(jobs.flatMap(({ steps }) => steps)),
  async *run(context, { jobs, failed }): AsyncGenerator<Event, readonly DueRow[], void> {
    const rows: DueRow[] = failed.map(({ error: _error, ...row }) => row);
    for (const job of jobs) rows.push(...(yield* work(context, job)));
    const wrong = rows.filter(({ ok }) => !ok);
    if (wrong.length === 0) return rows;
    const told = wrong.map(({ result }) => result).join(' ');
    const [first] = failed;
    const isAll = wrong.length === rows.length;
    throw new IncompleteError(
      isAll ? (first?.error.code ?? 'task-failed') : 'partial',
      `${String(wrong.length)} of ${String(rows.length)} failed. ${told}`,
      rows,
      first?.error.hint === undefined ? {} : { hint: first.error.hint },
    );
  },
});
