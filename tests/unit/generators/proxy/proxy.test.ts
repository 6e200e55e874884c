import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { proxy } from '../../../../generators/proxy/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { stackExtensionSchema } from '../../../../src/models/stack.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

type Extension = z.input<typeof stackExtensionSchema>;
type RouteInput = NonNullable<Extension['routes']>[number];

const nginx = await tool('nginx');

const home = {
  authority: { commonName: 'Home' },
  leaves: [{ name: 'home', hosts: ['shop.home.arpa', '*.home.arpa'] }],
};
const internal: RouteInput = { service: 'web', port: 8080, host: 'shop.home.arpa', tls: { by: 'internal' } };

const made = (routes: readonly RouteInput[], extension: Partial<Extension> = {}) => {
  const stack = stackOf({
    project: {
      name: 'shop',
      services: {
        web: { image: 'web:1', networks: { front: null } },
        api: { image: 'api:1', networks: { front: null } },
      },
      networks: { front: { name: 'shop_front' } },
    },
    extension: { routes: [...routes], pki: home, ...extension },
    services: { web: { health: { http: { path: '/health', port: 8080 } } } },
  });
  const { artifacts, losses } = proxy(stack, usualOptions);
  const text = Object.fromEntries(artifacts.map(({ path: file, content }) => [file, content]));
  const yaml = (file: string): unknown => parse(text[`traefik/${file}`] ?? '');
  return { text, losses: losses.map(({ path: at, message }) => `${at}: ${message}`), yaml };
};

const staticOf = (routes: readonly RouteInput[], extension?: Partial<Extension>): unknown =>
  made(routes, extension).yaml('traefik.yaml');
const dynamicOf = (routes: readonly RouteInput[], extension?: Partial<Extension>): unknown =>
  made(routes, extension).yaml('dynamic/shop.yaml');

