import * as z from 'zod';
import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { reachable } from '../models/reachable.ts';
import type { Context } from './context.ts';
import { eachByNode } from './each-by-node.ts';
import type { Event } from './event.ts';
import { mayAudit, oneGuest, readGuest } from './guest-read.ts';
import { operation } from './operation.ts';
import { guestSelector, selectGuest, selectGuests } from './select.ts';
import { understood } from './understood.ts';

const row = z.looseObject({
  name: z.string(),
  'hardware-address': z.string().optional(),
  'ip-addresses': z.array(z.looseObject({ 'ip-address': z.string(), prefix: z.coerce.string().optional() })).optional(),
  /** What containers told before 8.4: the first address of each family. */
  hwaddr: z.string().optional(),
  inet: z.string().optional(),
  inet6: z.string().optional(),
});

/** One network interface as the guest itself sees it. */
export interface GuestInterface {
  readonly name: string;
  readonly 'hardware-address'?: string;
  /** With their prefix length: `192.0.2.4/24`. */
  readonly addresses: readonly string[];
}

const interfaceOf = (raw: z.output<typeof row>): GuestInterface => {
  const mac = raw['hardware-address'] ?? raw.hwaddr;
  const listed = raw['ip-addresses']?.map(({ prefix, ...one }) =>
    prefix === undefined ? one['ip-address'] : `${one['ip-address']}/${prefix}`,
  );
  const addresses = listed ?? [raw.inet, raw.inet6].filter((one) => one !== undefined);
  return { name: raw.name, addresses, ...(mac !== undefined && { 'hardware-address': mac }) };
};

/** What a VM answers without a guest agent that works (contract §12.6), and what a person can do about it. */
const agentTroubles: readonly (readonly [text: RegExp, message: string, hint: string])[] = [
  [
    /No QEMU guest agent configured/i,
    'The guest agent of this VM is switched off.',
    'Only the agent knows addresses: install qemu-guest-agent in the VM, then `qm set <id> --agent enabled=1`.',
  ],
  [
    /guest agent is not running/i,
    'The guest agent does not answer.',
    'It is switched on for this VM: install and start qemu-guest-agent inside of it.',
  ],
];

const explained = (thrown: unknown): ProxdeckError => {
  const error = asProxdeckError(thrown);
  const [, message, hint] = agentTroubles.find(([text]) => text.test(error.message)) ?? [];
  if (message === undefined || hint === undefined) return error;
  return new ProxdeckError('conflict', message, { hint, cause: error });
};

/** A stopped container answers nothing, a VM wraps its answer. */
const readInterfaces = async (context: Context, guest: Guest): Promise<readonly GuestInterface[]> => {
  if (guest.type === 'lxc') return understood(row, await readGuest(context, guest, 'interfaces')).map(interfaceOf);
  try {
    const answer = z
      .object({ result: z.unknown() })
      .parse(await readGuest(context, guest, 'agent/network-get-interfaces'));
    return understood(row, answer.result).map(interfaceOf);
  } catch (thrown) {
    throw explained(thrown);
  }
};

/**
 * Lists the network interfaces of a running guest with their addresses: `GET …/lxc/{vmid}/interfaces` (8.0 and later), for VMs
 * `GET …/qemu/{vmid}/agent/network-get-interfaces`. Throws `conflict` where a VM has no agent that answers.
 */
export const listInterfaces = operation({
  name: 'guest.interfaces',
  summary: 'List network interfaces and addresses of a guest',
  risk: 'read',
  input: z.object({ guest: oneGuest }),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'hardware-address', title: 'MAC' },
    { field: 'addresses', title: 'ADDRESSES' },
  ],
  resolve: (context, { guest }) => selectGuest(context, guest),
  needs: mayAudit,
  async *run(context, guest): AsyncGenerator<never, readonly GuestInterface[], void> {
    return readInterfaces(context, guest);
  },
});

/** Guests asked at once on one node: a node has three workers for everybody, and an agent may hold one for seconds. */
const atOnce = 2;

/** Whether asking a guest for its addresses can be answered. */
const canAnswer = async (context: Context, guest: Guest): Promise<boolean> => {
  const { nodes } = await context.resources();
  return guest.status === 'running' && nodes.find(({ node }) => node === guest.node)?.status === 'online';
};

interface Addresses {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly error?: string;
}

/** Lists addresses of running guests, by id. Asks each of them as guest.interfaces does, two at a time on a node. */
export const listAddresses = operation({
  name: 'guest.addresses',
  summary: 'List addresses of running guests',
  risk: 'read',
  input: z.object({
    guests: z
      .array(guestSelector)
      .default([])
      .describe('ids or names of guests; all that run without them')
      .meta({ positional: true, completes: 'guest' }),
  }),
  columns: [
    { field: 'vmid', title: 'VMID' },
    { field: 'name', title: 'NAME' },
    { field: 'node', title: 'NODE' },
    { field: 'addresses', title: 'ADDRESSES' },
    { field: 'error', title: 'WHY NOT' },
  ],
  resolve: async (context, { guests }) =>
    guests.length > 0 ? selectGuests(context, guests) : (await context.resources()).guests,
  async *run(context, guests): AsyncGenerator<Event, readonly Addresses[], void> {
    const asked = [];
    for (const guest of guests) if (await canAnswer(context, guest)) asked.push(guest);
    const found: Addresses[] = [];
    yield { type: 'progress', done: 0, total: asked.length, unit: 'items' };
    const ask = async (guest: Guest): Promise<Addresses> => {
      const { vmid, name, node } = guest;
      try {
        return { vmid, name, node, addresses: reachable(await readInterfaces(context, guest)) };
      } catch (thrown) {
        return { vmid, name, node, addresses: [], error: asProxdeckError(thrown).message };
      }
    };
    for await (const one of eachByNode(asked, atOnce, context.signal, ask)) {
      found.push(one);
      yield { type: 'progress', done: found.length, total: asked.length, unit: 'items' };
    }
    return found.toSorted((a, b) => a.vmid - b.vmid);
  },
});
