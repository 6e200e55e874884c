import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { blindness } from './blind.ts';
import { operation } from './operation.ts';

const quietHaStates = new Set(['started', 'stopped', 'ignored', 'disabled', 'freeze']);

/** A guest that somebody should look at: neither running nor stopped, locked, or in a state that HA does not rest in. */
const isInTrouble = ({ status, lock, hastate, template }: Guest): boolean =>
  !template &&
  (!['running', 'stopped'].includes(status) ||
    lock !== undefined ||
    (hastate !== undefined && !quietHaStates.has(hastate)));

const count = (guests: readonly Guest[], status: string): number =>
  guests.filter((guest) => guest.status === status).length;

/** Shows the cluster at a glance: nodes, numbers of guests, guests in trouble, running tasks. */
export const showCluster = operation({
  name: 'cluster.show',
  summary: 'Show the cluster at a glance',
  risk: 'read',
  input: z.object({}),
  async *run(context) {
    const options = { signal: context.signal, origin: 'person' } as const;
    const client = context.proxmox();
    const [{ version }, resources, tasks] = await Promise.all([
      client.version(options),
      context.resources(),
      client.tasks(options),
    ]);
    const blind = blindness(resources);
    if (blind !== undefined) yield blind;
    const guests = resources.guests.filter(({ template }) => !template);
    return {
      context: context.contextName,
      address: client.address,
      version,
      guests: guests.length,
      running: count(guests, 'running'),
      stopped: count(guests, 'stopped'),
      nodes: resources.nodes.map(({ node, status, cpu, mem, maxmem, uptime }) => ({
        node,
        status,
        cpu,
        mem,
        maxmem,
        uptime,
      })),
      trouble: guests
        .filter(isInTrouble)
        .map(({ vmid, name, node, status, lock, hastate }) => ({ vmid, name, node, status, lock, hastate })),
      tasks: tasks
        .filter(({ endtime }) => endtime === undefined)
        .map(({ starttime, node, type, id, user, upid }) => ({ starttime, node, type, id, user, upid })),
    };
  },
});
