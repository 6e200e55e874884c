import type { ComposePort, ComposeProject, ComposeService } from '../models/compose.ts';
import type { LiveText, Stack } from '../models/stack.ts';
import { soundsSecret } from './live.ts';
import { isPlaceholder } from './placeholder.ts';
import type { ComposePath, Note, Places } from './places.ts';

/** What Compose lets pass and no machine can run, or nobody should. */

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A name that a DNS label can be made of: what the service is called on a network of Kubernetes. */
const suggested = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);

const checkNames = ({ services }: ComposeProject, places: Places): void => {
  for (const name of Object.keys(services))
    if (!label.test(name))
      throw places.error(
        ['services', name],
        `the name ${name} is none that every target takes: a DNS label has small letters, digits and dashes inside, at most 63.`,
        `Call it ${suggested(name)}, and change what refers to it.`,
      );
};

interface Held {
  readonly service: string;
  readonly port: number;
  readonly address: string;
  readonly protocol: string;
}

const everywhere = new Set(['', '0.0.0.0', '::']);

const rangeOf = (published: string): readonly [number, number] => {
  const [from = '', to = from] = published.split('-');
  return [Number(from), Number(to)];
};

/** Ports of the host that one line takes. A range on the host for one port of the container takes a free one of them. */
const heldBy = (
  service: string,
  { published, host_ip: address = '', protocol = 'tcp' }: ComposePort,
): readonly Held[] => {
  if (published === undefined || published === '') return [];
  const [from, to] = rangeOf(published);
  return from === to && from > 0 ? [{ service, port: from, address, protocol }] : [];
};

const clash = (a: Held, b: Held): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.address === b.address || everywhere.has(a.address) || everywhere.has(b.address));

const checkHostPorts = ({ services }: ComposeProject, places: Places): void => {
  const taken: Held[] = [];
  for (const [service, { ports = [] }] of Object.entries(services))
    for (const [index, port] of ports.entries())
      for (const held of heldBy(service, port)) {
        const first = taken.find((one) => clash(one, held));
        if (first !== undefined)
          throw places.error(
            ['services', service, 'ports', index],
            `port ${String(held.port)}/${held.protocol} of the host is taken by ${first.service} already.`,
            'Publish another port of the host, or bind each to an address of its own.',
          );
        taken.push(held);
      }
};

/** A dependency that is waited for until it is healthy must be able to say so. */
const unhealthy = ({ project, services }: Stack, places: Places): readonly Note[] =>
  Object.entries(project.services).flatMap(([name, { depends_on: wanted = {} }]) =>
    Object.entries(wanted).flatMap(([dependency, { condition }]) => {
      const { healthcheck } = project.services[dependency] ?? {};
      const says = healthcheck !== undefined || services[dependency]?.health !== undefined;
      if (condition !== 'service_healthy' || (says && healthcheck?.disable !== true)) return [];
      const path = ['services', name, 'depends_on', dependency];
      return [
        {
          at: places.at(path),
          path,
          message: `${name} waits until ${dependency} is healthy, and only a health check of its image could say so: give it a healthcheck.`,
        },
      ];
    }),
  );

const literalOf = (live: LiveText): string | undefined => {
  const [only, ...more] = live;
  return live.length === 0 || more.length > 0 || typeof only !== 'string' ? undefined : only;
};

/** Secrets in clear, and texts that only stand in for a value. */
const carelessValues = ({ environment }: Stack, places: Places): readonly Note[] =>
  Object.entries(environment).flatMap(([service, variables]) =>
    Object.entries(variables).flatMap(([name, live]) => {
      const value = literalOf(live);
      if (value === undefined || value === '') return [];
      const path = ['services', service, 'environment', name];
      const secret = soundsSecret(name) && !/^(true|false|\d+|\/.*)$/i.test(value);
      if (!secret && !(isPlaceholder(value) && /change|replace|your|<|\{\{/i.test(value))) return [];
      const what = isPlaceholder(value)
        ? 'only stands in for a value'
        : 'is a secret in clear, and would be in every rendered file';
      return [
        {
          at: places.at(path),
          path,
          message: `The value of ${name} ${what}: write \${${name}}, and describe it under x-proxdeck.settings${secret ? ' as sensitive' : ''}.`,
        },
      ];
    }),
  );

/** Secrets that nobody can give: no file, no generator, nobody told what they are. */
const unknownSecrets = ({ project, extension }: Stack, places: Places): readonly Note[] =>
  Object.entries(project.secrets ?? {}).flatMap(([name, { external, environment }]) => {
    if (external === true || environment !== undefined || Object.hasOwn(extension.secrets, name)) return [];
    const path: ComposePath = ['secrets', name];
    return [
      {
        at: places.at(path),
        path,
        message: `Nothing says what the secret ${name} is or how it is made: describe it under x-proxdeck.secrets, or give it with \`proxdeck secret set\`.`,
      },
    ];
  });

const imageless = (name: string, { image, build, provider }: ComposeService, places: Places): void => {
  if (image !== undefined || build !== undefined || provider !== undefined) return;
  throw places.error(
    ['services', name],
    'it has neither an image nor a build.',
    'Name the image that it runs: image: NAME:TAG.',
  );
};

/** Throws `config` for what cannot run; returns what is unwise. */
export const checkProject = (stack: Stack, places: Places): readonly Note[] => {
  checkNames(stack.project, places);
  for (const [name, service] of Object.entries(stack.project.services)) imageless(name, service, places);
  checkHostPorts(stack.project, places);
  return [...unhealthy(stack, places), ...carelessValues(stack, places), ...unknownSecrets(stack, places)];
};
