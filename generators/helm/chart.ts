import type { Stack } from '../../src/models/stack.ts';
import type { Plan } from '../kubernetes/plan.ts';
import { yamlText } from '../shared/yaml.ts';

/** Chart.yaml and .helmignore. https://helm.sh/docs/topics/charts/ */

/** The oldest version that has all that the objects use: unhealthyPodEvictionPolicy of PodDisruptionBudget. */
const oldest = '1.27';

const leastVersion = ({ options }: Plan): string => {
  const [, minor = 0] = options.kubernetes.split('.').map(Number);
  return minor < 27 ? options.kubernetes : oldest;
};

/** A version as SemVer wants it; Helm refuses another. */
const semantic = (version: string): string => {
  const [, major = '0', minor = '0', patch = '0', rest = ''] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+][\w.+-]+)?$/.exec(version) ?? [];
  return `${major}.${minor}.${patch}${rest}`;
};

const listed = <Item>(key: string, items: readonly Item[]): Readonly<Record<string, readonly Item[]>> =>
  items.length === 0 ? {} : { [key]: items };

/** What the stack is, in one line. */
export const titleOf = ({ name, extension }: Stack): string => extension.title ?? name;

/** A drawing that stands for any chart without one of its own: Helm warns without. */
const plainIcon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Crect width='8' height='8' rx='2'/%3E%3C/svg%3E";

/** Returns Chart.yaml. */
export const chartYaml = (plan: Plan): string => {
  const { name, extension } = plan.stack;
  return yamlText({
    apiVersion: 'v2',
    name: plan.names.chart,
    description: (extension.description ?? `${titleOf(plan.stack)} on Kubernetes`).split('\n')[0],
    type: 'application',
    version: semantic(extension.version),
    appVersion: extension.version,
    kubeVersion: `>=${leastVersion(plan)}.0-0`,
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
