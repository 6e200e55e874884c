import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeFile, ComposeMount, ComposeProject, ComposeService } from '../../src/models/compose.ts';
import type { LiveText, Stack } from '../../src/models/stack.ts';
import { dockerfileFolder } from '../shared/builds.ts';
import { networkPlan } from '../shared/networks.ts';
import { fileSystem, mounts, privileges } from './confinement.ts';
import { datastores } from './datastores.ts';
import { health, waiting } from './health.ts';
import { isTreeMap, type Tree } from './override.ts';
import { readable, withoutLimit } from './readable.ts';
import { limits } from './resources.ts';
import { image, life, logs, ports } from './running.ts';
import { stepped, without, type Place } from './step.ts';
import { environmentOf, literal } from './variables.ts';

/** A Compose file as plain values: what was there, made safer. */

/** In the order in which a person reads a service. Keys that are not named follow, as they come. */
const order = [
  'image',
  'build',
  'pull_policy',
  'platform',
  'profiles',
  'provider',
  'restart',
  'init',
  'user',
  'group_add',
  'working_dir',
  'entrypoint',
  'command',
  'environment',
  'configs',
  'secrets',
  'depends_on',
  'healthcheck',
  'ports',
  'expose',
  'networks',
  'network_mode',
  'volumes',
  'tmpfs',
  'read_only',
  'security_opt',
  'cap_drop',
  'cap_add',
  'deploy',
  'logging',
  'stop_signal',
  'stop_grace_period',
  'labels',
] as const satisfies readonly (keyof ComposeService)[];

const inOrder = (service: ComposeService): Readonly<Record<string, unknown>> => {
  const known: readonly string[] = order;
  const rest = Object.keys(service).filter((key) => !known.includes(key));
  const values: Readonly<Record<string, unknown>> = { ...service };
  return Object.fromEntries(
    [...known, ...rest]
      .filter((key) => key in values && !isSilent(values[key]) && key !== 'x-proxdeck')
      .map((key) => [key, withoutLimit(key, values[key])]),
  );
};

/** What says nothing: `command: null`, an empty list, `placement: {}`. */
const isSilent = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0) || isEmptyMap(value);

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Every text with `$` doubled; parts that say nothing (`volume: {}`) left out. */
const plain = (value: unknown): Tree => {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inside]) => !isEmptyMap(inside))
      .map(([key, inside]) => [key, plain(inside)]),
  );
};

const asMap = (tree: Tree): Readonly<Record<string, Tree>> => (isTreeMap(tree) ? tree : {});

/** Where a folder of the stack lies, seen from `rendered/<stack>/compose/`. */
const fromRendered = (stack: Stack, path: string): string => {
  if (!path.startsWith('.')) return path;
  const below = path.replace(/^\.\/?/, '');
  return `../../../stacks/${stack.name}${below === '' ? '' : `/${below}`}`;
};

/** The texts that lie at a path of the stack or below it. */
export const filesAt = (stack: Stack, path: string | undefined): readonly string[] => {
  if (path?.startsWith('./') !== true) return [];
  const name = path.slice(2).replace(/\/$/, '');
  return Object.keys(stack.files).filter((file) => file === name || file.startsWith(`${name}/`));
};

export type Purpose = 'production' | 'development';

export interface Made {
  readonly tree: Readonly<Record<string, Tree>>;
  readonly losses: readonly Loss[];
}

const buildOf = (stack: Stack, name: string, purpose: Purpose): ComposeService['build'] => {
  const { build } = stack.project.services[name] ?? {};
  if (build === undefined) return undefined;
  const context = fromRendered(stack, build.context ?? '.');
  const folder = dockerfileFolder(stack, name);
  if (folder === undefined) return { ...build, context };
  const file = purpose === 'development' ? 'Dockerfile.dev' : 'Dockerfile';
  // Seen from the context, since Compose looks there.
  const up = context.startsWith('../')
    ? context
        .slice('../../../'.length)
        .split('/')
        .map(() => '..')
        .join('/')
    : context;
  return { ...build, context, dockerfile: `${up}/rendered/${stack.name}/dockerfile/${folder}/${file}` };
};

