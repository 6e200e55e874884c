import * as z from 'zod';
import type { Task } from '../models/cluster.ts';
import { mayAudit, oneGuest } from './guest-read.ts';
import { operation } from './operation.ts';
import { readRrd, rrdInput, type RrdPoint } from './rrd.ts';
import { selectGuest } from './select.ts';
import { taskColumns } from './task.ts';
import { understood } from './understood.ts';

const task = z.looseObject({
  upid: z.string(),
  node: z.string(),
  type: z.string(),
  id: z.string(),
  user: z.string(),
  starttime: z.coerce.number(),
  endtime: z.coerce.number().optional(),
  /** Missing or `RUNNING` while it runs. */
  status: z.string().optional(),
});

const taskOf = ({ status, endtime, ...rest }: z.output<typeof task>): Task => ({
  ...rest,
  ...(endtime !== undefined && { endtime }),
  ...(status !== undefined && endtime !== undefined && { status }),
});

/** Lists tasks of one guest on the node where it is now, newest first: `GET /nodes/{node}/tasks?vmid=` (contract §7.3). */
export const listGuestTasks = operation({
  name: 'guest.tasks',
  summary: 'List tasks of a guest',
  risk: 'read',
  input: z.object({
    guest: oneGuest,
    errors: z.boolean().default(false).describe('only those that failed'),
    limit: z.coerce.number().int().min(1).max(5000).default(200).describe('at most so many'),
  }),
  columns: taskColumns,
  resolve: (context, { guest }) => selectGuest(context, guest),
  async *run(context, guest, { errors, limit }): AsyncGenerator<never, readonly Task[], void> {
    const parameters = { vmid: guest.vmid, source: 'all', limit, ...(errors && { errors }) };
    const options = { signal: context.signal, origin: 'person' } as const;
    const { data } = await context.proxmox().request('GET', `/nodes/${guest.node}/tasks`, parameters, options);
    return understood(task, data)
      .map(taskOf)
      .toSorted((a, b) => b.starttime - a.starttime);
  },
});

/** Shows the history of a guest's load: `GET /nodes/{node}/{lxc|qemu}/{vmid}/rrddata`. Rates are bytes a second. */
export const showGuestHistory = operation({
  name: 'guest.rrd',
  summary: 'Show the history of load of a guest',
  risk: 'read',
  input: z.object({ guest: oneGuest, ...rrdInput }),
  columns: [
    { field: 'time', title: 'TIME', unit: 'moment' },
    { field: 'cpu', title: 'CPU', unit: 'fraction' },
    { field: 'mem', title: 'MEM', unit: 'bytes' },
    { field: 'maxmem', title: 'MAXMEM', unit: 'bytes' },
    { field: 'netin', title: 'IN/S', unit: 'bytes' },
    { field: 'netout', title: 'OUT/S', unit: 'bytes' },
    { field: 'diskread', title: 'READ/S', unit: 'bytes' },
    { field: 'diskwrite', title: 'WRITE/S', unit: 'bytes' },
  ],
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: mayAudit,
  async *run(context, guest, wanted): AsyncGenerator<never, readonly RrdPoint[], void> {
    return readRrd(context, `/nodes/${guest.node}/${guest.id}`, wanted);
  },
});
