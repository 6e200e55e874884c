import { describe, expect, it } from 'vitest';
import { helm } from '../../../../generators/helm/index.ts';
import { kubernetes } from '../../../../generators/kubernetes/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { ComposeService } from '../../../../src/models/compose.ts';
import type { Stack } from '../../../../src/models/stack.ts';
import { shop } from '../../../support/kubernetesStacks.ts';
import { lostBy, textsOf } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';

type Key = Exclude<keyof ComposeService, `x-${string}`>;

/** A value for every key of a service: the type demands that none is missing. */
const every: { readonly [K in Key]-?: NonNullable<ComposeService[K]> } = {
  annotations: { 'example.org/a': 'carried-annotation' },
  attach: false,
  blkio_config: { weight: 300 },
  build: { context: '.' },
  cap_add: ['CAP_CHOWN'],
  cap_drop: ['ALL'],
  cgroup: 'host',
  cgroup_parent: 'm',
  command: ['carried-argument'],
  configs: [{ source: 'carried-config', target: '/carried-config' }],
  container_name: 'c',
  cpu_count: 1,
  cpu_percent: 50,
  cpu_period: 100_000,
  cpu_quota: 50_000,
  cpu_rt_period: 1_000,
  cpu_rt_runtime: 1_000,
  cpu_shares: 512,
  cpus: 0.75,
  cpuset: '0',
  credential_spec: { file: 'x' },
  depends_on: { other: { condition: 'service_healthy', required: true } },
  deploy: { replicas: 3, labels: { a: 'b' } },
  develop: { watch: [] },
  device_cgroup_rules: ['c 1:3 mr'],
  devices: [{ source: '/dev/null' }],
  dns: ['192.0.2.53'],
  dns_opt: ['rotate'],
  dns_search: ['carried.example'],
  domainname: 'd',
  entrypoint: ['carried-entrypoint'],
  env_file: [{ path: './a.env' }],
  environment: { CARRIED_VARIABLE: 'x' },
  expose: ['7001'],
  extends: { service: 'base' },
  external_links: ['x'],
  extra_hosts: ['carried-host=192.0.2.1'],
  gpus: [{ count: 1 }],
  group_add: ['4711'],
  healthcheck: { test: ['CMD', 'carried-check'] },
  hostname: 'carried-hostname',
  image: 'example.org/carried-image:1',
  init: true,
  ipc: 'shareable',
  isolation: 'default',
  label_file: ['./labels'],
  labels: { a: 'b' },
  links: ['other'],
  logging: { driver: 'json-file' },
  mac_address: '02:42:ac:11:00:02',
  mem_limit: '104857600',
  mem_reservation: '52428800',
  mem_swappiness: '10',
  memswap_limit: '209715200',
  models: { llm: null },
  network_mode: 'service:other',
  networks: { carriednet: { aliases: ['carried-alias'], ipv4_address: '192.0.2.9' } },
  oom_kill_disable: true,
  oom_score_adj: 100,
  pid: 'service:other',
  pids_limit: 100,
  platform: 'linux/arm/v7',
  ports: [{ target: 7002, published: '80' }],
  post_start: [{ command: ['a'], user: 'root' }],
  pre_stop: [{ command: ['a'] }, { command: ['b'] }],
  privileged: true,
  profiles: ['p'],
  provider: { type: 'x' },
  pull_policy: 'always',
  read_only: true,
  restart: 'no',
  runtime: 'carried-runtime',
  scale: 3,
  secrets: [{ source: 'carried-secret', uid: '1' }],
  security_opt: ['apparmor:x'],
  shm_size: '67108864',
  stdin_open: true,
  stop_grace_period: '41s',
  stop_signal: 'SIGINT',
  storage_opt: { size: '1G' },
  sysctls: { 'net.core.somaxconn': '1024' },
  tmpfs: ['/carried-tmpfs'],
  tty: true,
  ulimits: { nofile: 1024 },
  use_api_socket: true,
  user: '4242',
  userns_mode: 'host',
  uts: 'host',
  volumes: [{ type: 'volume', source: 'carried-volume', target: '/carried-volume' }],
  volumes_from: ['other'],
  working_dir: '/carried-dir',
};

