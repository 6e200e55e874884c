import * as z from 'zod';
import type { ClusterNode, Guest } from '../models/cluster.ts';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import { bytes } from '../models/units.ts';
import type { Context } from './context.ts';
import { canaryFields, requireWaiting } from './canary.ts';
import { outcomeColumns, wait, type GuestOutcome } from './each-guest.ts';
import type { Event } from './event.ts';
import { nameOf, requireOnline } from './guest-checks.ts';
import { journeyBack, journeyHazards, journeyTo, mayMigrate, travel, type Journey } from './guest-migrate.ts';
import { operation } from './operation.ts';
import { IncompleteError } from './outcome.ts';
import { nodeName, selectNode } from './select.ts';
import { planned, shown, takeStep, type Step } from './steps.ts';

interface Machine {
  readonly node: ClusterNode;
  readonly guests: readonly Guest[];
  readonly nodes: readonly ClusterNode[];
}

/** What was ordered of a node. */
interface NodeOutcome {
  readonly node: string;
  readonly result: string;
}

const look = async (context: Context, name: string): Promise<Machine> => {
  await requireOnline(context, name);
  const { guests, nodes } = await context.resources();
  return {
    node: await selectNode(context, name),
    guests: guests.filter((guest) => guest.node === name && guest.status === 'running'),
    nodes,
  };
};

const named = (guests: readonly Guest[]): string => {
  const first = guests.slice(0, 5).map(nameOf).join(', ');
  return guests.length > 5 ? `${first} and ${String(guests.length - 5)} more` : first;
};

/** What goes away with a node, for a while or until somebody starts it. */
const hazardsOf = ({ node, guests, nodes }: Machine): readonly string[] => {
  const left = nodes.filter((one) => one.status === 'online').length - 1;
  const managed = guests.filter(({ hastate }) => hastate !== undefined && hastate !== 'ignored');
  return [
    guests.length === 0
      ? `No guest runs on ${node.node}.`
      : `${String(guests.length)} guests run on ${node.node} and go down with it: ${named(guests)}.`,
    ...(managed.length === 0 ? [] : [`HA will act on ${named(managed)} as its shutdown policy says.`]),
    ...(nodes.length > 1 && left * 2 <= nodes.length
      ? [
          `The cluster loses its quorum: ${String(left)} of ${String(nodes.length)} nodes are left, and nothing can be changed.`,
        ]
      : []),
  ];
};

const powerStep = (node: string, command: 'reboot' | 'shutdown'): Step => ({
  title: `${command} ${node}`,
  call: planned('POST', `/nodes/${node}/status`, { command }),
});

const powerOperation = <const Name extends 'node.reboot' | 'node.shutdown'>(
  name: Name,
  command: 'reboot' | 'shutdown',
  summary: string,
) =>
  operation({
    name,
    summary,
    risk: 'destroy',
    input: z.object({ node: nodeName }),
    needsFirst: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.PowerMgmt' }],
    resolve: (context, { node }) => look(context, node),
    hazards: (_context, machine) => hazardsOf(machine),
    preview: ({ node }) => shown([powerStep(node.node, command)]),
    async *run(context, { node: { node } }): AsyncGenerator<Event, NodeOutcome, void> {
      yield* takeStep(context, powerStep(node, command));
      return { node, result: 'ordered: it goes away in a few seconds' };
    },
  });

/** Reboots a node: `POST /nodes/{node}/status command=reboot`. Its guests are shut down first and start again by their settings. */
export const rebootNode = powerOperation('node.reboot', 'reboot', 'Reboot a node');

/** Shuts a node down: `POST /nodes/{node}/status command=shutdown`. */
export const shutdownNode = powerOperation('node.shutdown', 'shutdown', 'Shut a node down');

const wakeStep = (node: string): Step => ({
  title: `wake ${node}`,
  call: planned('POST', `/nodes/${node}/wakeonlan`),
});

