import type { Route } from '../../src/models/stack.ts';
import { hasPods, type Plan, type Workload } from './plan.ts';
import { headOf, type KubernetesObject } from './controllers.ts';
import { networkLabel, networksOf, selectorOf } from './pods.ts';
import type { Port } from './ports.ts';
import { anyText, dnsName, hostName, policyPorts, someText, textMap, value, yesNo } from './schemas.ts';
import { allOf, filled, isSet, Merged, When, type Condition, type Hole, type Tree, type TreeMap } from './tree.ts';

/** How pods are reached, and by whom: Services, Ingress and Gateway API, NetworkPolicies from the networks of the Compose file. */

/** What a Service listens at: a routed port also at 80, the one of browsers. */
const servicePorts = (workload: Workload): readonly TreeMap[] => {
  const routed = workload.ports.find((port) => port.routed && port.number !== 80);
  const isTaken = workload.ports.some(({ number }) => number === 80);
  const entry = ({ name, number, protocol, appProtocol }: Port, at: Tree = number, as = name): TreeMap => ({
    name: as,
    port: at,
    targetPort: name,
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  });
  if (routed === undefined || isTaken) return workload.ports.map((port) => entry(port));
  const at = value(
    `${workload.section}.service.port`,
    80,
    { type: 'integer', minimum: 1, maximum: 65_535 },
    'Where routes ask it; other services of the stack ask the port of the container.',
  );
  return [
    entry(routed, at),
    ...workload.ports.map((port) =>
      port === routed ? entry(port, port.number, `${port.protocol.toLowerCase()}-${port.number}`) : entry(port),
    ),
  ];
};

/** The same client to the same pod: at the route, since most ingress controllers go past the Service. Traefik reads it here. */
const stickyAnnotations = (plan: Plan, { service }: Workload): TreeMap => {
  const routes = plan.stack.extension.routes.filter((route) => route.service === service && route.sticky);
  if (routes.length === 0) return {};
  const at = 'traefik.ingress.kubernetes.io/service.sticky.cookie';
  return {
    [at]: 'true',
    [`${at}.httponly`]: 'true',
    [`${at}.samesite`]: 'lax',
    ...(routes.every(({ tls }) => tls.by !== 'none') ? { [`${at}.secure`]: 'true' } : {}),
  };
};

const aliasesOf = (plan: Plan, workload: Workload): readonly string[] => {
  const services = new Set(plan.workloads.map(({ component }) => component));
  const aliases = Object.values(workload.compose.networks ?? {}).flatMap((attachment) => attachment?.aliases ?? []);
  return [...new Set(aliases)].filter(
    (alias) => !services.has(alias) && /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(alias),
  );
};

