import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { bytesOf, sizeText } from '../shared/units.ts';
import { memoryLimit } from './resources.ts';

/** What only shows when all services are seen together. */

type Services = Readonly<Record<string, ComposeService>>;

const copies = ({ deploy, scale }: ComposeService): number => deploy?.replicas ?? scale ?? 1;

/** The limits of all must fit the machine, or one takes from the others what was promised to them. */
const guestLosses = ({ extension: { target } }: Stack, services: Services): readonly Loss[] => {
  const { guest } = target;
  if (guest === undefined) return [];
  const total = (amount: (service: ComposeService) => number): number =>
    Object.values(services).reduce((sum, service) => sum + copies(service) * amount(service), 0);
  const memory = total((service) => memoryLimit(service) ?? 0);
  const cpus = total((service) => service.deploy?.resources?.limits?.cpus ?? 0);
  const most = bytesOf(guest.memory) ?? 0;
  const path = 'x-proxdeck.target.guest';
  return [
    ...(memory > most
      ? [
          {
            path: `${path}.memory`,
            message: `All together may use ${sizeText(memory)} of memory, and the guest has ${sizeText(most)}.`,
          },
        ]
      : []),
    ...(cpus > guest.cores
      ? [
          {
            path: `${path}.cores`,
            message: `All together may use ${cpus} processors, and the guest has ${guest.cores}.`,
          },
        ]
      : []),
  ];
};

const writersOf = (services: Services, volume: string): readonly string[] =>
  Object.entries(services).flatMap(([name, { volumes = [] }]) =>
    volumes.some(({ type, source, read_only: readOnly }) => type === 'volume' && source === volume && readOnly !== true)
      ? [name]
      : [],
  );

/** Two programs that write one volume without knowing of each other spoil it; two of the same image may share it. */
const volumeLosses = ({ project }: Stack, services: Services): readonly Loss[] =>
  Object.keys(project.volumes ?? {}).flatMap((volume) => {
    const writers = writersOf(services, volume);
    const images = new Set(writers.map((name) => services[name]?.image));
    return images.size < 2
      ? []
      : [{ path: `volumes.${volume}`, message: `${writers.join(' and ')} both write it; each should have its own.` }];
  });

/** Returns what is wrong with the whole. */
export const projectLosses = (stack: Stack, services: Services): readonly Loss[] => [
  ...guestLosses(stack, services),
  ...volumeLosses(stack, services),
];
