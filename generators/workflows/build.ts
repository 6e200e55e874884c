import type { Artifact } from '../../src/models/artifact.ts';
import type { Setting, Stack } from '../../src/models/stack.ts';
import { shellWord } from '../shared/shell.ts';
import type { BuiltImage } from './images.ts';
import { checkout, running, using, usual, workflowFile, type Job, type Step } from './workflow.ts';

/** Machines of each kind: nothing is emulated, which would take ten times as long. */
const machines = [
  { platform: 'linux/amd64', architecture: 'amd64', runner: 'ubuntu-24.04' },
  { platform: 'linux/arm64', architecture: 'arm64', runner: 'ubuntu-24.04-arm' },
] as const;

/** How one logs in where an image is pushed to. */
const login = (registry: string): Step => {
  const [username, password] =
    registry === 'docker.io'
      ? ['${{ secrets.DOCKER_HUB_USERNAME }}', '${{ secrets.DOCKER_HUB_TOKEN }}']
      : registry === 'ghcr.io'
        ? ['${{ github.actor }}', '${{ secrets.GITHUB_TOKEN }}']
        : ['${{ secrets.REGISTRY_USERNAME }}', '${{ secrets.REGISTRY_TOKEN }}'];
  return using('login', { name: `Log in to ${registry}`, with: { registry, username, password } });
};

const buildWith = (built: BuiltImage): Readonly<Record<string, string>> => ({
  context: built.context,
  file: built.dockerfile,
  ...(built.target === undefined ? {} : { target: built.target }),
  platforms: '${{ matrix.platform }}',
  'cache-from': `type=gha,scope=${built.id}-\${{ matrix.architecture }}`,
});

const loadStep = (built: BuiltImage): Step =>
  using('build', {
    name: `Build ${built.id}`,
    with: {
      ...buildWith(built),
      load: true,
      tags: built.image,
      'cache-to': `type=gha,mode=max,scope=${built.id}-\${{ matrix.architecture }}`,
    },
  });

const pushStep = (built: BuiltImage): Step =>
  using('build', {
    name: `Push ${built.id}`,
    id: `push-${built.id}`,
    with: {
      ...buildWith(built),
      labels: `\${{ steps.metadata-${built.id}.outputs.labels }}`,
      provenance: 'mode=max',
      sbom: true,
      outputs: `type=image,name=${built.repository},push-by-digest=true,name-canonical=true,push=true`,
    },
  });

const metadataStep = (built: BuiltImage): Step =>
  using('metadata', {
    name: `Tags and labels of ${built.id}`,
    id: `metadata-${built.id}`,
    with: {
      images: built.repository,
      flavor: 'latest=false',
      tags: [
        'type=raw,value=latest,enable={{is_default_branch}}',
        'type=semver,pattern=v{{version}}',
        'type=semver,pattern=v{{major}}.{{minor}}',
        'type=sha,prefix=sha-',
        '',
      ].join('\n'),
    },
  });

/** A value that makes the stack start: a secret of chance, or what the model shows as an example. */
const trialValue = (name: string, setting: Setting): string | undefined => {
  if (setting.sensitive) return setting.required ? `printf '%s=%s\\n' ${name} "$(openssl rand -hex 32)"` : undefined;
  if (!setting.required || setting.default !== undefined) return undefined;
  return `printf '%s=%s\\n' ${name} ${shellWord(setting.example ?? setting.values?.[0] ?? '')}`;
};

/** The whole stack is started with the images that were just built: what does not get well is not pushed. */
const smokeSteps = (stack: Stack): readonly Step[] => {
  const folder = `rendered/${stack.name}/compose`;
  const settings = Object.entries(stack.extension.settings).flatMap(
    ([name, setting]) => trialValue(name, setting) ?? [],
  );
  const secrets = Object.keys(stack.project.secrets ?? {});
  return [
    running('Settings for a trial', [
      'umask 077',
      ...(settings.length === 0 ? [] : ['{', ...settings.map((line) => `  ${line}`), `} >${folder}/.env`]),
      ...(secrets.length === 0 ? [] : [`mkdir -p ${folder}/secrets`]),
      // Read by the user of the container, which is another than that of the run.
      ...secrets.map(
        (name) => `openssl rand -hex 32 | install -m 0644 /dev/stdin ${folder}/secrets/${shellWord(name)}`,
      ),
    ]),
    running('Smoke test', [
      `docker compose --project-directory ${folder} up --detach --no-build --wait --wait-timeout 300`,
      `rendered/${stack.name}/scripts/verify.sh --no-routes`,
    ]),
    running('Logs of the trial', [`docker compose --project-directory ${folder} logs --tail 200`], { if: 'failure()' }),
  ];
};