const mountOf = (stack: Stack, mount: ComposeMount, isOfDevelopment: boolean): ComposeMount => {
  const isSource = isOfDevelopment && mount.type === 'bind' && filesAt(stack, mount.source).length === 0;
  return isSource && mount.source !== undefined ? { ...mount, source: fromRendered(stack, mount.source) } : mount;
};

/** Secrets are files that the deployment writes beside this one; no rendered file holds their value. */
const secretOf = (name: string, secret: ComposeFile): ComposeFile =>
  secret.external === true ? secret : { ...without(secret, 'environment', 'content'), file: `./secrets/${name}` };

const environments = (stack: Stack, project: ComposeProject, name: string): Readonly<Record<string, LiveText>> => {
  const live = stack.environment[name] ?? {};
  if (project === stack.project) return live;
  const base = stack.project.services[name]?.environment ?? {};
  const own = project.services[name]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => [
      key,
      base[key] === value && live[key] !== undefined ? live[key] : [value ?? ''],
    ]),
  );
};

interface Making {
  readonly stack: Stack;
  readonly project: ComposeProject;
  readonly purpose: Purpose;
  readonly places: Readonly<Record<string, Place>>;
  /** The last word on a service. */
  readonly adapt?: (service: ComposeService, name: string) => ComposeService;
}

const steps = [readable, image, privileges, fileSystem, mounts, limits, datastores, ports, logs, life, health] as const;

/** Returns the Compose file for a purpose, and what was changed or left out on the way. */
export const composeFile = ({ stack, project, purpose, places, adapt = (service) => service }: Making): Made => {
  const losses: Loss[] = [];
  const hardened: Record<string, ComposeService> = {};
  for (const [name, service] of Object.entries(project.services)) {
    const place = places[name];
    // A provider's service is no container: there is nothing to confine.
    if (place === undefined || service.provider !== undefined) {
      hardened[name] = service;
      continue;
    }
    const known = new Set(
      (stack.project.services[name]?.volumes ?? []).map(({ source, target }) => `${source}:${target}`),
    );
    const volumes = service.volumes?.map((mount) =>
      mountOf(stack, mount, !known.has(`${mount.source}:${mount.target}`)),
    );
    const build = buildOf(stack, name, purpose);
    const made = stepped(
      { ...service, ...(volumes === undefined ? {} : { volumes }), ...(build === undefined ? {} : { build }) },
      place,
      steps,
    );
    hardened[name] = adapt(made.service, name);
    losses.push(...made.losses);
  }
  const isOnce = (name: string): boolean => stack.services[name]?.once === true;
  const ready = Object.fromEntries(
    Object.entries(hardened).map(([name, service]) => [name, waiting(service, hardened, isOnce)]),
  );
  const { attachments, networks, losses: ofNetworks } = networkPlan(stack, project);
  const { settings } = stack.extension;
  const secrets = Object.entries(project.secrets ?? {}).map(
    ([key, secret]) => [key, plain(secretOf(key, secret))] as const,
  );
  const { 'x-proxdeck': _, name, services: _services, networks: _networks, secrets: _secrets, ...others } = project;
  const tree: Record<string, Tree> = {
    name,
    services: Object.fromEntries(
      Object.entries(ready).map(([key, made]) => {
        const networked = attachments[key];
        const service = networked === undefined ? made : { ...made, networks: networked };
        const environment = environmentOf(environments(stack, project, key), settings);
        const texts = asMap(plain(inOrder({ ...service, environment })));
        return [key, texts['environment'] === undefined ? texts : { ...texts, environment }];
      }),
    ),
    networks: plain(networks),
    secrets: Object.fromEntries(secrets),
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, plain(value)])),
  };
  return { tree: pruned(tree), losses: [...losses, ...ofNetworks] };
};

/** Sections that say nothing are no sections. */
const pruned = (tree: Readonly<Record<string, Tree>>): Readonly<Record<string, Tree>> =>
  Object.fromEntries(Object.entries(tree).filter(([, value]) => !isSilent(value)));