/** Wakes a node by a magic packet that the node which is asked sends: `POST /nodes/{node}/wakeonlan`. Throws `conflict` when it is on. */
export const wakeNode = operation({
  name: 'node.wake',
  summary: 'Wake a node over the network',
  risk: 'change',
  input: z.object({ node: nodeName }),
  needsFirst: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.PowerMgmt' }],
  resolve: async (context, { node }) => {
    const found = await selectNode(context, node);
    if (found.status === 'online')
      throw new ProxdeckError('conflict', `${node} is online already.`, {
        hint: '`proxdeck node reboot` restarts it.',
      });
    return found;
  },
  preview: ({ node }) => shown([wakeStep(node)]),
  async *run(context, { node }): AsyncGenerator<Event, NodeOutcome, void> {
    yield* takeStep(context, wakeStep(node));
    return { node, result: 'a magic packet was sent; starting takes a minute or two' };
  },
});

/** Spreads guests over nodes: each goes where the most memory is left, the largest first. */
const spread = (guests: readonly Guest[], nodes: readonly ClusterNode[]): ReadonlyMap<string, string> => {
  const left = new Map(nodes.map(({ node, maxmem = 0, mem = 0 }) => [node, maxmem - mem]));
  const targets = new Map<string, string>();
  for (const guest of guests.toSorted((a, b) => b.maxmem - a.maxmem)) {
    const [[target, free] = ['', 0]] = [...left].toSorted((a, b) => b[1] - a[1]);
    left.set(target, free - guest.maxmem);
    targets.set(guest.id, target);
  }
  return targets;
};

/** Told one by one as far as these; of more, together. */
const toldApart = 3;

/** What a person should know of many journeys at once: each kind of trouble in one sentence. */
const evacuationHazards = (journeys: readonly Journey[]): readonly string[] => {
  if (journeys.length <= toldApart) return journeyHazards(journeys);
  const guests = journeys.map(({ guest }) => guest);
  const restarted = guests.filter(({ type, status }) => type === 'lxc' && status === 'running');
  const managed = guests.filter(({ hastate }) => hastate !== undefined && hastate !== 'ignored');
  const prod = guests.filter(({ tags }) => tags.includes('prod'));
  return [
    ...(restarted.length === 0
      ? []
      : [
          `${String(restarted.length)} containers are stopped, copied and started there, since they do not move while they run: ${named(restarted)}.`,
        ]),
    ...(managed.length === 0 ? [] : [`HA manages ${named(managed)}: the request goes to the HA manager.`]),
    ...(prod.length === 0 ? [] : [`Tagged prod: ${named(prod)}.`]),
  ];
};

/** Nodes that have not the memory for what comes: running guests may take all that they were given. */
const shortages = (journeys: readonly Journey[], nodes: readonly ClusterNode[]): readonly string[] =>
  nodes.flatMap(({ node, maxmem = 0, mem = 0 }) => {
    const coming = journeys.filter(({ target, guest }) => target === node && guest.status !== 'stopped');
    const wanted = coming.reduce((sum, { guest }) => sum + guest.maxmem, 0);
    const free = Math.max(0, maxmem - mem);
    return wanted <= free
      ? []
      : [
          `${node} has ${bytes(free)} of memory free, and ${String(coming.length)} guests that were given ${bytes(wanted)} come to it.`,
        ];
  });

/** Guests that leave a node, and those that something binds to it. */
interface Leaving {
  readonly journeys: readonly Journey[];
  /** Nodes without the memory for what comes, in sentences. */
  readonly short: readonly string[];
  readonly stay: readonly { readonly guest: Guest; readonly error: ProxdeckError }[];
}