const services = (plan: Plan, workload: Workload): readonly KubernetesObject[] => {
  if (!hasPods(workload) || workload.ports.length === 0) return [];
  const { component, section, service, enabled: when } = workload;
  const fixed = stickyAnnotations(plan, workload);
  const annotations = value(
    `${section}.service.annotations`,
    fixed as Record<string, string>,
    textMap,
    'Annotations of its Service.',
  );
  const type = value(
    `${section}.service.type`,
    'ClusterIP',
    { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    'ClusterIP: from inside the cluster only.',
  );
  const selector = selectorOf(plan, component);
  const ports = servicePorts(workload);
  const dual = { ipFamilyPolicy: 'PreferDualStack' };
  const named = (name: string): KubernetesObject => ({
    file: plan.names.file(service, name === component ? 'service' : `${name}-service`),
    when,
    // By the name of the Compose file: what its services say to each other needs no change.
    tree: {
      ...headOf(plan, 'v1', 'Service', name, { component, annotations }),
      spec: { type, ...dual, selector, ports },
    },
  });
  const headless: KubernetesObject = {
    file: plan.names.file(service, 'headless-service'),
    when,
    tree: {
      ...headOf(plan, 'v1', 'Service', `${component}-headless`, { component }),
      spec: {
        clusterIP: 'None',
        ...dual,
        selector,
        ports: workload.ports.map(({ name, number, protocol }) => ({ name, port: number, targetPort: name, protocol })),
      },
    },
  };
  return [
    named(component),
    ...aliasesOf(plan, workload).map(named),
    ...(workload.kind === 'StatefulSet' ? [headless] : []),
  ];
};

/** A route as Ingress and HTTPRoute see it. */
interface Way {
  readonly route: Route;
  readonly workload: Workload;
  readonly host: Hole;
  readonly port: Port;
  /** Behind the release's name. */
  readonly suffix: string;
  readonly file: string;
}

const waysOf = (plan: Plan): readonly Way[] => {
  const counts = new Map<string, number>();
  return plan.stack.extension.routes.flatMap((route) => {
    const workload = plan.workloads.find(({ service }) => service === route.service);
    const port = workload?.ports.find(({ number, routed }) => routed && number === route.port);
    if (workload === undefined || port === undefined) return [];
    const nth = (counts.get(route.service) ?? 0) + 1;
    counts.set(route.service, nth);
    const key = nth === 1 ? workload.section : `${workload.section}${nth}`;
    const more = nth === 1 ? '' : `-${nth}`;
    return [
      {
        route,
        workload,
        port,
        suffix: `${workload.suffix}${more}`,
        file: plan.names.file(workload.service, `httproute${more}`),
        host: value(
          `routes.${key}.host`,
          route.host ?? '',
          hostName,
          `The name at which ${workload.service} is asked; empty: any.`,
        ),
      },
    ];
  });
};

/** The port of the Service that a route goes to. */
const routedPort = ({ workload, port }: Way): Tree => {
  const at = servicePorts(workload).find(({ name }) => name === port.name)?.['port'];
  return at ?? port.number;
};

const ingress = (plan: Plan, ways: readonly Way[]): readonly KubernetesObject[] => {
  if (ways.length === 0) return [];
  const secret = value(
    'ingress.tlsSecret',
    ways.some(({ route }) => route.tls.by !== 'none') ? `${plan.names.chart}-tls` : '',
    dnsName,
    'The Secret with the certificate; empty: no TLS. cert-manager puts it there if an annotation names its issuer.',
  );
  const hosts = ways.filter(({ route }) => route.host !== undefined && route.tls.by !== 'none');
  return [
    {
      file: 'ingress',
      when: isSet(value('ingress.enabled', false, yesNo, 'On: an Ingress for the routes.')),
      tree: {
        ...headOf(plan, 'networking.k8s.io/v1', 'Ingress', plan.names.object(''), {
          annotations: value('ingress.annotations', {}, textMap, 'What its controller reads.'),
        }),
        spec: {
          ingressClassName: value(
            'ingress.className',
            plan.stack.extension.kubernetes.ingressClass,
            anyText,
            "Empty: the cluster's default class.",
          ),
          tls: new When(isSet(secret), [
            {
              secretName: filled(secret),
              ...(hosts.length === 0
                ? {}
                : { hosts: [...new Map(hosts.map(({ host }) => [host.fallback, host])).values()] }),
            },
          ]),
          rules: ways.map((way) => ({
            http: {
              paths: [
                {
                  path: way.route.path,
                  pathType: 'Prefix',
                  backend: { service: { name: way.workload.component, port: { number: routedPort(way) } } },
                },
              ],
            },
            host: way.host,
          })),
        },
      },
    },
  ];
};

const gatewayRoutes = (plan: Plan, ways: readonly Way[]): readonly KubernetesObject[] => {
  const { gateway } = plan.stack.extension.kubernetes;
  const enabled = value('httpRoute.enabled', false, yesNo, 'On: routes of the Gateway API (v1).');
  const name = value(
    'httpRoute.gateway.name',
    gateway?.name ?? 'gateway',
    someText,
    'The Gateway that they attach to.',
  );
  const namespace = value(
    'httpRoute.gateway.namespace',
    gateway?.namespace ?? '',
    dnsName,
    'Where the Gateway is; empty: here.',
  );
  const annotations = value('httpRoute.annotations', {}, textMap, 'What its controller reads.');
  return ways.map((way) => ({
    file: way.file,
    when: isSet(enabled),
    tree: {
      ...headOf(plan, 'gateway.networking.k8s.io/v1', 'HTTPRoute', plan.names.object(way.suffix), {
        component: way.workload.component,
        annotations,
      }),
      spec: {
        parentRefs: [{ name, namespace }],
        hostnames: new When(isSet(way.host), [way.host]),
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: way.route.path } }],
            backendRefs: [{ name: way.workload.component, port: routedPort(way) }],
          },
        ],
      },
    },
  }));
};

