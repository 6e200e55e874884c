import * as z from 'zod';
import { taskSucceeded, type Guest } from '../models/cluster.ts';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { parseUpid } from '../models/upid.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { followTask } from './follow.ts';
import type { Column, PlannedCall } from './operation.ts';
import { IncompleteError } from './outcome.ts';

/** What came of the action for one guest. */
export interface GuestOutcome {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  readonly name: string;
  readonly ok: boolean;
  /** False when there was nothing to do: it was already so. */
  readonly changed: boolean;
  /** `OK`, `started` (not waited for), `already running`, or why it failed. */
  readonly result: string;
  readonly upid?: string;
}

/** One kind of work that is done to each of several guests by a call that begins a task. */
export interface Action {
  /** `start`: as it stands in steps and errors. */
  readonly verb: string;
  readonly call: (guest: Guest) => PlannedCall;
  /** The refusal that means that nothing was to be done. */
  readonly alreadyDone?: { readonly refusal: RegExp; readonly result: string };
  readonly wait: boolean;
  /** What a person must know of a guest for which it failed: what was left behind, and how to clean it. */
  readonly aftermath?: (guest: Guest) => Promise<string | undefined>;
}

type Submitted = { readonly guest: Guest } & ({ readonly upid: string } | { readonly error: ProxdeckError });

export const outcomeColumns: readonly Column[] = [
  { field: 'vmid', title: 'VMID' },
  { field: 'name', title: 'NAME' },
  { field: 'type', title: 'TYPE' },
  { field: 'node', title: 'NODE' },
  { field: 'result', title: 'RESULT' },
];

/** The input that says whether tasks are followed to their end. */
export const wait = z.boolean().default(true).describe('wait until the task has ended');

/** What makes taking a guest down more than it looks. */
export const guestHazards = (guests: readonly Guest[]): readonly string[] =>
  guests.flatMap(({ vmid, name, lock, hastate, tags }) => {
    const who = `${String(vmid)} ${name}`.trim();
    return [
      ...(lock === undefined ? [] : [`${who} is locked (${lock}).`]),
      ...(hastate === undefined || hastate === 'ignored'
        ? []
        : [`${who} is managed by HA: the request goes to the HA manager.`]),
      ...(tags.includes('prod') ? [`${who} is tagged prod.`] : []),
    ];
  });

const submit = async (context: Context, guest: Guest, { call }: Action): Promise<Submitted> => {
  try {
    const { method, path, parameters } = call(guest);
    const { data } = await context.proxmox().request(method, path, parameters, { origin: 'person' });
    return { guest, upid: z.string().parse(data) };
  } catch (error) {
    return { guest, error: asProxdeckError(error) };
  }
};

const outcome = (
  guest: Guest,
  result: string,
  rest: { ok: boolean; changed: boolean; upid?: string },
): GuestOutcome => ({
  vmid: guest.vmid,
  type: guest.type,
  node: guest.node,
  name: guest.name,
  result,
  ...rest,
});

/** The server answers at once that it is already so (500), or its task ends with the same words. */
const refused = (guest: Guest, text: string, { alreadyDone }: Action, upid?: string): GuestOutcome => {
  const rest = upid === undefined ? {} : { upid };
  return alreadyDone?.refusal.test(text) === true
    ? outcome(guest, alreadyDone.result, { ok: true, changed: false, ...rest })
    : outcome(guest, text, { ok: false, changed: false, ...rest });
};

/** HA tasks end when the request is noted, not when the guest has changed (contract §1.28). */
const isRequestToHa = (upid: string): boolean => parseUpid(upid)?.type.startsWith('ha') === true;

async function* settle(
  context: Context,
  submitted: Submitted,
  action: Action,
): AsyncGenerator<Event, GuestOutcome, void> {
  const { guest } = submitted;
  if ('error' in submitted) return refused(guest, submitted.error.message, action);
  const { upid } = submitted;
  if (!action.wait) return outcome(guest, 'started', { ok: true, changed: true, upid });
  const exitstatus = yield* followTask(context, upid);
  if (!taskSucceeded(exitstatus)) {
    const left = await action.aftermath?.(guest);
    return refused(guest, left === undefined ? exitstatus : `${exitstatus}. ${left}`, action, upid);
  }
  return outcome(guest, isRequestToHa(upid) ? 'requested from HA' : exitstatus, { ok: true, changed: true, upid });
}