const decide = async (context: Context, guests: readonly Guest[], nodes: readonly ClusterNode[]): Promise<Leaving> => {
  const targets = spread(guests, nodes);
  const decided = await Promise.all(
    guests.map(async (guest) => {
      try {
        return await journeyTo(context, guest, targets.get(guest.id) ?? '');
      } catch (thrown) {
        return { guest, error: asProxdeckError(thrown) };
      }
    }),
  );
  const journeys = decided.flatMap((one) => ('error' in one ? [] : [one]));
  return {
    journeys,
    short: shortages(journeys, nodes),
    stay: decided.flatMap((one) => ('error' in one ? [one] : [])),
  };
};

const stayed = ({ stay }: Leaving): readonly GuestOutcome[] =>
  stay.map(({ guest: { vmid, type, node, name }, error }) => ({
    vmid,
    type,
    node,
    name,
    ok: false,
    changed: false,
    result: error.message,
  }));

/** Inputs of what is about the guests of a node that leave it. */
export const evacuationTarget = z.string().exactOptional().describe('all to this node').meta({ completes: 'node' });
export const onlyRunning = z.boolean().default(false).describe('only those that run');

interface Evacuation {
  readonly node: string;
  readonly target?: string;
  /** Only those that run. */
  readonly running: boolean;
}

/** Finds out where each guest of a node would go, and what keeps those that stay. Throws `conflict` without a node to go to, `unreachable`. */
export const leavingOf = async (context: Context, { node, target, running }: Evacuation): Promise<Leaving> => {
  await requireOnline(context, node);
  if (target !== undefined) await requireOnline(context, target);
  const { guests, nodes } = await context.resources();
  const others = nodes.filter((one) => one.status === 'online' && one.node !== node);
  const usable = target === undefined ? others : others.filter((one) => one.node === target);
  if (usable.length === 0)
    throw new ProxdeckError('conflict', `No other node is online to take the guests of ${node}.`, {
      hint: 'Bring another one up first.',
    });
  const leaving = guests.filter((guest) => guest.node === node && (!running || guest.status !== 'stopped'));
  return decide(context, leaving, usable);
};

/**
 * Moves all guests of a node away, each to the node with the most free memory, or all to one: for maintenance. What cannot leave is said
 * before, stays, and makes it `partial`; so does what fails on its way.
 */
export const evacuateNode = operation({
  name: 'node.evacuate',
  summary: 'Move all guests of a node away',
  risk: 'change',
  input: z.object({
    node: nodeName,
    target: evacuationTarget,
    running: onlyRunning,
    ...canaryFields,
    wait,
  }),
  columns: outcomeColumns,
  resolve: async (context, given) => {
    requireWaiting(given.canary, given.wait);
    return leavingOf(context, given);
  },
  needs: ({ journeys }) => mayMigrate(journeys),
  hazards: (_context, { journeys, stay, short }, { node }) => [
    ...short,
    ...stay.map(({ guest, error }) => `${nameOf(guest)} stays: ${error.message}`),
    ...evacuationHazards(journeys),
    ...(journeys.some(({ guest }) => guest.hastate !== undefined && guest.hastate !== 'ignored')
      ? [`HA may bring guests back: on a node, \`ha-manager crm-command node-maintenance enable ${node}\` prevents it.`]
      : []),
  ],
  preview: ({ journeys }) => journeys.map(({ call }) => call),
  async *run(context, leaving, input): AsyncGenerator<Event, readonly GuestOutcome[], void> {
    const { node } = input;
    const moved = yield* travel(context, leaving.journeys, input);
    if (leaving.stay.length === 0) return moved;
    const told = leaving.stay.map(({ error }) => error.message).join(' ');
    const message = `${String(leaving.stay.length)} of ${String(leaving.stay.length + moved.length)} guests stay on ${node}. ${told}`;
    const hint = leaving.stay[0]?.error.hint;
    throw new IncompleteError('partial', message, [...moved, ...stayed(leaving)], hint === undefined ? {} : { hint });
  },
  undo: (_leaving, outcomes) => journeyBack(outcomes),
});
