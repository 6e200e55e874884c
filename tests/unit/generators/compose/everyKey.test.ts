import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { compose } from '../../../../generators/compose/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { ComposeProject, ComposeService } from '../../../../src/models/compose.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

/** Projects of the corpus that together have every key of a service that Compose prints. */
const projects = [
  'configs',
  'container-keys',
  'depends-on',
  'develop',
  'gpus',
  'hooks',
  'labels',
  'models',
  'override-file',
  'profiles-star',
  'provider',
  'resources-old-keys',
  'volumes-long',
];

type Key = keyof { [K in keyof ComposeService as K extends `x-${string}` ? never : K]: true };

/** What becomes of a key: it stands in the file as it stood in the model, is made safer, or was resolved when the stack was loaded. */
const fate = {
  annotations: 'same',
  attach: 'same',
  blkio_config: 'safer',
  build: 'safer',
  cap_add: 'safer',
  cap_drop: 'safer',
  cgroup: 'same',
  cgroup_parent: 'same',
  command: 'same',
  configs: 'same',
  container_name: 'told',
  cpu_count: 'same',
  cpu_percent: 'same',
  cpu_period: 'same',
  cpu_quota: 'same',
  cpu_rt_period: 'same',
  cpu_rt_runtime: 'same',
  cpu_shares: 'same',
  cpus: 'safer',
  cpuset: 'same',
  credential_spec: 'same',
  depends_on: 'safer',
  deploy: 'safer',
  develop: 'same',
  device_cgroup_rules: 'same',
  devices: 'same',
  dns: 'same',
  dns_opt: 'same',
  dns_search: 'same',
  domainname: 'same',
  entrypoint: 'same',
  environment: 'same',
  env_file: 'resolved',
  expose: 'same',
  extends: 'resolved',
  external_links: 'same',
  extra_hosts: 'same',
  gpus: 'same',
  group_add: 'same',
  healthcheck: 'same',
  hostname: 'same',
  image: 'same',
  init: 'same',
  ipc: 'same',
  isolation: 'same',
  label_file: 'resolved',
  labels: 'same',
  links: 'same',
  logging: 'safer',
  mac_address: 'same',
  mem_limit: 'safer',
  mem_reservation: 'safer',
  mem_swappiness: 'same',
  memswap_limit: 'safer',
  models: 'same',
  network_mode: 'same',
  networks: 'safer',
  oom_kill_disable: 'same',
  oom_score_adj: 'same',
  pid: 'same',
  pids_limit: 'safer',
  platform: 'same',
  ports: 'safer',
  post_start: 'same',
  pre_stop: 'same',
  privileged: 'same',
  profiles: 'same',
  provider: 'same',
  pull_policy: 'same',
  read_only: 'same',
  restart: 'same',
  runtime: 'same',
  scale: 'same',
  secrets: 'same',
  security_opt: 'safer',
  shm_size: 'same',
  stdin_open: 'same',
  stop_grace_period: 'same',
  stop_signal: 'same',
  storage_opt: 'same',
  sysctls: 'same',
  tmpfs: 'safer',
  tty: 'same',
  ulimits: 'same',
  use_api_socket: 'same',
  user: 'same',
  userns_mode: 'same',
  uts: 'same',
  volumes: 'same',
  volumes_from: 'same',
  working_dir: 'same',
} as const satisfies Record<Key, 'same' | 'safer' | 'told' | 'resolved'>;

const printedSchema = z.object({ printed: z.custom<ComposeProject>((value) => typeof value === 'object') });

const single = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(single);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, single(inside)]))
    : value;
};

/** The definition of models is the one thing that Compose does not print. */
const models = { llm: { model: 'ai/llm' }, embedding: { model: 'ai/embedding' } };

const stackFrom = (name: string) => {
  const text = readFileSync(path.join('tests/corpus', name, 'expected.json'), 'utf8');
  const { printed } = printedSchema.parse(single(JSON.parse(text)));
  return stackOf({ project: name === 'models' ? { ...printed, models } : printed });
};

const made = projects.map((name) => {
  const stack = stackFrom(name);
  return { name, stack, ...compose(stack, usualOptions) };
});

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Without the parts that say nothing, as they are left out. */
const terse = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(terse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([, inside]) => typeof inside !== 'object' || inside === null || Array.isArray(inside) || !isEmpty(inside),
      )
      .map(([key, inside]) => [key, terse(inside)]),
  );
};

const servicesSchema = z.object({ services: z.record(z.string(), z.record(z.string(), z.unknown())) });

const root = mkdtempSync(path.join(tmpdir(), 'proxdeck-compose-'));
afterAll(() => rmSync(root, { recursive: true }));

const dockerCompose = await tool('docker-compose');

describe('every key of a service', () => {
  it('is in the corpus that this looks at', () => {
    const seen = new Set(made.flatMap(({ stack }) => Object.values(stack.project.services).flatMap(Object.keys)));
    const missing = Object.entries(fate).filter(([key, what]) => what !== 'resolved' && !seen.has(key));
    expect(missing).toEqual([]);
  });

  it.each(made)('is carried or told: $name', ({ stack, artifacts, losses }) => {
    const text = artifacts.find(({ path: file }) => file === 'compose.yaml')?.content ?? '';
    const { services } = servicesSchema.parse(single(parse(text)));
    const toldPaths = losses.map((loss) => loss.path);
    const silent = Object.entries(stack.project.services).flatMap(([name, service]) =>
      Object.entries(service).flatMap(([key, value]) => {
        const what = Object.entries(fate).find(([known]) => known === key)?.[1];
        const isTold = toldPaths.some((told) => told.startsWith(`services.${name}.${key}`));
        if (isEmpty(value) || isTold) return [];
        const now = services[name]?.[key];
        const isMoved =
          /^(cpus|mem_limit|mem_reservation|pids_limit)$/.test(key) && services[name]?.['deploy'] !== undefined;
        const isSame = what === 'same' && JSON.stringify(now) === JSON.stringify(terse(value));
        return isSame || isMoved || (what === 'safer' && now !== undefined) ? [] : [`${name}.${key}`];
      }),
    );
    expect(silent).toEqual([]);
  });

  it.runIf(dockerCompose.wanted).each(made)('is read by docker compose: $name', ({ name, artifacts }) => {
    const folder = path.join(root, 'rendered', name, 'compose');
    for (const { path: file, content } of artifacts) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
    for (const over of [[], ['-f', 'compose.dev.yaml'], ['-f', 'compose.prod.yaml']]) {
      const args = ['-f', 'compose.yaml', ...over, '--profile', '*', 'config', '--quiet'];
      const { code, err } = dockerCompose.run(args, { cwd: folder });
      expect({ code, err: err.trim() }).toEqual({ code: 0, err: '' });
    }
  });
});
