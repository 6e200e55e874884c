import type { RenderOptions } from '../../src/models/artifact.ts';
import type { ComposeService } from '../../src/models/compose.ts';
import type { ServiceExtension, Stack } from '../../src/models/stack.ts';
import { imageFacts, isDatastore, type ImageFacts } from '../shared/images.ts';
import { namesOf, type Names } from './names.ts';
import { portsOf, type Port } from './ports.ts';
import { value, yesNo } from './schemas.ts';
import { isSet, type Condition } from './tree.ts';

/** What of a stack runs how: each service read once, for everything that is made of it. */

type Kind = NonNullable<ServiceExtension['kubernetes']['kind']>;

export interface Workload {
  readonly service: string;
  readonly compose: ComposeService;
  readonly extension: ServiceExtension;
  readonly facts: ImageFacts | undefined;
  readonly component: string;
  /** Where its values stand in values.yaml. */
  readonly section: string;
  /** Behind the release's name, in the names of its objects. */
  readonly suffix: string;
  /** `Init`: it runs in the pods of those that wait for it, before them. */
  readonly kind: Kind | 'Init';
  /** A stack may do without it: its data can lie elsewhere. */
  readonly enabled: Condition | undefined;
  /** Two of it at once would spoil its data. */
  readonly singleWriter: boolean;
  readonly ports: readonly Port[];
}

export interface Plan {
  readonly stack: Stack;
  readonly options: RenderOptions;
  readonly names: Names;
  readonly namespace: string;
  readonly workloads: readonly Workload[];
}

/** Services that wait until another has done its work. */
const waitersFor = (stack: Stack, service: string): readonly string[] =>
  Object.entries(stack.project.services)
    .filter(([, { depends_on }]) => depends_on?.[service]?.condition === 'service_completed_successfully')
    .map(([name]) => name);

/** Whether it keeps something: a volume, or a folder of the stack that is written. */
const keepsData = ({ volumes = [] }: ComposeService, files: Stack['files']): boolean =>
  volumes.some(
    ({ type, read_only, source = '' }) =>
      read_only !== true &&
      (type === 'volume' || (type === 'bind' && source.startsWith('./') && !holdsFiles(files, source))),
  );

/** Returns the files of the stack below a path, by their path behind it; a file itself by ''. */
export const filesBelow = (files: Stack['files'], source: string): readonly (readonly [string, string])[] => {
  const path = source.replace(/^\.\//, '').replace(/\/$/, '');
  return Object.entries(files).flatMap(([name, content]) => {
    const file = name.replace(/^\.\//, '');
    if (file === path) return [['', content] as const];
    return file.startsWith(`${path}/`) ? [[file.slice(path.length + 1), content] as const] : [];
  });
};
const holdsFiles = (files: Stack['files'], source: string): boolean => filesBelow(files, source).length > 0;

const kindOf = (stack: Stack, service: string, compose: ComposeService): Workload['kind'] => {
  const { kubernetes, once } = stack.services[service] ?? {};
  if (kubernetes?.kind !== undefined) return kubernetes.kind;
  if (kubernetes?.schedule !== undefined) return 'CronJob';
  const waiters = waitersFor(stack, service);
  if (waiters.length > 0) return 'Init';
  if (once === true || compose.deploy?.mode === 'replicated-job') return 'Job';
  if (compose.deploy?.mode === 'global') return 'DaemonSet';
  return isDatastore(stack, service) || keepsData(compose, stack.files) ? 'StatefulSet' : 'Deployment';
};

const workloadOf = (stack: Stack, names: Names, service: string, compose: ComposeService): Workload => {
  const extension = stack.services[service];
  if (extension === undefined) throw new TypeError(`a stack without an extension of ${service}`);
  const section = names.section(service);
  const isStore = isDatastore(stack, service);
  return {
    service,
    compose,
    extension,
    facts: imageFacts(stack, service),
    component: names.component(service),
    section,
    suffix: names.suffix(service),
    kind: kindOf(stack, service, compose),
    enabled: isStore
      ? isSet(value(`${section}.enabled`, true, yesNo, 'Off: it runs elsewhere, and the settings say where.'))
      : undefined,
    singleWriter: extension.kubernetes.singleWriter ?? isStore,
    ports: portsOf(stack, service),
  };
};

/** Reads a stack for Kubernetes. */
export const planOf = (stack: Stack, options: RenderOptions): Plan => {
  const services = Object.entries(stack.project.services);
  const names = namesOf(
    stack.name,
    services.map(([service]) => service),
  );
  return {
    stack,
    options,
    names,
    namespace: stack.extension.kubernetes.namespace ?? names.chart,
    workloads: services.map(([service, compose]) => workloadOf(stack, names, service, compose)),
  };
};

/** Whether a workload has pods of its own. */
export const hasPods = ({ kind }: Workload): boolean => kind !== 'Init';

/** Returns what runs before a workload, in its pods. */
export const initsOf = (plan: Plan, workload: Workload): readonly Workload[] =>
  plan.workloads.filter(
    ({ kind, service }) =>
      kind === 'Init' && workload.compose.depends_on?.[service]?.condition === 'service_completed_successfully',
  );

/** Returns whether the version of Kubernetes that is rendered for is at least this one: `1.27`. */
export const isAtLeast = ({ options }: Plan, version: string): boolean => {
  const [major = 0, minor = 0] = options.kubernetes.replace(/^v/, '').split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = version.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
};
