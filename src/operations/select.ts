import * as z from 'zod';
import type { ClusterNode, Guest } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Context } from './context.ts';

/** How guests are named in an input: by id, by name, or by both parts as in `lxc/101`. */
export const guestSelector = z.string().min(1).describe('id or name of a guest');
export const guestSelectors = z
  .array(guestSelector)
  .min(1)
  .describe('ids or names of guests')
  .meta({ positional: true, completes: 'guest' });

/** How a node is named in an input. */
export const nodeName = z.string().min(1).describe('name of a node').meta({ positional: true, completes: 'node' });

const matching = (guests: readonly Guest[], selector: string): readonly Guest[] =>
  guests.filter((guest) => String(guest.vmid) === selector || guest.id === selector || guest.name === selector);

const one = (guests: readonly Guest[], selector: string): Guest => {
  const [guest, another] = matching(guests, selector);
  if (guest !== undefined && another === undefined) return guest;
  if (guest === undefined) {
    const known = guests.flatMap(({ vmid, name }) => (name === '' ? [String(vmid)] : [name, String(vmid)]));
    throw new ProxdeckError('not-found', `There is no guest ${selector}.${didYouMean(selector, known)}`, {
      hint: 'See `proxdeck guest list`. A guest that the credential may not audit is not shown.',
    });
  }
  const ids = matching(guests, selector).map(({ vmid }) => String(vmid));
  throw new ProxdeckError('usage', `${selector} is the name of several guests: ${ids.join(', ')}.`, {
    hint: 'Give the id.',
  });
};

/** Returns the guests that the selectors mean, each once, in the order given. Throws `not-found`, or `usage` for an ambiguous name. */
export const selectGuests = async (context: Context, selectors: readonly string[]): Promise<readonly Guest[]> => {
  const { guests } = await context.resources();
  return [...new Set(selectors.map((selector) => one(guests, selector)))];
};

/** Returns the one guest that is meant. Throws as selectGuests does. */
export const selectGuest = async (context: Context, selector: string): Promise<Guest> =>
  one((await context.resources()).guests, selector);

/** Returns a node by its name. Throws `not-found`. */
export const selectNode = async (context: Context, name: string): Promise<ClusterNode> => {
  const { nodes } = await context.resources();
  const found = nodes.find(({ node }) => node === name);
  if (found !== undefined) return found;
  const known = nodes.map(({ node }) => node);
  throw new ProxdeckError('not-found', `There is no node ${name}.${didYouMean(name, known)}`, {
    hint: `There are: ${known.join(', ')}.`,
  });
};
