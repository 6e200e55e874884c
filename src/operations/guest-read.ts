import type { Guest } from '../models/cluster.ts';
import type { Parameters } from '../proxmox/types.ts';
import type { Context } from './context.ts';
import type { Privilege } from './operation.ts';
import { guestSelector } from './select.ts';

/** What all reading of one guest has in common. */

/** The input that names a guest. */
export const oneGuest = guestSelector.meta({ positional: true, completes: 'guest' });

/** What reading a guest takes. */
export const mayAudit = ({ vmid }: Guest): readonly Privilege[] => [
  { path: `/vms/${String(vmid)}`, privilege: 'VM.Audit' },
];

/** Returns the `data` of `GET /nodes/{node}/{lxc|qemu}/{vmid}/{part}`. Throws what the client throws. */
export const readGuest = async (
  context: Context,
  guest: Guest,
  part: string,
  parameters: Parameters = {},
): Promise<unknown> => {
  const path = `/nodes/${guest.node}/${guest.id}/${part}`;
  const options = { signal: context.signal, origin: 'person' } as const;
  return (await context.proxmox().request('GET', path, parameters, options)).data;
};
