import * as z from 'zod';
import { taskSucceeded, type Guest } from '../models/cluster.ts';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { parseUpid } from '../models/upid.ts';
import { watchOver, type Wellness } from './canary.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { followTask } from './follow.ts';
import type { Call, Column, PlannedCall } from './operation.ts';
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
  /** Guests that it cannot be done to, by id: they are not asked for. */
  readonly barred?: ReadonlyMap<string, ProxdeckError>;
  /** The first one goes alone, and the rest only when this holds for it. */
  readonly canary?: (guest: Guest) => Wellness;
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
  guests.flatMap(({ vmid, name, hastate, tags }) => {
    const who = `${String(vmid)} ${name}`.trim();
    return [
      ...(hastate === undefined || hastate === 'ignored'
        ? []
        : [`${who} is managed by HA: the request goes to the HA manager.`]),
      ...(tags.includes('prod') ? [`${who} is tagged prod.`] : []),
    ];
  });

const submit = async (context: Context, guest: Guest, { call, barred }: Action): Promise<Submitted> => {
  const bar = barred?.get(guest.id);
  if (bar !== undefined) return { guest, error: bar };
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

const namesOf = (guests: readonly Guest[]): string =>
  guests.map(({ vmid, name }) => `${String(vmid)} ${name}`.trim()).join(', ');

const notBegun = (guests: readonly Guest[]): readonly GuestOutcome[] =>
  guests.map((guest) => outcome(guest, 'not begun', { ok: false, changed: false }));

/** What went on when a person stopped waiting. */
interface Abandoned {
  /** Asked for, and not seen to their end. */
  readonly rest: readonly Submitted[];
  readonly outcomes: readonly GuestOutcome[];
  /** Not even asked for. */
  readonly later: readonly Guest[];
}

/** When a person stops waiting, the tasks go on: they must know which, and what was not begun. */
const abandoned = (error: unknown, { rest, outcomes, later }: Abandoned): unknown => {
  const running = rest.flatMap(stillRunning);
  const [first] = running;
  if (first === undefined && later.length === 0) return error;
  const upids = running.map(({ upid }) => upid).join(' ');
  const goesOn =
    first === undefined ? 'No longer waiting.' : `No longer waiting. Still running on the server: ${upids}`;
  const message = later.length === 0 ? goesOn : `${goesOn} Not begun: ${namesOf(later)}.`;
  return new IncompleteError(
    'cancelled',
    message,
    [...outcomes, ...running, ...notBegun(later)],
    first === undefined
      ? {}
      : {
          hint: `Follow with \`proxdeck task log ${first.upid ?? ''} -f\`, end with \`proxdeck task stop\`.`,
        },
  );
};

/** What came of guests that were asked for, and the first refusal among them. */
interface Attempt {
  readonly outcomes: readonly GuestOutcome[];
  readonly refusal: ProxdeckError | undefined;
}

const toldOf = (outcomes: readonly GuestOutcome[]): string =>
  outcomes.map(({ vmid, name, result }) => `${String(vmid)} ${name}: ${result}`).join('; ');

const judged = (verb: string, { outcomes, refusal }: Attempt): readonly GuestOutcome[] => {
  const failed = outcomes.filter(({ ok }) => !ok);
  if (failed.length === 0) return outcomes;
  const told = toldOf(failed);
  if (failed.length < outcomes.length) {
    const message = `${verb}: ${String(failed.length)} of ${String(outcomes.length)} guests failed. ${told}`;
    throw new IncompleteError('partial', message, outcomes, refusal?.hint === undefined ? {} : { hint: refusal.hint });
  }
  throw new IncompleteError(refusal?.code ?? 'task-failed', `${verb} failed. ${told}`, outcomes, {
    hint: refusal?.hint ?? `See \`proxdeck task log ${failed[0]?.upid ?? 'UPID'}\`.`,
    cause: refusal,
  });
};

/** Asks for all at once; the server works on them side by side while their logs are told one after the other. */
async function* attempt(
  context: Context,
  guests: readonly Guest[],
  action: Action,
  later: readonly Guest[] = [],
): AsyncGenerator<Event, Attempt, void> {
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
      if (asProxdeckError(error).code === 'cancelled')
        throw abandoned(error, { rest: submitted.slice(index), outcomes, later });
      yield { ...step, state: 'failed' };
      throw error;
    }
  }
  return { outcomes, refusal: submitted.flatMap((one) => ('error' in one ? [one.error] : []))[0] };
}

/** The first one alone, then the rest when it is well. Throws `partial` with the rest as not begun when it is not. */
async function* firstAlone(
  context: Context,
  [first, ...rest]: readonly [Guest, ...Guest[]],
  action: Action & { readonly canary: NonNullable<Action['canary']> },
): AsyncGenerator<Event, Attempt, void> {
  const { outcomes, refusal } = yield* attempt(context, [first], action, rest);
  const [own] = outcomes;
  let trouble = own?.result;
  try {
    if (own?.ok === true) trouble = yield* watchOver(context, first, action.canary(first));
  } catch (thrown) {
    throw asProxdeckError(thrown).code === 'cancelled'
      ? abandoned(thrown, { rest: [], outcomes, later: rest })
      : thrown;
  }
  if (trouble === undefined) {
    const others = yield* attempt(context, rest, action);
    return { outcomes: [...outcomes, ...others.outcomes], refusal: others.refusal };
  }
  const told = own === undefined ? [] : [{ ...own, ok: false, result: trouble }];
  throw new IncompleteError(
    'partial',
    `${action.verb}: the first one, ${namesOf([first])}, is not well: ${trouble}. Not begun: ${namesOf(rest)}.`,
    [...told, ...notBegun(rest)],
    { hint: refusal?.hint ?? 'Look at the first one; then name the others again, without it.', cause: refusal },
  );
}

/**
 * Does something to each guest and returns what came of it, in the order given. Throws IncompleteError: `partial` when some failed,
 * or the first of several was to be well before the others and is not, else the code of the first refusal or `task-failed`;
 * `cancelled` with what still runs.
 */
export async function* eachGuest(
  context: Context,
  guests: readonly Guest[],
  action: Action,
): AsyncGenerator<Event, readonly GuestOutcome[], void> {
  const { canary, barred } = action;
  const [first, ...rest] = guests.filter(({ id }) => barred?.has(id) !== true);
  if (canary === undefined || first === undefined || rest.length === 0)
    return judged(action.verb, yield* attempt(context, guests, action));
  const { outcomes, refusal } = yield* firstAlone(context, [first, ...rest], { ...action, canary });
  const others = yield* attempt(
    context,
    guests.filter(({ id }) => barred?.has(id) === true),
    action,
  );
  const place = new Map(guests.map(({ vmid }, index) => [vmid, index]));
  const all = [...outcomes, ...others.outcomes].toSorted((a, b) => (place.get(a.vmid) ?? 0) - (place.get(b.vmid) ?? 0));
  return judged(action.verb, { outcomes: all, refusal: refusal ?? others.refusal });
}

/** The opposite operation on those that this call changed; undefined when there are none. */
export const opposite = (name: string, outcomes: readonly GuestOutcome[]): Call | undefined => {
  const guests = outcomes.filter(({ changed }) => changed).map(({ vmid }) => String(vmid));
  return guests.length === 0 ? undefined : { name, input: { guests } };
};
