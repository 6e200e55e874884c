import type { ComposeService } from '../../src/models/compose.ts';
import type { ServiceExtension, Stack } from '../../src/models/stack.ts';

/** Which services become which units, and how they find one another. */

export interface Unit {
  /** In the Compose file. */
  readonly service: string;
  /** A program of the machine, a container of Podman, or a unit that the distribution brings. */
  readonly way: 'native' | 'quadlet' | 'provided';
  /** Without its type: `lucia`, `lucia-redis`. */
  readonly name: string;
  /** What other units name: `lucia-redis.service`. */
  readonly unit: string;
  readonly definition: ComposeService;
  readonly extension: ServiceExtension;
  /** It does its work and ends. */
  readonly oneshot: boolean;
  /** As cron writes it. */
  readonly schedule: string | undefined;
}

const wayOf = ({ systemd }: ServiceExtension): Unit['way'] =>
  systemd.provided !== undefined ? 'provided' : systemd.command !== undefined ? 'native' : 'quadlet';

/** Returns the units of a stack, in the order of the Compose file. */
export const unitsOf = (stack: Stack): readonly Unit[] =>
  Object.entries(stack.project.services).flatMap(([service, definition]) => {
    const extension = stack.services[service];
    if (extension === undefined) return [];
    const name = service === stack.name ? stack.name : `${stack.name}-${service}`;
    const schedule = extension.kubernetes.kind === 'CronJob' ? extension.kubernetes.schedule : undefined;
    return [
      {
        service,
        way: wayOf(extension),
        name,
        unit: extension.systemd.provided ?? `${name}.service`,
        definition,
        extension,
        oneshot: extension.once || schedule !== undefined,
        schedule,
      },
    ];
  });

/** Where things lie on the machine. */
export const placesOf = (stack: Stack) => ({
  settings: `/etc/${stack.name}`,
  credentials: `/etc/${stack.name}/credentials`,
  programs: `/usr/local/lib/${stack.name}`,
  state: `/var/lib/${stack.name}`,
});

/** What is read by systemd when a unit starts: one file a service. */
export const environmentFileOf = (stack: Stack, { name }: Unit): string => `${placesOf(stack).settings}/${name}.env`;

interface Dependencies {
  readonly wants: readonly string[];
  readonly requires: readonly string[];
  readonly after: readonly string[];
  readonly partOf: readonly string[];
}

/**
 * Returns what a unit names in `[Unit]`. It wants what it depends on and never requires it: a database that is restarted must not take the
 * application down with it. Only work that has to be done first (migrations) is required: without it the start fails, as in Compose.
 */
export const dependenciesOf = (unit: Unit, units: readonly Unit[]): Dependencies => {
  const named = Object.entries(unit.definition.depends_on ?? {}).flatMap(([service, dependency]) => {
    const other = units.find((candidate) => candidate.service === service);
    return other === undefined ? [] : [{ unit: other.unit, way: other.way, dependency }];
  });
  const isWork = ({ dependency }: (typeof named)[number]): boolean =>
    dependency.condition === 'service_completed_successfully' && dependency.required;
  const names = (list: typeof named): readonly string[] => list.map((item) => item.unit);
  return {
    wants: ['network-online.target', ...names(named.filter((item) => !isWork(item)))],
    requires: names(named.filter(isWork)),
    after: ['network-online.target', ...names(named)],
    // A package that is upgraded stops its unit and starts it again: what were part of it would stay stopped.
    partOf: names(named.filter(({ dependency, way }) => dependency.restart === true && way !== 'provided')),
  };
};

/** An address of another service inside a text: `redis:6379`, `//redis/`, `@db`. */
const addressOf = (service: string): RegExp => {
  const name = service.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<=^|[/@=,;\\s])${name}(?=:\\d)|(?<=//|@)${name}(?=[:/,;\\s]|$)`, 'g');
};

/**
 * Returns a value of the environment as a program on the machine has to read it: names of other services are names of the virtual network
 * of Compose, and on the machine they listen on the loopback address.
 */
export const onTheMachine = (text: string, unit: Unit, units: readonly Unit[]): string => {
  let local = text;
  for (const { service } of units)
    if (service !== unit.service) local = local.replaceAll(addressOf(service), '127.0.0.1');
  return local;
};

/** Returns the ports that programs of the machine use of a container: they are published to the loopback address. */
export const portsForTheMachine = (stack: Stack, unit: Unit, units: readonly Unit[]): readonly number[] => {
  const programs = units.filter(({ way }) => way === 'native');
  const text = programs.flatMap(({ definition }) => Object.values(definition.environment ?? {})).join('\n');
  const name = addressOf(unit.service).source;
  const asked = [...text.matchAll(new RegExp(`(?:${name}):(\\d+)`, 'g'))].map(([, port]) => Number(port));
  const checked = stack.extension.smoke.flatMap(({ service, check }) =>
    service === unit.service ? [check.http?.port ?? check.tcp?.port ?? 0] : [],
  );
  const exposed = programs.some(({ definition }) => unit.service in (definition.depends_on ?? {}))
    ? (unit.definition.expose ?? []).map((port) => Number.parseInt(port, 10))
    : [];
  return [...new Set([...asked, ...exposed, ...checked])].filter((port) => port > 0).toSorted((a, b) => a - b);
};