describe('Traefik', () => {
  it('redirects at the entry point, where the static file takes it [S0-066, S0-067]', () => {
    const file = staticOf([internal]);
    expect(file).toMatchObject({
      entryPoints: {
        web: {
          address: ':80',
          http: { redirections: { entryPoint: { to: 'websecure', scheme: 'https', permanent: true } } },
        },
        websecure: { address: ':443' },
      },
    });
    expect(file).not.toHaveProperty('http');
  });

  it('puts its headers before every router with TLS [S0-071]', () => {
    expect(staticOf([internal])).toMatchObject({
      entryPoints: { websecure: { http: { middlewares: ['security-headers@file'] } } },
    });
    const headers = z
      .object({
        http: z.object({
          middlewares: z.object({ 'security-headers': z.object({ headers: z.record(z.string(), z.unknown()) }) }),
        }),
      })
      .parse(made([internal]).yaml('dynamic/tls.yaml')).http.middlewares['security-headers'].headers;
    expect(headers).toMatchObject({
      stsSeconds: 31_536_000,
      stsIncludeSubdomains: true,
      contentTypeNosniff: true,
      frameDeny: true,
    });
    for (const old of ['sslRedirect', 'browserXssFilter', 'stsPreload']) expect(headers).not.toHaveProperty(old);
  });

  it('speaks TLS 1.2 with forward secrecy for keys of both kinds [S0-072]', () => {
    const { text, yaml } = made([internal]);
    expect(yaml('dynamic/tls.yaml')).toMatchObject({
      tls: { options: { default: { minVersion: 'VersionTLS12', sniStrict: true } } },
    });
    expect(text['traefik/dynamic/tls.yaml']).toContain('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(text['traefik/dynamic/tls.yaml']).toContain('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    expect(text['traefik/dynamic/tls.yaml']).not.toContain('sslProtocols');
  });

  it('keeps certificates of ACME in a volume that it can write [S0-070, S0-128]', () => {
    const route: RouteInput = { ...internal, host: 'shop.example.org', tls: { by: 'http-01', email: 'a@example.org' } };
    const { yaml } = made([route]);
    expect(yaml('traefik.yaml')).toMatchObject({
      certificatesResolvers: {
        'http-01': {
          acme: { email: 'a@example.org', storage: '/acme/acme.json', httpChallenge: { entryPoint: 'web' } },
        },
      },
    });
    expect(yaml('compose.yaml')).toMatchObject({ volumes: { acme: {} } });
    const { volumes } = z
      .object({ services: z.object({ traefik: z.object({ volumes: z.array(z.record(z.string(), z.unknown())) }) }) })
      .parse(yaml('compose.yaml')).services.traefik;
    expect(volumes).toContainEqual({ type: 'volume', source: 'acme', target: '/acme' });
  });

  it('gets a wildcard by DNS-01, with credentials from a file', () => {
    const route: RouteInput = {
      ...internal,
      host: '*.apps.example.org',
      tls: { by: 'dns-01', provider: 'cloudflare' },
    };
    const { yaml } = made([route]);
    expect(yaml('dynamic/shop.yaml')).toMatchObject({
      http: {
        routers: {
          web: {
            rule: String.raw`HostRegexp(` + '`^[^.]+\\.apps\\.example\\.org$`)',
            tls: {
              certResolver: 'dns-01-cloudflare',
              domains: [{ main: 'apps.example.org', sans: ['*.apps.example.org'] }],
            },
          },
        },
      },
    });
    expect(yaml('compose.yaml')).toMatchObject({
      services: { traefik: { environment: { CF_DNS_API_TOKEN_FILE: '/run/secrets/cf-dns-api-token' } } },
    });
  });

  it('has a certificate for every router with TLS, or says that it has none [S0-074]', () => {
    const { yaml, losses } = made([internal]);
    expect(yaml('dynamic/tls.yaml')).toMatchObject({
      tls: {
        certificates: [{ certFile: '/run/secrets/home-chain', keyFile: '/run/secrets/home-key' }],
        stores: { default: { defaultCertificate: { certFile: '/run/secrets/home-chain' } } },
      },
    });
    expect(losses.filter((loss) => loss.includes('No leaf'))).toEqual([]);
    const apex = made([{ ...internal, host: 'home.arpa' }]);
    expect(apex.losses).toContainEqual(expect.stringContaining('No leaf of pki names home.arpa'));
  });

  it('mounts no socket, and publishes its two ports only [S0-068, S0-073]', () => {
    const { text, yaml } = made([internal]);
    expect(Object.values(text).join('\n')).not.toContain('.sock');
    expect(yaml('compose.yaml')).toMatchObject({
      services: {
        traefik: {
          image: expect.stringMatching(/^traefik:v3\.\d+\.\d+$/),
          ports: ['80:80', '443:443'],
          cap_drop: ['ALL'],
          read_only: true,
        },
      },
      networks: { front: { external: true, name: 'shop_front' } },
    });
    expect(yaml('traefik.yaml')).toMatchObject({ providers: { file: { directory: '/etc/traefik/dynamic' } } });
  });

  it('shows its dashboard to users with a password, or to nobody [S0-065, S0-073, S0-076]', () => {
    expect(staticOf([internal])).toMatchObject({ api: { dashboard: false, insecure: false } });
    expect(dynamicOf([internal])).not.toHaveProperty('http.routers.dashboard');
    const secrets = { 'dashboard-users': { description: 'Who may see it.' } };
    expect(staticOf([internal], { secrets })).toMatchObject({ api: { dashboard: true, insecure: false } });
    expect(staticOf([internal], { secrets })).not.toHaveProperty('api.debug');
    expect(dynamicOf([internal], { secrets })).toMatchObject({
      http: {
        routers: {
          dashboard: { service: 'api@internal', entryPoints: ['websecure'], middlewares: ['auth-dashboard-users'] },
        },
        middlewares: { 'auth-dashboard-users': { basicAuth: { usersFile: '/run/secrets/dashboard-users' } } },
      },
    });
  });

  it('sends a client to the same container by a cookie, and only to healthy ones [S3-080]', () => {
    expect(dynamicOf([{ ...internal, sticky: true }])).toMatchObject({
      http: {
        services: {
          web: {
            loadBalancer: {
              sticky: { cookie: { secure: true, httpOnly: true } },
              healthCheck: { path: '/health', interval: '30s', timeout: '5s' },
            },
          },
        },
      },
    });
  });

  it('lets what is meant to stay without TLS go before the redirection', () => {
    const plain: RouteInput = { ...internal, tls: { by: 'none' } };
    expect(staticOf([plain])).toMatchObject({
      entryPoints: { web: { http: { redirections: { entryPoint: { priority: 1 } } } } },
    });
    expect(dynamicOf([plain])).toMatchObject({ http: { routers: { web: { entryPoints: ['web'] } } } });
    expect(dynamicOf([plain])).not.toHaveProperty('http.routers.web.tls');
  });

  it('names a second route of a service apart', () => {
    const file = dynamicOf([internal, { ...internal, host: 'two.home.arpa', port: 9000 }]);
    expect(file).toMatchObject({
      http: {
        routers: { web: { service: 'web' }, 'web-2': { service: 'web-2', rule: 'Host(`two.home.arpa`)' } },
        services: {
          'web-2': {
            loadBalancer: { servers: [{ url: 'http://{{ env "UPSTREAM_WEB_9000" | default "web:9000" }}' }] },
          },
        },
      },
    });
  });
});

describe('what no proxy can do', () => {
  it.each([
    ['a private name by a public authority [S0-027]', { by: 'http-01' }, 'shop.home.arpa', 'private name'],
    ['a wildcard by HTTP-01 [S0-028]', { by: 'http-01' }, '*.example.org', 'no wildcards'],
    ['DNS-01 without a provider', { by: 'dns-01' }, 'a.example.org', 'lego'],
    ['a provider whose login is not known', { by: 'dns-01', provider: 'unheard' }, 'a.example.org', 'unheard'],
  ] as const)('is told: %s', (_title, tls, host, words) => {
    expect(made([{ ...internal, tls, host }]).losses).toContainEqual(expect.stringContaining(words));
  });
});

describe('nginx', () => {
  const text = (routes: readonly RouteInput[]): string => made(routes).text['nginx/nginx.conf'] ?? '';

  it('upgrades WebSockets and waits longer than a minute for them [S1-036, S1-028]', () => {
    const file = text([{ ...internal, websocket: true }]);
    expect(file).toContain('proxy_set_header Connection $connection_upgrade;');
    expect(file).toMatch(/location \/ \{[^}]*proxy_read_timeout 1h;/);
    expect(text([internal])).not.toContain('1h');
  });

  it('sets no header inside a place, which would lose those from above', () => {
    const file = text([{ ...internal, websocket: true }]);
    for (const [, inside = ''] of file.matchAll(/location [^{]*\{([^}]*)\}/g))
      expect(inside).not.toMatch(/proxy_set_header|add_header/);
    for (const header of ['Host $host', 'X-Forwarded-For $remote_addr', 'X-Forwarded-Proto $scheme'])
      expect(file).toContain(`proxy_set_header ${header};`);
  });

  it('speaks TLS 1.2 and 1.3, redirects the rest, and answers to no other name', () => {
    const file = text([internal]);
    expect(file).toContain('ssl_protocols TLSv1.2 TLSv1.3;');
    expect(file).toContain('return 308 https://$host$request_uri;');
    expect(file).toContain('ssl_reject_handshake on;');
    expect(file).toContain('add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;');
  });

  it.runIf(nginx.wanted)('is taken by nginx -t, whatever the routes', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-nginx-'));
    const sets: readonly (readonly RouteInput[])[] = [
      [internal],
      [internal, { ...internal, service: 'api', path: '/api', websocket: true, basicAuth: 'users' }],
      [
        { ...internal, host: '*.home.arpa' },
        { service: 'api', port: 1 },
      ],
      [
        { ...internal, host: 'a.example.org', tls: { by: 'http-01' } },
        { ...internal, tls: { by: 'none' } },
      ],
    ];
    for (const routes of sets) {
      const file = path.join(folder, 'nginx.conf');
      writeFileSync(file, text(routes));
      const { code, err } = nginx.run(['-t', '-e', 'stderr', '-p', folder, '-c', file]);
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringMatching(/^(?!.*\[(emerg|warn|error)\])[\s\S]*successful/),
      });
    }
    rmSync(folder, { recursive: true });
  });
});

