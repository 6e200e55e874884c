import type { ComposeService } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { stackOf } from './stacks.ts';

/** Stacks that together use every kind of object, every way a value gets into one, and what is hard to write in a template. */

const front: ComposeService = {
  image: 'registry.example.org:5000/shop/front:2.4@sha256:' + 'ab'.repeat(32),
  command: ['serve', '--title', '{{ not a template }}', '$(NOT_A_VARIABLE)', 'cost $$5'],
  environment: { PUBLIC_URL: '', MAX_ITEMS: '', BANNER: 'first line\nsecond: "line"\n', OFF: 'off', QUOTED: ' "x" ' },
  ports: [{ target: 8080, published: '8080', protocol: 'tcp', app_protocol: 'http' }],
  networks: { outside: null, inside: { aliases: ['shop'] } },
  depends_on: {
    database: { condition: 'service_healthy', required: true },
    migrate: { condition: 'service_completed_successfully', required: true },
    cache: { condition: 'service_started', required: false },
  },
  deploy: {
    replicas: 2,
    resources: { limits: { cpus: 0.5, memory: '268435456' }, reservations: { cpus: 0.1, memory: '67108864' } },
    update_config: { parallelism: 2, order: 'start-first', delay: '10s' },
  },
  tmpfs: ['/cache:size=64m'],
  shm_size: '67108864',
  dns: ['9.9.9.9'],
  dns_search: ['example.org'],
  dns_opt: ['ndots:2', 'rotate'],
  extra_hosts: ['printer=192.0.2.7'],
  platform: 'linux/arm64',
  annotations: { 'example.org/owner': 'shop' },
  post_start: [{ command: ['/bin/warm', 'up'] }],
  stop_grace_period: '1m30s',
  init: true,
  user: '1000:1000',
  working_dir: '/srv',
  hostname: 'front',
  configs: [{ source: 'menu', target: '/etc/shop/menu.txt' }],
  volumes: [
    { type: 'volume', source: 'uploads', target: '/uploads' },
    { type: 'bind', source: './files/theme', target: '/srv/theme', read_only: true },
  ],
};

/** A shop: a StatefulSet with two volumes, a shared volume, jobs of each kind, a scaled worker, an agent on every node. */
export const shop = (): Stack =>
  stackOf({
    project: {
      name: 'Corner_Shop',
      services: {
        front,
        database: {
          image: 'postgres:18-alpine',
          environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/database-password' },
          secrets: [{ source: 'database-password', mode: '0440' }],
          volumes: [
            { type: 'volume', source: 'tables', target: '/var/lib/postgresql' },
            { type: 'volume', source: 'archive', target: '/archive', volume: { subpath: 'wal' } },
          ],
          healthcheck: {
            test: ['CMD-SHELL', 'pg_isready -U shop -d shop'],
            interval: '10s',
            timeout: '3s',
            retries: 5,
          },
          networks: { inside: null },
          deploy: { resources: { limits: { memory: '536870912' } } },
        },
        migrate: {
          image: 'registry.example.org:5000/shop/tools:2.4',
          command: ['migrate', 'up'],
          environment: { DATABASE_URL: '' },
          depends_on: { database: { condition: 'service_healthy', required: true } },
          networks: { inside: null },
          user: '1001',
        },
        'mail-worker': {
          image: 'python:3.14-slim-trixie',
          command: ['python', '-m', 'mail'],
          environment: { API_TOKEN: 'abcdef-in-clear', CACHE: 'redis://cache:6379/0' },
          depends_on: { cache: { condition: 'service_healthy', required: true } },
          networks: { inside: null, outside: null },
          volumes: [{ type: 'volume', source: 'uploads', target: '/uploads', read_only: true }],
        },
        cache: { image: 'redis:8-alpine', networks: { inside: null }, expose: ['6379'] },
        report: {
          image: 'registry.example.org:5000/shop/tools:2.4',
          command: ['report'],
          networks: { inside: null },
          user: '1001',
        },
        import: {
          image: 'registry.example.org:5000/shop/tools:2.4',
          command: ['import'],
          networks: { inside: null },
          user: '1001',
        },
        agent: {
          image: 'registry.example.org:5000/shop/agent:1',
          deploy: { mode: 'global' },
          network_mode: 'host',
          user: '0:0',
          volumes: [{ type: 'bind', source: '/var/log', target: '/host/log', read_only: true }],
        },
      },
      networks: { inside: { name: 'shop_inside', internal: true }, outside: { name: 'shop_outside' } },
      volumes: {
        tables: { name: 'shop_tables' },
        archive: { name: 'shop_archive' },
        uploads: { name: 'shop_uploads' },
      },
      secrets: { 'database-password': { name: 'shop_database-password', file: './database-password' } },
      configs: { menu: { name: 'shop_menu', content: 'soup {{ of the day }}\nbread\n' } },
    },
    extension: {
      title: 'Corner shop',
      version: '2.4.0',
      settings: {
        PUBLIC_URL: {
          description: 'Where people find it.',
          type: 'url',
          required: true,
          example: 'https://shop.example.org',
        },
        MAX_ITEMS: {
          description: 'How much one may buy.',
          type: 'integer',
          min: 1,
          max: 5_000_000,
          default: '2500000',
        },
        DB_USER: { description: 'The user of the database.', default: 'shop' },
        DB_PASSWORD: { description: 'Its password.', sensitive: true, generate: { kind: 'password' } },
      },
      secrets: {
        'database-password': { description: 'The password of the database.', generate: { kind: 'password' } },
      },
      routes: [
        { service: 'front', port: 8080, host: 'shop.example.org' },
        { service: 'front', port: 8080, host: 'shop.example.net', path: '/buy', tls: { by: 'none' } },
      ],
      kubernetes: { gateway: { name: 'edge', namespace: 'gateways' }, namespace: 'shop' },
    },
    services: {
      front: {
        health: { http: { path: '/alive', port: 8080 } },
        ready: { http: { path: '/ready', port: 8080 } },
        kubernetes: { kind: 'Deployment' },
      },
      database: { kubernetes: { storage: { tables: '20g' } } },
      migrate: { once: true },
      'mail-worker': {
        metrics: { port: 9100 },
        kubernetes: { kind: 'Deployment', uid: 1002, autoscale: { min: 2, max: 5, cpuPercent: 70 } },
      },
      report: { kubernetes: { schedule: '02:30' } },
      import: { once: true },
    },
    environment: {
      front: { PUBLIC_URL: [{ setting: 'PUBLIC_URL' }], MAX_ITEMS: [{ setting: 'MAX_ITEMS' }] },
      migrate: {
        DATABASE_URL: [
          'postgres://',
          { setting: 'DB_USER' },
          ':',
          { setting: 'DB_PASSWORD' },
          '@database:5432/shop?a=$(x)',
        ],
      },
    },
    files: {
      'files/theme/main.css': 'body { color: red }\n',
      'files/theme/dark/main.css': 'body { color: {{ dark }} }',
    },
  });

/** One service of an unknown image that says nothing. */
export const bare = (): Stack =>
  stackOf({ project: { name: 'bare', services: { app: { image: 'example.org/app', networks: { default: null } } } } });
