import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { canaryFields, requireWaiting } from './canary.ts';
import { eachGuest, guestHazards, opposite, outcomeColumns as columns, wait, type Action } from './each-guest.ts';
import { barredHazards, chooseGuests, free, type Chosen } from './guest-standing.ts';
import { operation, type PlannedCall, type Privilege } from './operation.ts';
import { onGuests } from './privileges.ts';
import { guestSelectors, selectGuests } from './select.ts';

const timeout = z.coerce
  .number()
  .int()
  .min(1)
  .max(86_400)
  .exactOptional()
  .describe('seconds that the guest has to shut down');
const alreadyRunning = { refusal: /already running/i, result: 'already running' };
const alreadyStopped = { refusal: /not running/i, result: 'already stopped' };

/** The call `POST /nodes/{node}/{type}/{vmid}/status/{verb}`. */
const ask =
  (verb: string, parameters: Readonly<Record<string, number>> = {}) =>
  (guest: Guest): PlannedCall => ({
    method: 'POST',
    path: `/nodes/${guest.node}/${guest.id}/status/${verb}`,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  });

const powerManagement = ({ guests }: Chosen): readonly Privilege[] =>
  guests.map(({ vmid }) => ({ path: `/vms/${String(vmid)}`, privilege: 'VM.PowerMgmt' }));

/** What all of them take: which guests, whether the tasks are waited for, and whether the first one goes alone. */
const several = { guests: guestSelectors, ...canaryFields, wait };

interface Several {
  readonly guests: readonly string[];
  readonly canary: boolean;
  readonly watch: number;
  readonly wait: boolean;
}

/** Throws `usage` for a first one that nobody waits for, and as chooseGuests does. */
const choose = async (
  context: Context,
  { guests, canary, wait: isWaitedFor }: Several,
  passes: readonly string[] = [],
): Promise<Chosen> => {
  requireWaiting(canary, isWaitedFor);
  return chooseGuests(context, guests, { passes });
};

/** Taking guests down, or up again by another way. */
const downHazards = (_context: Context, chosen: Chosen): readonly string[] => [
  ...barredHazards(chosen),
  ...guestHazards(free(chosen)),
];

/** Does it to each; with `canary` the first one must come to `status` and stay there before the others follow. */
const act = (
  context: Context,
  { guests, barred }: Chosen,
  { canary, watch, wait: isWaitedFor }: Several,
  { status, ...action }: Pick<Action, 'verb' | 'call' | 'alreadyDone'> & { readonly status: string },
) =>
  eachGuest(context, guests, {
    ...action,
    barred,
    wait: isWaitedFor,
    ...(canary && { canary: () => ({ status, seconds: watch }) }),
  });

/** Starts guests: `POST /nodes/{node}/{type}/{vmid}/status/start`. A guest that already runs is not an error. */
export const startGuests = operation({
  name: 'guest.start',
  summary: 'Start guests',
  risk: 'change',
  input: z.object(several),
  columns,
  resolve: (context, input) => choose(context, input, ['suspended']),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, chosen) => barredHazards(chosen),
  preview: (chosen) => free(chosen).map(ask('start')),
  run: (context, chosen, input) =>
    act(context, chosen, input, { verb: 'start', call: ask('start'), alreadyDone: alreadyRunning, status: 'running' }),
  undo: (_chosen, outcomes) => opposite('guest.shutdown', outcomes),
});

/** Stops guests hard: `POST …/status/stop`. A guest that is stopped is not an error. */
export const stopGuests = operation({
  name: 'guest.stop',
  summary: 'Stop guests at once, like pulling the plug',
  risk: 'change',
  input: z.object(several),
  columns,
  resolve: (context, input) => choose(context, input),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: downHazards,
  preview: (chosen) => free(chosen).map(ask('stop')),
  run: (context, chosen, input) =>
    act(context, chosen, input, { verb: 'stop', call: ask('stop'), alreadyDone: alreadyStopped, status: 'stopped' }),
  undo: (_chosen, outcomes) => opposite('guest.start', outcomes),
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
    ...several,
    timeout,
    force: z.boolean().default(false).describe('stop it hard when the time is over'),
  }),
  columns,
  resolve: (context, input) => choose(context, input),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: downHazards,
  preview: (chosen, input) => free(chosen).map(ask('shutdown', shutdownParameters(input))),
  run: (context, chosen, input) =>
    act(context, chosen, input, {
      verb: 'shutdown',
      call: ask('shutdown', shutdownParameters(input)),
      alreadyDone: alreadyStopped,
      status: 'stopped',
    }),
  undo: (_chosen, outcomes) => opposite('guest.start', outcomes),
});

