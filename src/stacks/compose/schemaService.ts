import {
  anything,
  between,
  command,
  either,
  flag,
  integer,
  like,
  list,
  mapping,
  named,
  number,
  optionsByName,
  pairs,
  scalar,
  set,
  text,
  textOrTexts,
  texts,
  word,
} from './schemaParts.ts';
import { deployment, deviceRequest } from './schemaDeploy.ts';

/** A service, as chapter 5 of the Compose Specification and its JSON schema (compose-go 2.10.1) allow it. */

/** What names of services, networks, volumes … look like. */
export const names = {
  names: /^[a-zA-Z0-9._-]+$/,
  says: 'a name is made of letters a–z and A–Z, digits, `.`, `_` and `-`',
};

const extraHosts = either(named(either(text, list(text))), texts);
const hook = mapping(
  { command, user: text, privileged: flag, working_dir: text, environment: pairs },
  { required: ['command'] },
);
const grants = list(either(text, mapping({ source: text, target: text, uid: text, gid: text, mode: number })));
const ulimits = named(either(integer, mapping({ soft: integer, hard: integer }, { required: ['soft', 'hard'] })));
const wholeOrMore = between(0, Infinity, 'must be a whole number, 0 or more');

const build = either(
  text,
  mapping({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: list(text),
    args: pairs,
    ssh: pairs,
    labels: pairs,
    cache_from: list(text),
    cache_to: list(text),
    no_cache: flag,
    no_cache_filter: textOrTexts,
    additional_contexts: pairs,
    network: text,
    provenance: flag,
    sbom: flag,
    pull: flag,
    target: text,
    shm_size: integer,
    extra_hosts: extraHosts,
    isolation: text,
    privileged: flag,
    secrets: grants,
    tags: list(text),
    ulimits,
    platforms: list(text),
  }),
);

const throttled = list(mapping({ path: text, rate: integer }, { extensions: false }));
const blockDevices = mapping(
  {
    device_read_bps: throttled,
    device_read_iops: throttled,
    device_write_bps: throttled,
    device_write_iops: throttled,
    weight: integer,
    weight_device: list(mapping({ path: text, weight: integer }, { extensions: false })),
  },
  { extensions: false },
);

const dependencies = either(
  texts,
  named(
    mapping(
      {
        condition: word('service_started', 'service_healthy', 'service_completed_successfully'),
        required: scalar('boolean'),
        restart: flag,
      },
      { required: ['condition'] },
    ),
    names,
  ),
);

const development = either(
  scalar('nothing'),
  mapping({
    watch: list(
      mapping(
        {
          path: text,
          action: word('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: text,
          exec: hook,
          ignore: textOrTexts,
          include: textOrTexts,
          initial_sync: scalar('boolean'),
        },
        { required: ['path', 'action'] },
      ),
    ),
  }),
);

const healthcheck = mapping({
  disable: flag,
  interval: text,
  retries: number,
  test: either(text, list(text)),
  timeout: text,
  start_period: text,
  start_interval: text,
});

const attachment = mapping({
  aliases: texts,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: texts,
  mac_address: text,
  driver_opts: optionsByName,
  priority: scalar('number'),
  gw_priority: scalar('number'),
});

const port = mapping({
  name: text,
  mode: text,
  host_ip: text,
  target: integer,
  published: integer,
  protocol: text,
  app_protocol: text,
});

const mount = mapping(
  {
    type: word('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: mapping({
      propagation: text,
      create_host_path: flag,
      recursive: word('enabled', 'disabled', 'writable', 'readonly'),
      selinux: word('z', 'Z'),
    }),
    volume: mapping({ labels: pairs, nocopy: flag, subpath: text }),
    tmpfs: mapping({ size: wholeOrMore, mode: number }),
    image: mapping({ subpath: text }),
  },
  { required: ['type'] },
);

const simple = scalar('text', 'number', 'boolean');

export const service = mapping({
  annotations: pairs,
  attach: flag,
  blkio_config: blockDevices,
  build,
  cap_add: texts,
  cap_drop: texts,
  cgroup: word('host', 'private'),
  cgroup_parent: text,
  command,
  configs: grants,
  container_name: like(/[a-zA-Z0-9][a-zA-Z0-9_.-]+/, 'must be letters, digits, `_`, `.` and `-`, at least two of them'),
  cpu_count: wholeOrMore,
  cpu_percent: between(0, 100, 'must be a whole number from 0 to 100'),
  cpu_period: number,
  cpu_quota: number,
  cpu_rt_period: number,
  cpu_rt_runtime: number,
  cpu_shares: number,
  cpus: number,
  cpuset: text,
  credential_spec: mapping({ config: text, file: text, registry: text }),
  depends_on: dependencies,
  deploy: deployment,
  develop: development,
  device_cgroup_rules: texts,
  devices: list(either(text, mapping({ source: text, target: text, permissions: text }, { required: ['source'] }))),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  env_file: either(
    text,
    list(
      either(text, mapping({ path: text, format: text, required: flag }, { required: ['path'], extensions: false })),
    ),
  ),
  environment: pairs,
  expose: set(number),
  extends: either(text, mapping({ service: text, file: text }, { required: ['service'], extensions: false })),
  external_links: texts,
  extra_hosts: extraHosts,
  gpus: either(word('all'), list(deviceRequest)),
  group_add: set(number),
  healthcheck,
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  label_file: either(text, list(text)),
  labels: pairs,
  links: texts,
  logging: mapping({ driver: text, options: named(scalar('text', 'number', 'nothing')) }),
  mac_address: text,
  mem_limit: number,
  mem_reservation: integer,
  mem_swappiness: integer,
  memswap_limit: number,
  models: either(texts, named(either(scalar('nothing'), mapping({ endpoint_var: text, model_var: text })))),
  network_mode: text,
  networks: either(texts, named(either(scalar('nothing'), attachment), names)),
  oom_kill_disable: flag,
  oom_score_adj: between(-1000, 1000, 'must be a whole number from -1000 to 1000'),
  pid: scalar('text', 'nothing'),
  pids_limit: number,
  platform: text,
  ports: set(either(number, port)),
  post_start: list(hook),
  pre_stop: list(hook),
  privileged: flag,
  profiles: texts,
  provider: mapping({ type: text, options: named(either(simple, list(simple))) }, { required: ['type'] }),
  pull_policy: like(
    /always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+/,
    'must be `always`, `never`, `missing`, `build`, `daily`, `weekly`, or as in `every_12h`',
  ),
  pull_refresh_after: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: integer,
  secrets: grants,
  security_opt: texts,
  shm_size: number,
  stdin_open: flag,
  stop_grace_period: text,
  stop_signal: text,
  storage_opt: named(anything),
  sysctls: pairs,
  tmpfs: textOrTexts,
  tty: flag,
  ulimits,
  use_api_socket: scalar('boolean'),
  user: text,
  userns_mode: text,
  uts: text,
  volumes: set(either(text, mount)),
  volumes_from: texts,
  working_dir: text,
});
