import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Context } from './context.ts';
import { eachByNode } from './each-by-node.ts';
import { nameOf } from './guest-checks.ts';
import { readGuest } from './guest-read.ts';
import { fixedAddresses } from './network-rules.ts';
import { parseProperties } from './property-string.ts';
import { readRows } from './rows.ts';

/** What can be wrong with a network device in the cluster where it will be plugged in. */

const interfaceRow = z.looseObject({ iface: z.string() });

/** Throws `not-found` for a bridge that the node has not, as far as this login may see them. */
const requireBridges = async (context: Context, node: string, devices: readonly string[]): Promise<void> => {
  const wanted = devices.flatMap((device) => parseProperties(device).get('bridge') ?? []);
  if (wanted.length === 0) return;
  const rows = await readRows(context, `/nodes/${node}/network`, interfaceRow, { type: 'any_bridge' });
  const known = rows.map(({ iface }) => iface);
  const missing = known.length === 0 ? undefined : wanted.find((bridge) => !known.includes(bridge));
  if (missing === undefined) return;
  throw new ProxdeckError('not-found', `${node} has no bridge ${missing}.${didYouMean(missing, known)}`, {
    hint: `There are: ${known.join(', ')}.`,
  });
};

/** Guests asked for their settings at most: beyond that nobody would wait for it. */
const askedAtMost = 500;
const atOnce = 2;
const config = z.record(z.string(), z.unknown());

/** Throws `conflict` when another guest has one of these addresses in its settings. Returns what could not be looked at. */
const requireFreeAddresses = async (
  context: Context,
  devices: readonly string[],
  vmid: number,
): Promise<readonly string[]> => {
  const wanted = new Set(devices.flatMap(fixedAddresses));
  if (wanted.size === 0) return [];
  const { guests, nodes } = await context.resources();
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const others = guests.filter((guest) => guest.vmid !== vmid && online.has(guest.node));
  if (others.length > askedAtMost)
    return [`Whether ${[...wanted].join(', ')} is in use was not looked up among ${String(others.length)} guests.`];
  const enough = new AbortController();
  const settings = eachByNode(others, atOnce, AbortSignal.any([context.signal, enough.signal]), async (guest) => ({
    guest,
    settings: config.parse(await readGuest(context, guest, 'config')),
  }));
  for await (const { guest, settings: read } of settings) {
    const devicesThere = Object.entries(read).filter(([key]) => /^(?:net|ipconfig)\d+$/.test(key));
    const taken = devicesThere.flatMap(([, text]) => fixedAddresses(String(text))).find((one) => wanted.has(one));
    if (taken === undefined) continue;
    enough.abort();
    throw new ProxdeckError('conflict', `The address ${taken} is in use by ${nameOf(guest)} on ${guest.node}.`, {
      hint: 'Take another one; `proxdeck guest addresses` shows those in use.',
    });
  }
  return [];
};

/**
 * Looks whether network devices fit into a node and no other guest has their addresses. Returns what could not be looked at.
 * Throws `not-found` for a bridge, `conflict` for an address.
 */
export const checkDevices = async (
  context: Context,
  node: string,
  devices: readonly string[],
  vmid: number,
): Promise<readonly string[]> => {
  await requireBridges(context, node, devices);
  return requireFreeAddresses(context, devices, vmid);
};
