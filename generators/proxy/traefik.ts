import type { Loss } from '../../src/models/artifact.ts';
import type { Route, Stack } from '../../src/models/stack.ts';
import { secondsOf } from '../shared/units.ts';
import { leafFor, type NamedRoute } from './routes.ts';

/** Configuration of Traefik 3.7, as plain values [doc.traefik.io/traefik]. Routes come from files: no socket of a container engine. */

type Values = Readonly<Record<string, unknown>>;

const resolverOf = ({ tls }: Route): string | undefined => {
  if (tls.by === 'http-01') return 'http-01';
  return tls.by === 'dns-01' && tls.provider !== undefined ? `dns-01-${tls.provider}` : undefined;
};

/** Where certificates, keys and lists of users are in the container. */
const secretPath = (name: string): string => `/run/secrets/${name}`;
export const leafFiles = (leaf: string): { readonly certificate: string; readonly key: string } => ({
  certificate: `${leaf}-chain`,
  key: `${leaf}-key`,
});

/** A volume of its own, writable, which Traefik makes 0600 by itself. */
export const acmeFolder = '/acme';

const resolvers = (routes: readonly NamedRoute[]): Values =>
  Object.fromEntries(
    routes.flatMap(({ route }) => {
      const name = resolverOf(route);
      if (name === undefined) return [];
      const { email, provider } = route.tls;
      const challenge =
        route.tls.by === 'http-01' ? { httpChallenge: { entryPoint: 'web' } } : { dnsChallenge: { provider } };
      const acme = { ...(email === undefined ? {} : { email }), storage: `${acmeFolder}/acme.json`, ...challenge };
      return [[name, { acme }]];
    }),
  );

export const dashboardUsers = 'dashboard-users';
const hasDashboard = ({ extension }: Stack): boolean => Object.hasOwn(extension.secrets, dashboardUsers);

const isPlain = ({ route }: NamedRoute): boolean => route.tls.by === 'none';

/** Returns the static configuration, read once at the start. */
export const staticConfiguration = (stack: Stack, routes: readonly NamedRoute[]): Values => {
  const certificates = resolvers(routes);
  // A router of its own wins where something is meant to stay without TLS.
  const redirection = {
    to: 'websecure',
    scheme: 'https',
    permanent: true,
    ...(routes.some(isPlain) ? { priority: 1 } : {}),
  };
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'INFO', format: 'json' },
    accessLog: { format: 'json', fields: { headers: { defaultMode: 'drop' } } },
    api: { dashboard: hasDashboard(stack), insecure: false },
    ping: { entryPoint: 'internal' },
    entryPoints: {
      web: { address: ':80', http: { redirections: { entryPoint: redirection } } },
      websecure: {
        address: ':443',
        http: { middlewares: ['security-headers@file'], tls: {} },
      },
      internal: { address: ':8082' },
    },
    providers: { file: { directory: '/etc/traefik/dynamic', watch: true } },
    ...(Object.keys(certificates).length > 0 ? { certificatesResolvers: certificates } : {}),
  };
};

/** Cipher suites of TLS 1.2 with forward secrecy and authentication, for keys of both kinds; TLS 1.3 chooses its own. */
const cipherSuites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

export const leavesOf = (routes: readonly NamedRoute[]): readonly string[] => [
  ...new Set(routes.flatMap(({ route, leaf }) => (route.tls.by === 'internal' && leaf !== undefined ? [leaf] : []))),
];

/** Returns what holds for every router: TLS, certificates of the internal authority, headers of every answer. */
export const tlsConfiguration = (routes: readonly NamedRoute[]): Values => {
  const certificates = leavesOf(routes).map((leaf) => {
    const files = leafFiles(leaf);
    return { certFile: secretPath(files.certificate), keyFile: secretPath(files.key) };
  });
  const first = certificates[0];
  const isNamed = routes.every(({ route }) => route.host !== undefined);
  return {
    tls: {
      ...(first === undefined ? {} : { certificates, stores: { default: { defaultCertificate: first } } }),
      // Named `default`: a router with `tls` of its own drops those of the entry point, and a name that nobody serves has only these.
      options: { default: { minVersion: 'VersionTLS12', sniStrict: isNamed, cipherSuites } },
    },
    http: {
      middlewares: {
        'security-headers': {
          headers: {
            stsSeconds: 31_536_000,
            stsIncludeSubdomains: true,
            contentTypeNosniff: true,
            frameDeny: true,
            referrerPolicy: 'strict-origin-when-cross-origin',
          },
        },
      },
    },
  };
};

const matcher = ({ host, path }: Route): string => {
  const domain = host?.slice(2).replaceAll('.', String.raw`\.`);
  const ofHost =
    host?.startsWith('*.') === true ? `HostRegexp(\`^[^.]+\\.${domain ?? ''}$\`)` : `Host(\`${host ?? ''}\`)`;
  const parts = [
    ...(host === undefined ? [] : [ofHost]),
    ...(path === '/' && host !== undefined ? [] : [`PathPrefix(\`${path}\`)`]),
  ];
  return parts.join(' && ');
};

const tlsOf = (route: Route): Values => {
  const certResolver = resolverOf(route);
  if (certResolver === undefined) return {};
  const { host } = route;
  return host?.startsWith('*.') === true
    ? { certResolver, domains: [{ main: host.slice(2), sans: [host] }] }
    : { certResolver };
};

/** Where a service is reached: by its name on its network, or wherever the variable says when the proxy is elsewhere. */
const serverUrl = ({ variable, upstream }: NamedRoute): string =>
  `http://{{ env "${variable}" | default "${upstream}" }}`;

