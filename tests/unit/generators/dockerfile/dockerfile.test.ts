import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { dockerfile } from '../../../../generators/dockerfile/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { buildSchema } from '../../../../src/models/stack.ts';
import { stackOf } from '../../../support/stacks.ts';
import { tool } from '../../../support/tools.ts';

type Stacked = Parameters<typeof stackOf>[0];
type Plan = z.input<typeof buildSchema>;

const health = { http: { path: '/health', port: 8080 } };

const filesOf = (plan: Plan, more: Partial<Stacked> = {}): Readonly<Record<string, string>> => {
  const stack = stackOf({
    project: { name: 'app', services: { web: { build: { context: './source' } } } },
    services: { web: { dockerfile: plan, health } },
    ...more,
  });
  return Object.fromEntries(dockerfile(stack, usualOptions).artifacts.map(({ path, content }) => [path, content]));
};
const fileOf = (plan: Plan, more?: Partial<Stacked>): string => filesOf(plan, more)['web/Dockerfile'] ?? '';

const go: Plan = {
  kind: 'go',
  version: '1.26',
  entry: 'cmd/relay',
  port: 8080,
  develop: ['go', 'run', './cmd/relay'],
};
const dotnet: Plan = {
  kind: 'dotnet',
  version: '10.0',
  entry: 'lucia.AgentHost/lucia.AgentHost.csproj',
  manifests: ['Directory.Packages.props', 'lucia.Agents/lucia.Agents.csproj'],
  port: 8080,
  develop: ['dotnet', 'watch'],
};
const node: Plan = { kind: 'node', version: '24', entry: 'server.js', port: 8080, develop: ['npm', 'run', 'dev'] };
const python: Plan = {
  kind: 'python',
  version: '3.14',
  entry: 'agent.main',
  develop: ['python', '-m', 'agent.main'],
};

const plans: readonly (readonly [name: string, plan: Plan])[] = [
  ['go', go],
  ['go with packages', { ...go, packages: ['ffmpeg'] }],
  ['dotnet', dotnet],
  ['node', node],
  ['node by pnpm', { ...node, manifests: ['package.json', 'pnpm-lock.yaml'] }],
  ['node by yarn', { ...node, manifests: ['package.json', 'yarn.lock'] }],
  ['vite', { ...node, kind: 'vite', entry: 'dist' }],
  ['python', python],
  ['python by uv', { ...python, entry: 'main.py', manifests: ['pyproject.toml', 'uv.lock'], packages: ['libpq5'] }],
  ['python by pyproject', { ...python, manifests: ['pyproject.toml'] }],
];

const hadolint = await tool('hadolint');

describe.each(plans)('a Dockerfile for %s', (_name, plan) => {
  const text = fileOf(plan);

  it('has stages, and ends as a user with a number [S3-029, S3-032, S1-008]', () => {
    expect(text).toMatch(/^# syntax=docker\/dockerfile:1$/m);
    expect(text.match(/^FROM /gm)).toHaveLength(2);
    const users = [...text.matchAll(/^USER (.*)$/gm)].map(([, user]) => user);
    expect(users).toHaveLength(1);
    expect(users[0]).toMatch(/^[1-9]\d*:\d+$/);
  });

  it('names its bases by version, never `latest` [S1-007, S0-088]', () => {
    for (const [, image] of text.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm))
      expect(image).toMatch(/:(?!latest)[\w.-]+$/);
  });

  it('copies what names the dependencies before the source, and keeps what it fetched [S3-030]', () => {
    const source = text.search(/^COPY \. \.$/m);
    const first = text.search(/^COPY (?!\.|--from|<<)/m);
    expect(first).toBeGreaterThan(-1);
    expect(first).toBeLessThan(source);
    expect(text).toContain('--mount=type=cache');
  });

  it.runIf(hadolint.wanted)('passes hadolint, and so does its variant for writing it', () => {
    const files = filesOf(plan);
    for (const name of ['web/Dockerfile', 'web/Dockerfile.dev']) {
      const { code, out } = hadolint.run(['-'], { input: files[name] ?? '' });
      expect({ name, code, out }).toEqual({ name, code: 0, out: '' });
    }
  });
});

