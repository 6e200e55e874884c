import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { eachGuest, guestHazards, outcomeColumns, wait, type GuestOutcome } from './each-guest.ts';
import type { Event } from './event.ts';
import { nameOf, atHand } from './guest-checks.ts';
import { readConfig, disksIn } from './guest-disks.ts';
import { nameOfProd } from './mistaken.ts';
import { operation, type PlannedCall } from './operation.ts';
import { onGuests } from './privileges.ts';
import { guestSelectors, selectGuests } from './select.ts';
import { planned } from './steps.ts';

interface Doomed {
  readonly guest: Guest;
  readonly disks: readonly string[];
}

const input = z.object({
  guests: guestSelectors,
  force: z.boolean().default(false).describe('stop those that run'),
  purge: z.boolean().default(false).describe('also take them out of backup jobs, replication and HA'),
  unreferenced: z.boolean().default(false).describe('also destroy their disks that the settings do not name'),
  wait,
});

const refuse = (message: string, hint: string): never => {
  throw new ProxdeckError('conflict', message, { hint });
};

/** Reads what will be destroyed. Throws `conflict` for what runs, is protected or managed by HA. */
const look = async (context: Context, row: Guest, { force, purge }: z.output<typeof input>): Promise<Doomed> => {
  const guest = await atHand(context, row);
  const who = nameOf(guest);
  if (guest.status !== 'stopped' && !force) refuse(`${who} is ${guest.status}.`, 'Stop it first, or say --force.');
  if (guest.hastate !== undefined && guest.hastate !== 'ignored' && !purge)
    refuse(`${who} is managed by HA.`, 'Say --purge: that takes it out of HA, backup jobs and replication too.');
  const config = await readConfig(context, guest);
  if (config.settings['protection'] === '1')
    refuse(`${who} is protected.`, `Lift it: \`proxdeck guest set ${String(guest.vmid)} --delete protection\`.`);
  return {
    guest,
    disks: disksIn(guest.type, config.settings).map(({ key, volume, size }) =>
      `${key} ${volume}${size === undefined ? '' : ` (${size})`}`.trim(),
    ),
  };
};

const running = (doomed: readonly Doomed[]): readonly Guest[] =>
  doomed.flatMap(({ guest }) => (guest.status === 'stopped' ? [] : [guest]));

const stop = (guest: Guest): PlannedCall => planned('POST', `/nodes/${guest.node}/${guest.id}/status/stop`);

const destroy =
  ({ purge, unreferenced }: z.output<typeof input>) =>
  (guest: Guest): PlannedCall =>
    planned('DELETE', `/nodes/${guest.node}/${guest.id}`, {
      purge: purge ? true : undefined,
      'destroy-unreferenced-disks': unreferenced ? true : undefined,
    });

/**
 * Destroys guests with their disks: `DELETE /nodes/{node}/{lxc|qemu}/{vmid}`. Backups stay. Throws `conflict` before anything is sent
 * for what runs, is protected or managed by HA, `locked` for what is locked.
 */
export const deleteGuests = operation({
  name: 'guest.delete',
  summary: 'Destroy guests with their disks',
  risk: 'destroy',
  input,
  columns: outcomeColumns,
  needsFirst: ({ guests }) => onGuests(guests, 'VM.Allocate'),
  resolve: async (context, given): Promise<readonly Doomed[]> => {
    const guests = await selectGuests(context, given.guests);
    return Promise.all(guests.map((guest) => look(context, guest, given)));
  },
  needs: (doomed) =>
    doomed.flatMap(({ guest }) => {
      const path = `/vms/${String(guest.vmid)}`;
      const stops = guest.status === 'stopped' ? [] : [{ path, privilege: 'VM.PowerMgmt' }];
      return [{ path, privilege: 'VM.Allocate' }, ...stops];
    }),
  hazards: (_context, doomed) => [
    ...doomed.map(({ guest, disks }) => {
      const what = disks.length === 0 ? 'It has no disks.' : `Lost: ${disks.join(', ')}, and its snapshots.`;
      return `${nameOf(guest)} on ${guest.node} is destroyed. ${what}`;
    }),
    ...guestHazards(doomed.map(({ guest }) => guest)),
    ...running(doomed).map((guest) => `${nameOf(guest)} is ${guest.status}: it is stopped first.`),
  ],
  nameToType: (doomed) => nameOfProd(doomed.map(({ guest }) => guest)),
  preview: (doomed, given) => [...running(doomed).map(stop), ...doomed.map(({ guest }) => destroy(given)(guest))],
  async *run(context, doomed, given): AsyncGenerator<Event, readonly GuestOutcome[], void> {
    const toStop = running(doomed);
    const alreadyDone = { refusal: /not running/i, result: 'already stopped' };
    if (toStop.length > 0) yield* eachGuest(context, toStop, { verb: 'stop', call: stop, alreadyDone, wait: true });
    const guests = doomed.map(({ guest }) => guest);
    return yield* eachGuest(context, guests, { verb: 'delete', call: destroy(given), wait: given.wait });
  },
});
