import type { Loss } from '../../src/models/artifact.ts';
import type { ComposeDeploy, ComposeNetwork, ComposeService, ComposeVolume } from '../../src/models/compose.ts';
import { keysNotIn } from '../shared/losses.ts';
import { isClearSecret } from './environment.ts';
import type { Plan, Workload } from './plan.ts';

/** What of a Compose file Kubernetes has no word for. The types demand a word for every key that is not carried. */

type Key<Of> = Exclude<keyof Of, `x-${string}`> & string;

/** Keys that are in the objects, or that say nothing about how a stack runs once it is loaded. */
const carried = [
  'annotations',
  'build',
  'cap_add',
  'cap_drop',
  'command',
  'configs',
  'cpus',
  'depends_on',
  'deploy',
  'dns',
  'dns_opt',
  'dns_search',
  'entrypoint',
  'env_file',
  'environment',
  'expose',
  'extends',
  'extra_hosts',
  'healthcheck',
  'hostname',
  'image',
  'init',
  'label_file',
  'mem_limit',
  'mem_reservation',
  'networks',
  'privileged',
  'profiles',
  'pull_policy',
  'read_only',
  'runtime',
  'scale',
  'secrets',
  'shm_size',
  'stdin_open',
  'stop_grace_period',
  'sysctls',
  'tmpfs',
  'tty',
  'user',
  'volumes',
  'working_dir',
] as const satisfies readonly Key<ComposeService>[];

/** Keys that are carried in some forms only; `partly` tells the others. */
const inPart = [
  'group_add',
  'ipc',
  'network_mode',
  'pid',
  'platform',
  'ports',
  'post_start',
  'pre_stop',
  'restart',
  'security_opt',
] as const satisfies readonly Key<ComposeService>[];

const node = 'Kubernetes leaves it to the node.';
const cgroups =
  'Kubernetes knows shares, limits and promises of CPU and memory only; `resources` in values.yaml says them.';

const words: Readonly<
  Record<Exclude<Key<ComposeService>, (typeof carried)[number] | (typeof inPart)[number]>, string>
> = {
  attach: 'There is no terminal to attach to; `kubectl logs` shows what it writes.',
  blkio_config: 'Kubernetes has no limits of disk throughput.',
  cgroup: node,
  cgroup_parent: node,
  container_name: 'Pods are named by their controllers; the service is reached by its own name.',
  cpu_count: cgroups,
  cpu_percent: cgroups,
  cpu_period: cgroups,
  cpu_quota: cgroups,
  cpu_rt_period: cgroups,
  cpu_rt_runtime: cgroups,
  cpu_shares: cgroups,
  cpuset: 'Cores are given by the CPU manager of the kubelet, not by number.',
  credential_spec: 'It is for Windows; securityContext.windowsOptions would be its place.',
  develop: 'It is for writing the application, not for running it.',
  device_cgroup_rules: 'Devices come through device plugins.',
  devices: 'Devices come through device plugins: a resource such as vendor.com/device in `resources`.',
  domainname: 'Names in a cluster end in the domain of the cluster.',
  external_links: 'A service of another stack is reached by its full name: service.namespace.svc.',
  gpus: 'GPUs come through device plugins: a resource such as nvidia.com/gpu in `resources`.',
  isolation: 'It is for Windows containers of Docker.',
  labels: 'Labels for tools of Docker mean nothing here; `podAnnotations` in values.yaml takes others.',
  links: 'Every Service is reached by its name; another name would be a network alias.',
  logging: 'The node keeps what a container writes; a collector such as Alloy takes it from there.',
  mac_address: 'Pods get their addresses from the network of the cluster.',
  mem_swappiness: node,
  memswap_limit: node,
  models: 'A model is a service of its own: its address is a setting.',
  oom_kill_disable: 'The kernel ends a container that uses more than its limit; this cannot be switched off.',
  oom_score_adj: 'It follows from requests and limits.',
  pids_limit: 'The kubelet limits processes for all pods (podPidsLimit).',
  provider: 'Nothing asks a provider of Compose here: what it gives must be there already.',
  stop_signal: 'The signal of the image is sent; a preStop hook can send another.',
  storage_opt: node,
  ulimits: 'Limits of processes are those of the container runtime.',
  use_api_socket: 'There is no Docker on the node whose API could be used.',
  userns_mode: node,
  uts: 'Pods have their own host name, or that of the node with its network.',
  volumes_from: 'Pods share volumes by claims: name the volume in both services.',
};

const plainHook = (hooks: ComposeService['post_start']): boolean =>
  (hooks ?? []).length === 0 ||
  (hooks?.length === 1 &&
    hooks.every(
      ({ user, privileged, working_dir, environment }) =>
        user === undefined &&
        privileged !== true &&
        working_dir === undefined &&
        Object.keys(environment ?? {}).length === 0,
    ));

