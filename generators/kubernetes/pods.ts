import type { ComposeHook, ComposeService } from '../../src/models/compose.ts';
import type { Loss } from '../../src/models/artifact.ts';
import { imageOf } from '../shared/images.ts';
import { secondsOf } from '../shared/units.ts';
import { environmentOf, fileSecrets, literally, type SecretKey } from './environment.ts';
import { initsOf, type Plan, type Workload } from './plan.ts';
import { probesOf } from './probes.ts';
import {
  anyText,
  cpuQuantity,
  memoryQuantity,
  namedReferences,
  resources,
  someText,
  textMap,
  tolerations,
  value,
} from './schemas.ts';
import { containerSecurity, podSecurity, userLosses } from './security.ts';
import { mountedBy, type Mounted } from './storage.ts';
import {
  ChartOnly,
  Computed,
  Merged,
  textOf,
  When,
  type Hole,
  type PlainMap,
  type Tree,
  type TreeMap,
} from './tree.ts';
import { waitsOf } from './waits.ts';

/** Pods: a container a workload, what runs before it, and what they need. */

/** Labels by which a pod is found. The chart has them from its helper. */
export const selectorOf = (plan: Plan, component?: string): Merged => {
  const { chart } = plan.names;
  const own = new Computed(`include "${chart}.selectorLabels" .`, () => ({
    'app.kubernetes.io/name': chart,
    'app.kubernetes.io/instance': chart,
  }));
  return component === undefined ? new Merged(own) : new Merged(own, { 'app.kubernetes.io/component': component });
};

/** The label of everybody on a network of the Compose file. */
export const networkLabel = (plan: Plan, network: string): string =>
  `${plan.names.chart}/network-${network}`.slice(0, 63 + plan.names.chart.length + 1);

/** Networks that a service is on; none where it has the host's or none. */
export const networksOf = (compose: ComposeService): readonly string[] =>
  compose.network_mode === undefined ? Object.keys(compose.networks ?? { default: null }) : [];

export const secretName = (plan: Plan): Computed =>
  new Computed(`include "${plan.names.chart}.secretName" .`, () => plan.names.chart);

export const serviceAccountName = (plan: Plan): Computed =>
  new Computed(`include "${plan.names.chart}.serviceAccountName" .`, () => plan.names.chart);

/** The image of a service, in parts. */
const imageHoles = (plan: Plan, { service, section, compose }: Workload) => {
  const full = imageOf(plan.stack, service);
  const [named = '', digest = plan.stack.digests[full] ?? ''] = full.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? (digest === '' ? 'latest' : '') : named.slice(colon + 1);
  const isOwn = compose.build !== undefined && tag === plan.stack.extension.version;
  const policies: Readonly<Record<string, string>> = { always: 'Always', never: 'Never' };
  const usual = tag === 'latest' && digest === '' ? 'Always' : 'IfNotPresent';
  const at = `${section}.image`;
  return {
    repository: value(`${at}.repository`, repository, someText, 'Where the image lies, without its tag.'),
    tag: value(`${at}.tag`, isOwn ? '' : tag, anyText, 'Empty: the version of the application (appVersion).'),
    digest: value(
      `${at}.digest`,
      digest,
      { type: 'string', pattern: '^(sha256:[a-f0-9]{64})?$' },
      'Pins the image for good: sha256:…',
    ),
    pullPolicy: value(
      `${at}.pullPolicy`,
      policies[compose.pull_policy ?? ''] ?? usual,
      { type: 'string', enum: ['Always', 'IfNotPresent', 'Never'] },
      'When the image is fetched.',
    ),
  };
};

const imageKeys = (plan: Plan, workload: Workload): TreeMap => {
  const { repository, tag, digest, pullPolicy } = imageHoles(plan, workload);
  const image = new Computed(
    `include "${plan.names.chart}.image" (list . .Values.${workload.section}.image)`,
    (look) => {
      const pin = textOf(look(digest));
      const version = textOf(look(tag)) || (pin === '' ? plan.stack.extension.version : '');
      return `${textOf(look(repository))}${version === '' ? '' : `:${version}`}${pin === '' ? '' : `@${pin}`}`;
    },
    [repository, tag, digest],
  );
  return { image, imagePullPolicy: pullPolicy };
};

