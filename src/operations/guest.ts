import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { blindness } from './blind.ts';
import { operation, type Column } from './operation.ts';
import { guestSelector, selectGuest } from './select.ts';

export const guestColumns: readonly Column[] = [
  { field: 'vmid', title: 'VMID' },
  { field: 'name', title: 'NAME' },
  { field: 'type', title: 'TYPE' },
  { field: 'node', title: 'NODE' },
  { field: 'status', title: 'STATUS' },
  { field: 'cpu', title: 'CPU', unit: 'fraction' },
  { field: 'mem', title: 'MEM', unit: 'bytes' },
  { field: 'maxmem', title: 'MAXMEM', unit: 'bytes' },
  { field: 'maxdisk', title: 'MAXDISK', unit: 'bytes' },
  { field: 'uptime', title: 'UPTIME', unit: 'seconds' },
  { field: 'lock', title: 'LOCK' },
  { field: 'tags', title: 'TAGS' },
];

const listInput = z.object({
  node: z.string().exactOptional().describe('only on this node').meta({ completes: 'node' }),
  status: z.string().exactOptional().describe('only with this status: running, stopped …'),
  type: z.enum(['lxc', 'qemu']).exactOptional().describe('only containers or only VMs'),
  tag: z.array(z.string()).default([]).describe('only with this tag; may be repeated'),
  pool: z.string().exactOptional().describe('only in this pool'),
});

const isWanted = (guest: Guest, { node, status, type, tag, pool }: z.output<typeof listInput>): boolean =>
  (node === undefined || guest.node === node) &&
  (status === undefined || guest.status === status) &&
  (type === undefined || guest.type === type) &&
  (pool === undefined || guest.pool === pool) &&
  tag.every((one) => guest.tags.includes(one));

/** Lists containers and VMs by id, from `GET /cluster/resources`. */
export const listGuests = operation({
  name: 'guest.list',
  summary: 'List containers and VMs',
  risk: 'read',
  input: listInput,
  columns: guestColumns,
  async *run(context, _resolved, input) {
    const resources = await context.resources();
    const blind = blindness(resources);
    if (blind !== undefined) yield blind;
    return resources.guests.filter((guest) => isWanted(guest, input)).toSorted((a, b) => a.vmid - b.vmid);
  },
});

const object = z.record(z.string(), z.unknown());

/** Shows one guest: its row of `GET /cluster/resources`, `…/status/current` and, under `config`, `…/config`. */
export const showGuest = operation({
  name: 'guest.show',
  summary: 'Show one guest',
  risk: 'read',
  input: z.object({ guest: guestSelector.meta({ positional: true, completes: 'guest' }) }),
  columns: guestColumns,
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: ({ vmid }) => [{ path: `/vms/${String(vmid)}`, privilege: 'VM.Audit' }],
  async *run(context, row) {
    const node = (await context.resources()).nodes.find((one) => one.node === row.node);
    if (node !== undefined && node.status !== 'online') {
      yield {
        type: 'warning',
        code: 'offline',
        message: `${row.node} is ${node.status}: this is what the cluster still knows of the guest.`,
      };
      return row;
    }
    const read = async (part: string) => {
      const options = { signal: context.signal, origin: 'person' } as const;
      return object.parse(
        (await context.proxmox().request('GET', `/nodes/${row.node}/${row.id}/${part}`, {}, options)).data,
      );
    };
    const [current, config] = await Promise.all([read('status/current'), read('config')]);
    // The row wins where both have a field: its cpu is the cluster's, not that of one API worker (contract §1.9).
    return { ...current, ...row, status: current['qmpstatus'] ?? current['status'] ?? row.status, config };
  },
});
