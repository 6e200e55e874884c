import type { BuildPlan } from '../../src/models/stack.ts';
import { probe } from '../shared/images.ts';
import {
  arg,
  blank,
  cmd,
  comment,
  copy,
  copyInPlace,
  entrypoint,
  env,
  from,
  inline,
  packagesOf,
  run,
  workdir,
} from './instructions.ts';
import { nodeTools } from './nodeTools.ts';
import { nginxSite } from './nginxSite.ts';
import { dotnetProbe, dotnetProject, goProbe } from './probes.ts';
import { pythonTools } from './pythonTools.ts';

/** Pinned references of the bases. */
export interface Bases {
  readonly build: string;
  readonly run: string;
}

/** What is particular about a language: the stages before the last one, and the last one's content. */
export interface Recipe {
  readonly stages: readonly string[];
  /** After `FROM` and the labels, before the user. */
  readonly content: readonly string[];
  readonly start: string;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const withoutEnding = (name: string): string => name.replace(/\.[^.]+$/, '');

const go = (plan: BuildPlan, { build, run: runBase }: Bases): Recipe => {
  const modules = '/go/pkg/mod';
  const caches = [modules, '/root/.cache/go-build'];
  const entry = plan.entry === '.' || plan.entry.startsWith('./') ? plan.entry : `./${plan.entry}`;
  const compile = (output: string, source: string, flags: string): string =>
    `CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags="${flags}" -o ${output} ${source}`;
  const manifests = plan.manifests.length > 0 ? plan.manifests : ['go.mod', 'go.sum'];
  return {
    stages: [
      from({ image: build, as: 'build', onBuilder: true }),
      arg('TARGETOS'),
      arg('TARGETARCH'),
      arg('VERSION'),
      workdir('/src'),
      ...copyInPlace(manifests),
      run(['go mod download'], [modules]),
      inline('/probe/main.go', goProbe),
      run([compile(`/out${probe.go}`, '/probe/main.go', '-s -w')], caches),
      copy({ sources: ['.'], target: '.' }),
      run([compile('/out/app', entry, '-s -w -X main.version=$VERSION')], caches),
      blank,
      from({ image: runBase }),
    ],
    content: [...packagesOf(plan.packages), copy({ from: 'build', sources: ['/out/'], target: '/' })],
    start: entrypoint(['/app']),
  };
};

const dotnet = (plan: BuildPlan, { build, run: runBase }: Bases): Recipe => {
  const caches = ['/root/.nuget/packages'];
  const manifests = plan.manifests.includes(plan.entry) ? plan.manifests : [...plan.manifests, plan.entry];
  return {
    stages: [
      from({ image: build, as: 'build', onBuilder: true }),
      arg('TARGETARCH'),
      arg('VERSION'),
      workdir('/src'),
      ...copyInPlace(manifests),
      run([`dotnet restore ${plan.entry} --arch $TARGETARCH`], caches),
      inline('/probe/healthcheck.csproj', dotnetProject(plan.version)),
      inline('/probe/Program.cs', dotnetProbe),
      run(['dotnet publish /probe/healthcheck.csproj --configuration Release --output /out/healthcheck'], caches),
      copy({ sources: ['.'], target: '.' }),
      run(
        [
          `dotnet publish ${plan.entry} --arch $TARGETARCH --no-restore --no-self-contained --configuration Release --output /out/app -p:Version=$VERSION`,
        ],
        caches,
      ),
      blank,
      from({ image: runBase }),
    ],
    content: [
      ...packagesOf(plan.packages),
      workdir('/app'),
      copy({ from: 'build', sources: ['/out/healthcheck/'], target: '/healthcheck/' }),
      copy({ from: 'build', sources: ['/out/app/'], target: './' }),
      env({
        DOTNET_EnableDiagnostics: '0',
        ...(plan.port === undefined ? {} : { ASPNETCORE_HTTP_PORTS: `${plan.port}` }),
      }),
    ],
    start: entrypoint(['dotnet', `${withoutEnding(baseName(plan.entry))}.dll`]),
  };
};

const node = (plan: BuildPlan, { build, run: runBase }: Bases): Recipe => {
  const tools = nodeTools(plan.manifests);
  return {
    stages: [
      comment('Not on the builder: packages may be compiled for the machine that they are installed on.'),
      from({ image: build, as: 'build' }),
      workdir('/app'),
      ...tools.prepare,
      ...copyInPlace(tools.manifests),
      run([tools.install], [tools.cache]),
      copy({ sources: ['.'], target: '.' }),
      run([tools.build, tools.prune], [tools.cache]),
      blank,
      from({ image: runBase }),
    ],
    content: [
      ...packagesOf(plan.packages),
      env({ NODE_ENV: 'production' }),
      workdir('/app'),
      copy({ from: 'build', sources: ['/app/'], target: './' }),
    ],
    start: cmd(['node', plan.entry]),
  };
};

const vite = (plan: BuildPlan, { build, run: runBase }: Bases): Recipe => {
  const tools = nodeTools(plan.manifests);
  const output = /\.[cm]?[jt]s$/.test(plan.entry) ? 'dist' : plan.entry;
  return {
    stages: [
      comment('What it makes is the same for every machine, so it is made on the builder.'),
      from({ image: build, as: 'build', onBuilder: true }),
      workdir('/app'),
      ...tools.prepare,
      ...copyInPlace(tools.manifests),
      run([tools.install], [tools.cache]),
      copy({ sources: ['.'], target: '.' }),
      run([tools.script('build')]),
      blank,
      from({ image: runBase }),
    ],
    content: [
      inline('/etc/nginx/conf.d/default.conf', nginxSite(plan.port ?? 8080)),
      copy({ from: 'build', sources: [`/app/${output}/`], target: '/usr/share/nginx/html/' }),
    ],
    start: cmd(['nginx', '-g', 'daemon off;']),
  };
};

const python = (plan: BuildPlan, { build, run: runBase }: Bases): Recipe => {
  const tools = pythonTools(plan.manifests);
  const module = plan.entry.endsWith('.py') ? [plan.entry] : ['-m', plan.entry];
  return {
    stages: [
      comment('Not on the builder: packages may be compiled for the machine that they are installed on.'),
      from({ image: build, as: 'build' }),
      workdir('/app'),
      ...tools.prepare,
      ...copyInPlace(tools.manifests),
      ...tools.install,
      copy({ sources: ['.'], target: '.' }),
      ...tools.finish,
      blank,
      from({ image: runBase }),
    ],
    content: [
      ...packagesOf(plan.packages),
      env({ PATH: '/opt/venv/bin:$PATH', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' }),
      workdir('/app'),
      copy({ from: 'build', sources: ['/opt/venv/'], target: '/opt/venv/' }),
      copy({ from: 'build', sources: ['/app/'], target: './' }),
    ],
    start: cmd(['python', ...module]),
  };
};

/** How each kind is built. */
export const recipes: Readonly<Record<BuildPlan['kind'], (plan: BuildPlan, bases: Bases) => Recipe>> = {
  go,
  dotnet,
  node,
  vite,
  python,
};
