import { describe, expect, it } from 'vitest';
import { systemd } from '../../../../generators/systemd/index.ts';
import type { ComposeService } from '../../../../src/models/compose.ts';
import { lostBy, textsOf } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';

type ServiceKey = keyof { [Key in keyof ComposeService as Key extends `x-${string}` ? never : Key]: unknown };
type Every = { readonly [Key in ServiceKey]-?: NonNullable<ComposeService[Key]> };

/** Every key of a service, each with a value that means something. A new key of the model has to be added here before this compiles. */
const every: Every = {
  annotations: { note: 'annotated' },
  attach: true,
  blkio_config: { weight: 300, device_read_bps: [{ path: '/dev/sda', rate: '12mb' }] },
  build: { context: '.' },
  cap_add: ['NET_ADMIN'],
  cap_drop: ['ALL'],
  cgroup: 'host',
  cgroup_parent: 'parent.slice',
  command: ['serve', '--all'],
  configs: [{ source: 'settings', target: '/etc/settings.yaml' }],
  container_name: 'named',
  cpu_count: 2,
  cpu_percent: 50,
  cpu_period: 100_000,
  cpu_quota: 50_000,
  cpu_rt_period: 1_000_000,
  cpu_rt_runtime: 950_000,
  cpu_shares: 512,
  cpus: 0.5,
  cpuset: '0-1',
  credential_spec: { file: 'spec.json' },
  depends_on: { other: { condition: 'service_started', required: true } },
  deploy: {
    mode: 'global',
    replicas: 3,
    labels: { a: 'b' },
    update_config: { parallelism: 1 },
    rollback_config: { parallelism: 1 },
    endpoint_mode: 'dnsrr',
    placement: { constraints: ['node.role==worker'] },
    resources: {
      limits: { cpus: 0.5, memory: '1024', pids: 7, devices: [{}] },
      reservations: { cpus: 0.1, memory: '512' },
    },
    restart_policy: { condition: 'on-failure', max_attempts: 3 },
  },
  develop: { watch: [] },
  device_cgroup_rules: ['c 1:3 mr'],
  devices: [{ source: '/dev/ttyUSB0', target: '/dev/ttyUSB0', permissions: 'rwm' }],
  dns: ['9.9.9.9'],
  dns_opt: ['use-vc'],
  dns_search: ['example.org'],
  domainname: 'example.org',
  entrypoint: ['/entry'],
  environment: { LEVEL: 'info' },
  env_file: [{ path: '.env' }],
  expose: ['9000'],
  extends: { service: 'base' },
  external_links: ['old'],
  extra_hosts: ['host=10.0.0.1'],
  gpus: [{ count: 1 }],
  group_add: ['audio'],
  healthcheck: { test: ['CMD', '/probe'], start_interval: '1s' },
  hostname: 'host',
  image: 'ghcr.io/example/app:1',
  init: true,
  ipc: 'host',
  isolation: 'hyperv',
  label_file: ['labels'],
  labels: { traefik: 'on' },
  links: ['other'],
  logging: { driver: 'syslog' },
  mac_address: '02:42:ac:11:00:02',
  mem_limit: '536870912',
  mem_reservation: '268435456',
  mem_swappiness: '10',
  memswap_limit: '1073741824',
  models: { llm: null },
  network_mode: 'bridge',
  networks: { default: null },
  oom_kill_disable: true,
  oom_score_adj: -100,
  pid: 'host',
  pids_limit: 100,
  platform: 'linux/arm64',
  ports: [{ target: 8080, published: '80' }],
  post_start: [{ command: ['/after'], user: 'root' }],
  pre_stop: [{ command: ['/before'] }],
  privileged: true,
  profiles: ['extra'],
  provider: { type: 'model' },
  pull_policy: 'always',
  read_only: true,
  restart: 'always',
  runtime: 'runsc',
  scale: 2,
  secrets: [{ source: 'key', target: '/run/secrets/key' }],
  security_opt: ['label:disable'],
  shm_size: '67108864',
  stdin_open: true,
  stop_grace_period: '20s',
  stop_signal: 'SIGINT',
  storage_opt: { size: '1G' },
  sysctls: { 'net.core.somaxconn': '1024' },
  tmpfs: ['/scratch'],
  tty: true,
  ulimits: { nofile: { soft: 10, hard: 20 } },
  use_api_socket: true,
  user: '1000:1000',
  userns_mode: 'keep-id',
  uts: 'host',
  volumes: [{ type: 'volume', source: 'data', target: '/data' }],
  volumes_from: ['other'],
  working_dir: '/srv',
};

