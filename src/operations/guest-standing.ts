import type { Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { atHand, nameOf } from './guest-checks.ts';
import { selectGuests } from './select.ts';

/** Guests that something is to be done to, and those of them that it cannot be done to, with the reason. */
export interface Chosen {
  readonly guests: readonly Guest[];
  /** By id. */
  readonly barred: ReadonlyMap<string, ProxdeckError>;
}

interface Bars {
  /** Locks that are no obstacle: a hibernated VM is locked `suspended`, and starting it is how it goes on. */
  readonly passes?: readonly string[];
}

/** What lies in the way of a guest, as far as it is known before it is asked for: a dead node, a template, a fault in HA, a lock. */
const barOf = async (context: Context, guest: Guest, { passes = [] }: Bars): Promise<ProxdeckError | undefined> => {
  const who = nameOf(guest);
  const { nodes } = await context.resources();
  const node = nodes.find((one) => one.node === guest.node);
  if (node !== undefined && node.status !== 'online')
    return new ProxdeckError('unreachable', `${who} is on ${node.node}, which is ${node.status}.`, {
      hint: 'Nothing can be done to it until its node is back; guests that HA manages are started on another one.',
    });
  if (guest.template)
    return new ProxdeckError('conflict', `${who} is a template: it does not run.`, {
      hint: `Clone it: \`proxdeck guest clone ${String(guest.vmid)}\`.`,
    });
  if (guest.hastate === 'error')
    return new ProxdeckError('conflict', `${who} is in error for HA, which takes no orders for it.`, {
      hint: `Find out why (\`proxdeck ha list\`), then on a node: ha-manager set ${guest.type === 'lxc' ? 'ct' : 'vm'}:${String(guest.vmid)} --state disabled`,
    });
  if (guest.lock === undefined || passes.includes(guest.lock)) return undefined;
  // The picture may be older than the end of the task that held it.
  return atHand(context, guest).then(
    () => undefined,
    (thrown: unknown) => asProxdeckError(thrown),
  );
};

/**
 * Returns the guests that the selectors mean, and which of them are barred. Throws as selectGuests does, and what bars them where it bars
 * all of them.
 */
export const chooseGuests = async (
  context: Context,
  selectors: readonly string[],
  bars: Bars = {},
): Promise<Chosen> => {
  const guests = await selectGuests(context, selectors);
  const found = await Promise.all(guests.map(async (guest) => ({ guest, bar: await barOf(context, guest, bars) })));
  const barred = new Map(found.flatMap(({ guest, bar }) => (bar === undefined ? [] : [[guest.id, bar] as const])));
  const [first] = barred.values();
  if (first === undefined || barred.size < guests.length) return { guests, barred };
  if (barred.size === 1) throw first;
  const told = [...barred.values()].map(({ message }) => message).join(' ');
  throw new ProxdeckError(first.code, told, first.hint === undefined ? {} : { hint: first.hint });
};

/** Those that it can be done to. */
export const free = ({ guests, barred }: Chosen): readonly Guest[] => guests.filter(({ id }) => !barred.has(id));

/** What a person is told of those that are left out. */
export const barredHazards = ({ barred }: Chosen): readonly string[] =>
  [...barred.values()].map(({ message }) => `Left out: ${message}`);
