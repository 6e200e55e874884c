import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { compose } from '../../../../generators/compose/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { ComposeService } from '../../../../src/models/compose.ts';
import { stackOf } from '../../../support/stacks.ts';

const fileSchema = z.looseObject({
  services: z.record(z.string(), z.record(z.string(), z.unknown())),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().exactOptional() })).default({}),
});

type Stacked = Parameters<typeof stackOf>[0];

const rendered = (parts: Stacked) => {
  const { artifacts, losses } = compose(stackOf(parts), usualOptions);
  const text = artifacts.find(({ path }) => path === 'compose.yaml')?.content ?? '';
  return { text, losses, ...fileSchema.parse(parse(text)) };
};

/** One service alone, as it is rendered. */
const one = (
  service: ComposeService,
  extension: NonNullable<Stacked['services']>[string] = {},
  more: Partial<Stacked> = {},
) => {
  const made = rendered({
    project: { name: 'app', services: { web: service } },
    services: { web: extension },
    ...more,
  });
  return { ...made, service: made.services['web'] ?? {} };
};
const limitsOf = (service: Readonly<Record<string, unknown>>): unknown =>
  z.object({ resources: z.object({ limits: z.unknown() }) }).parse(service['deploy']).resources.limits;

describe('a service in Compose', () => {
  it('drops capabilities, gains none, is read-only, limited, and rotates its logs [S1-016]', () => {
    const { service } = one({ image: 'redis:8-alpine' });
    expect(service).toMatchObject({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      read_only: true,
      tmpfs: ['/tmp:mode=1777,size=64m'],
      logging: { driver: 'local', options: { 'max-file': '3', 'max-size': '10m' } },
    });
    expect(limitsOf(service)).toEqual({ cpus: 1, memory: '1G', pids: 256 });
  });

  it('says no version and no container name, and names the project [S0-077, S3-037]', () => {
    const { text, service, losses } = one({ image: 'a:1', container_name: 'fixed' });
    expect(text).toMatch(/^name: app$/m);
    expect(text).not.toMatch(/^version:/m);
    expect(service).not.toHaveProperty('container_name');
    expect(losses.map(({ path }) => path)).toContain('services.web.container_name');
  });

  it('exposes a port without a number on the machine, where Docker would publish a random one [S1-014]', () => {
    const { service, losses } = one({ image: 'a:1', ports: [{ target: 8080, protocol: 'tcp', mode: 'ingress' }] });
    expect(service).toMatchObject({ expose: ['8080'] });
    expect(service).not.toHaveProperty('ports');
    expect(losses.find(({ path }) => path === 'services.web.ports')?.message).toContain('random');
  });

  it('publishes no data store, but to the machine itself [S0-080]', () => {
    const published = { target: 6_379, published: '6379', protocol: 'tcp' };
    const open = one({ image: 'redis:8-alpine', ports: [published] });
    expect(open.service).not.toHaveProperty('ports');
    expect(open.service).toMatchObject({ expose: ['6379'] });
    expect(open.losses.map(({ path }) => path)).toContain('services.web.ports');
    const local = one({ image: 'redis:8-alpine', ports: [{ ...published, host_ip: '127.0.0.1' }] });
    expect(local.service).toMatchObject({ ports: [{ host_ip: '127.0.0.1', published: '6379' }] });
  });

  it('names the digest that images.lock knows, and tells of `latest` [S0-073, S0-127]', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(one({ image: 'a:1' }, {}, { digests: { 'a:1': digest } }).service).toMatchObject({ image: `a:1@${digest}` });
    for (const image of ['a', 'a:latest', 'registry.example:5000/a'])
      expect(one({ image }).losses.map(({ path }) => path)).toContain('services.web.image');
    expect(one({ image: 'a:1' }).losses.map(({ path }) => path)).not.toContain('services.web.image');
  });

  it('keeps limits that were said, in the one place where Compose takes them [S0-158, S0-159]', () => {
    const { service, losses } = one({ image: 'a:1', mem_limit: '268435456', cpus: 0.5, pids_limit: 99 });
    expect(limitsOf(service)).toEqual({ cpus: 0.5, memory: '256M', pids: 99 });
    expect(service).not.toHaveProperty('mem_limit');
    expect(losses.map(({ path }) => path)).not.toContain('services.web.deploy.resources.limits');
  });

  it('tells what it does not know of an image, and believes what the stack says', () => {
    expect(one({ image: 'unknown:1' }).losses.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['services.web.cap_drop', 'services.web.read_only']),
    );
    const told = one({ image: 'unknown:1' }, { scratch: ['/var/run/app'], capabilities: ['CHOWN'] });
    expect(told.service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp:mode=1777,size=64m', '/var/run/app:mode=1777,size=64m'],
      cap_add: ['CHOWN'],
    });
    const writing = one({ image: 'unknown:1' }, { writesRoot: 'it updates itself' });
    expect(writing.service).not.toHaveProperty('read_only');
    expect(writing.losses.find(({ path }) => path.endsWith('read_only'))?.message).toContain('it updates itself');
  });

  it('tells of the socket of the container engine, which no `:ro` makes harmless [S0-068]', () => {
    const mount = { type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', read_only: true };
    expect(
      one({ image: 'a:1', volumes: [mount] }).losses.find(({ path }) => path.includes('volumes'))?.message,
    ).toContain('root');
  });

  it('gives init to what reaps no orphans, and not to what is an init [S0-096]', () => {
    expect(one({ image: 'node:24-alpine' }).service).toMatchObject({ init: true });
    expect(one({ image: 'postgres:18-alpine' }).service).not.toHaveProperty('init');
    expect(one({ image: 'jc21/nginx-proxy-manager:2' }).service).not.toHaveProperty('init');
  });

  it('starts again by itself, but what runs once [S3-037]', () => {
    expect(one({ image: 'a:1' }).service).toMatchObject({ restart: 'unless-stopped' });
    expect(one({ image: 'a:1' }, { once: true }).service).toMatchObject({ restart: 'no' });
  });

  it('tells who must own a folder of data on the machine [S0-062]', () => {
    const { losses } = one({
      image: 'prom/prometheus:v3.7.0',
      volumes: [{ type: 'bind', source: './data', target: '/prometheus' }],
    });
    expect(losses.find(({ path }) => path === 'services.web.volumes.0')?.message).toContain('65534:65534');
  });
});

