import type { BuildPlan } from '../../src/models/stack.ts';

/** `Dockerfile.dockerignore`: BuildKit reads it beside the Dockerfile, wherever the context is; a `.dockerignore` there it would not. */

const common = [
  [
    'Version control, editors, documents',
    ['.git', '.github', '.gitignore', '.idea', '.vs', '.vscode', 'docs', '.docs', 'specs', '*.md'],
  ],
  ['Secrets and what belongs to one machine', ['**/.env*', '!**/.env.example', '**/*.pem', '**/*.key', 'secrets']],
  ['What builds and runs it', ['**/Dockerfile*', '**/.dockerignore', '**/compose*.y*ml', '**/docker-compose*.y*ml']],
  ['Results of tests', ['**/coverage', '**/*.log', '**/TestResults']],
] as const;

/** Patterns are anchored, or name folders that hold nothing but results: `relay-*` would take a folder of sources away. */
const particular: Readonly<Record<BuildPlan['kind'], readonly string[]>> = {
  go: ['/bin', '/dist', '**/*.test', '**/*.out', '**/*_test.go'],
  dotnet: ['**/bin', '**/obj', '**/*.user'],
  node: ['**/node_modules', '/dist', '**/.npm'],
  vite: ['**/node_modules', '/dist', '**/.vite'],
  python: ['**/__pycache__', '**/*.py[co]', '**/.venv', '**/.pytest_cache', '**/.mypy_cache', '**/.ruff_cache'],
};

/** Returns the text. A test project of .NET is not left out: a solution that names it could not be restored. */
export const ignoreFile = ({ kind, manifests, entry }: BuildPlan): string => {
  const groups = [...common, ['What the build makes by itself', particular[kind]] as const];
  const needed = [...manifests, entry].filter((path) => path.endsWith('.md'));
  return `${[
    ...groups.flatMap(([title, patterns]) => [`# ${title}`, ...patterns, '']),
    ...needed.map((path) => `!${path}`),
  ]
    .join('\n')
    .trimEnd()}\n`;
};
