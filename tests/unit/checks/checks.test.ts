import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

/** Each check of `npm run check` on a small project with the house's configuration: clean, and with one mistake planted. */

const root = path.resolve(import.meta.dirname, '../../..');
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const clean: Readonly<Record<string, string>> = {
  'src/main.ts': `import { face } from './faces/face.ts';\n\nface();\n`,
  'src/faces/face.ts': [
    `import { Screen } from '../../screens/Screen.tsx';`,
    `import { double } from '../models/double.ts';`,
    ``,
    `export function face(): void {`,
    `  console.log(double(21), Screen);`,
    `}`,
    ``,
  ].join('\n'),
  'src/models/double.ts': `/** Twice the value. */\nexport const double = (value: number): number => value * 2;\n`,
  'screens/Screen.tsx': [
    `import { Text } from 'ink';`,
    `import { useState } from 'react';`,
    ``,
    `export function Screen() {`,
    `  const [count] = useState(0);`,
    `  return <Text>{count}</Text>;`,
    `}`,
    ``,
  ].join('\n'),
};

const packageJson = (dependencies: readonly string[]): string =>
  JSON.stringify({
    name: 'planted',
    type: 'module',
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
  });

const knipConfig = JSON.stringify({
  entry: ['src/main.ts'],
  project: ['{src,screens,components,generators}/**/*.{ts,tsx}'],
});

