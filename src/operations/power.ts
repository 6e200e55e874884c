import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { changedGuests, eachGuest, guestHazards, outcomeColumns as columns, wait } from './each-guest.ts';
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

const powerManagement = (guests: readonly Guest[]): readonly Privilege[] =>
  guests.map(({ vmid }) => ({ path: `/vms/${String(vmid)}`, privilege: 'VM.PowerMgmt' }));

/** Starts guests: `POST /nodes/{node}/{type}/{vmid}/status/start`. A guest that already runs is not an error. */
export const startGuests = operation({
  name: 'guest.start',
  summary: 'Start guests',
  risk: 'change',
  input: z.object({ guests: guestSelectors, wait }),
  columns,
  resolve: (context, { guests }) => selectGuests(context, guests),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  preview: (guests) => guests.map(ask('start')),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'start', call: ask('start'), alreadyDone: alreadyRunning, wait: input.wait }),
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
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, guests) => guestHazards(guests),
  preview: (guests) => guests.map(ask('stop')),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'stop', call: ask('stop'), alreadyDone: alreadyStopped, wait: input.wait }),
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
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, guests) => guestHazards(guests),
  preview: (guests, input) => guests.map(ask('shutdown', shutdownParameters(input))),
  run: (context, guests, input) =>
    eachGuest(context, guests, {
      verb: 'shutdown',
      call: ask('shutdown', shutdownParameters(input)),
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
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, guests) => guestHazards(guests),
  preview: (guests, input) => guests.map(ask('reboot', rebootParameters(input.timeout))),
  run: (context, guests, input) =>
    eachGuest(context, guests, {
      verb: 'reboot',
      call: ask('reboot', rebootParameters(input.timeout)),
      wait: input.wait,
    }),
});

/** Containers know no such thing, or only as an experiment of liblxc that usually fails (contract §11.5). Throws `conflict`. */
const selectVms = async (
  context: Context,
  selectors: readonly string[],
  verb: string,
  instead: string,
): Promise<readonly Guest[]> => {
  const guests = await selectGuests(context, selectors);
  const container = guests.find(({ type }) => type === 'lxc');
  if (container === undefined) return guests;
  throw new ProxdeckError('conflict', `${String(container.vmid)} ${container.name} is a container: only VMs ${verb}.`, {
    hint: instead,
  });
};

/** Resets VMs, like the button on the machine: `POST …/status/reset`. Throws `conflict` for a container. */
export const resetGuests = operation({
  name: 'guest.reset',
  summary: 'Reset VMs at once, like the button on the machine',
  risk: 'change',
  input: z.object({ guests: guestSelectors, wait }),
  columns,
  resolve: (context, { guests }) =>
    selectVms(context, guests, 'can be reset', 'For containers there is `proxdeck guest reboot`.'),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, guests) => guestHazards(guests),
  preview: (guests) => guests.map(ask('reset')),
  run: (context, guests, input) => eachGuest(context, guests, { verb: 'reset', call: ask('reset'), wait: input.wait }),
});

const suspendParameters = ({ disk }: { disk: boolean }): Readonly<Record<string, number>> =>
  disk ? { todisk: 1 } : {};

/** Suspends VMs in memory, or to disk as hibernation: `POST …/status/suspend`. Throws `conflict` for a container. */
export const suspendGuests = operation({
  name: 'guest.suspend',
  summary: 'Suspend VMs',
  risk: 'change',
  input: z.object({
    guests: guestSelectors,
    disk: z.boolean().default(false).describe('write the memory to disk and switch it off'),
    wait,
  }),
  columns,
  resolve: (context, { guests }) =>
    selectVms(context, guests, 'can be suspended', 'For containers there is `proxdeck guest shutdown`.'),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  hazards: (_context, guests) => guestHazards(guests),
  preview: (guests, input) => guests.map(ask('suspend', suspendParameters(input))),
  run: (context, guests, input) =>
    eachGuest(context, guests, {
      verb: 'suspend',
      call: ask('suspend', suspendParameters(input)),
      alreadyDone: { refusal: /already paused/i, result: 'already suspended' },
      wait: input.wait,
    }),
  undo: (_guests, outcomes) => ({ name: 'guest.resume', input: changedGuests(outcomes) }),
});

/** Lets suspended VMs go on: `POST …/status/resume`. Throws `conflict` for a container. */
export const resumeGuests = operation({
  name: 'guest.resume',
  summary: 'Let suspended VMs go on',
  risk: 'change',
  input: z.object({ guests: guestSelectors, wait }),
  columns,
  resolve: (context, { guests }) =>
    selectVms(context, guests, 'can be resumed', 'For containers there is `proxdeck guest start`.'),
  needsFirst: ({ guests }) => onGuests(guests, 'VM.PowerMgmt'),
  needs: powerManagement,
  preview: (guests) => guests.map(ask('resume')),
  run: (context, guests, input) =>
    eachGuest(context, guests, { verb: 'resume', call: ask('resume'), wait: input.wait }),
  undo: (_guests, outcomes) => ({ name: 'guest.suspend', input: changedGuests(outcomes) }),
});
