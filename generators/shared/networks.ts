import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeNetwork, ComposePort, ComposeProject, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { isDatastore } from './images.ts';

/** Ports and networks: what is published, and who gets a way out. */

type Attachments = NonNullable<ComposeService['networks']>;

interface NetworkPlan {
  /** By service. */
  readonly attachments: Readonly<Record<string, Attachments>>;
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
  readonly losses: readonly Loss[];
}

const isLoopback = ({ host_ip: host }: ComposePort): boolean =>
  host !== undefined && (host === '::1' || host.startsWith('127.'));

/** Returns the ports that are published: those with a number on the machine, and of a data store only what stays on the machine. */
export const publishedPorts = (stack: Stack, name: string, service: ComposeService): readonly ComposePort[] =>
  (service.ports ?? []).filter(
    (port) => port.published !== undefined && (!isDatastore(stack, name) || isLoopback(port)),
  );

interface Members {
  readonly stack: Stack;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly plan: NetworkPlan;
}

/** Whether a service needs a network with a way out: it calls the internet, or the machine's ports lead to it. */
const goesOut = ({ stack, services }: Members, name: string): boolean => {
  const service = services[name];
  return (
    stack.services[name]?.internet !== false ||
    (service !== undefined && publishedPorts(stack, name, service).length > 0)
  );
};

const membersOf = ({ plan }: Members, network: string): readonly string[] =>
  Object.keys(plan.attachments).filter((name) => Object.hasOwn(plan.attachments[name] ?? {}, network));

const inner = 'inside';

/**
 * Where some on the default network go out and some do not, all of it that talk to each other also meet on an inner one, and those
 * that do not go out are on that one only: everybody still reaches everybody.
 */
const divided = (all: Members): NetworkPlan => {
  const { stack, plan } = all;
  const members = membersOf(all, 'default');
  const staying = new Set(members.filter((name) => !goesOut(all, name)));
  const isMixed = staying.size > 0 && staying.size < members.length;
  if (!isMixed || plan.networks['default']?.external === true || Object.hasOwn(plan.networks, inner)) return plan;
  const moved = members.map((name) => {
    const { default: attachment = null, ...others } = plan.attachments[name] ?? {};
    const ways = staying.has(name) ? { [inner]: attachment } : { default: attachment, [inner]: null };
    return [name, { ...others, ...ways }] as const;
  });
  return {
    attachments: { ...plan.attachments, ...Object.fromEntries(moved) },
    networks: { ...plan.networks, [inner]: { name: `${stack.project.name}_${inner}` } },
    losses: [
      {
        path: 'networks.default',
        message: `A network \`${inner}\` without a way out is added, and ${[...staying].join(', ')} ${staying.size === 1 ? 'is' : 'are'} only there.`,
      },
    ],
  };
};

/** A network that stays open: nobody on it is meant to stay in. */
const isOpen = (all: Members, network: string): boolean =>
  all.plan.networks[network]?.internal !== true && membersOf(all, network).every((name) => goesOut(all, name));

/** Whether somebody on it stays in, and everybody who goes out has another way to. */
const canClose = (all: Members, network: string): boolean => {
  const members = membersOf(all, network);
  const hasOtherWay = (name: string): boolean =>
    Object.keys(all.plan.attachments[name] ?? {}).some((other) => other !== network && isOpen(all, other));
  return (
    members.some((name) => !goesOut(all, name)) && members.every((name) => !goesOut(all, name) || hasOtherWay(name))
  );
};

const isOurs = ({ external, driver }: ComposeNetwork): boolean =>
  external !== true && (driver === undefined || driver === 'bridge' || driver === 'overlay');

/** Returns who is on which network, with every network internal that can be. */
export const networkPlan = (stack: Stack, project: ComposeProject): NetworkPlan => {
  const { services, networks = {} } = project;
  const attached = Object.entries(services).flatMap(([name, service]) =>
    service.networks === undefined ? [] : [[name, service.networks] as const],
  );
  const start: NetworkPlan = { attachments: Object.fromEntries(attached), networks, losses: [] };
  const plan = divided({ stack, services, plan: start });
  const all: Members = { stack, services, plan };
  return {
    ...plan,
    networks: Object.fromEntries(
      Object.entries(plan.networks).map(([name, network]) => [
        name,
        isOurs(network) && canClose(all, name) ? { ...network, internal: true } : network,
      ]),
    ),
  };
};