const healthCheckOf = (stack: Stack, { service, port }: Route): Values => {
  const check = stack.services[service]?.ready ?? stack.services[service]?.health;
  if (check?.http === undefined || check.http.port !== port) return {};
  const { path, status } = check.http;
  const timeout = Math.min(secondsOf(check.timeout) ?? 5, secondsOf(check.interval) ?? 30);
  return {
    healthCheck: { path, interval: check.interval, timeout: `${timeout}s`, ...(status === 200 ? {} : { status }) },
  };
};

const loadBalancer = (stack: Stack, named: NamedRoute): Values => ({
  servers: [{ url: serverUrl(named) }],
  passHostHeader: true,
  ...(named.route.sticky
    ? {
        sticky: {
          cookie: {
            name: `${named.name}-server`,
            secure: named.route.tls.by !== 'none',
            httpOnly: true,
            sameSite: 'lax',
          },
        },
      }
    : {}),
  ...healthCheckOf(stack, named.route),
});

const authName = (secret: string): string => `auth-${secret}`;

/** Beside the first route with TLS; `undefined`: there is none, or nobody who may see it. */
const dashboardHost = (stack: Stack, routes: readonly NamedRoute[]): string | undefined => {
  const host = routes.find(({ route }) => route.host !== undefined && route.tls.by !== 'none')?.route.host;
  return hasDashboard(stack) && host !== undefined ? `traefik.${host.slice(host.indexOf('.') + 1)}` : undefined;
};

const dashboard = (stack: Stack, routes: readonly NamedRoute[]): Values => {
  const host = dashboardHost(stack, routes);
  if (host === undefined) return {};
  return {
    dashboard: {
      rule: `Host(\`${host}\`) && (PathPrefix(\`/api\`) || PathPrefix(\`/dashboard\`))`,
      entryPoints: ['websecure'],
      service: 'api@internal',
      middlewares: [authName(dashboardUsers)],
      tls: {},
    },
  };
};

/** Returns routers and services of the stack: also good for a Traefik that other stacks share. */
export const routeConfiguration = (stack: Stack, routes: readonly NamedRoute[]): Values => {
  const secrets = new Set(routes.flatMap(({ route }) => (route.basicAuth === undefined ? [] : [route.basicAuth])));
  if (hasDashboard(stack)) secrets.add(dashboardUsers);
  const middlewares = [...secrets].map((secret): readonly [string, Values] => [
    authName(secret),
    { basicAuth: { usersFile: secretPath(secret), removeHeader: true } },
  ]);
  const routers = routes.map(({ name, route }): readonly [string, Values] => [
    name,
    {
      rule: matcher(route),
      entryPoints: [route.tls.by === 'none' ? 'web' : 'websecure'],
      service: name,
      ...(route.basicAuth === undefined ? {} : { middlewares: [authName(route.basicAuth)] }),
      ...(route.tls.by === 'none' ? {} : { tls: tlsOf(route) }),
    },
  ]);
  return {
    http: {
      routers: { ...Object.fromEntries(routers), ...dashboard(stack, routes) },
      services: Object.fromEntries(routes.map((named) => [named.name, { loadBalancer: loadBalancer(stack, named) }])),
      ...(middlewares.length > 0 ? { middlewares: Object.fromEntries(middlewares) } : {}),
    },
  };
};

/** What lego asks for, by provider [go-acme.github.io/lego/dns]; each may be read from a file. */
const credentials: Readonly<Record<string, readonly string[]>> = {
  cloudflare: ['CF_DNS_API_TOKEN'],
  desec: ['DESEC_TOKEN'],
  digitalocean: ['DO_AUTH_TOKEN'],
  duckdns: ['DUCKDNS_TOKEN'],
  gandiv5: ['GANDIV5_PERSONAL_ACCESS_TOKEN'],
  hetzner: ['HETZNER_API_TOKEN'],
  infomaniak: ['INFOMANIAK_ACCESS_TOKEN'],
  ionos: ['IONOS_API_KEY'],
  netcup: ['NETCUP_CUSTOMER_NUMBER', 'NETCUP_API_KEY', 'NETCUP_API_PASSWORD'],
  porkbun: ['PORKBUN_API_KEY', 'PORKBUN_SECRET_API_KEY'],
};

/** Returns the variables by which Traefik gets at the zones of DNS-01. */
export const dnsCredentials = (routes: readonly NamedRoute[]): readonly string[] => [
  ...new Set(
    routes.flatMap(({ route }) => (route.tls.by === 'dns-01' ? (credentials[route.tls.provider ?? ''] ?? []) : [])),
  ),
];

/** Returns what Traefik cannot be given here. */
export const traefikLosses = (stack: Stack, routes: readonly NamedRoute[]): readonly Loss[] => {
  const unknown = routes.flatMap(({ path, route: { tls } }) =>
    tls.by === 'dns-01' && tls.provider !== undefined && !Object.hasOwn(credentials, tls.provider)
      ? [
          {
            path: `${path}.tls.provider`,
            message: `What Traefik needs to log in to ${tls.provider} is not known here; add the variables that lego names to proxy/traefik/compose.yaml.`,
          },
        ]
      : [],
  );
  const host = dashboardHost(stack, routes);
  const isNamed = host === undefined || leafFor(stack.extension.pki, host) !== undefined;
  return isNamed
    ? unknown
    : [
        ...unknown,
        { path: 'x-proxdeck.pki.leaves', message: `No leaf names ${host}, so the dashboard cannot be opened there.` },
      ];
};
