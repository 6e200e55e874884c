import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator } from '../../src/models/stack.ts';
import { yamlText } from '../shared/yaml.ts';
import { nginxConfiguration, nginxLosses } from './nginx.ts';
import { proxyHostLosses, proxyHosts } from './nginxProxyManager.ts';
import { namedRoutes, routeLosses } from './routes.ts';
import { routeConfiguration, staticConfiguration, tlsConfiguration, traefikLosses } from './traefik.ts';
import { traefikProject } from './traefikCompose.ts';

/**
 * What stands in front of the services that have routes, in three ways to choose from: Traefik with files, nginx, and hosts for Nginx
 * Proxy Manager. A stack without routes has none.
 */
export const proxy: Generator = (stack) => {
  const routes = namedRoutes(stack);
  if (routes.length === 0) return { artifacts: [], losses: [] };
  const yaml = (path: string, value: unknown, header: string): Artifact => ({
    path: `traefik/${path}`,
    content: yamlText(value, { header }),
    mode: 0o644,
  });
  return {
    artifacts: [
      yaml(
        'compose.yaml',
        traefikProject(stack, routes),
        `Traefik in front of ${stack.name}, once its networks are there: docker compose up -d --wait`,
      ),
      yaml('traefik.yaml', staticConfiguration(stack, routes), 'Static configuration: read once, at the start.'),
      yaml('dynamic/tls.yaml', tlsConfiguration(routes), 'For every router: TLS, certificates, headers.'),
      yaml(
        `dynamic/${stack.name}.yaml`,
        routeConfiguration(stack, routes),
        `Routes of ${stack.name}; also for a Traefik that several stacks share. Loaded again when it changes.\nUPSTREAM_… says where a service is, if it is not on a network of the proxy.`,
      ),
      { path: 'nginx/nginx.conf', content: nginxConfiguration(stack, routes), mode: 0o644 },
      {
        path: 'nginx-proxy-manager/proxy-hosts.json',
        content: `${JSON.stringify(proxyHosts(routes), undefined, 2)}\n`,
        mode: 0o644,
      },
    ],
    losses: [
      ...routeLosses(routes),
      ...traefikLosses(stack, routes),
      ...nginxLosses(routes),
      ...proxyHostLosses(routes),
    ],
  };
};