describe('Nginx Proxy Manager', () => {
  it('gets hosts as its API takes them, with WebSockets and forced TLS [S1-028]', () => {
    const { text } = made([
      { ...internal, host: 'relay.example.org', websocket: true, tls: { by: 'http-01', email: 'a@example.org' } },
    ]);
    const hosts: unknown = JSON.parse(text['nginx-proxy-manager/proxy-hosts.json'] ?? '');
    expect(hosts).toMatchObject([
      {
        domain_names: ['relay.example.org'],
        forward_scheme: 'http',
        forward_host: 'web',
        forward_port: 8080,
        allow_websocket_upgrade: true,
        certificate_id: 'new',
        ssl_forced: true,
        hsts_enabled: true,
        advanced_config: expect.stringContaining('proxy_read_timeout 1h'),
        meta: { letsencrypt_agree: true, letsencrypt_email: 'a@example.org', dns_challenge: false },
      },
    ]);
  });

  it('has one host for several paths', () => {
    const { text } = made([internal, { ...internal, service: 'api', port: 9000, path: '/api' }]);
    const hosts: unknown = JSON.parse(text['nginx-proxy-manager/proxy-hosts.json'] ?? '');
    expect(hosts).toMatchObject([
      { forward_host: 'web', locations: [{ path: '/api', forward_host: 'api', forward_port: 9000 }] },
    ]);
    expect(hosts).toHaveLength(1);
  });
});

describe('a stack without routes', () => {
  it('has no proxy', () => {
    expect(proxy(stackOf({ project: { name: 'a', services: { a: { image: 'a:1' } } } }), usualOptions)).toEqual({
      artifacts: [],
      losses: [],
    });
  });
});
