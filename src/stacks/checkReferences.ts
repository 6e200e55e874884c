import { didYouMean } from '../models/nearest.ts';
import type { Check, Stack } from '../models/stack.ts';
import type { ComposePath, Places } from './places.ts';

/** What `x-proxdeck` names must be there: services, ports, volumes, secrets, leaves. Each throws `config` at its place. */

const extensionPath = (...rest: ComposePath): ComposePath => ['x-proxdeck', ...rest];

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'There is none.' : `There is: ${names.join(', ')}.`;

const requireNamed = (
  what: string,
  wanted: string,
  known: readonly string[],
  path: ComposePath,
  places: Places,
): void => {
  if (!known.includes(wanted))
    throw places.error(path, `there is no ${what} ${wanted}.${didYouMean(wanted, known)}`, listed(known));
};

/** Ports a service says it has: published ones and exposed ones. */
const portsOf = ({ project }: Stack, service: string): readonly number[] => {
  const { ports = [], expose = [] } = project.services[service] ?? {};
  const exposed = expose.flatMap((one) => {
    const [first = '', last = first] = (one.split('/')[0] ?? '').split('-');
    const [from, to] = [Number(first), Number(last)];
    return Number.isInteger(from) && Number.isInteger(to)
      ? Array.from({ length: to - from + 1 }, (_, n) => from + n)
      : [];
  });
  return [...new Set([...ports.map(({ target }) => target), ...exposed])];
};

/** A service that says no port may have those of its image; one that says some has no others. */
const requirePort = (stack: Stack, service: string, port: number, path: ComposePath, places: Places): void => {
  const known = portsOf(stack, service);
  if (known.length === 0 || known.includes(port)) return;
  throw places.error(
    path,
    `${service} says nothing of a port ${String(port)}; it has ${known.join(', ')}.`,
    `Correct the port, or add it to services.${service}.expose.`,
  );
};

const portPath = ({ http, tcp }: Check): readonly [path: ComposePath, port: number] | undefined =>
  http !== undefined ? [['http', 'port'], http.port] : tcp === undefined ? undefined : [['tcp', 'port'], tcp.port];

const checkRoutes = (stack: Stack, services: readonly string[], places: Places): void => {
  for (const [index, { service, port, basicAuth }] of stack.extension.routes.entries()) {
    const path = extensionPath('routes', index);
    requireNamed('service', service, services, [...path, 'service'], places);
    requirePort(stack, service, port, [...path, 'port'], places);
    const secrets = [...Object.keys(stack.extension.secrets), ...Object.keys(stack.project.secrets ?? {})];
    if (basicAuth !== undefined) requireNamed('secret', basicAuth, secrets, [...path, 'basicAuth'], places);
  }
};

const checkSmoke = (stack: Stack, services: readonly string[], places: Places): void => {
  for (const [index, { service, check }] of stack.extension.smoke.entries()) {
    const path = extensionPath('smoke', index);
    requireNamed('service', service, services, [...path, 'service'], places);
    const asked = portPath(check);
    if (asked !== undefined) requirePort(stack, service, asked[1], [...path, 'check', ...asked[0]], places);
  }
};

const checkHooks = ({ extension }: Stack, services: readonly string[], places: Places): void => {
  for (const [index, { service }] of extension.hooks.entries())
    requireNamed('service', service, services, extensionPath('hooks', index, 'service'), places);
};

const checkBackup = ({ extension, project }: Stack, services: readonly string[], places: Places): void => {
  const volumes = Object.keys(project.volumes ?? {});
  for (const [volume, { dump }] of Object.entries(extension.backup?.volumes ?? {})) {
    const path = extensionPath('backup', 'volumes', volume);
    requireNamed('volume', volume, volumes, path, places);
    if (dump !== undefined) requireNamed('service', dump.service, services, [...path, 'dump', 'service'], places);
  }
};

const checkLeaves = ({ extension }: Stack, places: Places): void => {
  const leaves = extension.pki?.leaves.map(({ name }) => name) ?? [];
  for (const [name, { leaf, generate }] of Object.entries(extension.secrets)) {
    const path = extensionPath('secrets', name);
    if (leaf !== undefined) requireNamed('leaf of pki', leaf.name, leaves, [...path, 'leaf', 'name'], places);
    if (generate?.kind === 'certificate' && leaf === undefined)
      throw places.error(
        [...path, 'generate'],
        'nobody says whom this certificate is for.',
        'Declare the names under pki.leaves, and say `leaf: {name: …, part: certificate}` here.',
      );
  }
};

const checkServices = (stack: Stack, places: Places): void => {
  for (const [name, { health, ready, metrics, kubernetes }] of Object.entries(stack.services)) {
    const path = ['services', name, 'x-proxdeck'];
    for (const [part, check] of [['health', health] as const, ['ready', ready] as const]) {
      const asked = check === undefined ? undefined : portPath(check);
      if (asked !== undefined) requirePort(stack, name, asked[1], [...path, part, ...asked[0]], places);
    }
    if (metrics !== undefined) requirePort(stack, name, metrics.port, [...path, 'metrics', 'port'], places);
    const mounted = (stack.project.services[name]?.volumes ?? []).flatMap(({ type, source }) =>
      type === 'volume' && source !== undefined ? [source] : [],
    );
    for (const volume of Object.keys(kubernetes.storage))
      requireNamed('volume', volume, mounted, [...path, 'kubernetes', 'storage', volume], places);
  }
};

/** Throws `config` for the first thing that is named and not there. */
export const checkReferences = (stack: Stack, places: Places): void => {
  const services = Object.keys(stack.project.services);
  checkRoutes(stack, services, places);
  checkSmoke(stack, services, places);
  checkHooks(stack, services, places);
  checkBackup(stack, services, places);
  checkLeaves(stack, places);
  checkServices(stack, places);
};
