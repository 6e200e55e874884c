import type { Stack } from '../../src/models/stack.ts';
import type { ObjectSet } from '../kubernetes/objects.ts';
import type { Tree } from '../kubernetes/tree.ts';
import { yamlText } from '../shared/yaml.ts';

/** Chart.yaml and .helmignore. https://helm.sh/docs/topics/charts/ */

/** Since which minor version of Kubernetes an object is as it is written here. */
const since: Readonly<Record<string, number>> = {
  'batch/v1 CronJob': 21,
  'policy/v1 PodDisruptionBudget': 27,
  'autoscaling/v2 HorizontalPodAutoscaler': 23,
};

/** seccompProfile, Ingress of networking.k8s.io/v1, and two families of addresses. */
const oldest = 20;

/** Returns the oldest version that has all that the objects use, at most the one that is rendered for. */
const leastVersion = ({ plan, objects }: ObjectSet): string => {
  const [, wanted = oldest] = plan.options.kubernetes.split('.').map(Number);
  const kinds = objects.map(({ tree }) => `${textOf(tree['apiVersion'])} ${textOf(tree['kind'])}`);
  const usesImages = objects.some(({ tree }) => JSON.stringify(tree).includes('"image":{"reference"'));
  return `1.${Math.min(wanted, Math.max(oldest, usesImages ? 35 : 0, ...kinds.map((kind) => since[kind] ?? 0)))}`;
};

/** A version as SemVer wants it; Helm refuses another. */
const semantic = (version: string): string => {
  const [, major = '0', minor = '0', patch = '0', rest = ''] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+][\w.+-]+)?$/.exec(version) ?? [];
  return `${major}.${minor}.${patch}${rest}`;
};

const textOf = (tree: Tree | undefined): string => (typeof tree === 'string' ? tree : '');

const listed = <Item>(key: string, items: readonly Item[]): Readonly<Record<string, readonly Item[]>> =>
  items.length === 0 ? {} : { [key]: items };

/** What the stack is, in one line. */
export const titleOf = ({ name, extension }: Stack): string => extension.title ?? name;

/** A drawing that stands for any chart without one of its own: Helm warns without. */
const plainIcon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Crect width='8' height='8' rx='2'/%3E%3C/svg%3E";

/** Returns Chart.yaml. */
export const chartYaml = (set: ObjectSet): string => {
  const { plan } = set;
  const { name, extension } = plan.stack;
  return yamlText({
    apiVersion: 'v2',
    name: plan.names.chart,
    description: (extension.description ?? `${titleOf(plan.stack)} on Kubernetes`).split('\n')[0],
    type: 'application',
    version: semantic(extension.version),
    appVersion: extension.version,
    kubeVersion: `>=${leastVersion(set)}.0-0`,
    ...(extension.home === undefined ? {} : { home: extension.home }),
    icon: extension.icon ?? plainIcon,
    ...listed('sources', extension.sources),
    ...listed('keywords', extension.keywords.length === 0 ? [name] : extension.keywords),
    ...listed('maintainers', extension.maintainers),
  }).replace(/^appVersion: (?!")(.*)$/m, 'appVersion: "$1"');
};

/** What `helm package` leaves out. */
export const helmIgnore = `.DS_Store
.git/
.gitignore
.idea/
.vscode/
*.bak
*.orig
*.swp
*.tmp
*~
# Values with secrets in them stay on the machine of who installs.
values.local.yaml
`;