const resourcesHole = ({ section, compose }: Workload): Hole => {
  const { limits, reservations } = compose.deploy?.resources ?? {};
  const amounts = (cpu: string | undefined, memory: string | undefined): PlainMap => ({
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  });
  const requests = amounts(
    cpuQuantity(reservations?.cpus),
    memoryQuantity(reservations?.memory ?? compose.mem_reservation),
  );
  const most = amounts(cpuQuantity(limits?.cpus ?? compose.cpus), memoryQuantity(limits?.memory ?? compose.mem_limit));
  const fallback = {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(most).length === 0 ? {} : { limits: most }),
  };
  return value(`${section}.resources`, fallback, resources, 'What a pod is promised, and the most it gets.');
};

/** A hook that a container of Kubernetes can run: one command, as the container's own user. */
const isPlainHook = (hooks: readonly ComposeHook[] | undefined): boolean => {
  const [hook] = hooks ?? [];
  return (
    hooks?.length === 1 &&
    hook !== undefined &&
    hook.user === undefined &&
    hook.privileged !== true &&
    hook.working_dir === undefined &&
    Object.keys(hook.environment ?? {}).length === 0
  );
};

const lifecycle = (compose: ComposeService): TreeMap => {
  const exec = (hooks: readonly ComposeHook[] | undefined): TreeMap | undefined =>
    isPlainHook(hooks) ? { exec: { command: hooks?.[0]?.command ?? [] } } : undefined;
  const postStart = exec(compose.post_start);
  const preStop = exec(compose.pre_stop);
  if (postStart === undefined && preStop === undefined) return {};
  return {
    lifecycle: { ...(postStart === undefined ? {} : { postStart }), ...(preStop === undefined ? {} : { preStop }) },
  };
};

interface Container {
  readonly tree: TreeMap;
  readonly mounted: Mounted;
  readonly secrets: readonly SecretKey[];
  /** Whether it has a ConfigMap of variables. */
  readonly hasConfig: boolean;
  readonly losses: readonly Loss[];
}

const listed = (key: string, items: readonly Tree[]): TreeMap => (items.length === 0 ? {} : { [key]: items });

/** Returns the container of a workload. `before`: it runs in another's pod, ahead of it. */
const containerOf = (plan: Plan, workload: Workload, before: boolean): Container => {
  const { compose, service, component, ports, suffix, kind } = workload;
  const mounted = mountedBy(plan, workload, secretName(plan), before ? `${component}-` : '');
  const { open, closed, secrets } = environmentOf(plan.stack, service, secretName(plan));
  const hasConfig = Object.keys(open).length > 0;
  const stays = !before && kind !== 'Job' && kind !== 'CronJob';
  const probes = stays ? probesOf(workload) : undefined;
  const tree: TreeMap = {
    name: component,
    ...imageKeys(plan, workload),
    ...listed('command', (compose.entrypoint ?? []).map(literally)),
    ...listed('args', (compose.command ?? []).map(literally)),
    ...(compose.working_dir === undefined ? {} : { workingDir: compose.working_dir }),
    ...(compose.tty === true ? { tty: true } : {}),
    ...(compose.stdin_open === true ? { stdin: true } : {}),
    ...(stays
      ? listed(
          'ports',
          ports.map(({ name, number, protocol }) => ({ name, containerPort: number, protocol })),
        )
      : {}),
    ...(hasConfig ? { envFrom: [{ configMapRef: { name: plan.names.object(`${suffix}-config`) } }] } : {}),
    ...listed('env', closed),
    ...probes?.keys,
    ...lifecycle(compose),
    resources: resourcesHole(workload),
    securityContext: containerSecurity(workload, before),
    ...listed('volumeMounts', mounted.mounts),
  };
  return {
    tree,
    mounted,
    secrets: [...secrets, ...fileSecrets(plan.stack, service)],
    hasConfig,
    losses: [...mounted.losses, ...(probes?.losses ?? []), ...userLosses(workload)],
  };
};