const digestSteps = (images: readonly BuiltImage[]): readonly Step[] => [
  running(
    'Keep the digests',
    images.flatMap(({ id }) => {
      const variable = `DIGEST_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
      return [`mkdir -p digests/${id}`, `touch "digests/${id}/\${${variable}#sha256:}"`];
    }),
    {
      env: Object.fromEntries(
        images.map(({ id }) => [
          `DIGEST_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
          `\${{ steps.push-${id}.outputs.digest }}`,
        ]),
      ),
    },
  ),
  using('upload', {
    name: 'Hand the digests over',
    with: {
      name: 'digests-${{ matrix.architecture }}',
      path: 'digests/',
      'if-no-files-found': 'error',
      'retention-days': 1,
    },
  }),
];

const mergeStep = ({ id, repository }: BuiltImage): Step =>
  running(
    `Publish ${id} under its tags`,
    [
      'mapfile -t tags < <(jq -r \'.tags[] | "--tag", .\' <<<"$METADATA")',
      `cd digests/${id}`,
      `mapfile -t sources < <(printf '${repository}@sha256:%s\\n' *)`,
      '# One for each kind of machine, or nothing is published.',
      `[ "\${#sources[@]}" -eq ${machines.length} ]`,
      'docker buildx imagetools create "${tags[@]}" "${sources[@]}"',
    ],
    { env: { METADATA: `\${{ steps.metadata-${id}.outputs.json }}` } },
  );

const permissionsFor = (images: readonly BuiltImage[]): Job['permissions'] =>
  images.some(({ registry }) => registry === 'ghcr.io')
    ? { contents: 'read', packages: 'write' }
    : { contents: 'read' };

/** Returns the workflow that builds, tries and pushes: amd64 and arm64, in that order and no other [S3-118, S3-120]. */
export const buildWorkflow = (stack: Stack, images: readonly BuiltImage[]): Artifact => {
  const registries = [...new Set(images.map(({ registry }) => registry))];
  const permissions = permissionsFor(images) ?? { contents: 'read' };
  return workflowFile(
    'docker-build-push.yml',
    [
      `Builds the images of ${stack.name}, starts the whole stack with them, and only then pushes them.`,
      'Secrets of the repository: ' +
        (registries.includes('docker.io')
          ? 'DOCKER_HUB_USERNAME, DOCKER_HUB_TOKEN.'
          : registries.every((one) => one === 'ghcr.io')
            ? 'none.'
            : 'REGISTRY_USERNAME, REGISTRY_TOKEN.'),
    ].join('\n'),
    {
      name: `Build and push ${stack.name}`,
      on: { push: { branches: ['main'], tags: ['v*.*.*'] }, workflow_dispatch: {} },
      ...usual,
      jobs: {
        build: {
          name: 'Build for ${{ matrix.architecture }}',
          'runs-on': '${{ matrix.runner }}',
          'timeout-minutes': 20,
          permissions,
          strategy: { 'fail-fast': true, matrix: { include: machines } },
          steps: [
            checkout,
            using('buildx', { name: 'Set up Buildx' }),
            ...images.map(metadataStep),
            ...images.map(loadStep),
            ...smokeSteps(stack),
            ...registries.map(login),
            ...images.map(pushStep),
            ...digestSteps(images),
          ],
        },
        publish: {
          name: 'Publish for both',
          needs: 'build',
          'runs-on': 'ubuntu-24.04',
          'timeout-minutes': 10,
          permissions,
          steps: [
            using('download', {
              name: 'Take the digests',
              with: { pattern: 'digests-*', path: 'digests', 'merge-multiple': true },
            }),
            using('buildx', { name: 'Set up Buildx' }),
            ...registries.map(login),
            ...images.map(metadataStep),
            ...images.map(mergeStep),
          ],
        },
      },
    },
  );
};
