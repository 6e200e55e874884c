import * as z from 'zod';
import { taskSucceeded, type Guest } from '../models/cluster.ts';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { parseUpid } from '../models/upid.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import { followTask } from './follow.ts';
import { operation, type Column, type PlannedCall, type Privilege } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { guestSelectors, selectGuests } from './select.ts';

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

interface Action {
  readonly verb: 'start' | 'stop' | 'shutdown' | 'reboot';
  readonly parameters: Readonly<Record<string, number>>;
  /** The refusal that means that nothing was to be done. */
  readonly alreadyDone?: { readonly refusal: RegExp; readonly result: string };
  readonly wait: boolean;
}

type Submitted = { readonly guest: Guest } & ({ readonly upid: string } | { readonly error: ProxdeckError });

const columns: readonly Column[] = [
  { field: 'vmid', title: 'VMID' },
  { field: 'name', title: 'NAME' },
  { field: 'type', title: 'TYPE' },
  { field: 'node', title: 'NODE' },
  { field: 'result', title: 'RESULT' },
];

const wait = z.boolean().default(true).describe('wait until the task has ended');
const timeout = z.coerce
  .number()
  .int()
  .min(1)
  .max(86_400)
  .exactOptional()
  .describe('seconds that the guest has to shut down');
const alreadyRunning = { refusal: /already running/i, result: 'already running' };
const alreadyStopped = { refusal: /not running/i, result: 'already stopped' };

const pathOf = (guest: Guest, verb: string): string => `/nodes/${guest.node}/${guest.id}/status/${verb}`;

const planned = (
  guests: readonly Guest[],
  { verb, parameters }: Pick<Action, 'verb' | 'parameters'>,
): readonly PlannedCall[] =>
  guests.map((guest) => ({
    method: 'POST',
    path: pathOf(guest, verb),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  }));

const powerManagement = (guests: readonly Guest[]): readonly Privilege[] =>
  guests.map(({ vmid }) => ({ path: `/vms/${String(vmid)}`, privilege: 'VM.PowerMgmt' }));

/** What makes taking a guest down more than it looks. */
const hazardsOf = (guests: readonly Guest[]): readonly string[] =>
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

const submit = async (context: Context, guest: Guest, { verb, parameters }: Action): Promise<Submitted> => {
  try {
    const { data } = await context.proxmox().request('POST', pathOf(guest, verb), parameters, { origin: 'person' });
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
  if (!taskSucceeded(exitstatus)) return refused(guest, exitstatus, action, upid);
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

/** All are asked at once; the server works on them side by side while their logs are told one after the other. */
async function* eachGuest(
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
const changedGuests = (outcomes: readonly GuestOutcome[]): { guests: string[] } => ({
  guests: outcomes.filter(({ changed }) => changed).map(({ vmid }) => String(vmid)),
});

/** Starts guests: `POST /nodes/{node}/{type}/{vmid}/status/start`. A guest that already runs is not an error. */
export const startGuests = operation({
  name: 'guest.start',
  summary: 'Start guests',
  risk: 'change',
  input: z.object({ guests: guestSelectors, wait }),
  columns,
  resolve: (context, { guests }) => selectGuests(context, guests),
  needs: powerManagement,
  preview: (guests) => planned(guests, { verb: 'start', parameters: {} }),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'start', parameters: {}, alreadyDone: alreadyRunning, wait: input.wait }),
  undo: (_guests, outcomes) => ({ name: 'guest.shutdown', input: changedGuests(outcomes) }),
});

/** Stops guests hard: `POST …/status/stop`. A guest that is stopped is not an error. */
export const stopGuests = operation({
  name: 'guest.stop',
  summary: 'Stop guests at once, like pulling the plug',
  risk: 'change',
  input: z.object({ guests: guestSelectors, wait }),
  columns,
  resolve: (context, { guests }) => selectGuests(context, guests),
  needs: powerManagement,
  hazards: (_context, guests) => hazardsOf(guests),
  preview: (guests) => planned(guests, { verb: 'stop', parameters: {} }),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'stop', parameters: {}, alreadyDone: alreadyStopped, wait: input.wait }),
  undo: (_guests, outcomes) => ({ name: 'guest.start', input: changedGuests(outcomes) }),
});

const shutdownParameters = ({
  timeout: seconds,
  force,
}: {
  timeout?: number;
  force: boolean;
}): Readonly<Record<string, number>> => ({
  ...(seconds !== undefined && { timeout: seconds }),
  ...(force && { forceStop: 1 }),
});

/** Shuts guests down cleanly: `POST …/status/shutdown`. A guest that is stopped is not an error. */
export const shutdownGuests = operation({
  name: 'guest.shutdown',
  summary: 'Shut guests down cleanly',
  risk: 'change',
  input: z.object({
    guests: guestSelectors,
    timeout,
    force: z.boolean().default(false).describe('stop it hard when the time is over'),
    wait,
  }),
  columns,
  resolve: (context, { guests }) => selectGuests(context, guests),
  needs: powerManagement,
  hazards: (_context, guests) => hazardsOf(guests),
  preview: (guests, input) => planned(guests, { verb: 'shutdown', parameters: shutdownParameters(input) }),
  run: (context, guests, input) =>
    eachGuest(context, guests, {
      verb: 'shutdown',
      parameters: shutdownParameters(input),
      alreadyDone: alreadyStopped,
      wait: input.wait,
    }),
  undo: (_guests, outcomes) => ({ name: 'guest.start', input: changedGuests(outcomes) }),
});

const rebootParameters = (seconds: number | undefined): Readonly<Record<string, number>> =>
  seconds === undefined ? {} : { timeout: seconds };

/** Reboots guests, which also applies pending changes: `POST …/status/reboot`. */
export const rebootGuests = operation({
  name: 'guest.reboot',
  summary: 'Reboot guests',
  risk: 'change',
  input: z.object({ guests: guestSelectors, timeout, wait }),
  columns,
  resolve: (context, { guests }) => selectGuests(context, guests),
  needs: powerManagement,
  hazards: (_context, guests) => hazardsOf(guests),
  preview: (guests, input) => planned(guests, { verb: 'reboot', parameters: rebootParameters(input.timeout) }),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'reboot', parameters: rebootParameters(input.timeout), wait: input.wait }),
});
