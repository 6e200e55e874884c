import type { ComposeMount, ComposeResources, ComposeService } from '../../src/models/compose.ts';
import type { BuildPlan, Stack } from '../../src/models/stack.ts';
import { sourceFolder } from '../shared/builds.ts';
import { healthCommand } from '../shared/health.ts';
import { baseImages, imageOf, knownImage, type ImageFacts } from '../shared/images.ts';
import { bytesOf, sizeText } from '../shared/units.ts';
import { without } from './step.ts';

/** The image in which a service is written: the one it is built in, with the source mounted over it. */

/** Returns what the image of development carries; `undefined` for a service that has none of its own. */
const developmentFacts = (stack: Stack, name: string): ImageFacts | undefined => {
  const plan = stack.services[name]?.dockerfile;
  return plan?.develop === undefined ? undefined : knownImage(baseImages(plan).build);
};

/** Debuggers by the port they listen on; Delve and debugpy wait there when they are started. */
const debugPorts = { go: 2_345, dotnet: undefined, node: 9_229, vite: undefined, python: 5_678 } as const;

const mountsWith = (service: ComposeService, target: string, kind: BuildPlan['kind']): readonly ComposeMount[] => {
  const source = service.build?.context;
  const given = service.volumes ?? [];
  const isMounted = source === undefined || given.some((mount) => mount.target === target);
  const mounted = isMounted ? given : [...given, { type: 'bind', source, target }];
  // What was installed for the container's system must not be hidden by what the machine has.
  const modules = kind === 'node' || kind === 'vite' ? [{ type: 'volume', target: `${target}/node_modules` }] : [];
  return [...mounted, ...modules];
};

/** The port of the debugger, for the one service that may have it: a port of the machine can be given away once. */
const debugPort = (stack: Stack, name: string): number | undefined => {
  const { services } = stack.development ?? stack.project;
  const portOf = (service: string): number | undefined => {
    const { dockerfile, once } = stack.services[service] ?? {};
    return dockerfile?.develop === undefined || once === true ? undefined : debugPorts[dockerfile.kind];
  };
  const port = portOf(name);
  const isTaken = Object.values(services).some(({ ports = [] }) => ports.some(({ target }) => target === port));
  const first = Object.keys(services).find((service) => portOf(service) === port);
  return port !== undefined && !isTaken && first === name ? port : undefined;
};

/** Returns the service as it runs while it is written: source mounted, nothing read-only, no limit, a debugger on this machine only. */
export const developed = (stack: Stack, name: string, service: ComposeService): ComposeService => {
  const plan = stack.services[name]?.dockerfile;
  const once = { ...service, restart: 'no' };
  if (plan?.develop === undefined) return once;
  const folder = sourceFolder(stack, name);
  const check = stack.services[name]?.health;
  const command = check === undefined ? undefined : healthCommand(check, developmentFacts(stack, name)?.tools ?? []);
  const debug = debugPort(stack, name);
  return {
    ...without(once, 'read_only', 'tmpfs', 'user', 'deploy', 'healthcheck', 'cap_drop', 'cap_add'),
    image: `${imageOf(stack, name).split('@')[0] ?? name}-dev`,
    init: true,
    working_dir: folder,
    volumes: mountsWith(service, folder, plan.kind),
    ...(command === undefined ? {} : { healthcheck: { ...service.healthcheck, test: ['CMD', ...command] } }),
    ...(debug === undefined
      ? {}
      : {
          ports: [
            ...(service.ports ?? []),
            { host_ip: '127.0.0.1', target: debug, published: `${debug}`, protocol: 'tcp' },
          ],
        }),
  };
};

/** Half of what it may use is kept for it: the sum of all must fit the machine. */
const reserved = (limits: ComposeResources): ComposeResources => {
  const memory = bytesOf(limits.memory);
  return {
    ...(limits.cpus === undefined ? {} : { cpus: limits.cpus / 2 }),
    ...(memory === undefined ? {} : { memory: sizeText(Math.floor(memory / 2)) }),
  };
};

/** Returns the service as it runs for others: from its image, never built there, with a part of the machine that is its own. */
export const produced = (service: ComposeService): ComposeService => {
  if (service.provider !== undefined) return service;
  const { limits = {}, reservations } = service.deploy?.resources ?? {};
  const { pull_policy: policy = 'missing' } = service;
  return {
    ...without(service, 'build'),
    pull_policy: policy === 'build' ? 'missing' : policy,
    deploy: { ...service.deploy, resources: { limits, reservations: { ...reserved(limits), ...reservations } } },
  };
};