/** What of a key that is carried in part is not. */
const partly = ({ service, compose, kind }: Workload): readonly Loss[] => {
  const path = `services.${service}`;
  const losses: (Loss | undefined | false)[] = [
    compose.group_add?.some((group) => !/^\d+$/.test(group)) === true && {
      path: `${path}.group_add`,
      message: 'Groups must be given by number; names are left out.',
    },
    ...(['ipc', 'pid'] as const).map(
      (key) =>
        compose[key] !== undefined &&
        compose[key] !== 'host' &&
        !(key === 'ipc' && compose[key] === 'private') && {
          path: `${path}.${key}`,
          message: 'Only what the host has can be shared; pods have their own otherwise.',
        },
    ),
    compose.network_mode !== undefined &&
      !['host', 'none', 'bridge'].includes(compose.network_mode) && {
        path: `${path}.network_mode`,
        message: 'Pods do not join the network of another container; they reach it by its Service.',
      },
    compose.network_mode === 'host' && {
      path: `${path}.network_mode`,
      message: 'The pod has the network of its node: network policies do not hold for it.',
    },
    compose.platform?.split('/')[2] !== undefined && {
      path: `${path}.platform`,
      message: 'The variant of an architecture is no label of nodes; it is left out.',
    },
    !plainHook(compose.post_start) && {
      path: `${path}.post_start`,
      message: 'A container has one such hook, run as its own user: these are left out.',
    },
    !plainHook(compose.pre_stop) && {
      path: `${path}.pre_stop`,
      message: 'A container has one such hook, run as its own user: these are left out.',
    },
    (compose.restart === 'no' || compose.restart?.startsWith('on-failure') === true) &&
      ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) && {
        path: `${path}.restart`,
        message: `A ${kind} starts its pods again whenever they end.`,
      },
    ...(compose.security_opt ?? [])
      .filter((option) => !/^no-new-privileges(:true)?$|^seccomp[:=]unconfined$/.test(option))
      .map((option) => ({
        path: `${path}.security_opt`,
        message: `The option ${option} is left out: a profile must be on the node first.`,
      })),
    compose.extra_hosts?.some((entry) => entry.endsWith('host-gateway')) === true && {
      path: `${path}.extra_hosts`,
      message: 'A pod does not run on the machine of Docker: host-gateway has no address here.',
    },
    kind === 'Init' && {
      path: `${path}.x-proxdeck.once`,
      message: 'It runs before those that wait for it, in each of their pods: it must bear to run twice at once.',
    },
    (compose.build ?? undefined) !== undefined &&
      compose.image === undefined && {
        path: `${path}.build`,
        message: 'A cluster takes images from a registry: `image` must say which.',
      },
    ...(compose.ports ?? [])
      .filter(({ published }) => published !== undefined)
      .map(({ published = '', target }) => ({
        path: `${path}.ports`,
        message: `Port ${published} is not opened on the nodes; a route leads to ${target}, or a Service of another type.`,
      })),
    ...(compose.secrets ?? []).map(
      ({ uid, gid, source }) =>
        (uid !== undefined || gid !== undefined) && {
          path: `${path}.secrets`,
          message: `The file of ${source} belongs to root and to the group of the pod.`,
        },
    ),
    ...(compose.configs ?? []).map(
      ({ uid, gid, mode, source }) =>
        (uid !== undefined || gid !== undefined || mode !== undefined) && {
          path: `${path}.configs`,
          message: `The file of ${source} belongs to root, and everybody in the pod reads it.`,
        },
    ),
  ];
  return losses.filter((loss) => loss !== undefined && loss !== false);
};

const deployWords: Readonly<
  Record<Exclude<Key<ComposeDeploy>, 'mode' | 'replicas' | 'resources' | 'update_config' | 'restart_policy'>, string>
> = {
  labels: 'Labels for Swarm mean nothing here.',
  rollback_config: 'A rollout goes back by `helm rollback` or `kubectl rollout undo`.',
  placement: 'nodeSelector and tolerations in values.yaml say on which nodes; pods spread over nodes by themselves.',
  endpoint_mode: 'A Service has one address for all its pods.',
};

const deployLosses = ({ service, compose, kind }: Workload): readonly Loss[] => {
  const { deploy } = compose;
  if (deploy === undefined) return [];
  const path = `services.${service}.deploy`;
  const { limits, reservations } = deploy.resources ?? {};
  const otherwise = 'Kubernetes has no word for it.';
  const isJob = kind === 'Job' || kind === 'CronJob';
  return [
    ...keysNotIn(deploy, path, {
      carried: ['mode', 'replicas', 'resources', 'update_config', 'restart_policy'],
      words: deployWords,
      otherwise,
    }),
    ...[limits, reservations].flatMap((amounts, index) =>
      keysNotIn(amounts ?? {}, `${path}.resources.${index === 0 ? 'limits' : 'reservations'}`, {
        carried: ['cpus', 'memory'],
        words: {
          pids: words.pids_limit,
          devices: words.devices,
          generic_resources: words.devices,
        },
        otherwise,
      }),
    ),
    ...keysNotIn(deploy.update_config ?? {}, `${path}.update_config`, {
      carried: kind === 'Deployment' ? ['parallelism', 'order', 'delay'] : ['delay'],
      words: {},
      otherwise: 'A rollout stops by itself where new pods do not become ready.',
    }),
    ...keysNotIn(deploy.restart_policy ?? {}, `${path}.restart_policy`, {
      carried: isJob ? ['condition', 'max_attempts'] : [],
      words: {},
      otherwise: 'The kubelet starts containers again by itself, later and later.',
    }),
  ];
};

