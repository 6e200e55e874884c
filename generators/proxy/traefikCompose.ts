import type { Stack } from '../../src/models/stack.ts';
import { pinned } from '../shared/images.ts';
import { networkPlan } from '../shared/networks.ts';
import type { NamedRoute } from './routes.ts';
import { acmeFolder, dashboardUsers, dnsCredentials, leafFiles, leavesOf } from './traefik.ts';

/** Traefik as a project of its own, which joins the networks of the services behind it. */

const image = 'traefik:v3.7.15';

/** Networks of the routed services, as Compose names them: one that all of them share is enough, but they may share none. */
const networksOf = (stack: Stack, routes: readonly NamedRoute[]): Readonly<Record<string, unknown>> => {
  const { attachments, networks } = networkPlan(stack, stack.project);
  const keys = [...new Set(routes.map(({ route }) => Object.keys(attachments[route.service] ?? {})[0]))];
  return Object.fromEntries(
    keys.flatMap((key) => (key === undefined ? [] : [[key, { external: true, name: networks[key]?.name ?? key }]])),
  );
};

const secretFile = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Returns the project: only two ports are published, nothing of the engine is mounted, certificates and users are files. */
export const traefikProject = (stack: Stack, routes: readonly NamedRoute[]): Readonly<Record<string, unknown>> => {
  const credentials = dnsCredentials(routes);
  const isAcme = routes.some(({ route }) => route.tls.by === 'dns-01' || route.tls.by === 'http-01');
  const users = routes.flatMap(({ route }) => (route.basicAuth === undefined ? [] : [route.basicAuth]));
  const secrets = [
    ...leavesOf(routes).flatMap((leaf) => Object.values(leafFiles(leaf))),
    ...credentials.map(secretFile),
    ...new Set([...users, ...(Object.hasOwn(stack.extension.secrets, dashboardUsers) ? [dashboardUsers] : [])]),
  ];
  const behind = networksOf(stack, routes);
  const environment = {
    ...Object.fromEntries(credentials.map((name) => [`${name}_FILE`, `/run/secrets/${secretFile(name)}`])),
    // Taken from the machine, if it is set there: a service may be elsewhere.
    ...Object.fromEntries(routes.map(({ variable }) => [variable, null])),
  };
  return {
    name: `${stack.name}-proxy`,
    services: {
      traefik: {
        image: pinned(image, stack.digests),
        restart: 'unless-stopped',
        command: ['--configFile=/etc/traefik/traefik.yaml'],
        environment,
        ...(secrets.length > 0 ? { secrets } : {}),
        ports: ['80:80', '443:443'],
        networks: ['edge', ...Object.keys(behind)],
        volumes: [
          { type: 'bind', source: './traefik.yaml', target: '/etc/traefik/traefik.yaml', read_only: true },
          { type: 'bind', source: './dynamic', target: '/etc/traefik/dynamic', read_only: true },
          ...(isAcme ? [{ type: 'volume', source: 'acme', target: acmeFolder }] : []),
        ],
        healthcheck: {
          test: ['CMD', 'traefik', 'healthcheck', '--configFile=/etc/traefik/traefik.yaml'],
          interval: '15s',
          timeout: '5s',
          retries: 3,
          start_period: '10s',
        },
        tmpfs: ['/tmp:mode=1777,size=16m'],
        read_only: true,
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['ALL'],
        cap_add: ['NET_BIND_SERVICE'],
        deploy: { resources: { limits: { cpus: 1, memory: '256M', pids: 128 } } },
        logging: { driver: 'local', options: { 'max-file': '3', 'max-size': '10m' } },
        stop_grace_period: '30s',
      },
    },
    networks: { edge: {}, ...behind },
    ...(secrets.length > 0
      ? { secrets: Object.fromEntries(secrets.map((name) => [name, { file: `./secrets/${name}` }])) }
      : {}),
    ...(isAcme ? { volumes: { acme: {} } } : {}),
  };
};
