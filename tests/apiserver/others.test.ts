import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { kubernetes } from '../../generators/kubernetes/index.ts';
import { usualOptions } from '../../src/models/artifact.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import type { Stack } from '../../src/models/stack.ts';
import { loadStack } from '../../src/stacks/load.ts';
import { bare, shop } from '../support/kubernetesStacks.ts';
import { apply, builtOf, complaints, objectsOf, presentOf } from './asking.ts';

/** Stacks that are no blueprints: the Compose projects of the corpus, and those made by hand that use every kind of object. */

const corpus = path.resolve(import.meta.dirname, '../corpus');

const loaded = async (name: string): Promise<readonly [string, Stack][]> => {
  try {
    const { stack } = await loadStack(path.join(corpus, name));
    return [[name, stack]];
  } catch (error) {
    if (error instanceof ProxdeckError) return [];
    throw error;
  }
};

const names = readdirSync(corpus, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const stacks: readonly (readonly [string, Stack])[] = [
  ['a shop of every kind', shop()],
  ['a service that says nothing', bare()],
  ...(await Promise.all(names.map(loaded))).flat(),
];

describe('the manifests of other stacks', () => {
  it('are many', () => {
    expect(stacks.length).toBeGreaterThan(50);
  });

  // How strict the namespace is with pods, which is rendered too, is judged with them; its name is one that no blueprint has.
  it.each(stacks.map(([name, stack], index) => ({ name, stack, namespace: `other-${String(index)}` })))(
    'are applied: $name',
    ({ name, stack, namespace }) => {
      const folder = path.join(inject('workspace'), 'others', name);
      const elsewhere = { ...stack.extension, kubernetes: { ...stack.extension.kubernetes, namespace } };
      for (const { path: file, content } of kubernetes({ ...stack, extension: elsewhere }, usualOptions).artifacts) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), content);
      }
      const built = builtOf(path.join(folder, 'overlays/production'));
      expect(complaints(apply(built))).toEqual([]);
      expect(presentOf(built)).toHaveLength(objectsOf(built).length);
    },
  );
});
