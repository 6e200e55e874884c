import type { Loss } from '../../src/models/artifact.ts';
import type { Route, Stack } from '../../src/models/stack.ts';

/** Routes with what every proxy needs to know of them. */
export interface NamedRoute {
  /** Of the route, once in a stack. */
  readonly name: string;
  /** Where it stands in the Compose file. */
  readonly path: string;
  readonly route: Route;
  /** The service and its port, as it is called on its networks. */
  readonly upstream: string;
  /** What says where the service is when it is not on a network of the proxy. */
  readonly variable: string;
  /** The leaf of `pki` whose names cover the host. */
  readonly leaf: string | undefined;
}

const isWildcard = (host: string): boolean => host.startsWith('*.');

/** Whether a certificate for a name is good for a host (RFC 9525 §6.3): a wildcard stands for one label, and not for the apex. */
const covers = (name: string, host: string): boolean =>
  name === host || (isWildcard(name) && !isWildcard(host) && host.slice(host.indexOf('.')) === name.slice(1));

/** Returns the leaf whose certificate is good for a host; for no host the first there is. */
export const leafFor = (pki: Stack['extension']['pki'], host: string | undefined): string | undefined =>
  (host === undefined ? pki?.leaves[0] : pki?.leaves.find(({ hosts }) => hosts.some((name) => covers(name, host))))
    ?.name;

/** Returns the routes of a stack, each with a name of its own. */
export const namedRoutes = ({ extension: { routes, pki } }: Stack): readonly NamedRoute[] =>
  routes.map((route, index) => {
    const before = routes.slice(0, index).filter(({ service }) => service === route.service).length;
    const { host } = route;
    return {
      name: before === 0 ? route.service : `${route.service}-${before + 1}`,
      path: `x-proxdeck.routes.${index}`,
      route,
      upstream: `${route.service}:${route.port}`,
      variable: `UPSTREAM_${route.service.toUpperCase().replaceAll('-', '_')}_${route.port}`,
      leaf: leafFor(pki, host),
    };
  });

/** Names that no public authority certifies (RFC 6762, RFC 8375, RFC 9476, ICANN's reserved `.internal`). */
const isPrivate = (host: string): boolean =>
  !host.includes('.') || /\.(local|localhost|internal|lan|home|home\.arpa|test|example|invalid|alt)$/i.test(host);

/** Returns what of the routes cannot become true, whatever the proxy. */
export const routeLosses = (routes: readonly NamedRoute[]): readonly Loss[] =>
  routes.flatMap(({ path, route: { host, tls }, leaf }) => {
    const losses: Loss[] = [];
    const tell = (key: string, message: string): number => losses.push({ path: `${path}.${key}`, message });
    const isPublic = tls.by === 'dns-01' || tls.by === 'http-01';
    if (isPublic && host === undefined)
      tell('tls', 'A certificate needs a name, and this route has no host; the proxy shows one of its own.');
    if (isPublic && host !== undefined && isPrivate(host))
      tell('tls', `No public authority certifies ${host}: it is a private name; use \`internal\`.`);
    if (tls.by === 'http-01' && host !== undefined && isWildcard(host))
      tell('tls', `${host} can only be certified by DNS-01: HTTP-01 knows no wildcards.`);
    if (tls.by === 'dns-01' && tls.provider === undefined)
      tell('tls.provider', 'DNS-01 needs to know who keeps the zone, as lego names it: `cloudflare`, `hetzner` ….');
    if (tls.by === 'internal' && leaf === undefined)
      tell('tls', `No leaf of pki names ${host ?? 'it'}, so the proxy shows a certificate that nobody trusts.`);
    return losses;
  });