/** Keys that the loader has dissolved: they mean nothing any more, so nothing is lost. */
const dissolved: readonly ServiceKey[] = ['env_file', 'extends', 'label_file', 'profiles'];

const stackWith = (service: Partial<Every>, native: boolean) =>
  stackOf({
    project: {
      name: 'app',
      services: { app: { image: 'ghcr.io/example/app:1', ...service }, other: { image: 'ghcr.io/example/other:1' } },
      networks: { default: { name: 'app_default' } },
      volumes: { data: { name: 'app_data' } },
      secrets: { key: { name: 'app_key', file: './key' } },
      configs: { settings: { name: 'app_settings', content: 'a: b\n' } },
    },
    services: native ? { app: { systemd: { command: ['/usr/bin/app'] } } } : {},
  });

const bare = { native: stackWith({}, true), container: stackWith({}, false) };

/** Keys that only say what systemd or Podman does anyway; the empty set of what is told of them is right. */
const asItIs: Readonly<Record<keyof typeof bare, readonly ServiceKey[]>> = {
  native: ['cap_drop', 'expose', 'init', 'image', 'read_only', 'restart'],
  container: ['cap_drop', 'expose', 'image', 'restart'],
};

describe.each(['native', 'container'] as const)('every key of a service as a %s unit', (kind) => {
  const isKey = (key: string): key is ServiceKey => Object.hasOwn(every, key);
  const keys = Object.keys(every)
    .filter(isKey)
    .filter((key) => !dissolved.includes(key) && !asItIs[kind].includes(key));

  it.each(keys)('%s is carried or told', (key) => {
    const stack = stackWith({ [key]: every[key] }, kind === 'native');
    const told = Object.keys(lostBy(systemd, stack)).filter((at) => !(at in lostBy(systemd, bare[kind])));
    const isTold = told.some((at) => at === `services.app.${key}` || at.startsWith(`services.app.${key}.`));
    const changed = JSON.stringify(textsOf(systemd, stack)) !== JSON.stringify(textsOf(systemd, bare[kind]));
    expect({ key, isTold, changed }).not.toEqual({ key, isTold: false, changed: false });
    for (const message of Object.values(lostBy(systemd, stack))) expect(message).toMatch(/^(systemd|[A-Z`]).*\.$/);
  });
});

it('tells parts of keys that are carried', () => {
  const told = lostBy(
    systemd,
    stackWith({ deploy: every.deploy, healthcheck: every.healthcheck, post_start: every.post_start }, false),
  );
  expect(Object.keys(told)).toEqual(
    expect.arrayContaining([
      'services.app.deploy.mode',
      'services.app.deploy.replicas',
      'services.app.deploy.placement',
      'services.app.deploy.resources.limits.devices',
      'services.app.deploy.resources.reservations.cpus',
      'services.app.healthcheck.start_interval',
      'services.app.post_start.0.user',
    ]),
  );
});

it('tells all of a service that the distribution runs', () => {
  const stack = stackOf({
    project: { name: 'app', services: { redis: { image: 'redis:8', command: ['redis-server'] } } },
    services: { redis: { systemd: { provided: 'redis-server.service' } } },
  });
  expect(Object.keys(lostBy(systemd, stack))).toEqual(['services.redis.image', 'services.redis.command']);
});