const policy = (
  plan: Plan,
  name: string,
  spec: TreeMap,
  component?: string,
  enabled?: Condition,
): KubernetesObject => ({
  file: `networkpolicy-${name}`,
  when: allOf(
    isSet(
      value('networkPolicy.enabled', true, yesNo, 'On: pods talk only as the networks of the Compose file let them.'),
    ),
    ...(enabled === undefined ? [] : [enabled]),
  ),
  tree: {
    ...headOf(plan, 'networking.k8s.io/v1', 'NetworkPolicy', plan.names.object(`-${name}`), { component }),
    spec,
  },
});

/** Cluster DNS, and the cache on the node that some clusters have (node-local-dns). */
const dns: TreeMap = {
  to: [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

const asPolicyPorts = (ports: readonly Port[]): readonly TreeMap[] =>
  ports.map(({ number, protocol }) => ({ port: number, protocol }));

/** Whether a service may ask outside of the cluster: it says so, and one of its networks lets it out. */
const goesOut = (plan: Plan, { compose, extension }: Workload): boolean =>
  extension.internet &&
  networksOf(compose).some((network) => plan.stack.project.networks?.[network]?.internal !== true);

const policies = (plan: Plan): readonly KubernetesObject[] => {
  const members = plan.workloads.filter(hasPods);
  const networks = [...new Set(plan.workloads.flatMap(({ compose }) => networksOf(compose)))];
  const perNetwork = networks.map((network) => {
    const peers = [
      {
        podSelector: { matchLabels: new Merged(...selectorOf(plan).parts, { [networkLabel(plan, network)]: 'true' }) },
      },
    ];
    return policy(plan, `network-${network.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`, {
      podSelector: peers[0]?.podSelector ?? {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: peers }],
      egress: [{ to: peers }],
    });
  });
  const outgoing = members
    .filter((workload) => goesOut(plan, workload))
    .map((workload) =>
      policy(
        plan,
        `${workload.component}-internet`,
        {
          podSelector: { matchLabels: selectorOf(plan, workload.component) },
          policyTypes: ['Egress'],
          egress: [
            {
              // Anywhere but the metadata service of clouds.
              to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }, { ipBlock: { cidr: '::/0' } }],
              ports: value(
                'networkPolicy.internetPorts',
                [],
                policyPorts,
                'Ports that may be asked outside; empty: all.',
              ),
            },
          ],
        },
        workload.component,
        workload.enabled,
      ),
    );
  const incoming = members.flatMap((workload) => {
    const open = workload.ports.filter((port) => port.open);
    const metrics = workload.ports.filter((port) => port.metrics && !port.open);
    if (open.length + metrics.length === 0) return [];
    return [
      policy(
        plan,
        `${workload.component}-open`,
        {
          podSelector: { matchLabels: selectorOf(plan, workload.component) },
          policyTypes: ['Ingress'],
          ingress: [
            ...(open.length === 0 ? [] : [{ ports: asPolicyPorts(open) }]),
            // Metrics are for the cluster's own.
            ...(metrics.length === 0 ? [] : [{ from: [{ namespaceSelector: {} }], ports: asPolicyPorts(metrics) }]),
          ],
        },
        workload.component,
        workload.enabled,
      ),
    ];
  });
  return [
    policy(plan, 'default-deny', {
      podSelector: { matchLabels: selectorOf(plan) },
      policyTypes: ['Ingress', 'Egress'],
      egress: [dns],
    }),
    ...perNetwork,
    ...outgoing,
    ...incoming,
  ];
};

/** Returns everything that has to do with the network. */
export const networkObjects = (plan: Plan): readonly KubernetesObject[] => {
  const ways = waysOf(plan);
  return [
    ...plan.workloads.flatMap((workload) => services(plan, workload)),
    ...ingress(plan, ways),
    ...gatewayRoutes(plan, ways),
    ...policies(plan),
  ];
};
