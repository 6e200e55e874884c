import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { outcomeColumns, wait } from './each-guest.ts';
import type { Event } from './event.ts';
import { atHand, nameOf } from './guest-checks.ts';
import { oneGuest, readGuest } from './guest-read.ts';
import { nameOfProd } from './mistaken.ts';
import { operation } from './operation.ts';
import { onGuests } from './privileges.ts';
import { selectGuest } from './select.ts';
import { snapshotRow } from './snapshot.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';
import { understood } from './understood.ts';

const look = async (context: Context, selector: string): Promise<Guest> => {
  const guest = await atHand(context, await selectGuest(context, selector));
  const refuse = (what: string, hint: string): never => {
    throw new ProxdeckError('conflict', `${nameOf(guest)} ${what}.`, { hint });
  };
  if (guest.template) refuse('is a template already', 'Clone it: `proxdeck guest clone`.');
  if (guest.status !== 'stopped') refuse(`is ${guest.status}`, 'Shut it down first.');
  const rows = understood(snapshotRow, await readGuest(context, guest, 'snapshot'));
  const names = rows.map(({ name }) => name).filter((name) => name !== 'current');
  if (names.length > 0) refuse(`has snapshots: ${names.join(', ')}`, 'Delete them first: a template has none.');
  return guest;
};

const stepOf = (guest: Guest): Step => ({
  title: `make ${nameOf(guest)} a template`,
  call: planned('POST', `/nodes/${guest.node}/${guest.id}/template`),
});

/** Makes a guest a template: `POST /nodes/{node}/{lxc|qemu}/{vmid}/template`. Throws `conflict` for what runs or has snapshots. */
export const makeTemplate = operation({
  name: 'guest.template',
  summary: 'Make a guest a template',
  risk: 'destroy',
  input: z.object({ guest: oneGuest, wait }),
  columns: outcomeColumns,
  needsFirst: ({ guest }) => onGuests([guest], 'VM.Allocate'),
  resolve: (context, { guest }) => look(context, guest),
  needs: ({ vmid }) => [{ path: `/vms/${String(vmid)}`, privilege: 'VM.Allocate' }],
  hazards: (_context, guest) => [`${nameOf(guest)} cannot be started any more, only cloned; there is no way back.`],
  nameToType: (guest) => nameOfProd([guest]),
  preview: (guest) => shown([stepOf(guest)]),
  async *run(context, guest, input): AsyncGenerator<Event, object, void> {
    const { vmid, name, node, type } = guest;
    return { vmid, name, node, type, ...(yield* takeStep(context, stepOf(guest), input.wait)) };
  },
});
