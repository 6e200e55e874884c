import * as z from 'zod';
import { mayAudit, oneGuest, readGuest } from './guest-read.ts';
import { operation } from './operation.ts';
import { selectGuest } from './select.ts';
import { understood } from './understood.ts';

/** A row of `GET …/snapshot`. */
export const snapshotRow = z.looseObject({
  name: z.string(),
  /** Seconds since 1970; the synthetic `current` has none. */
  snaptime: z.coerce.number().optional(),
  description: z.string().optional(),
  parent: z.string().optional(),
  /** 1: the memory of the VM is in it. */
  vmstate: z.coerce.number().optional(),
  /** `prepare` or `delete`: it was not finished, or not wholly removed. */
  snapstate: z.string().optional(),
  /** Only of `current`. */
  running: z.coerce.number().optional(),
});

/** A snapshot as Proxmox VE lists it; `current` stands for the guest as it is now. */
export type Snapshot = z.output<typeof snapshotRow>;

/** Lists the snapshots of a guest, oldest first: `GET /nodes/{node}/{lxc|qemu}/{vmid}/snapshot`. */
export const listSnapshots = operation({
  name: 'snapshot.list',
  summary: 'List the snapshots of a guest',
  risk: 'read',
  input: z.object({ guest: oneGuest }),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'parent', title: 'PARENT' },
    { field: 'snaptime', title: 'TAKEN', unit: 'moment' },
    { field: 'vmstate', title: 'MEMORY' },
    { field: 'snapstate', title: 'STATE' },
    { field: 'description', title: 'DESCRIPTION' },
  ],
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: mayAudit,
  async *run(context, guest): AsyncGenerator<never, readonly Snapshot[], void> {
    const rows = understood(snapshotRow, await readGuest(context, guest, 'snapshot'));
    const age = ({ snaptime }: Snapshot): number => snaptime ?? Number.POSITIVE_INFINITY;
    return rows.toSorted((a, b) => age(a) - age(b));
  },
});