const stateOf = ({ ok, changed }: GuestOutcome): 'done' | 'skipped' | 'failed' => {
  if (!ok) return 'failed';
  return changed ? 'done' : 'skipped';
};

const stillRunning = (one: Submitted): readonly GuestOutcome[] =>
  'upid' in one ? [outcome(one.guest, 'still running', { ok: false, changed: true, upid: one.upid })] : [];

/** When a person stops waiting, the tasks go on: they must know which. */
const abandoned = (error: unknown, rest: readonly Submitted[], outcomes: readonly GuestOutcome[]): unknown => {
  const running = rest.flatMap(stillRunning);
  const [first] = running;
  if (first === undefined) return error;
  const upids = running.map(({ upid }) => upid).join(' ');
  return new IncompleteError(
    'cancelled',
    `No longer waiting. Still running on the server: ${upids}`,
    [...outcomes, ...running],
    {
      hint: `Follow with \`proxdeck task log ${first.upid ?? ''} -f\`, end with \`proxdeck task stop\`.`,
    },
  );
};

const judged = (
  verb: string,
  outcomes: readonly GuestOutcome[],
  submitted: readonly Submitted[],
): readonly GuestOutcome[] => {
  const failed = outcomes.filter(({ ok }) => !ok);
  if (failed.length === 0) return outcomes;
  const told = failed.map(({ vmid, name, result }) => `${String(vmid)} ${name}: ${result}`).join('; ');
  const refusal = submitted.flatMap((one) => ('error' in one ? [one.error] : []))[0];
  if (failed.length < outcomes.length) {
    const message = `${verb}: ${String(failed.length)} of ${String(outcomes.length)} guests failed. ${told}`;
    throw new IncompleteError('partial', message, outcomes, refusal?.hint === undefined ? {} : { hint: refusal.hint });
  }
  throw new IncompleteError(refusal?.code ?? 'task-failed', `${verb} failed. ${told}`, outcomes, {
    hint: refusal?.hint ?? `See \`proxdeck task log ${failed[0]?.upid ?? 'UPID'}\`.`,
    cause: refusal,
  });
};

/**
 * Does something to each guest and returns what came of it, in the order given. Throws IncompleteError: `partial` when some failed,
 * else the code of the first refusal or `task-failed`; `cancelled` with what still runs.
 * All are asked at once; the server works on them side by side while their logs are told one after the other.
 */
export async function* eachGuest(
  context: Context,
  guests: readonly Guest[],
  action: Action,
): AsyncGenerator<Event, readonly GuestOutcome[], void> {
  const submitted = await Promise.all(guests.map((guest) => submit(context, guest, action)));
  for (const one of submitted) if ('upid' in one) yield { type: 'task', upid: one.upid };
  const outcomes: GuestOutcome[] = [];
  for (const [index, one] of submitted.entries()) {
    const step = {
      type: 'step',
      id: one.guest.id,
      title: `${action.verb} ${String(one.guest.vmid)} ${one.guest.name}`.trim(),
    } as const;
    yield { ...step, state: 'running' };
    try {
      const settled = yield* settle(context, one, action);
      outcomes.push(settled);
      yield { ...step, state: stateOf(settled) };
    } catch (error) {
      if (asProxdeckError(error).code === 'cancelled') throw abandoned(error, submitted.slice(index), outcomes);
      yield { ...step, state: 'failed' };
      throw error;
    }
  }
  return judged(action.verb, outcomes, submitted);
}

/** Those that this call changed, as an input for the opposite operation. */
export const changedGuests = (outcomes: readonly GuestOutcome[]): { guests: string[] } => ({
  guests: outcomes.filter(({ changed }) => changed).map(({ vmid }) => String(vmid)),
});
