import {
  always,
  bytes,
  choice,
  command,
  count,
  decimal,
  duration,
  flag,
  healthTest,
  hosts,
  integer,
  labels,
  limits,
  list,
  longDuration,
  mode,
  named,
  printedTexts,
  strictCount,
  strictInteger,
  struct,
  text,
  textOptions,
  textOrTexts,
  texts,
  variables,
  type Shape,
} from './finishShapes.ts';

/** How docker compose prints a service. */

const grants = list(struct({ source: text, target: text, uid: text, gid: text, mode }));

const hook = struct({ command, user: text, privileged: flag, working_dir: text, environment: variables });

/** `default`, or `id=path`. */
const sshKeys: Shape = (value, at) => {
  const keys = named(text)(value, at);
  return keys === undefined || keys === null
    ? undefined
    : Object.entries(keys).map(([id, path]) => (path === null ? id : `${id}=${String(path)}`));
};

const build = struct({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: variables,
  provenance: text,
  sbom: text,
  ssh: sshKeys,
  labels,
  cache_from: textOrTexts,
  cache_to: textOrTexts,
  no_cache: flag,
  no_cache_filter: textOrTexts,
  additional_contexts: labels,
  pull: flag,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: grants,
  shm_size: bytes,
  tags: textOrTexts,
  ulimits: limits,
  platforms: textOrTexts,
  privileged: flag,
});

/** Their keys are printed with capitals, and even where they are empty. */
const throttled = list((value, at) => {
  const device = struct({ path: always(text, ''), rate: always(bytes, '0') })(value, at);
  return capitals(device);
});
const weighted = list((value, at) =>
  capitals(struct({ path: always(text, ''), weight: always(strictInteger, 0) })(value, at)),
);

const capitals = (value: ReturnType<Shape>): ReturnType<Shape> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [`${key.slice(0, 1).toUpperCase()}${key.slice(1)}`, each]),
      )
    : value;

const blockDevices = struct({
  weight: strictInteger,
  weight_device: weighted,
  device_read_bps: throttled,
  device_read_iops: throttled,
  device_write_bps: throttled,
  device_write_iops: throttled,
});

/** How many devices; -1 are all. */
const devices: Shape = (value, at) =>
  typeof value === 'string' && value.toLowerCase() === 'all' ? -1 : integer(value, at);

const deviceRequests = list(
  struct({ capabilities: texts, driver: text, count: devices, device_ids: texts, options: labels }),
);

const rollout = struct({
  parallelism: count,
  delay: longDuration,
  failure_action: text,
  monitor: longDuration,
  max_failure_ratio: decimal,
  order: text,
});

const resources = struct({
  cpus: decimal,
  memory: bytes,
  pids: integer,
  devices: deviceRequests,
  generic_resources: list(
    struct({ discrete_resource_spec: struct({ kind: always(text, ''), value: always(integer, 0) }) }),
  ),
});

const deployment = struct({
  mode: text,
  replicas: count,
  labels,
  update_config: rollout,
  rollback_config: rollout,
  resources: always(struct({ limits: resources, reservations: resources }), {}),
  restart_policy: struct({ condition: text, delay: duration, max_attempts: count, window: duration }),
  placement: always(
    struct({ constraints: texts, preferences: list(struct({ spread: text })), max_replicas_per_node: integer }),
    {},
  ),
  endpoint_mode: text,
});

const development = struct({
  watch: list(
    struct({
      path: text,
      action: text,
      target: text,
      exec: always(hook, { command: null }),
      include: texts,
      ignore: texts,
      initial_sync: flag,
    }),
  ),
});

const attachment = struct({
  aliases: texts,
  driver_opts: labels,
  gw_priority: integer,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: texts,
  mac_address: text,
  priority: integer,
});

const ports = list(
  struct({
    name: text,
    mode: text,
    host_ip: text,
    target: strictInteger,
    published: text,
    protocol: text,
    app_protocol: text,
  }),
);

/** A folder of the host that is missing is made unless this says no. */
const unlessTrue: Shape = (value, at) => (choice(value, at) === false ? false : undefined);

const mounts = list(
  struct({
    type: text,
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: struct({ selinux: text, propagation: text, create_host_path: unlessTrue, recursive: text }),
    volume: struct({ labels, nocopy: flag, subpath: text }),
    tmpfs: struct({ size: bytes, mode: strictInteger }),
    image: struct({ subpath: text }),
  }),
);

const healthcheck = struct({
  test: healthTest,
  timeout: duration,
  interval: duration,
  retries: strictCount,
  start_period: duration,
  start_interval: duration,
  disable: flag,
});

/** Each option a list, since some may be given twice. */
const providerOptions = named((value, at) =>
  Array.isArray(value) ? printedTexts(value, at) : printedTexts([value ?? ''], at),
);

export const service = struct({
  profiles: texts,
  annotations: labels,
  attach: choice,
  build,
  develop: development,
  blkio_config: blockDevices,
  cap_add: texts,
  cap_drop: texts,
  cgroup_parent: text,
  cgroup: text,
  cpu_count: integer,
  cpu_percent: decimal,
  cpu_period: integer,
  cpu_quota: integer,
  cpu_rt_period: integer,
  cpu_rt_runtime: integer,
  cpus: decimal,
  cpuset: text,
  cpu_shares: integer,
  command,
  configs: grants,
  container_name: text,
  credential_spec: struct({ config: text, file: text, registry: text }),
  depends_on: named(struct({ condition: text, restart: flag, required: always(choice, false) })),
  deploy: deployment,
  device_cgroup_rules: texts,
  devices: list(struct({ source: text, target: text, permissions: text })),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  provider: struct({ type: text, options: providerOptions }),
  environment: variables,
  expose: printedTexts,
  external_links: texts,
  extra_hosts: hosts,
  group_add: texts,
  gpus: deviceRequests,
  hostname: text,
  healthcheck,
  image: text,
  init: choice,
  ipc: text,
  isolation: text,
  labels,
  links: texts,
  logging: struct({ driver: text, options: labels }),
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  mem_swappiness: bytes,
  mac_address: text,
  models: named(struct({ endpoint_var: text, model_var: text })),
  network_mode: text,
  networks: named(attachment),
  oom_kill_disable: flag,
  oom_score_adj: integer,
  pid: text,
  pids_limit: integer,
  platform: text,
  ports,
  privileged: flag,
  pull_policy: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: count,
  secrets: grants,
  security_opt: texts,
  shm_size: bytes,
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: text,
  storage_opt: textOptions,
  sysctls: labels,
  tmpfs: textOrTexts,
  tty: flag,
  ulimits: limits,
  use_api_socket: flag,
  user: text,
  userns_mode: text,
  uts: text,
  volumes: mounts,
  volumes_from: texts,
  working_dir: text,
  post_start: list(hook),
  pre_stop: list(hook),
});
