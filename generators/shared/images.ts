import type { BuildPlan, Stack } from '../../src/models/stack.ts';

/** What images are known to carry. Sources: the Dockerfiles that their makers publish, as of November 2026. */

export interface ImageFacts {
  /** Programs that a health check may use. */
  readonly tools: readonly string[];
  /** Numeric `user:group` that it can be started as from the beginning; without one it runs as the image says. */
  readonly user?: string;
  /** Its own user is root, and it steps down by itself. */
  readonly root: boolean;
  /** What it needs after all capabilities are dropped, when started as `user` or, without one, as the image says. */
  readonly capabilities: readonly string[];
  /** Where it keeps what must outlive the container. */
  readonly data: readonly string[];
  /** Paths that it writes beside its data and /tmp. */
  readonly scratch: readonly string[];
  /** Its process 1 waits for orphans, or is an init of its own: `init` would only stand in the way. */
  readonly reaps: boolean;
  /** A database, a queue, a cache: never published. */
  readonly datastore: boolean;
}

interface ImageName {
  /** `docker.io/library/` left out. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Returns the parts of a reference. The tag is after the last `:` behind the last `/`: a registry may have a port. */
export const imageName = (image: string): ImageName => {
  const [named = '', digest] = image.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  return {
    repository: repository.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, ''),
    tag: colon < 0 ? undefined : named.slice(colon + 1),
    digest,
  };
};

const busybox = ['sh', 'wget', 'nc', 'grep', 'test', 'true', 'pgrep', 'cat'];
const debian = ['sh', 'bash', 'grep', 'test', 'true', 'cat'];
const buildpack = [...debian, 'curl', 'wget', 'perl', 'git'];

const plain: ImageFacts = {
  tools: [],
  root: false,
  capabilities: [],
  data: [],
  scratch: [],
  reaps: true,
  datastore: false,
};
const isAlpine = (tag: string): boolean => tag.includes('alpine');
const isBare = (tag: string): boolean => tag.includes('chiseled') || tag.includes('distroless');

/** A database that runs as its own user from the start: its image gives that user the folder of the data. */
const database = (facts: Partial<ImageFacts> & Pick<ImageFacts, 'tools' | 'user' | 'data'>): ImageFacts => ({
  ...plain,
  root: true,
  datastore: true,
  ...facts,
});
const redisLike =
  (name: 'redis' | 'valkey') =>
  (tag: string): ImageFacts =>
    database({
      tools: [...(isAlpine(tag) ? busybox : debian), `${name}-cli`, `${name}-server`],
      user: isAlpine(tag) ? '999:1000' : '999:999',
      data: ['/data'],
    });
const postgresLike = (tag: string): ImageFacts =>
  database({
    tools: [...(isAlpine(tag) ? busybox : debian), 'pg_isready', 'psql', 'pg_dump'],
    user: isAlpine(tag) ? '70:70' : '999:999',
    data: ['/var/lib/postgresql', '/var/lib/postgresql/data'],
    scratch: ['/var/run/postgresql'],
  });
const language =
  (program: string, user?: string) =>
  (tag: string): ImageFacts => ({
    ...plain,
    tools: [...(isAlpine(tag) ? busybox : tag.includes('slim') ? debian : buildpack), program],
    root: true,
    reaps: false,
    ...(user === undefined ? {} : { user }),
  });
const dotnet = (tag: string): ImageFacts => ({
  ...plain,
  tools: [...(isBare(tag) ? [] : isAlpine(tag) ? busybox : debian), 'dotnet'],
  user: '1654:1654',
  reaps: false,
});
const distroless = (): ImageFacts => ({ ...plain, user: '65532:65532' });

