import type { ComposeDeploy, ComposeService } from '../../src/models/compose.ts';
import { isDatastore } from '../shared/images.ts';
import { bytesOf, sizeText } from '../shared/units.ts';
import { told, without, type Step } from './step.ts';

const mebi = 1024 ** 2;
/** Where nobody said anything: enough for a small service, too little to take the machine with it. */
const usual = { memory: 512 * mebi, datastoreMemory: 1_024 * mebi, cpus: 1, pids: 256 };

/** Memory is limited in one way only: Compose refuses a project that says it twice. */
const oldKeys = ['mem_limit', 'mem_reservation', 'cpus', 'pids_limit'] as const;

const inBytes = <Part extends { readonly memory?: string }>(part: Part, memory: number | undefined): Part =>
  memory === undefined ? part : { ...part, memory: sizeText(memory) };

/** Returns bytes that the service may use; `undefined`: no limit. */
export const memoryLimit = (service: ComposeService): number | undefined =>
  bytesOf(service.deploy?.resources?.limits?.memory ?? service.mem_limit);

/** Returns the service with another limit of memory. */
export const withMemory = (service: ComposeService, bytes: number): ComposeService => {
  const deploy: ComposeDeploy = service.deploy ?? {};
  const limits = { ...deploy.resources?.limits, memory: sizeText(bytes) };
  return { ...service, deploy: { ...deploy, resources: { ...deploy.resources, limits } } };
};

/** Limits processor, memory and processes; what is reserved stays. */
export const limits: Step = (service, place) => {
  const given = service.deploy?.resources?.limits ?? {};
  const reserved = service.deploy?.resources?.reservations ?? {};
  const memory = memoryLimit(service);
  const cpus = given.cpus ?? service.cpus;
  const pids = given.pids ?? service.pids_limit;
  const memoryReserved = bytesOf(reserved.memory ?? service.mem_reservation);
  const least = memoryReserved ?? 0;
  const wanted = isDatastore(place.stack, place.name) ? usual.datastoreMemory : usual.memory;
  const set = { memory: memory ?? Math.max(wanted, least), cpus: cpus ?? usual.cpus, pids: pids ?? usual.pids };
  const isWholeProcessor = cpus === undefined && (service.cpu_quota !== undefined || service.cpuset !== undefined);
  const { cpus: _, ...others } = given;
  const losses =
    memory === undefined || cpus === undefined || pids === undefined
      ? [
          told(
            place,
            'deploy.resources.limits',
            `Not everything was limited; it may use ${sizeText(set.memory)} of memory, ${set.cpus} of a processor and ${set.pids} processes.`,
          ),
        ]
      : [];
  const nextReserved = inBytes(reserved, memoryReserved);
  return {
    service: {
      ...without(service, ...oldKeys),
      deploy: {
        ...service.deploy,
        resources: {
          limits: inBytes({ ...others, ...(isWholeProcessor ? {} : { cpus: set.cpus }), pids: set.pids }, set.memory),
          ...(Object.keys(nextReserved).length > 0 ? { reservations: nextReserved } : {}),
        },
      },
    },
    losses,
  };
};