const hostAliases = (compose: ComposeService): readonly Tree[] => {
  const byAddress = new Map<string, string[]>();
  for (const entry of compose.extra_hosts ?? []) {
    const [, name, address] = /^([^=:]+)[=:](.+)$/.exec(entry) ?? [];
    if (name !== undefined && address !== undefined && address !== 'host-gateway')
      byAddress.set(address, [...(byAddress.get(address) ?? []), name]);
  }
  return [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }));
};

const dnsConfig = ({ dns = [], dns_search = [], dns_opt = [] }: ComposeService): TreeMap => {
  if (dns.length + dns_search.length + dns_opt.length === 0) return {};
  const options = dns_opt.map((option) => {
    const [name = '', amount] = option.split(':');
    return amount === undefined ? { name } : { name, value: amount };
  });
  return {
    dnsConfig: { ...listed('nameservers', dns), ...listed('searches', dns_search), ...listed('options', options) },
  };
};

/** `linux/arm64`, as the labels of nodes say it. */
const platform = ({ platform: wanted }: ComposeService): TreeMap => {
  const [os, arch] = (wanted ?? '').split('/');
  return {
    ...(os === undefined || os === '' ? {} : { 'kubernetes.io/os': os }),
    ...(arch === undefined ? {} : { 'kubernetes.io/arch': arch }),
  };
};

