import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeNetwork, ComposeProject, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';

/** Networks: what does not go out gets no way out. */

type Services = Readonly<Record<string, ComposeService>>;

interface Networked {
  readonly services: Services;
  readonly networks: Readonly<Record<string, ComposeNetwork>>;
  readonly losses: readonly Loss[];
}

/** Whether a service needs a network with a way out: it calls the internet, or the machine's ports lead to it. */
const goesOut = (stack: Stack, name: string, service: ComposeService): boolean =>
  stack.services[name]?.internet !== false || (service.ports ?? []).length > 0;

const membersOf = (services: Services, network: string): readonly (readonly [string, ComposeService])[] =>
  Object.entries(services).filter(([, service]) => Object.hasOwn(service.networks ?? {}, network));

const inner = 'inside';

/**
 * Where some on the default network go out and some do not, all of it that talk to each other also meet on an inner one, and those
 * that do not go out are on that one only: everybody still reaches everybody.
 */
const divided = (stack: Stack, { services, networks }: Networked): Networked => {
  const members = membersOf(services, 'default');
  const staying = new Set(members.filter(([name, service]) => !goesOut(stack, name, service)).map(([name]) => name));
  const isMixed = staying.size > 0 && staying.size < members.length;
  if (!isMixed || networks['default']?.external === true || Object.hasOwn(networks, inner))
    return { services, networks, losses: [] };
  const moved = Object.fromEntries(
    members.map(([name, service]) => {
      const { default: attachment = null, ...others } = service.networks ?? {};
      const ways = staying.has(name) ? { [inner]: attachment } : { default: attachment, [inner]: null };
      return [name, { ...service, networks: { ...others, ...ways } }];
    }),
  );
  return {
    services: { ...services, ...moved },
    networks: { ...networks, [inner]: { name: `${stack.project.name}_${inner}` } },
    losses: [
      {
        path: 'networks.default',
        message: `A network \`${inner}\` without a way out is added, and ${[...staying].join(', ')} ${staying.size === 1 ? 'is' : 'are'} only there.`,
      },
    ],
  };
};

/** Whether every member that goes out has another way to do so. */
const canClose = (stack: Stack, { services, networks }: Networked, network: string): boolean => {
  const members = membersOf(services, network);
  return (
    members.length > 0 &&
    members.every(
      ([name, service]) =>
        !goesOut(stack, name, service) ||
        Object.keys(service.networks ?? {}).some(
          (other) => other !== network && networks[other]?.internal !== true && hasNoInsider(stack, services, other),
        ),
    ) &&
    members.some(([name, service]) => !goesOut(stack, name, service))
  );
};

/** A network that stays open: nobody on it is meant to stay in. */
const hasNoInsider = (stack: Stack, services: Services, network: string): boolean =>
  membersOf(services, network).every(([name, service]) => goesOut(stack, name, service));

/** Returns services and networks with every network internal that can be. */
export const confinedNetworks = (stack: Stack, project: ComposeProject, services: Services): Networked => {
  const start: Networked = { services, networks: project.networks ?? {}, losses: [] };
  const whole = divided(stack, start);
  const networks = Object.fromEntries(
    Object.entries(whole.networks).map(([name, network]) => {
      const isOurs = network.external !== true && network.driver !== 'host' && network.driver !== 'macvlan';
      const isClosed = isOurs && canClose(stack, whole, name);
      return [name, isClosed ? { ...network, internal: true } : network];
    }),
  );
  return { ...whole, networks };
};
