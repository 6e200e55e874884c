import type { BuildPlan } from '../../src/models/stack.ts';
import {
  arg,
  blank,
  cmd,
  comment,
  copyInPlace,
  env,
  expose,
  from,
  packagesOf,
  run,
  user,
  workdir,
} from './instructions.ts';
import { nodeTools } from './nodeTools.ts';
import { pythonTools } from './pythonTools.ts';

/** `Dockerfile.dev`: everything to build it is there, the source is mounted. */

const home = '/home/dev';

/** Runs as the person whose source it is, so that what is built in it belongs to them. */
const person = (folder: string): readonly string[] => [
  comment('Your own numbers (`id -u`, `id -g`): what is written into the source then belongs to you.'),
  arg('UID', '1000'),
  arg('GID', '1000'),
  run([`install --directory --owner="$UID" --group="$GID" ${home} ${folder}`]),
  env({ HOME: home }),
  user('$UID:$GID'),
  workdir(folder),
];

const withNode = ({ manifests: given }: BuildPlan): readonly string[] => {
  const { manifests, install, tidy } = nodeTools(given);
  return [...copyInPlace(manifests, '$UID:$GID'), run([install, ...tidy])];
};

const preparations: Readonly<Record<BuildPlan['kind'], (plan: BuildPlan) => readonly string[]>> = {
  go: ({ manifests }) => [
    env({ GOMODCACHE: `${home}/go/pkg/mod`, GOCACHE: `${home}/.cache/go-build` }),
    ...copyInPlace(manifests.length > 0 ? manifests : ['go.mod', 'go.sum'], '$UID:$GID'),
    run(['go mod download']),
  ],
  dotnet: ({ manifests, entry }) => [
    env({ DOTNET_USE_POLLING_FILE_WATCHER: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' }),
    ...copyInPlace(manifests.includes(entry) ? manifests : [...manifests, entry], '$UID:$GID'),
    run([`dotnet restore ${entry}`]),
  ],
  node: withNode,
  vite: withNode,
  python: ({ manifests }) => {
    const lists = pythonTools(manifests).manifests.filter((path) => path.endsWith('.txt'));
    return [
      run([`python -m venv ${home}/venv`]),
      env({ PATH: `${home}/venv/bin:$PATH`, PYTHONUNBUFFERED: '1' }),
      ...copyInPlace(lists, '$UID:$GID'),
      ...(lists.length > 0
        ? [run([`pip install --no-cache-dir ${lists.map((path) => `--requirement ${path}`).join(' ')}`])]
        : []),
    ];
  },
};

const tools = (plan: BuildPlan): readonly string[] =>
  plan.kind === 'node' || plan.kind === 'vite' ? nodeTools(plan.manifests).prepare : [];

/** Returns the lines; `undefined` where nobody said how it is run while it is written. */
export const developmentLines = (plan: BuildPlan, base: string, folder: string): readonly string[] | undefined =>
  plan.develop === undefined
    ? undefined
    : [
        from({ image: base }),
        ...packagesOf(plan.packages),
        ...tools(plan),
        ...person(folder),
        ...preparations[plan.kind](plan),
        blank,
        ...(plan.port === undefined ? [] : [expose(plan.port)]),
        cmd(plan.develop),
      ];
