import type { RenderOptions } from '../../src/models/artifact.ts';
import type { Loss } from '../../src/models/artifact.ts';
import type { Stack } from '../../src/models/stack.ts';
import { environmentOf, uniqueSecrets, type SecretKey } from './environment.ts';
import { controllersOf, headOf, type KubernetesObject } from './controllers.ts';
import { lossesOf } from './losses.ts';
import { networkObjects } from './network.ts';
import { hasPods, planOf, type Plan } from './plan.ts';
import { containerLosses, podOf, secretName, serviceAccountName } from './pods.ts';
import { anyText, dnsName, textMap, value, yesNo } from './schemas.ts';
import { mountedBy, standaloneClaims } from './storage.ts';
import { allOf, holesOf, isSet, type Computed, type Condition, type Hole, type TreeMap } from './tree.ts';

/** All objects of a stack, in the form from which both the chart and the manifests are written. */

/** A ConfigMap: the chart writes it as an object, kustomize generates it, so that its name changes with what is in it. */
export interface ConfigSet {
  readonly file: string;
  readonly name: Computed;
  readonly component: string;
  readonly when: Condition | undefined;
  /** Variables. */
  readonly data: TreeMap;
  /** Texts of whole files, by key. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ObjectSet {
  readonly plan: Plan;
  readonly objects: readonly KubernetesObject[];
  readonly configs: readonly ConfigSet[];
  /** Keys of the Secret that the pods refer to. */
  readonly secrets: readonly SecretKey[];
  /** Of helpers of the chart, which stand in no object. */
  readonly chartHoles: readonly Hole[];
  readonly losses: readonly Loss[];
}

const serviceAccount = (plan: Plan): { readonly object: KubernetesObject; readonly holes: readonly Hole[] } => {
  const create = value('serviceAccount.create', true, yesNo, 'Off: one that is there already, by its name.');
  const name = value('serviceAccount.name', '', dnsName, "Empty: the release's own name.");
  const annotations = value('serviceAccount.annotations', {}, textMap, 'For clouds that give rights by them.');
  return {
    holes: [create, name],
    object: {
      file: 'serviceaccount',
      when: isSet(create),
      tree: {
        ...headOf(plan, 'v1', 'ServiceAccount', serviceAccountName(plan), { annotations }),
        automountServiceAccountToken: false,
      },
    },
  };
};

const configsOf = (plan: Plan): readonly ConfigSet[] =>
  plan.workloads.flatMap((workload) => {
    const { service, component, suffix, enabled: when } = workload;
    const { open } = environmentOf(plan.stack, service, secretName(plan));
    const { files } = mountedBy(plan, workload, secretName(plan));
    const set = (kind: 'config' | 'files', data: TreeMap, texts: ConfigSet['files']): readonly ConfigSet[] =>
      Object.keys(data).length + Object.keys(texts).length === 0
        ? []
        : [
            {
              file: plan.names.file(service, kind === 'config' ? 'configmap' : 'files'),
              name: plan.names.object(`${suffix}-${kind}`),
              component,
              when,
              data,
              files: texts,
            },
          ];
    return [...set('config', open, {}), ...set('files', {}, files)];
  });

const claims = (plan: Plan): readonly KubernetesObject[] =>
  standaloneClaims(plan).map(({ claim, workload }) => ({
    file: `${claim.object.of(() => '') as string}-claim`.replace(`${plan.names.chart}-`, ''),
    when: allOf(...(workload.enabled === undefined ? [] : [workload.enabled]), claim.made),
    tree: {
      ...headOf(plan, 'v1', 'PersistentVolumeClaim', claim.object, { component: workload.component }),
      spec: claim.spec,
    },
  }));

/** Makes all objects of a stack for a version of Kubernetes. */
export const objectsOf = (stack: Stack, options: RenderOptions): ObjectSet => {
  const plan = planOf(stack, options);
  const alone = new Set(
    standaloneClaims(plan).flatMap(({ claim, workload }) => (claim.isShared ? [] : [workload.service])),
  );
  const pods = plan.workloads.filter(hasPods).map((workload) => ({ workload, pod: podOf(plan, workload) }));
  const secrets = pods
    .flatMap(({ pod }) => [pod.container, ...pod.before.map(({ container }) => container)])
    .flatMap((one) => one.secrets);
  const account = serviceAccount(plan);
  return {
    plan,
    objects: [
      account.object,
      ...pods.flatMap(({ workload, pod }) => controllersOf(plan, workload, pod, alone.has(workload.service))),
      ...claims(plan),
      ...networkObjects(plan),
    ],
    configs: configsOf(plan),
    secrets: uniqueSecrets(secrets),
    chartHoles: [
      value('nameOverride', '', anyText, 'Instead of the name of the chart, in labels.'),
      value('fullnameOverride', '', anyText, 'Instead of the name of the release, in the names of all objects.'),
      ...account.holes,
    ],
    losses: [...lossesOf(plan), ...plan.workloads.flatMap((workload) => containerLosses(plan, workload))],
  };
};

/** Returns every hole of the objects, each path once, in the order in which they stand. */
export const allHoles = ({ objects, configs, chartHoles }: ObjectSet): readonly Hole[] => {
  const holes = [
    ...chartHoles,
    ...objects.flatMap(({ tree, when }) => [...(when?.holes ?? []), ...holesOf(tree)]),
    ...configs.flatMap(({ data }) => holesOf(data)),
  ];
  return [...new Map(holes.map((hole) => [hole.path, hole])).values()];
};