/** A project of the clean files and of those that are planted over them. */
function project(planted: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-checks-'));
  made.push(folder);
  for (const file of ['tsconfig.json', '.oxlintrc.json', '.oxfmtrc.json'])
    cpSync(path.join(root, file), path.join(folder, file));
  mkdirSync(path.join(folder, 'scripts'));
  for (const file of ['scripts/boundaries.mjs', 'scripts/house-rules.mjs'])
    cpSync(path.join(root, file), path.join(folder, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  // The link is not a folder, so `node_modules/` would not cover it.
  writeFileSync(path.join(folder, '.gitignore'), 'node_modules\nscripts\n*.json\n');
  const own = { 'package.json': packageJson(['ink', 'react']), 'knip.json': knipConfig };
  for (const [file, text] of Object.entries({ ...own, ...clean, ...planted })) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const checks = {
  types: ['tsc', '-p', '.'],
  lint: ['oxlint', '--type-aware'],
  boundaries: ['node', 'scripts/boundaries.mjs'],
  'house rules': ['node', 'scripts/house-rules.mjs'],
  format: ['oxfmt', '--check'],
  'dead code': ['knip'],
} as const;

function run(check: keyof typeof checks, folder: string): { status: number | null; output: string } {
  const [tool, ...args] = checks[check];
  const bin = path.join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(path.join(bin, tool), args, { cwd: folder, encoding: 'utf8', env });
  return { status, output: stdout + stderr };
}

test('npm run check runs them all', () => {
  const { scripts } = z
    .object({ scripts: z.object({ check: z.string() }) })
    .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const steps = scripts.check.split(' && ');
  expect(steps).toEqual(Object.values(checks).map((check) => check.join(' ')));
});

describe('on a clean project', () => {
  const folder = project();
  test.each(Object.keys(checks) as (keyof typeof checks)[])('%s has nothing to say', (check) => {
    expect(run(check, folder)).toMatchObject({ status: 0 });
  });
});

type Planted = readonly [
  mistake: string,
  check: keyof typeof checks,
  file: string,
  text: string,
  complaint: string | RegExp,
];

const face = clean['src/faces/face.ts'] ?? '';

const mistakes: readonly Planted[] = [
  [
    'a wrong type',
    'types',
    'src/models/double.ts',
    `export const double = (value: number): string => value;\n`,
    'TS2322',
  ],
  [
    'an index that may be missing',
    'types',
    'src/models/double.ts',
    `export const double = (value: number[]): number => value[0];\n`,
    'TS2322',
  ],
  [
    'an explicit any',
    'lint',
    'src/models/double.ts',
    `export const double = (value: any): number => Number(value);\n`,
    'no-explicit-any',
  ],
  [
    'an any that came in unseen',
    'lint',
    'src/models/double.ts',
    `export const double = (text: string): string => JSON.parse(text).name;\n`,
    'no-unsafe',
  ],
  [
    'console outside the faces',
    'lint',
    'src/models/double.ts',
    `export const double = () => console.log(2);\n`,
    'no-console',
  ],
  ['a default export', 'lint', 'src/models/double.ts', `export default function double() {}\n`, 'no-default-export'],
  [
    'a promise that nobody waits for',
    'lint',
    'src/models/double.ts',
    `const later = async (): Promise<void> => {};\nexport const double = (): void => {\n  later();\n};\n`,
    'no-floating-promises',
  ],
  [
    'an empty catch',
    'lint',
    'src/models/double.ts',
    `export const double = (): void => {\n  try {\n    double();\n  } catch {}\n};\n`,
    'no-empty',
  ],
  [
    'a hook behind a condition',
    'lint',
    'screens/Screen.tsx',
    (clean['screens/Screen.tsx'] ?? '').replace(
      'const [count] = useState(0);',
      'if (Math.random() > 1) useState(0);\n  const count = 0;',
    ),
    'rules-of-hooks',
  ],
  [
    'a circular import',
    'lint',
    'src/models/double.ts',
    `import { face } from '../faces/face.ts';\n\nexport const double = (value: number): number => (face.length > 3 ? 0 : value * 2);\n`,
    'no-cycle',
  ],
  [
    'a check switched off by a comment',
    'house rules',
    'src/models/double.ts',
    `// oxlint-disable-next-line\nexport const double = 2;\n`,
    'switches a check off',
  ],
  [
    'an error ignored by a comment',
    'house rules',
    'src/models/double.ts',
    `// @ts-expect-error it is late\nexport const double: string = 2;\n`,
    'switches a check off',
  ],
  [
    'a double assertion',
    'house rules',
    'src/models/double.ts',
    `export const double = 2 as unknown as string;\n`,
    'asserts a type twice',
  ],
  [
    'a screen that reaches past its room',
    'boundaries',
    'screens/Screen.tsx',
    `export * from '../src/proxmox/client.ts';\n`,
    'screens may not import src/proxmox',
  ],
  [
    'a type from a room that is closed',
    'boundaries',
    'src/models/double.ts',
    `import type { face } from '../faces/face.ts';\n\nexport type Face = typeof face;\n`,
    'src/models may not import src/faces',
  ],
  [
    'a lazy import of a room that is closed',
    'boundaries',
    'src/models/double.ts',
    `export const double = () => import('../faces/face.ts');\n`,
    'src/models may not import src/faces',
  ],
  [
    'an import type expression of a room that is closed',
    'boundaries',
    'src/models/double.ts',
    `export type Face = typeof import('../faces/face.ts');\n`,
    'src/models may not import src/faces',
  ],
  [
    'a generator that reads files',
    'boundaries',
    'generators/compose.ts',
    `import { readFileSync } from 'node:fs/promises';\n\nexport const read = readFileSync;\n`,
    'generators may not import node:fs/promises',
  ],
  ['quotes of another house', 'format', 'src/faces/face.ts', face.replaceAll(`'`, `"`), 'face.ts'],
  [
    'a file that nobody imports',
    'dead code',
    'src/models/triple.ts',
    `export const triple = 3;\n`,
    /Unused files[^]*triple\.ts/,
  ],
  [
    'an export that nobody uses',
    'dead code',
    'src/models/double.ts',
    `${clean['src/models/double.ts'] ?? ''}export const half = 2;\n`,
    /Unused exports[^]*half/,
  ],
  [
    'a dependency that nobody uses',
    'dead code',
    'package.json',
    packageJson(['ink', 'react', 'yaml']),
    /Unused dependencies[^]*yaml/,
  ],
  [
    'a dependency that is not declared',
    'dead code',
    'package.json',
    packageJson(['react']),
    /Unlisted dependencies[^]*ink/,
  ],
];

describe('with a mistake planted', () => {
  test.each(mistakes)('%s is found by the check of %s', (_mistake, check, file, text, complaint) => {
    const { status, output } = run(check, project({ [file]: text }));
    expect(output.slice(0, 5_000)).toMatch(complaint);
    expect(status).not.toBe(0);
  });
});
