import { secondsOf } from '../shared/units.ts';
import { hasPods, isAtLeast, type Plan, type Workload } from './plan.ts';
import { selectorOf, type Pod } from './pods.ts';
import { value, yesNo } from './schemas.ts';
import {
  allOf,
  anyOf,
  ChartOnly,
  Computed,
  isSet,
  Merged,
  moreThan,
  not,
  When,
  type Condition,
  type Hole,
  type Tree,
  type TreeMap,
} from './tree.ts';

/** What keeps pods running: Deployment, StatefulSet, DaemonSet, Job, CronJob, and what goes with their number. */

/** kustomize puts it everywhere by itself. */
const releaseNamespace = new ChartOnly(new Computed('.Release.Namespace', () => ''));

/** An object as the writers take it. */
export interface KubernetesObject {
  /** Without folder and ending: `redis-statefulset`. */
  readonly file: string;
  readonly tree: TreeMap;
  readonly when: Condition | undefined;
}

/** Returns what every object begins with. Keys of the metadata that the chart alone writes stand in `labels`. */
export const headOf = (
  plan: Plan,
  apiVersion: string,
  kind: string,
  name: Tree,
  { component, annotations }: { readonly component?: string | undefined; readonly annotations?: Tree } = {},
): TreeMap => ({
  apiVersion,
  kind,
  metadata: {
    name,
    namespace: releaseNamespace,
    labels: labelsOf(plan, component),
    ...(annotations === undefined ? {} : { annotations }),
  },
});

/** The usual labels: the chart has them from its helper, kustomize puts them everywhere by itself. */
const labelsOf = (plan: Plan, component: string | undefined): Merged => {
  const { chart } = plan.names;
  const usual = new Computed(`include "${chart}.labels" .`, () => ({}));
  return component === undefined ? new Merged(usual) : new Merged(usual, { 'app.kubernetes.io/component': component });
};

/** How many pods there are at most in values.yaml, unless the stack wants more. */
const mostReplicas = 10;

export const replicasHole = ({ section, compose, extension, singleWriter }: Workload): Hole => {
  const wanted = extension.kubernetes.replicas ?? compose.deploy?.replicas ?? compose.scale ?? 1;
  const fallback = singleWriter ? Math.min(wanted, 1) : wanted;
  return value(
    `${section}.replicaCount`,
    fallback,
    { type: 'integer', minimum: Math.min(1, fallback), maximum: singleWriter ? 1 : Math.max(mostReplicas, fallback) },
    singleWriter ? 'How many pods run: two at once would spoil its data.' : 'How many pods run.',
  );
};

const isScaled = ({ kind }: Workload): boolean => kind === 'Deployment' || kind === 'StatefulSet';

interface Scaling {
  readonly enabled: Hole;
  readonly min: Hole;
  readonly max: Hole;
  readonly cpu: Hole;
}

const scalingOf = ({ section, extension, kind }: Workload): Scaling | undefined => {
  const asked = extension.kubernetes.autoscale;
  if (asked === undefined || (kind !== 'Deployment' && kind !== 'StatefulSet')) return undefined;
  const at = `${section}.autoscaling`;
  const count = { type: 'integer', minimum: 1, maximum: Math.max(mostReplicas, asked.max) };
  return {
    enabled: value(`${at}.enabled`, true, yesNo, 'On: the load decides how many pods run.'),
    min: value(`${at}.minReplicas`, asked.min, count, 'The least.'),
    max: value(`${at}.maxReplicas`, asked.max, count, 'The most.'),
    cpu: value(
      `${at}.targetCPUUtilizationPercentage`,
      asked.cpuPercent,
      { type: 'integer', minimum: 1, maximum: 100 },
      'More pods come when they use more of what they are promised, in percent.',
    ),
  };
};

const replicas = (workload: Workload): Tree => {
  const scaling = scalingOf(workload);
  const count = replicasHole(workload);
  return scaling === undefined ? count : new When(not(isSet(scaling.enabled)), count);
};

/** A volume that a Deployment mounts cannot be in two pods: the old one goes first. */
const rollout = ({ compose, singleWriter }: Workload, hasClaims: boolean): TreeMap => {
  if (singleWriter || hasClaims) return { strategy: { type: 'Recreate' } };
  const { parallelism, order } = compose.deploy?.update_config ?? {};
  const many = parallelism === undefined || parallelism === 0 ? 1 : parallelism;
  const isStopFirst = order === 'stop-first';
  return {
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: isStopFirst ? 0 : many, maxUnavailable: isStopFirst ? many : 0 },
    },
  };
};

const settled = ({ compose }: Workload): TreeMap => {
  const delay = secondsOf(compose.deploy?.update_config?.delay);
  return delay === undefined || delay < 1 ? {} : { minReadySeconds: Math.round(delay) };
};

/** A finished Job is kept for a day, to be looked at. */
const keptSeconds = 86_400;

const jobSpec = ({ compose }: Workload, pod: Pod): TreeMap => ({
  backoffLimit: compose.deploy?.restart_policy?.max_attempts ?? 6,
  ttlSecondsAfterFinished: keptSeconds,
  template: pod.template,
});

