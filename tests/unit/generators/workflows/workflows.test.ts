import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { workflows } from '../../../../generators/workflows/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { Stack } from '../../../../src/models/stack.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { lostBy, textsOf, written } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

const actionlint = await tool('actionlint');

const shape = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.union([z.string(), z.boolean()]) }),
  jobs: z.record(
    z.string(),
    z.object({
      'runs-on': z.string(),
      container: z.string().optional(),
      needs: z.string().optional(),
      permissions: z.record(z.string(), z.string()).optional(),
      strategy: z.object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())) }) }).optional(),
      steps: z.array(
        z.object({
          name: z.string(),
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

/** A program that is built here and a database that is not. */
const built = (image = 'example/shop:1.2.3'): Stack =>
  stackOf({
    project: {
      name: 'shop',
      services: {
        web: {
          image,
          build: { context: './source', platforms: ['linux/amd64', 'linux/arm64', 'linux/riscv64'] },
          secrets: [{ source: 'database-password' }],
        },
        tools: { image: 'example/tools:1', build: { context: './tools', dockerfile: 'Containerfile', target: 'run' } },
        db: { image: 'postgres:18' },
      },
      secrets: { 'database-password': { name: 'shop_database-password', file: './secrets/database-password' } },
    },
    extension: {
      settings: {
        KEY: { description: 'A key.', sensitive: true, required: true },
        PARTNER: { description: 'A partner.', required: true, example: "http://partner/?q='x'" },
        LEVEL: { description: 'How much.', default: 'info', required: true },
      },
    },
    services: { web: { dockerfile: { kind: 'node', version: '24', entry: 'server.js' } } },
  });

const files = ['docker-build-push.yml', 'helm-lint.yml', 'validate-infrastructure.yml'] as const;
const textOf = (stack: Stack, file: (typeof files)[number]): string =>
  textsOf(workflows, stack)[`.github/workflows/${file}`] ?? '';
const read = (stack: Stack, file: (typeof files)[number]) => shape.parse(parse(textOf(stack, file)));
const stepsOf = (stack: Stack, file: (typeof files)[number], job: string) => read(stack, file).jobs[job]?.steps ?? [];

describe('docker-build-push.yml', () => {
  const steps = stepsOf(built(), 'docker-build-push.yml', 'build');
  const at = (name: string): number => steps.findIndex((step) => step.name === name);

  it('runs on main, on tags of versions and by hand [S3-117]', () => {
    expect(read(built(), 'docker-build-push.yml').on).toEqual({
      push: { branches: ['main'], tags: ['v*.*.*'] },
      workflow_dispatch: {},
    });
  });

  it('logs in, builds with provenance, bill of materials and a cache, for both kinds of machines [S3-118]', () => {
    const { jobs } = read(built(), 'docker-build-push.yml');
    expect(steps[at('Log in to docker.io')]?.with).toEqual({
      registry: 'docker.io',
      username: '${{ secrets.DOCKER_HUB_USERNAME }}',
      password: '${{ secrets.DOCKER_HUB_TOKEN }}',
    });
    expect(steps[at('Push web')]?.with).toMatchObject({
      context: 'stacks/shop/source',
      file: 'rendered/shop/dockerfile/web/Dockerfile',
      platforms: '${{ matrix.platform }}',
      provenance: 'mode=max',
      sbom: true,
      'cache-from': 'type=gha,scope=web-${{ matrix.architecture }}',
    });
    expect(jobs['build']?.strategy?.matrix.include).toEqual([
      { platform: 'linux/amd64', architecture: 'amd64', runner: 'ubuntu-24.04' },
      { platform: 'linux/arm64', architecture: 'arm64', runner: 'ubuntu-24.04-arm' },
    ]);
  });

  it('tags latest on main, versions, and commits [S3-119]', () => {
    const metadata = steps[at('Tags and labels of web')]?.with;
    expect(metadata).toMatchObject({ images: 'example/shop', flavor: 'latest=false' });
    expect(String(metadata?.['tags']).trim().split('\n')).toEqual([
      'type=raw,value=latest,enable={{is_default_branch}}',
      'type=semver,pattern=v{{version}}',
      'type=semver,pattern=v{{major}}.{{minor}}',
      'type=sha,prefix=sha-',
    ]);
  });

  it('pushes only what was built, started and tried [S3-120]', () => {
    const order = [
      'Build web',
      'Build tools',
      'Settings for a trial',
      'Smoke test',
      'Log in to docker.io',
      'Push web',
    ].map(at);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(steps[at('Build web')]?.with).toMatchObject({ load: true, tags: 'example/shop:1.2.3' });
    expect(steps[at('Smoke test')]?.run).toContain('up --detach --no-build --wait');
    expect(steps[at('Smoke test')]?.run).toContain('rendered/shop/scripts/verify.sh --no-routes');
    expect(read(built(), 'docker-build-push.yml').jobs['publish']?.needs).toBe('build');
  });

  it('tries with values of chance, and builds with a Dockerfile of its own', () => {
    const settings = steps[at('Settings for a trial')]?.run ?? '';
    expect(settings).toContain(`printf '%s=%s\\n' KEY "$(openssl rand -hex 32)"`);
    expect(settings).toContain(String.raw`printf '%s=%s\n' PARTNER 'http://partner/?q='\''x'\'''`);
    expect(settings).not.toContain('LEVEL');
    expect(settings).toContain('rendered/shop/compose/secrets/database-password');
    expect(steps[at('Push tools')]?.with).toMatchObject({ file: 'stacks/shop/tools/Containerfile', target: 'run' });
  });

  it('emulates nothing, so that it stays below ten minutes [S3-121]', () => {
    expect(textOf(built(), 'docker-build-push.yml')).not.toMatch(/qemu/i);
    expect(lostBy(workflows, built())).toEqual({
      'services.web.build.platforms': expect.stringContaining('linux/riscv64'),
    });
  });

  it('may write packages only for ghcr.io', () => {
    expect(read(built(), 'docker-build-push.yml').jobs['build']?.permissions).toEqual({ contents: 'read' });
    const onGitHub = read(built('ghcr.io/example/shop:1'), 'docker-build-push.yml').jobs['publish'];
    expect(onGitHub?.permissions).toEqual({ contents: 'read', packages: 'write' });
  });

  it('is not made where nothing is built', () => {
    expect(textOf(luciaLike(), 'docker-build-push.yml')).toBe('');
  });
});

describe('helm-lint.yml', () => {
  it('lints strictly and judges what is rendered by kubeconform, not kubeval [S3-122]', () => {
    const text = textOf(built(), 'helm-lint.yml');
    expect(text).toContain('helm lint --strict rendered/shop/helm');
    expect(text).toContain('helm template shop rendered/shop/helm --kube-version 1.36.0 | kubeconform -strict');
    expect(text).not.toContain('kubeval');
    expect(read(built(), 'helm-lint.yml').on['push']).toMatchObject({
      paths: ['rendered/shop/helm/**', '.github/workflows/helm-lint.yml'],
    });
  });
});

describe('validate-infrastructure.yml', () => {
  it('judges Docker, Kubernetes and systemd by the real tools [S3-123]', () => {
    const { jobs, on } = read(luciaLike(), 'validate-infrastructure.yml');
    expect(Object.keys(jobs)).toEqual(['validate-docker', 'validate-k8s', 'validate-systemd']);
    expect(on['push']).toMatchObject({ paths: expect.arrayContaining(['rendered/lucia/**', 'stacks/lucia/**']) });
    const text = textOf(luciaLike(), 'validate-infrastructure.yml');
    for (const judge of [
      'config --quiet',
      'shellcheck ',
      'kubeconform -strict',
      'systemd-analyze verify',
      '--threshold=20',
      'quadlet -dryrun',
    ])
      expect(text).toContain(judge);
    expect(textOf(built(), 'validate-infrastructure.yml')).toContain('hadolint/hadolint-action@');
  });

  it('has no gate that cannot fail [S3-123]', () => {
    const runs = Object.values(read(luciaLike(), 'validate-infrastructure.yml').jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run?.split('\n') ?? []),
    );
    // The one exit code that says nothing is followed by what does.
    const neutered = runs.filter((line) => line.includes('|| true'));
    expect(neutered).toEqual([expect.stringMatching(/^systemd-analyze verify .* 2>messages \|\| true$/)]);
    expect(runs).toContain("! grep -vE 'is not executable|Unit .* not found' messages");
    expect(textOf(luciaLike(), 'validate-infrastructure.yml')).not.toContain('continue-on-error');
  });

  it('takes the Debian of the systemd that is rendered for', () => {
    const of = (systemd: number) =>
      textsOf(workflows, luciaLike(), { systemd })['.github/workflows/validate-infrastructure.yml'];
    expect(of(257)).toContain('container: debian:13');
    expect(of(252)).toContain('container: debian:12');
  });
});

describe('every workflow', () => {
  const all = [built(), luciaLike()].flatMap((stack) => workflows(stack, usualOptions).artifacts);

  it('pins every action by the hash of a commit, and may only read [S3-118]', () => {
    for (const { content } of all) {
      for (const line of content.match(/uses: .*/g) ?? [])
        expect(line).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(shape.parse(parse(content)).permissions).toEqual({ contents: 'read' });
      expect(shape.parse(parse(content)).concurrency.group).toBe('${{ github.workflow }}-${{ github.ref }}');
    }
  });

  it.runIf(actionlint.wanted)('is one that actionlint and shellcheck find nothing in [S3-124]', () => {
    for (const stack of [built(), built('ghcr.io/example/shop:1'), luciaLike()]) {
      const folder = written(workflows(stack, usualOptions).artifacts);
      const names = workflows(stack, usualOptions).artifacts.map(({ path }) => path);
      const { out, code } = actionlint.run(['-no-color', ...names], { cwd: folder });
      expect(out).toBe('');
      expect(code).toBe(0);
    }
  });
});
