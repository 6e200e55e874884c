import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import type { Context } from './context.ts';
import { mayAudit, oneGuest, readGuest } from './guest-read.ts';
import { operation } from './operation.ts';
import { selectGuest } from './select.ts';
import { understood } from './understood.ts';

/** A value as Proxmox VE sends it; `lxc` holds raw lines of liblxc as pairs (contract §11.4). */
const value = z.union([z.string(), z.number(), z.boolean().transform(Number), z.array(z.array(z.string()))]);

/** The configuration of a guest by key, in Proxmox VE's own names. */
export type GuestConfig = Readonly<Record<string, z.output<typeof value>>>;

const configOf = (data: unknown): GuestConfig =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(data)).flatMap(([key, raw]) => {
      const { data: known } = value.safeParse(raw);
      return known === undefined ? [] : [[key, known]];
    }),
  );

/** Shows the configuration of a guest: `GET /nodes/{node}/{lxc|qemu}/{vmid}/config`, with pending changes merged in. */
export const showConfig = operation({
  name: 'guest.config',
  summary: 'Show the configuration of a guest',
  risk: 'read',
  input: z.object({
    guest: oneGuest,
    current: z.boolean().default(false).describe('what it runs with, without pending changes'),
    snapshot: z.string().exactOptional().describe('as it was when this snapshot was taken'),
  }),
  // In MiB here, whatever the same names mean elsewhere.
  columns: [
    { field: 'memory', title: 'MEMORY' },
    { field: 'swap', title: 'SWAP' },
  ],
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: mayAudit,
  async *run(context, guest, { current, snapshot }) {
    return configOf(await readGuest(context, guest, 'config', { ...(current && { current }), snapshot }));
  },
});

const change = z.looseObject({
  key: z.string(),
  value: value.optional(),
  pending: value.optional(),
  /** 1: the key goes with the next start; 2: even where that loses data (VMs only). */
  delete: z.coerce.number().optional(),
});

/** A key whose value will be another one after the next start. */
export type PendingChange = z.output<typeof change>;

/** Reads what changes with the next start of a guest: `GET /nodes/{node}/{lxc|qemu}/{vmid}/pending`. */
export const pendingChanges = async (context: Context, guest: Guest): Promise<readonly PendingChange[]> =>
  understood(change, await readGuest(context, guest, 'pending')).filter(
    (row) => row.pending !== undefined || (row.delete ?? 0) > 0,
  );

/** Lists what changes with the next start of a guest: those rows of `GET /nodes/{node}/{lxc|qemu}/{vmid}/pending` that wait. */
export const listPending = operation({
  name: 'guest.pending',
  summary: 'List changes that wait for the next start of a guest',
  risk: 'read',
  input: z.object({ guest: oneGuest }),
  columns: [
    { field: 'key', title: 'KEY' },
    { field: 'value', title: 'NOW' },
    { field: 'pending', title: 'PENDING' },
    { field: 'delete', title: 'DELETE' },
  ],
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: mayAudit,
  async *run(context, guest): AsyncGenerator<never, readonly PendingChange[], void> {
    return pendingChanges(context, guest);
  },
});