const hostKeys = (compose: ComposeService): TreeMap => ({
  ...(compose.network_mode === 'host' ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
  ...(compose.pid === 'host' ? { hostPID: true } : {}),
  ...(compose.ipc === 'host' ? { hostIPC: true } : {}),
  ...(compose.hostname === undefined ? {} : { hostname: compose.hostname.toLowerCase().slice(0, 63) }),
  ...(compose.runtime === undefined || compose.runtime === 'runc' ? {} : { runtimeClassName: compose.runtime }),
  // The pause container is process 1 then, and it reaps; among the machine's processes the machine's own does.
  ...(compose.init === true && compose.pid !== 'host' ? { shareProcessNamespace: true } : {}),
});

export interface Pod {
  readonly template: TreeMap;
  readonly container: Container;
  /** By workload: the containers ahead of it, which have ConfigMaps of their own. */
  readonly before: readonly { readonly workload: Workload; readonly container: Container }[];
}

/** Returns what is lost of a workload where its container and those that wait for it are made. */
export const containerLosses = (plan: Plan, workload: Workload): readonly Loss[] => [
  ...containerOf(plan, workload, workload.kind === 'Init').losses,
  ...waitsOf(plan, workload, {}).losses,
];

/** A pod starts anew when what it was started with has changed; kustomize says so by the name of the ConfigMap. */
const checksums = (plan: Plan, workload: Workload, container: Container, before: Pod['before']): TreeMap => {
  const hash = (file: string): ChartOnly =>
    new ChartOnly(new Computed(`include (print $.Template.BasePath "/${file}.yaml") . | sha256sum`, () => ''));
  const parts = [...before, { workload, container }];
  const files = parts.flatMap(({ workload: { service }, container: { hasConfig, mounted } }) => [
    ...(hasConfig ? [plan.names.file(service, 'configmap')] : []),
    ...(Object.keys(mounted.files).length > 0 ? [plan.names.file(service, 'files')] : []),
  ]);
  const hasSecrets = parts.some(({ container: { secrets } }) => secrets.length > 0);
  return Object.fromEntries(
    [...files, ...(hasSecrets ? ['secret'] : [])].map((file) => [`checksum/${file}`, hash(file)]),
  );
};

const allInits = (plan: Plan, workload: Workload): readonly Workload[] => [
  ...new Set(initsOf(plan, workload).flatMap((init) => [...allInits(plan, init), init])),
];

/** Returns the pod of a workload: template of its controller, and all that it needs beside it. */
export const podOf = (plan: Plan, workload: Workload): Pod => {
  const { compose, component, section, kind } = workload;
  const container = containerOf(plan, workload, false);
  const before = allInits(plan, workload).map((init) => ({ workload: init, container: containerOf(plan, init, true) }));
  const { tree } = container;
  const waiting = [workload, ...before.map(({ workload: init }) => init)].flatMap((waiter) => {
    const own = before.find(({ workload: init }) => init === waiter)?.container.tree ?? tree;
    return waitsOf(plan, waiter, {
      image: own['image'] ?? '',
      imagePullPolicy: own['imagePullPolicy'] ?? '',
      securityContext: containerSecurity(waiter, waiter !== workload),
    }).containers;
  });
  const ends = kind === 'Job' || kind === 'CronJob';
  const restarted = checksums(plan, workload, container, before);
  const annotations = value(`${section}.podAnnotations`, {}, textMap, 'Annotations of its pods.');
  const fixed: TreeMap = { ...restarted, ...compose.annotations };
  const nodes = value(`${section}.nodeSelector`, {}, textMap, 'Labels that a node must have.');
  const spread: readonly Tree[] =
    ends || kind === 'DaemonSet'
      ? []
      : [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selectorOf(plan, component) },
          },
        ];
  const grace = secondsOf(compose.stop_grace_period);
  const labels = Object.fromEntries(
    [...new Set([workload, ...before.map((one) => one.workload)].flatMap((one) => networksOf(one.compose)))].map(
      (network) => [networkLabel(plan, network), 'true'],
    ),
  );
  const template: TreeMap = {
    metadata: {
      labels: new Merged(...selectorOf(plan, component).parts, ...(Object.keys(labels).length === 0 ? [] : [labels])),
      annotations: Object.keys(fixed).length === 0 ? annotations : new Merged(fixed, annotations),
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: serviceAccountName(plan),
      imagePullSecrets: value('imagePullSecrets', [], namedReferences, 'Secrets for registries that ask who one is.'),
      ...hostKeys(compose),
      ...dnsConfig(compose),
      ...listed('hostAliases', hostAliases(compose)),
      ...(ends ? { restartPolicy: 'OnFailure' } : {}),
      ...(grace === undefined ? {} : { terminationGracePeriodSeconds: Math.ceil(grace) }),
      securityContext: podSecurity(workload),
      ...listed('initContainers', [...byName(waiting), ...before.map((one) => one.container.tree)]),
      containers: [tree],
      ...listed('volumes', uniqueVolumes([container, ...before.map((one) => one.container)])),
      nodeSelector: Object.keys(platform(compose)).length === 0 ? nodes : new Merged(platform(compose), nodes),
      tolerations: value(`${section}.tolerations`, [], tolerations, 'Taints of nodes that it bears.'),
      ...listed('topologySpreadConstraints', spread),
    },
  };
  return {
    template,
    container,
    before,
  };
};

/** The name of a container or volume, also of one under a condition. */
const nameOf = (tree: Tree): Tree => {
  const inner: unknown = tree instanceof When ? tree.tree : tree;
  return typeof inner === 'object' && inner !== null && 'name' in inner ? String(inner.name) : '';
};

const byName = (trees: readonly Tree[]): readonly Tree[] => [
  ...new Map(trees.map((tree) => [nameOf(tree), tree])).values(),
];

/** Volumes of all containers of a pod; a claim that two of them mount is there once. */
const uniqueVolumes = (containers: readonly Container[]): readonly Tree[] => {
  const [own, ...others] = containers;
  const first = own?.mounted.volumes ?? [];
  const known = new Set(first.map(nameOf));
  return [...first, ...others.flatMap(({ mounted }) => mounted.volumes.filter((volume) => !known.has(nameOf(volume))))];
};