/** By repository; what depends on the variant is told by the tag. */
const known: Readonly<Record<string, (tag: string) => ImageFacts>> = {
  redis: redisLike('redis'),
  'valkey/valkey': redisLike('valkey'),
  postgres: postgresLike,
  'pgvector/pgvector': postgresLike,
  mariadb: () =>
    database({
      tools: [...debian, 'healthcheck.sh', 'mariadb', 'mariadb-admin', 'mariadb-dump'],
      user: '999:999',
      data: ['/var/lib/mysql'],
      scratch: ['/run/mysqld'],
    }),
  mysql: () =>
    database({
      tools: [...debian, 'mysqladmin', 'mysql', 'mysqldump'],
      user: '999:999',
      data: ['/var/lib/mysql'],
      scratch: ['/var/run/mysqld'],
    }),
  mongo: () =>
    database({ tools: [...debian, 'mongosh', 'mongodump'], user: '999:999', data: ['/data/db', '/data/configdb'] }),
  rabbitmq: (tag) =>
    database({
      tools: [...(isAlpine(tag) ? busybox : debian), 'rabbitmq-diagnostics', 'rabbitmqctl'],
      user: isAlpine(tag) ? '100:101' : '999:999',
      data: ['/var/lib/rabbitmq'],
      scratch: ['/var/log/rabbitmq'],
    }),
  memcached: (tag) => ({
    ...plain,
    tools: isAlpine(tag) ? busybox : debian,
    user: '11211:11211',
    datastore: true,
  }),
  nginx: (tag) => ({
    ...plain,
    tools: [...(isAlpine(tag) ? busybox : debian), 'curl', 'nginx'],
    root: true,
    capabilities: ['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    scratch: ['/run', '/var/cache/nginx'],
  }),
  'nginxinc/nginx-unprivileged': (tag) => ({
    ...plain,
    tools: [...(isAlpine(tag) ? busybox : debian), 'curl', 'nginx'],
    user: '101:101',
    scratch: ['/var/cache/nginx'],
  }),
  // Binds 80 and 443: as root, of whose powers this one is left.
  traefik: () => ({ ...plain, tools: [...busybox, 'traefik'], root: true, capabilities: ['NET_BIND_SERVICE'] }),
  'traefik/whoami': () => ({ ...plain, user: '65532:65532' }),
  caddy: () => ({
    ...plain,
    tools: [...busybox, 'caddy'],
    root: true,
    capabilities: ['NET_BIND_SERVICE'],
    data: ['/data'],
    scratch: ['/config'],
  }),
  alpine: () => ({ ...plain, tools: busybox, root: true, reaps: false }),
  busybox: () => ({ ...plain, tools: busybox, root: true, reaps: false }),
  debian: () => ({ ...plain, tools: debian, root: true, reaps: false }),
  ubuntu: () => ({ ...plain, tools: debian, root: true, reaps: false }),
  node: language('node', '1000:1000'),
  python: (tag) => {
    const facts = language('python3')(tag);
    return { ...facts, tools: [...facts.tools, 'python'] };
  },
  golang: language('go'),
  'mcr.microsoft.com/dotnet/aspnet': dotnet,
  'mcr.microsoft.com/dotnet/runtime': dotnet,
  'mcr.microsoft.com/dotnet/runtime-deps': (tag) => ({ ...dotnet(tag), tools: isAlpine(tag) ? busybox : debian }),
  'mcr.microsoft.com/dotnet/sdk': (tag) => ({
    ...plain,
    tools: [...(isAlpine(tag) ? busybox : buildpack), 'dotnet'],
    root: true,
    reaps: false,
  }),
  'gcr.io/distroless/static': distroless,
  'gcr.io/distroless/static-debian13': distroless,
  'prom/prometheus': () => ({
    ...plain,
    tools: [...busybox, 'promtool', 'prometheus'],
    user: '65534:65534',
    data: ['/prometheus'],
  }),
  'prom/alertmanager': () => ({
    ...plain,
    tools: [...busybox, 'amtool'],
    user: '65534:65534',
    data: ['/alertmanager'],
  }),
  'grafana/grafana': () => ({
    ...plain,
    tools: [...busybox, 'bash', 'curl'],
    user: '472:0',
    data: ['/var/lib/grafana'],
  }),
  // Distroless since 3.
  'grafana/loki': () => ({ ...plain, user: '10001:10001', data: ['/loki'] }),
  registry: () => ({ ...plain, tools: busybox, root: true, data: ['/var/lib/registry'] }),
  'ollama/ollama': () => ({ ...plain, tools: [...debian, 'ollama'], root: true, data: ['/root/.ollama'] }),
  // Its init must be process 1, and it steps down by itself.
  'jc21/nginx-proxy-manager': () => ({
    ...plain,
    tools: [...debian, 'curl', 'check-health'],
    root: true,
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    data: ['/data', '/etc/letsencrypt'],
    scratch: ['/run', '/var/log', '/var/lib/nginx', '/var/cache/nginx'],
  }),
};

/** Returns what is known of a published image; `undefined` for one that nobody has looked into. */
export const knownImage = (image: string | undefined): ImageFacts | undefined => {
  if (image === undefined) return undefined;
  const { repository, tag } = imageName(image);
  return Object.hasOwn(known, repository) ? known[repository]?.(tag ?? 'latest') : undefined;
};

/** The images that a Dockerfile of ours starts from: one to build in, one to run in. */
export interface BaseImages {
  readonly build: string;
  readonly run: string;
}

/** Returns the bases for a plan. Packages need an image that can install them. */
export const baseImages = ({ kind, version, packages }: BuildPlan): BaseImages => {
  switch (kind) {
    case 'go':
      return {
        build: `golang:${version}-trixie`,
        run: packages.length > 0 ? 'debian:trixie-slim' : 'gcr.io/distroless/static-debian13:nonroot',
      };
    case 'dotnet':
      return {
        build: `mcr.microsoft.com/dotnet/sdk:${version}-noble`,
        run: `mcr.microsoft.com/dotnet/aspnet:${version}-noble${packages.length > 0 ? '' : '-chiseled'}`,
      };
    case 'node':
      return { build: `node:${version}-trixie-slim`, run: `node:${version}-trixie-slim` };
    case 'vite':
      return { build: `node:${version}-trixie-slim`, run: 'nginxinc/nginx-unprivileged:1.29-alpine' };
    case 'python':
      return { build: `python:${version}-slim-trixie`, run: `python:${version}-slim-trixie` };
  }
};

/** The user of an image that our Dockerfiles make, by number: Kubernetes can only prove a number to be no root. */
export const builtUser: Readonly<Record<BuildPlan['kind'], string>> = {
  go: '65532:65532',
  dotnet: '1654:1654',
  node: '1000:1000',
  vite: '101:101',
  python: '10001:10001',
};

/** Programs that our Dockerfiles put into the image to ask for its health. */
export const probe = { go: '/healthcheck', dotnet: '/healthcheck/healthcheck.dll' } as const;

const builtFacts = (plan: BuildPlan): ImageFacts => {
  const base = knownImage(baseImages(plan).run) ?? plain;
  const own = plan.kind === 'go' || plan.kind === 'dotnet' ? [probe[plan.kind]] : [];
  return {
    ...base,
    tools: [...base.tools, ...own],
    user: builtUser[plan.kind],
    root: false,
    reaps: plan.kind === 'vite',
  };
};

/** Returns what is known of the image of a service: of one that a Dockerfile of ours builds, or of a published one. */
export const imageFacts = (stack: Stack, service: string): ImageFacts | undefined => {
  const plan = stack.services[service]?.dockerfile;
  const { image, build } = stack.project.services[service] ?? {};
  if (plan !== undefined) return builtFacts(plan);
  return build === undefined ? knownImage(image) : undefined;
};

/** Returns whether a service keeps data for others: said so, or its image is known for it. */
export const isDatastore = (stack: Stack, service: string): boolean =>
  stack.services[service]?.datastore === true || knownImage(stack.project.services[service]?.image)?.datastore === true;

/** Returns the name of the image of a service without digest; one that is only built is named as the stack and the service. */
export const imageOf = (stack: Stack, service: string): string =>
  stack.project.services[service]?.image ?? `${stack.name}-${service}:${stack.extension.version}`;

/** Returns an image with the digest of images.lock, where there is one. */
export const pinned = (image: string, digests: Stack['digests']): string => {
  const digest = image.includes('@') ? undefined : digests[image];
  return digest === undefined ? image : `${image}@${digest}`;
};
