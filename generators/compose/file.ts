import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeFile, ComposeProject, ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { networkPlan } from '../shared/networks.ts';
import { projectLosses } from './checks.ts';
import { clearSecrets, fileSystem, mounts, privileges } from './confinement.ts';
import { datastores } from './datastores.ts';
import { health, waiting } from './health.ts';
import type { Tree } from './override.ts';
import { buildOf, mountsOf } from './paths.ts';
import { asMap, inOrder, plain, pruned } from './plain.ts';
import { readable } from './readable.ts';
import { limits } from './resources.ts';
import { image, life, logs, ports } from './running.ts';
import { stepped, without, type Place } from './step.ts';
import { environmentOf, liveEnvironment } from './variables.ts';

/** A Compose file as plain values: what was there, made safer. */

export interface Made {
  readonly tree: Readonly<Record<string, Tree>>;
  readonly losses: readonly Loss[];
}

interface Making {
  readonly stack: Stack;
  readonly project: ComposeProject;
  /** Its name in the folder that is made for an image. */
  readonly dockerfile: 'Dockerfile' | 'Dockerfile.dev';
  readonly places: Readonly<Record<string, Place>>;
  /** The last word on a service. */
  readonly adapt: (service: ComposeService, name: string) => ComposeService;
}

type Services = Readonly<Record<string, ComposeService>>;

const steps = [
  readable,
  image,
  privileges,
  fileSystem,
  mounts,
  clearSecrets,
  limits,
  datastores,
  ports,
  logs,
  life,
  health,
] as const;

/** With its paths as they are seen from where the file will be. */
const placed = ({ stack, dockerfile }: Making, name: string, service: ComposeService): ComposeService => {
  const build = buildOf(stack, name, dockerfile);
  return {
    ...service,
    ...(service.volumes === undefined ? {} : { volumes: mountsOf(stack, name, service) }),
    ...(build === undefined ? {} : { build }),
  };
};

const hardened = (making: Making): { readonly services: Services; readonly losses: readonly Loss[] } => {
  const services: Record<string, ComposeService> = {};
  const losses: Loss[] = [];
  for (const [name, service] of Object.entries(making.project.services)) {
    const place = making.places[name];
    // A provider's service is no container: there is nothing to confine.
    if (place === undefined || service.provider !== undefined) {
      services[name] = service;
      continue;
    }
    const made = stepped(placed(making, name, service), place, steps);
    services[name] = making.adapt(made.service, name);
    losses.push(...made.losses);
  }
  const isOnce = (name: string): boolean => making.stack.services[name]?.once === true;
  const waited = Object.entries(services).map(([name, service]) => [name, waiting(service, services, isOnce)] as const);
  return { services: Object.fromEntries(waited), losses };
};

/** Secrets are files that the deployment writes beside this one; no rendered file holds their value. */
const secretOf = (name: string, secret: ComposeFile): ComposeFile =>
  secret.external === true ? secret : { ...without(secret, 'environment', 'content'), file: `./secrets/${name}` };

/** The environment is written as it is: its `$` are the references. */
const serviceTree = ({ stack, project }: Making, name: string, service: ComposeService): Tree => {
  const environment = environmentOf(liveEnvironment(stack, project, name), stack.extension.settings);
  const texts = asMap(plain(inOrder({ ...service, environment })));
  return texts['environment'] === undefined ? texts : { ...texts, environment };
};

const each = <Value>(holder: Readonly<Record<string, Value>>, make: (key: string, value: Value) => Tree): Tree =>
  Object.fromEntries(Object.entries(holder).map(([key, value]) => [key, make(key, value)]));

/** Returns the Compose file for a purpose, and what was changed or left out on the way. */
export const composeFile = (making: Making): Made => {
  const { stack, project } = making;
  const { services, losses } = hardened(making);
  const plan = networkPlan(stack, project);
  const { 'x-proxdeck': _, name, services: _services, networks: _networks, secrets = {}, ...others } = project;
  const tree = {
    name,
    services: each(services, (key, service) => {
      const networks = plan.attachments[key];
      return serviceTree(making, key, networks === undefined ? service : { ...service, networks });
    }),
    networks: plain(plan.networks),
    secrets: each(secrets, (key, secret) => plain(secretOf(key, secret))),
    ...asMap(each(others, (_key, value) => plain(value))),
  };
  return { tree: pruned(tree), losses: [...losses, ...plan.losses, ...projectLosses(stack, services)] };
};