describe('health checks', () => {
  const http = { http: { path: '/health', port: 8080 } };

  it('asks by what the image carries instead of a curl that is not there [S3-038]', () => {
    const { service, losses } = one(
      {
        build: { context: '.' },
        healthcheck: { test: ['CMD', 'curl', '-f', 'http://localhost:8080/health'], interval: '10s' },
      },
      { dockerfile: { kind: 'dotnet', version: '10.0', entry: 'a/b.csproj' } },
    );
    expect(service['healthcheck']).toEqual({
      test: ['CMD', 'dotnet', '/healthcheck/healthcheck.dll', 'http://127.0.0.1:8080/health', '200'],
      interval: '10s',
    });
    expect(losses.find(({ path }) => path === 'services.web.healthcheck.test')?.message).toContain('curl');
  });

  it('leaves out a check that could only fail, says so, and lets nobody wait for it', () => {
    const { services, losses } = rendered({
      project: {
        name: 'app',
        services: {
          echo: {
            image: 'traefik/whoami:v1.11.0',
            healthcheck: { test: ['CMD-SHELL', 'wget -q localhost || exit 1'] },
          },
          web: { image: 'a:1', depends_on: { echo: { condition: 'service_healthy', required: true } } },
        },
      },
    });
    expect(services['echo']).not.toHaveProperty('healthcheck');
    expect(services['web']).toMatchObject({ depends_on: { echo: { condition: 'service_started' } } });
    expect(losses.find(({ path }) => path === 'services.echo.healthcheck')?.message).toContain('wget');
  });

  it('waits for health where there is a check, and for the end of what runs once [S3-037]', () => {
    const waits = { condition: 'service_started', required: true } as const;
    const { services } = rendered({
      project: {
        name: 'app',
        services: {
          web: { image: 'a:1', depends_on: { db: waits, migrate: waits } },
          db: { image: 'postgres:18-alpine' },
          migrate: { image: 'a:1' },
        },
      },
      services: { migrate: { once: true } },
    });
    expect(services['web']).toMatchObject({
      depends_on: { db: { condition: 'service_healthy' }, migrate: { condition: 'service_completed_successfully' } },
    });
  });

  it('makes one of what the stack says of health', () => {
    expect(one({ image: 'nginx:1.29-alpine' }, { health: http }).service['healthcheck']).toEqual({
      test: [
        'CMD',
        'curl',
        '--silent',
        '--show-error',
        '--fail',
        '--output',
        '/dev/null',
        'http://127.0.0.1:8080/health',
      ],
      interval: '30s',
      timeout: '5s',
      retries: 3,
      start_period: '30s',
    });
  });
});

