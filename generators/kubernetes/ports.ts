import type { Stack } from '../../src/models/stack.ts';
import { imageName, imageOf } from '../shared/images.ts';

/** Which ports a service listens on. Compose lets everybody on a network reach every port; a Service of Kubernetes names each. */

export interface Port {
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** At most 15 characters, as IANA writes service names. */
  readonly name: string;
  /** As IANA or Kubernetes name protocols; without one nobody knows. */
  readonly appProtocol: string | undefined;
  /** From outside of the stack: published, or behind a route. */
  readonly open: boolean;
  /** Behind a route: what a browser asks. */
  readonly routed: boolean;
  readonly metrics: boolean;
}

/** What images listen on that say it nowhere in a Compose file: `EXPOSE` of their Dockerfiles, with the IANA name of the protocol. */
const exposed: Readonly<Record<string, readonly [number, string]>> = {
  redis: [6379, 'redis'],
  'valkey/valkey': [6379, 'redis'],
  postgres: [5432, 'postgresql'],
  'pgvector/pgvector': [5432, 'postgresql'],
  mariadb: [3306, 'mysql'],
  mysql: [3306, 'mysql'],
  mongo: [27_017, 'mongodb'],
  rabbitmq: [5672, 'amqp'],
  memcached: [11_211, 'memcache'],
  nginx: [80, 'http'],
  'nginxinc/nginx-unprivileged': [8080, 'http'],
  'traefik/whoami': [80, 'http'],
};

interface Found {
  readonly number: number;
  readonly protocol?: Port['protocol'];
  readonly name?: string | undefined;
  readonly app?: string | undefined;
  readonly open?: boolean;
  readonly routed?: boolean;
  readonly metrics?: boolean;
}

const protocolOf = (text: string | undefined): Port['protocol'] => {
  const upper = (text ?? 'tcp').toUpperCase();
  return upper === 'UDP' || upper === 'SCTP' ? upper : 'TCP';
};

/** `8080`, `8080/udp`, `8000-8010/tcp` */
const exposedPorts = (text: string): readonly Found[] => {
  const [range = '', protocol] = text.split('/');
  const [first = 0, last = first] = range.split('-').map(Number);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    number: first + index,
    protocol: protocolOf(protocol),
  }));
};

/** Everything that the parts of a stack say to each other. */
const textsOf = (stack: Stack): readonly string[] => [
  ...Object.values(stack.project.services).flatMap(({ environment, command, entrypoint }) => [
    ...Object.values(environment ?? {}).map((value) => value ?? ''),
    (command ?? []).join(' '),
    (entrypoint ?? []).join(' '),
  ]),
  ...Object.values(stack.extension.settings).map((setting) => setting.default ?? setting.example ?? ''),
  ...Object.values(stack.environment).flatMap((variables) =>
    Object.values(variables).map((parts) => parts.map((part) => (typeof part === 'string' ? part : '')).join('')),
  ),
  ...Object.values(stack.files),
];

/** Ports at which others speak to it: `redis:6379` in any text. */
const spokenTo = (stack: Stack, names: readonly string[]): readonly Found[] =>
  names.flatMap((name) => {
    const mention = new RegExp(String.raw`(?<![\w.-])${RegExp.escape(name)}:(\d{2,5})(?!\d)`, 'g');
    return textsOf(stack).flatMap((text) => [...text.matchAll(mention)].map((match) => ({ number: Number(match[1]) })));
  });

const checkedPorts = (stack: Stack, service: string): readonly Found[] =>
  [stack.services[service]?.health, stack.services[service]?.ready].flatMap((check) => [
    ...(check?.http === undefined ? [] : [{ number: check.http.port, app: 'http' }]),
    ...(check?.tcp === undefined ? [] : [{ number: check.tcp.port }]),
  ]);

const found = (stack: Stack, service: string): readonly Found[] => {
  const { ports = [], expose = [], networks = {} } = stack.project.services[service] ?? {};
  const aliases = Object.values(networks).flatMap((attachment) => attachment?.aliases ?? []);
  const { metrics, dockerfile } = stack.services[service] ?? {};
  const image = exposed[imageName(imageOf(stack, service)).repository];
  return [
    ...stack.extension.routes
      .filter((route) => route.service === service)
      .map(({ port, websocket }) => ({
        number: port,
        name: 'http',
        app: websocket ? 'kubernetes.io/ws' : 'http',
        open: true,
        routed: true,
      })),
    ...ports.map(({ target, protocol, name, app_protocol }) => ({
      number: target,
      protocol: protocolOf(protocol),
      name,
      app: app_protocol,
      open: true,
    })),
    ...(metrics === undefined ? [] : [{ number: metrics.port, name: 'metrics', app: 'http', metrics: true }]),
    ...checkedPorts(stack, service),
    ...expose.flatMap(exposedPorts),
    ...(dockerfile?.port === undefined ? [] : [{ number: dockerfile.port }]),
    ...(image === undefined ? [] : [{ number: image[0], name: image[1], app: image[1] }]),
    ...spokenTo(stack, [service, ...aliases]),
  ];
};

const portName = (name: string | undefined, number: number, protocol: Port['protocol'], taken: Set<string>): string => {
  const plain = name
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '')
    .slice(0, 15);
  const isUsable = plain !== undefined && /[a-z]/.test(plain) && !plain.startsWith('-') && !plain.endsWith('-');
  const chosen = isUsable && !taken.has(plain) ? plain : `${protocol.toLowerCase()}-${number}`;
  taken.add(chosen);
  return chosen;
};

/** Returns the ports of a service by number, those first that are asked from outside. */
export const portsOf = (stack: Stack, service: string): readonly Port[] => {
  const byPort = new Map<string, Found & { readonly protocol: Port['protocol'] }>();
  for (const one of found(stack, service)) {
    const protocol = one.protocol ?? 'TCP';
    const key = `${one.number}/${protocol}`;
    const known = byPort.get(key);
    byPort.set(key, {
      number: one.number,
      protocol,
      name: known?.name ?? one.name,
      app: known?.app ?? one.app,
      open: known?.open === true || one.open === true,
      routed: known?.routed === true || one.routed === true,
      metrics: known?.metrics === true || one.metrics === true,
    });
  }
  const names = new Set<string>();
  return [...byPort.values()].map(({ number, protocol, name, app, open, routed, metrics }) => ({
    number,
    protocol,
    name: portName(name ?? (app === 'http' ? 'http' : undefined), number, protocol, names),
    appProtocol: app,
    open: open === true,
    routed: routed === true,
    metrics: metrics === true,
  }));
};