describe('Dockerfiles', () => {
  it('compile Go for the machine that it is for, on the machine that builds [S1-007, S3-022]', () => {
    const text = fileOf(go);
    expect(text).toContain('FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build');
    expect(text).toMatch(/ARG TARGETOS\nARG TARGETARCH/);
    expect(text).toContain('CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath');
    expect(text).toContain('-o /out/app ./cmd/relay');
    expect(text).not.toMatch(/go build .*-a /);
  });

  it('run Go where there is nothing else: a few megabytes in all [S1-001]', () => {
    expect(fileOf(go)).toContain('FROM gcr.io/distroless/static-debian13:nonroot');
    expect(fileOf({ ...go, packages: ['ffmpeg'] })).toContain('FROM debian:trixie-slim');
  });

  it('publish one project of .NET, into the image without a shell [S3-031, S3-035]', () => {
    const text = fileOf(dotnet);
    expect(text).toContain('FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled');
    expect(text).toContain('dotnet publish lucia.AgentHost/lucia.AgentHost.csproj --arch $TARGETARCH --no-restore');
    expect(text).toContain('COPY lucia.Agents/lucia.Agents.csproj lucia.Agents/');
    expect(text).toContain('ENTRYPOINT ["dotnet", "lucia.AgentHost.dll"]');
  });

  it('expose the port and ask for health with what is in the image [S3-033, S3-038, S0-094]', () => {
    const text = fileOf(dotnet);
    expect(text).toMatch(/^EXPOSE 8080$/m);
    expect(text).toContain('CMD ["dotnet", "/healthcheck/healthcheck.dll", "http://127.0.0.1:8080/health", "200"]');
    expect(fileOf(go)).toContain('CMD ["/healthcheck", "http://127.0.0.1:8080/health", "200"]');
    const tcp = { web: { dockerfile: go, health: { tcp: { port: 8080 } } } };
    expect(fileOf(go, { services: tcp })).not.toContain('HEALTHCHECK');
  });

  it('pin the bases by the digests of images.lock', () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    expect(fileOf(go, { digests: { 'golang:1.26-trixie': digest } })).toContain(
      `golang:1.26-trixie@${digest} AS build`,
    );
  });

  it('carry the labels of OCI images, whatever the words hold', () => {
    const text = fileOf(go, { extension: { title: 'A "quoted" $name', sources: ['https://example.com/a'] } });
    expect(text).toContain(String.raw`org.opencontainers.image.title="A \"quoted\" \$name"`);
    expect(text).toContain('org.opencontainers.image.version="$VERSION"');
  });

  it('build with the development dependencies, and run without [S0-096]', () => {
    expect(fileOf(node)).toMatch(/npm ci [\s\S]*npm run build --if-present && \\\n +npm prune --omit=dev/);
  });

  it('serve what Vite built as an application of one page', () => {
    const text = fileOf({ ...node, kind: 'vite', entry: 'dist' });
    expect(text).toContain('try_files $uri $uri/ /index.html;');
    expect(text).toContain('COPY --from=build /app/dist/ /usr/share/nginx/html/');
  });

  it('are written in with the source mounted, as the person whose it is [S3-036]', () => {
    const text = filesOf(dotnet)['web/Dockerfile.dev'] ?? '';
    expect(text).toContain('FROM mcr.microsoft.com/dotnet/sdk:10.0-noble');
    expect(text).toContain('USER $UID:$GID');
    expect(text).toContain('CMD ["dotnet", "watch"]');
    expect(filesOf({ kind: 'go', version: '1.26', entry: '.' })).not.toHaveProperty(['web/Dockerfile.dev']);
  });

  it('work where the stack mounts the source', () => {
    const files = filesOf(node, {
      development: {
        name: 'app',
        services: {
          web: { build: { context: './source' }, volumes: [{ type: 'bind', source: './source', target: '/app' }] },
        },
      },
    });
    expect(files['web/Dockerfile.dev']).toContain('WORKDIR /app');
  });

  it('are made once for services that run the same image', () => {
    const shared = { image: 'app:1', build: { context: './source' } };
    const stack = stackOf({
      project: { name: 'app', services: { web: shared, worker: shared } },
      services: { web: { dockerfile: node }, worker: { dockerfile: node } },
    });
    const paths = dockerfile(stack, usualOptions).artifacts.map(({ path }) => path);
    expect(paths).toContain('web/Dockerfile');
    expect(paths.filter((path) => path.startsWith('worker/'))).toEqual([]);
  });

  it('leave a Dockerfile of its own as it is, and say so', () => {
    const stack = stackOf({
      project: { name: 'app', services: { web: { build: { context: '.', dockerfile: 'Dockerfile' } } } },
    });
    expect(dockerfile(stack, usualOptions)).toMatchObject({ artifacts: [], losses: [{ path: 'services.web.build' }] });
  });
});

describe('what is left out of the context', () => {
  it('lies where BuildKit reads it, beside the Dockerfile [S3-058]', () => {
    expect(Object.keys(filesOf(node)).toSorted()).toEqual([
      'web/Dockerfile',
      'web/Dockerfile.dev',
      'web/Dockerfile.dev.dockerignore',
      'web/Dockerfile.dockerignore',
    ]);
  });

  it('is secrets, results and version control, and no folder of sources [S1-004, S3-058]', () => {
    const ofGo = filesOf(go)['web/Dockerfile.dockerignore'] ?? '';
    const patterns = ofGo.split('\n');
    for (const pattern of ['.git', '**/.env*', '!**/.env.example', '**/Dockerfile*', '**/*_test.go', '/bin'])
      expect(patterns).toContain(pattern);
    expect(patterns).not.toContain('relay-*');
    const ofDotnet = filesOf(dotnet)['web/Dockerfile.dockerignore'] ?? '';
    expect(ofDotnet).toMatch(/\*\*\/bin\n\*\*\/obj/);
    expect(ofDotnet).not.toContain('Tests');
  });
});