describe('Redis and PostgreSQL', () => {
  const data = [{ type: 'volume', source: 'data', target: '/data' }];
  const redis = (command: readonly string[], more: Partial<ComposeService> = {}) =>
    one({ image: 'redis:8-alpine', command, volumes: data, ...more }, { datastore: true });

  it('evicts nothing from what is meant to last, and writes it down [S0-081, S3-039]', () => {
    const { service, losses } = redis(['redis-server', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru']);
    expect(service['command']).toEqual([
      'redis-server',
      '--maxmemory',
      '256mb',
      '--maxmemory-policy',
      'noeviction',
      '--appendonly',
      'yes',
    ]);
    expect(losses.filter(({ path }) => path === 'services.web.command')).toHaveLength(2);
  });

  it('leaves half as much again over maxmemory [S3-039]', () => {
    const { service, losses } = redis(['redis-server', '--maxmemory', '256mb', '--appendonly', 'yes'], {
      mem_limit: `${256 * 1024 ** 2}`,
    });
    expect(limitsOf(service)).toMatchObject({ memory: '384M' });
    expect(losses.map(({ path }) => path)).toContain('services.web.deploy.resources.limits.memory');
  });

  it('reads the file that the command names before it changes anything', () => {
    const { service } = one(
      {
        image: 'redis:8-alpine',
        command: ['redis-server', '/etc/redis.conf'],
        volumes: data,
        configs: [{ source: 'redis', target: '/etc/redis.conf' }],
      },
      { datastore: true },
      {
        project: {
          name: 'app',
          services: {
            web: {
              image: 'redis:8-alpine',
              command: ['redis-server', '/etc/redis.conf'],
              volumes: data,
              configs: [{ source: 'redis', target: '/etc/redis.conf' }],
            },
          },
          configs: { redis: { file: './files/redis.conf' } },
        },
        files: { 'files/redis.conf': 'appendonly yes\nmaxmemory-policy noeviction\n' },
      },
    );
    expect(service['command']).toEqual(['redis-server', '/etc/redis.conf']);
  });

  it('lets a cache forget', () => {
    const cache = one({ image: 'redis:8-alpine', command: ['redis-server', '--maxmemory-policy', 'allkeys-lru'] });
    expect(cache.service['command']).toEqual(['redis-server', '--maxmemory-policy', 'allkeys-lru']);
  });

  it('asks for PONG with the password from its file, since a refused ping ends well [S0-082]', () => {
    const test = ['CMD', 'redis-cli', 'ping'];
    const { service } = redis(['redis-server', '--appendonly', 'yes'], {
      healthcheck: { test, interval: '9s' },
      secrets: [{ source: 'redis-password', target: '/run/secrets/redis-password' }],
    });
    expect(service['healthcheck']).toMatchObject({
      test: ['CMD-SHELL', 'REDISCLI_AUTH="$$(cat /run/secrets/redis-password)" redis-cli ping | grep -q PONG'],
      interval: '9s',
    });
    const strict = redis(['redis-server', '--appendonly', 'yes'], {
      healthcheck: { test: ['CMD', 'redis-cli', '-e', 'ping'] },
    });
    expect(strict.service['healthcheck']).toEqual({ test: ['CMD', 'redis-cli', '-e', 'ping'] });
  });

  it('tells of a password that stands in the command line, and of none at all [S0-161]', () => {
    const argued = redis(['redis-server', '--appendonly', 'yes', '--requirepass', 'abc']);
    expect(argued.losses.find(({ path }) => path === 'services.web.command')?.message).toContain('list of processes');
    expect(redis(['redis-server', '--appendonly', 'yes']).losses.map(({ path }) => path)).toContain(
      'services.web.secrets',
    );
  });

  it('asks PostgreSQL for its database, over TCP [S0-084]', () => {
    const { service } = one({
      image: 'postgres:18-alpine',
      healthcheck: { test: ['CMD-SHELL', 'pg_isready -U relay'] },
    });
    expect(service['healthcheck']).toMatchObject({
      test: [
        'CMD-SHELL',
        'pg_isready --quiet --host=127.0.0.1 --username="$${POSTGRES_USER:-postgres}" --dbname="$${POSTGRES_DB:-$${POSTGRES_USER:-postgres}}"',
      ],
    });
    expect(service).toMatchObject({ user: '70:70', stop_grace_period: '1m0s' });
  });
});

describe('networks', () => {
  const attached = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const project = (web: readonly string[], db: readonly string[], names: readonly string[]) => ({
    name: 'app',
    services: { web: { image: 'a:1', networks: attached(...web) }, db: { image: 'b:1', networks: attached(...db) } },
    networks: Object.fromEntries(names.map((name) => [name, { name: `app_${name}` }])),
  });

  it('closes a network on which nobody goes out who has no other way [S0-060]', () => {
    const { networks } = rendered({
      project: project(['front', 'back'], ['back'], ['front', 'back']),
      services: { db: { internet: false } },
    });
    expect(networks['back']).toMatchObject({ name: 'app_back', internal: true });
    expect(networks['front']).not.toHaveProperty('internal');
  });

  it('keeps one open that somebody needs', () => {
    const { networks } = rendered({
      project: project(['back'], ['back'], ['back']),
      services: { db: { internet: false } },
    });
    expect(networks['back']).not.toHaveProperty('internal');
  });

  it('divides the default network, and everybody still meets', () => {
    const { networks, services, losses } = rendered({
      project: project(['default'], ['default'], ['default']),
      services: { db: { internet: false } },
    });
    expect(services).toMatchObject({
      web: { networks: { default: null, inside: null } },
      db: { networks: { inside: null } },
    });
    expect(services['db']?.['networks']).not.toHaveProperty('default');
    expect(networks).toMatchObject({ inside: { internal: true } });
    expect(losses.map(({ path }) => path)).toContain('networks.default');
  });
});
