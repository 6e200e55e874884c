import { run } from './instructions.ts';

interface NodeTools {
  readonly manifests: readonly string[];
  readonly prepare: readonly string[];
  readonly install: string;
  /** After it, where no cache of the builder holds what was fetched. */
  readonly tidy: readonly string[];
  readonly build: string;
  readonly prune: string;
  readonly cache: string;
  readonly script: (name: string) => string;
}

/** Brings pnpm and Yarn in the version that package.json names; newer images of Node come without it. */
const corepack = [run(['npm install --global --ignore-scripts corepack@0.34.0', 'corepack enable'])];

/** Returns how a project of Node installs and builds: by the lock file among its manifests. */
export const nodeTools = (given: readonly string[]): NodeTools => {
  const manifests = given.length > 0 ? given : ['package.json', 'package-lock.json'];
  const has = (name: string): boolean => manifests.some((path) => path === name || path.endsWith(`/${name}`));
  if (has('pnpm-lock.yaml'))
    return {
      manifests,
      prepare: corepack,
      install: 'pnpm install --frozen-lockfile',
      tidy: ['pnpm store prune'],
      build: 'pnpm run --if-present build',
      prune: 'pnpm prune --prod',
      cache: '/root/.local/share/pnpm/store',
      script: (name) => `pnpm run ${name}`,
    };
  if (has('yarn.lock'))
    return {
      manifests,
      prepare: corepack,
      install: 'yarn install --immutable',
      tidy: ['yarn cache clean'],
      build: 'yarn build',
      prune: 'yarn workspaces focus --all --production',
      cache: '/root/.yarn/berry/cache',
      script: (name) => `yarn ${name}`,
    };
  return {
    manifests,
    prepare: [],
    install: `npm ${has('package-lock.json') || has('npm-shrinkwrap.json') ? 'ci' : 'install'} --no-audit --no-fund`,
    tidy: ['npm cache clean --force'],
    build: 'npm run build --if-present',
    prune: 'npm prune --omit=dev --no-audit --no-fund',
    cache: '/root/.npm',
    script: (name) => `npm run ${name}`,
  };
};