/** What each key leaves in the manifests; those of one group are only read while a stack is loaded. */
const trace: Partial<Record<Key, RegExp>> = {
  annotations: /carried-annotation/,
  build: /image: example\.org\/carried-image:1/,
  cap_add: /add:\n\s+- CHOWN/,
  cap_drop: /drop:\n\s+- ALL/,
  command: /args:\n\s+- carried-argument/,
  configs: /mountPath: \/carried-config/,
  cpus: /cpu: 750m/,
  dns: /192\.0\.2\.53/,
  dns_opt: /- name: rotate/,
  dns_search: /carried\.example/,
  entrypoint: /command:\n\s+- carried-entrypoint/,
  environment: /CARRIED_VARIABLE=x/,
  expose: /containerPort: 7001/,
  extra_hosts: /carried-host/,
  group_add: /supplementalGroups:\n\s+- 4711/,
  healthcheck: /carried-check/,
  hostname: /hostname: carried-hostname/,
  image: /image: example\.org\/carried-image:1/,
  init: /shareProcessNamespace: true/,
  mem_limit: /memory: 100Mi/,
  mem_reservation: /memory: 50Mi/,
  privileged: /privileged: true/,
  pull_policy: /imagePullPolicy: Always/,
  read_only: /readOnlyRootFilesystem: true/,
  runtime: /runtimeClassName: carried-runtime/,
  scale: /replicas: 3/,
  secrets: /mountPath: \/run\/secrets/,
  shm_size: /mountPath: \/dev\/shm/,
  stdin_open: /stdin: true/,
  stop_grace_period: /terminationGracePeriodSeconds: 41/,
  sysctls: /net\.core\.somaxconn/,
  tmpfs: /mountPath: \/carried-tmpfs/,
  tty: /tty: true/,
  user: /runAsUser: 4242/,
  volumes: /mountPath: \/carried-volume/,
  working_dir: /workingDir: \/carried-dir/,
};
const read: readonly Key[] = ['env_file', 'extends', 'label_file', 'profiles'];

const withEverything = (): Stack =>
  stackOf({
    project: {
      name: 'every',
      services: { app: every, other: { image: 'example.org/other', expose: ['7'] } },
      networks: { carriednet: { name: 'n', driver: 'macvlan', internal: true } },
      volumes: { 'carried-volume': { name: 'v', driver: 'nfs' } },
      secrets: { 'carried-secret': { file: './s' } },
      configs: { 'carried-config': { content: 'x' } },
    },
  });

describe('what Kubernetes has no word for', () => {
  it.each(Object.keys(every) as Key[])('%s of a service is carried or told', (key) => {
    const stack = withEverything();
    const told = Object.keys(lostBy(kubernetes, stack)).some(
      (path) => path === `services.app.${key}` || path.startsWith(`services.app.${key}.`),
    );
    const carried = trace[key]?.test(Object.values(textsOf(kubernetes, stack)).join('\n')) ?? read.includes(key);
    expect({ key, told: told || carried }).toEqual({ key, told: true });
  });

  it('has a sentence of its own for each', () => {
    const losses = kubernetes(withEverything(), usualOptions).losses;
    expect(losses.filter(({ message }) => message === 'Kubernetes has no word for it.')).toEqual([]);
    expect(losses.filter(({ message }) => !/^[A-Z].*\.$/.test(message))).toEqual([]);
  });

  it('tells drivers of networks and volumes, and addresses', () => {
    const lost = lostBy(kubernetes, withEverything());
    expect(lost['networks.carriednet.driver']).toContain('one network');
    expect(lost['networks.carriednet.internal']).toBeUndefined();
    expect(lost['volumes.carried-volume.driver']).toContain('storage class');
    expect(lost['services.app.networks.carriednet.ipv4_address']).toContain('addresses');
  });

  it('is the same for the chart', () => {
    expect(lostBy(helm, shop())).toEqual(lostBy(kubernetes, shop()));
  });

  it('takes no secret in clear into any file, and says where it is expected', () => {
    const files = [...Object.values(textsOf(kubernetes, shop())), ...Object.values(textsOf(helm, shop()))];
    expect(files.filter((content) => content.includes('abcdef-in-clear'))).toEqual([]);
    expect(lostBy(kubernetes, shop())['services.mail-worker.environment.API_TOKEN']).toContain('Secret');
  });
});