const attachmentLosses = ({ service, compose }: Workload): readonly Loss[] =>
  Object.entries(compose.networks ?? {}).flatMap(([name, attachment]) =>
    keysNotIn(attachment ?? {}, `services.${service}.networks.${name}`, {
      carried: ['aliases'],
      words: {},
      otherwise: 'Pods get their addresses from the network of the cluster.',
    }),
  );

const secretWords =
  'It looks like a secret: it is expected in the Secret, under this name. As a sensitive setting it is generated and kept.';

const environmentLosses = ({ stack }: Plan, { service, compose }: Workload): readonly Loss[] =>
  Object.entries(stack.environment[service] ?? {}).flatMap(([variable, text]) => {
    const path = `services.${service}.environment.${variable}`;
    if (isClearSecret(stack, variable, text)) return [{ path, message: secretWords }];
    return compose.environment?.[variable] === null && text.every((part) => typeof part === 'string')
      ? [{ path, message: 'It comes from the shell that starts Compose; a cluster has none, so it is not set.' }]
      : [];
  });

const networkLosses = (name: string, network: ComposeNetwork): readonly Loss[] =>
  keysNotIn(network, `networks.${name}`, {
    carried: ['name', 'internal'],
    words: {
      external: 'Networks of other stacks are not joined: a NetworkPolicy would have to name their pods.',
      labels: 'Labels for Docker mean nothing here.',
    },
    otherwise: 'A cluster has one network; which pods talk is said by network policies.',
  });

const volumeLosses = (name: string, volume: ComposeVolume): readonly Loss[] =>
  keysNotIn(volume, `volumes.${name}`, {
    carried: ['name', 'external'],
    words: { labels: 'Labels for Docker mean nothing here.' },
    otherwise: 'The storage class decides how a volume is made: `persistence` in values.yaml names it.',
  });

const routeLosses = ({ stack }: Plan): readonly Loss[] =>
  stack.extension.routes.flatMap(({ tls, sticky, basicAuth }, index) => {
    const path = `x-proxdeck.routes.${index}`;
    return [
      ...(tls.by === 'none'
        ? []
        : [
            {
              path: `${path}.tls`,
              message:
                'The certificate is expected in a Secret; cert-manager puts it there, or `secret generate` made it.',
            },
          ]),
      ...(sticky
        ? [
            {
              path: `${path}.sticky`,
              message: 'Annotations of the Service say it to Traefik; another controller has its own words for it.',
            },
          ]
        : []),
      ...(basicAuth === undefined
        ? []
        : [
            {
              path: `${path}.basicAuth`,
              message: 'Neither Ingress nor HTTPRoute know it: the controller must ask for the password.',
            },
          ]),
    ];
  });

/** Returns everything of a stack that is not in its objects. */
export const lossesOf = (plan: Plan): readonly Loss[] => {
  const { stack, workloads } = plan;
  const { hooks, backup, smoke } = stack.extension;
  return [
    ...workloads.flatMap((workload) => [
      ...keysNotIn(workload.compose, `services.${workload.service}`, {
        carried: [...carried, ...inPart],
        words,
        otherwise: 'Kubernetes has no word for it.',
      }),
      ...partly(workload),
      ...deployLosses(workload),
      ...attachmentLosses(workload),
      ...environmentLosses(plan, workload),
    ]),
    ...Object.entries(stack.project.networks ?? {}).flatMap(([name, network]) => networkLosses(name, network)),
    ...Object.entries(stack.project.volumes ?? {}).flatMap(([name, volume]) => volumeLosses(name, volume)),
    ...keysNotIn(stack.project, 'project', {
      carried: ['name', 'services', 'networks', 'volumes', 'secrets', 'configs'],
      words: { models: words.models },
      otherwise: 'Kubernetes has no word for it.',
    }).map(({ path, message }) => ({ path: path.slice('project.'.length), message })),
    ...routeLosses(plan),
    ...(hooks.length === 0
      ? []
      : [{ path: 'x-proxdeck.hooks', message: 'They are run by the deployment, not by the cluster.' }]),
    ...(backup === undefined
      ? []
      : [{ path: 'x-proxdeck.backup', message: 'Volumes are saved by the backup of the cluster, or by Proxdeck.' }]),
    ...(smoke.length === 0
      ? []
      : [
          { path: 'x-proxdeck.smoke', message: 'They are asked after a deployment; `helm test` only asks the routes.' },
        ]),
  ];
};
