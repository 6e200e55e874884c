import type { Loss } from '../../src/models/artifact.ts';
import type { NamedRoute } from './routes.ts';

/** Hosts of Nginx Proxy Manager 2, as its API takes them: `POST /api/nginx/proxy-hosts` [its backend/schema]. */

interface Location {
  readonly path: string;
  readonly forward_scheme: 'http';
  readonly forward_host: string;
  readonly forward_port: number;
  readonly advanced_config: string;
}

interface ProxyHost {
  readonly domain_names: readonly string[];
  readonly forward_scheme: 'http';
  readonly forward_host: string;
  readonly forward_port: number;
  readonly allow_websocket_upgrade: boolean;
  readonly block_exploits: boolean;
  readonly caching_enabled: boolean;
  /** `new` asks Let's Encrypt for one; 0 is none. */
  readonly certificate_id: 'new' | 0;
  readonly ssl_forced: boolean;
  readonly http2_support: boolean;
  readonly hsts_enabled: boolean;
  readonly hsts_subdomains: boolean;
  readonly access_list_id: 0;
  readonly advanced_config: string;
  readonly enabled: true;
  readonly meta: Readonly<Record<string, string | boolean>>;
  readonly locations: readonly Location[];
}

/** Longer than the 60 seconds after which nginx ends a silent connection. */
const patience = 'proxy_read_timeout 1h;\nproxy_send_timeout 1h;';

const locationOf = ({ route }: NamedRoute): Location => ({
  path: route.path,
  forward_scheme: 'http',
  forward_host: route.service,
  forward_port: route.port,
  advanced_config: route.websocket ? patience : '',
});

const hostOf = (name: string, routes: readonly NamedRoute[]): readonly ProxyHost[] => {
  const main = routes.find(({ route }) => route.path === '/') ?? routes[0];
  if (main === undefined) return [];
  const { tls, service, port } = main.route;
  const isPublic = tls.by === 'dns-01' || tls.by === 'http-01';
  const isTls = isPublic;
  return [
    {
      domain_names: [name],
      forward_scheme: 'http',
      forward_host: service,
      forward_port: port,
      allow_websocket_upgrade: routes.some(({ route }) => route.websocket),
      block_exploits: true,
      caching_enabled: false,
      certificate_id: isPublic ? 'new' : 0,
      ssl_forced: isTls,
      http2_support: isTls,
      hsts_enabled: isTls,
      hsts_subdomains: isTls,
      access_list_id: 0,
      advanced_config: main.route.websocket ? patience : '',
      enabled: true,
      meta: isPublic
        ? {
            letsencrypt_agree: true,
            ...(tls.email === undefined ? {} : { letsencrypt_email: tls.email }),
            dns_challenge: tls.by === 'dns-01',
            ...(tls.by === 'dns-01' && tls.provider !== undefined ? { dns_provider: tls.provider } : {}),
          }
        : {},
      locations: routes.filter((other) => other !== main).map(locationOf),
    },
  ];
};

/** Returns the hosts; a route without a host is none there. */
export const proxyHosts = (routes: readonly NamedRoute[]): readonly ProxyHost[] =>
  [
    ...Map.groupBy(
      routes.filter(({ route }) => route.host !== undefined),
      ({ route }) => route.host ?? '',
    ),
  ].flatMap(([name, those]) => hostOf(name, those));

/** Returns what its API cannot be given in a file without secrets. */
export const proxyHostLosses = (routes: readonly NamedRoute[]): readonly Loss[] =>
  routes.flatMap(({ path, route: { host, tls, basicAuth, sticky }, leaf }) => {
    const manager = 'Nginx Proxy Manager';
    const said: readonly (readonly [boolean, string, string])[] = [
      [host === undefined, 'host', `${manager} has hosts by name only; this route is not among them.`],
      [
        tls.by === 'internal',
        'tls',
        `Upload the certificate ${leaf ?? 'of the host'} to ${manager} and choose it; until then the host is without TLS.`,
      ],
      [
        tls.by === 'dns-01',
        'tls',
        `${manager} asks for the credentials of the zone when the certificate is made; they are in no file.`,
      ],
      [
        basicAuth !== undefined,
        'basicAuth',
        `Make an access list in ${manager} and choose it; until then the host asks for no password.`,
      ],
      [sticky, 'sticky', `${manager} keeps no cookie for it; with one container it is the same.`],
    ];
    return said.flatMap(([isSo, key, message]) => (isSo ? [{ path: `${path}.${key}`, message }] : []));
  });