const rebootParameters = (seconds: number | undefined): Readonly<Record<string, number>> =>
  seconds === undefined ? {} : { timeout: seconds };

/** Reboots guests, which also applies pending changes: `POST …/status/reboot`. */
export const rebootGuests = operation({
  name: 'guest.reboot',
  summary: 'Reboot guests',
  risk: 'change',
  input: z.object({ ...several, timeout }),
  columns,
  resolve: (context, input) => choose(context, input),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: downHazards,
  preview: (chosen, input) => free(chosen).map(ask('reboot', rebootParameters(input.timeout))),
  run: (context, chosen, input) =>
    act(context, chosen, input, {
      verb: 'reboot',
      call: ask('reboot', rebootParameters(input.timeout)),
      status: 'running',
    }),
});

/** A backup that runs is not in the way of suspending in memory and going on (PVE::QemuServer::vm_suspend, vm_resume). */
const duringBackup = ['backup'];

/** Containers know no such thing, or only as an experiment of liblxc that usually fails (contract §11.5). Throws `conflict`. */
const chooseVms = async (
  context: Context,
  input: Several,
  {
    verb,
    instead,
    passes = [],
  }: { readonly verb: string; readonly instead: string; readonly passes?: readonly string[] },
): Promise<Chosen> => {
  const container = (await selectGuests(context, input.guests)).find(({ type }) => type === 'lxc');
  if (container === undefined) return choose(context, input, passes);
  throw new ProxdeckError('conflict', `${String(container.vmid)} ${container.name} is a container: only VMs ${verb}.`, {
    hint: instead,
  });
};

/** Resets VMs, like the button on the machine: `POST …/status/reset`. Throws `conflict` for a container. */
export const resetGuests = operation({
  name: 'guest.reset',
  summary: 'Reset VMs at once, like the button on the machine',
  risk: 'change',
  input: z.object(several),
  columns,
  resolve: (context, input) =>
    chooseVms(context, input, { verb: 'can be reset', instead: 'For containers there is `proxdeck guest reboot`.' }),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: downHazards,
  preview: (chosen) => free(chosen).map(ask('reset')),
  run: (context, chosen, input) =>
    act(context, chosen, input, { verb: 'reset', call: ask('reset'), status: 'running' }),
});

const suspendParameters = ({ disk }: { disk: boolean }): Readonly<Record<string, number>> =>
  disk ? { todisk: 1 } : {};

/** Suspends VMs in memory, or to disk as hibernation: `POST …/status/suspend`. Throws `conflict` for a container. */
export const suspendGuests = operation({
  name: 'guest.suspend',
  summary: 'Suspend VMs',
  risk: 'change',
  input: z.object({
    ...several,
    disk: z.boolean().default(false).describe('write the memory to disk and switch it off'),
  }),
  columns,
  resolve: (context, input) =>
    chooseVms(context, input, {
      verb: 'can be suspended',
      instead: 'For containers there is `proxdeck guest shutdown`.',
      passes: input.disk ? [] : duringBackup,
    }),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: downHazards,
  preview: (chosen, input) => free(chosen).map(ask('suspend', suspendParameters(input))),
  run: (context, chosen, input) =>
    act(context, chosen, input, {
      verb: 'suspend',
      call: ask('suspend', suspendParameters(input)),
      alreadyDone: { refusal: /already paused/i, result: 'already suspended' },
      status: input.disk ? 'stopped' : 'paused',
    }),
  // What was written to disk goes on by a start.
  undo: (_chosen, outcomes, { disk }) => opposite(disk ? 'guest.start' : 'guest.resume', outcomes),
});

/** Lets suspended VMs go on: `POST …/status/resume`. Throws `conflict` for a container. */
export const resumeGuests = operation({
  name: 'guest.resume',
  summary: 'Let suspended VMs go on',
  risk: 'change',
  input: z.object(several),
  columns,
  resolve: (context, input) =>
    chooseVms(context, input, {
      verb: 'can be resumed',
      instead: 'For containers there is `proxdeck guest start`.',
      passes: duringBackup,
    }),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, chosen) => barredHazards(chosen),
  preview: (chosen) => free(chosen).map(ask('resume')),
  run: (context, chosen, input) =>
    act(context, chosen, input, { verb: 'resume', call: ask('resume'), status: 'running' }),
  undo: (_chosen, outcomes) => opposite('guest.suspend', outcomes),
});
