import type { Artifact, RenderOptions } from '../../src/models/artifact.ts';
import type { Stack } from '../../src/models/stack.ts';
import { builds } from '../shared/builds.ts';
import { unitsOf } from '../shared/systemdUnits.ts';
import { tools } from './actions.ts';
import { checkout, running, using, usual, workflowFile, type Job } from './workflow.ts';

const onChangesOf = (...paths: readonly string[]) => ({
  push: { branches: ['main'], paths },
  pull_request: { paths },
  workflow_dispatch: {},
});

/** Go's database of checksums vouches for the source of this very version. */
const kubeconform = running('Install kubeconform', [
  `go install github.com/yannh/kubeconform/cmd/kubeconform@${tools.kubeconform}`,
  'echo "$(go env GOPATH)/bin" >>"$GITHUB_PATH"',
]);

const strictly = (kubernetes: string): string =>
  `kubeconform -strict -summary -kubernetes-version ${kubernetes}.0 -schema-location default`;

/** Returns the workflow of a chart: lint, render, and judge what was rendered [S3-122]. */
export const chartWorkflow = (stack: Stack, { kubernetes }: RenderOptions): Artifact => {
  const folder = `rendered/${stack.name}/helm`;
  return workflowFile('helm-lint.yml', `Judges the chart of ${stack.name}. Every step can fail.`, {
    name: `Chart of ${stack.name}`,
    on: onChangesOf(`${folder}/**`, '.github/workflows/helm-lint.yml'),
    ...usual,
    jobs: {
      lint: {
        name: 'Lint, render, judge',
        'runs-on': 'ubuntu-24.04',
        'timeout-minutes': 10,
        defaults: { run: { shell: 'bash' } },
        steps: [
          checkout,
          using('helm', { name: 'Set up Helm', with: { version: tools.helm } }),
          kubeconform,
          running('Lint', [
            `helm lint --strict ${folder}`,
            `helm lint --strict ${folder} --values ${folder}/values.dev.yaml`,
          ]),
          running('Render and judge', [
            `helm template ${stack.name} ${folder} --kube-version ${kubernetes}.0 | ${strictly(kubernetes)}`,
            `helm template ${stack.name} ${folder} --kube-version ${kubernetes}.0 --values ${folder}/values.dev.yaml | ${strictly(kubernetes)}`,
          ]),
        ],
      },
    },
  });
};

const dockerJob = (stack: Stack): Job => {
  const compose = `rendered/${stack.name}/compose`;
  const required = Object.entries(stack.extension.settings)
    .filter(([, { required: isRequired }]) => isRequired)
    .map(([name]) => name);
  return {
    name: 'Compose and images',
    'runs-on': 'ubuntu-24.04',
    'timeout-minutes': 10,
    defaults: { run: { shell: 'bash' } },
    steps: [
      checkout,
      ...builds(stack).map(({ service }) =>
        using('hadolint', {
          name: `Dockerfile of ${service}`,
          with: {
            dockerfile: `rendered/${stack.name}/dockerfile/${service}/Dockerfile`,
            'failure-threshold': 'warning',
          },
        }),
      ),
      running(
        'Compose files',
        [
          'for file in compose.yaml compose.prod.yaml compose.dev.yaml; do',
          `  [ -e "${compose}/$file" ] || continue`,
          `  docker compose --project-directory ${compose} --file ${compose}/compose.yaml --file "${compose}/$file" config --quiet`,
          'done',
        ],
        required.length === 0 ? {} : { env: Object.fromEntries(required.map((name) => [name, 'judged-here-only'])) },
      ),
      running('Scripts', [`shellcheck rendered/${stack.name}/scripts/*.sh rendered/${stack.name}/systemd/install.sh`]),
    ],
  };
};

const kubernetesJob = (stack: Stack, { kubernetes }: RenderOptions): Job => ({
  name: 'Kubernetes',
  'runs-on': 'ubuntu-24.04',
  'timeout-minutes': 10,
  defaults: { run: { shell: 'bash' } },
  steps: [
    checkout,
    kubeconform,
    running('Overlays', [
      `for overlay in rendered/${stack.name}/kubernetes/overlays/*/; do`,
      `  kubectl kustomize "$overlay" | ${strictly(kubernetes)}`,
      'done',
    ]),
  ],
});

/** Debian whose systemd is the one that the units are for, or the next newer one. */
const debianFor = (systemd: number): string => (systemd <= 252 ? 'debian:12' : 'debian:13');

const systemdJob = (stack: Stack, { systemd }: RenderOptions): Job => {
  const units = unitsOf(stack);
  const native = units.filter(({ way }) => way === 'native');
  const hasQuadlets = units.some(({ way }) => way === 'quadlet');
  const folder = `rendered/${stack.name}/systemd`;
  return {
    name: 'systemd',
    'runs-on': 'ubuntu-24.04',
    container: debianFor(systemd),
    'timeout-minutes': 10,
    defaults: { run: { shell: 'bash' } },
    steps: [
      checkout,
      running('Tools', [
        'apt-get update',
        `apt-get install --yes --no-install-recommends systemd${hasQuadlets ? ' podman' : ''}`,
      ]),
      ...(hasQuadlets
        ? [
            running('Quadlets', [
              'mkdir -p generated',
              `QUADLET_UNIT_DIRS="$PWD/${folder}/quadlets" /usr/libexec/podman/quadlet -dryrun >generated/units 2>generated/messages`,
              '# A key that is not known drops the whole unit, and is only said.',
              "! grep -v 'Loading source unit file' generated/messages",
            ]),
          ]
        : []),
      ...(native.length === 0
        ? []
        : [
            running('Units', [
              `systemd-analyze verify --man=no ${folder}/units/* 2>messages || true`,
              '# What is not known is only said, and the exit code tells nothing: each line counts, but for programs that are not installed here.',
              "! grep -vE 'is not executable|Unit .* not found' messages",
            ]),
            running(
              'Sandbox',
              native.map(
                ({ unit }) =>
                  `systemd-analyze security --offline=true --no-pager --threshold=20 ${folder}/units/${unit}`,
              ),
            ),
          ]),
    ],
  };
};

/** Returns the workflow that judges everything that was rendered; no step is neutered [S3-123]. */
export const infrastructureWorkflow = (stack: Stack, options: RenderOptions): Artifact =>
  workflowFile(
    'validate-infrastructure.yml',
    `Judges what was rendered for ${stack.name}, with the real tools. Every step can fail.`,
    {
      name: `Infrastructure of ${stack.name}`,
      on: onChangesOf(
        `rendered/${stack.name}/**`,
        `stacks/${stack.name}/**`,
        '.github/workflows/validate-infrastructure.yml',
      ),
      ...usual,
      jobs: {
        'validate-docker': dockerJob(stack),
        'validate-k8s': kubernetesJob(stack, options),
        'validate-systemd': systemdJob(stack, options),
      },
    },
  );