/** The pod of a Job cannot be changed: another version is another Job. */
const jobName = (plan: Plan, { suffix, section }: Workload): Computed => {
  const { chart } = plan.names;
  const name = plan.names.object(suffix);
  return new Computed(
    `printf "%s-%s" (${name.expression}) (printf "%s%s%s" (toJson .Values.${section}) (toJson .Values.config) .Chart.AppVersion | sha256sum | trunc 8)`,
    () => `${chart}${suffix}-${hashOf(JSON.stringify(plan.stack.project))}`,
  );
};

/** FNV-1a, 32 bits: only tells one version of a stack from another. */
const hashOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

/** From systemd.time or crontab(5): a schedule of five fields is taken as it is. */
const schedule = ({ extension }: Workload): string => {
  const wanted = extension.kubernetes.schedule ?? '@daily';
  const [, hour, minute] = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(wanted) ?? [];
  return hour === undefined || minute === undefined ? wanted : `${Number(minute)} ${Number(hour)} * * *`;
};

const controllerSpec = (plan: Plan, workload: Workload, pod: Pod, hasClaims: boolean): TreeMap => {
  const selector = { matchLabels: selectorOf(plan, workload.component) };
  switch (workload.kind) {
    case 'StatefulSet':
      return {
        serviceName: `${workload.component}-headless`,
        replicas: replicas(workload),
        ...settled(workload),
        revisionHistoryLimit: 3,
        selector,
        template: pod.template,
        ...(pod.container.mounted.claimTemplates === undefined
          ? {}
          : { volumeClaimTemplates: pod.container.mounted.claimTemplates }),
      };
    case 'DaemonSet':
      return { ...settled(workload), revisionHistoryLimit: 3, selector, template: pod.template };
    case 'Job':
      return jobSpec(workload, pod);
    case 'CronJob':
      return {
        schedule: schedule(workload),
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: jobSpec(workload, pod) },
      };
    default:
      return {
        replicas: replicas(workload),
        ...settled(workload),
        revisionHistoryLimit: 3,
        ...rollout(workload, hasClaims),
        selector,
        template: pod.template,
      };
  }
};

/** `batch/v1` since 1.21, `policy/v1` since 1.21, `autoscaling/v2` since 1.23. */
const apiVersion = (plan: Plan, kind: string): string => {
  const groups: Readonly<Record<string, string>> = {
    Job: 'batch/v1',
    CronJob: isAtLeast(plan, '1.21') ? 'batch/v1' : 'batch/v1beta1',
    PodDisruptionBudget: isAtLeast(plan, '1.21') ? 'policy/v1' : 'policy/v1beta1',
    HorizontalPodAutoscaler: isAtLeast(plan, '1.23') ? 'autoscaling/v2' : 'autoscaling/v2beta2',
  };
  return groups[kind] ?? 'apps/v1';
};

const disruptionBudget = (plan: Plan, workload: Workload): KubernetesObject | undefined => {
  if (workload.singleWriter || !isScaled(workload)) return undefined;
  const count = moreThan(replicasHole(workload), 1);
  const scaling = scalingOf(workload);
  const several =
    scaling === undefined
      ? count
      : anyOf(allOf(isSet(scaling.enabled), moreThan(scaling.min, 1)), allOf(not(isSet(scaling.enabled)), count));
  return {
    file: plan.names.file(workload.service, 'pdb'),
    when: allOf(...(workload.enabled === undefined ? [] : [workload.enabled]), several),
    tree: {
      ...headOf(
        plan,
        apiVersion(plan, 'PodDisruptionBudget'),
        'PodDisruptionBudget',
        plan.names.object(workload.suffix),
        {
          component: workload.component,
        },
      ),
      spec: {
        maxUnavailable: 1,
        // A pod that is broken anyway does not keep a node from being drained.
        ...(isAtLeast(plan, '1.27') ? { unhealthyPodEvictionPolicy: 'AlwaysAllow' } : {}),
        selector: { matchLabels: selectorOf(plan, workload.component) },
      },
    },
  };
};

const autoscaler = (plan: Plan, workload: Workload): KubernetesObject | undefined => {
  const scaling = scalingOf(workload);
  if (scaling === undefined) return undefined;
  return {
    file: plan.names.file(workload.service, 'hpa'),
    when: isSet(scaling.enabled),
    tree: {
      ...headOf(
        plan,
        apiVersion(plan, 'HorizontalPodAutoscaler'),
        'HorizontalPodAutoscaler',
        plan.names.object(workload.suffix),
        {
          component: workload.component,
        },
      ),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: workload.kind, name: plan.names.object(workload.suffix) },
        minReplicas: scaling.min,
        maxReplicas: scaling.max,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: scaling.cpu } },
          },
        ],
      },
    },
  };
};

/** Returns a workload's controller, and budget and autoscaler where they make sense. */
export const controllersOf = (
  plan: Plan,
  workload: Workload,
  pod: Pod,
  hasClaims: boolean,
): readonly KubernetesObject[] => {
  if (!hasPods(workload)) return [];
  const name = workload.kind === 'Job' ? jobName(plan, workload) : plan.names.object(workload.suffix);
  const controller: KubernetesObject = {
    file: plan.names.file(workload.service, workload.kind.toLowerCase()),
    when: workload.enabled,
    tree: {
      ...headOf(plan, apiVersion(plan, workload.kind), workload.kind, name, { component: workload.component }),
      spec: controllerSpec(plan, workload, pod, hasClaims),
    },
  };
  return [controller, disruptionBudget(plan, workload), autoscaler(plan, workload)].filter((one) => one !== undefined);
};
