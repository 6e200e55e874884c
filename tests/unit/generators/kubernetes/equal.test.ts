import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { helm } from '../../../../generators/helm/index.ts';
import { kubernetes } from '../../../../generators/kubernetes/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { Stack } from '../../../../src/models/stack.ts';
import { blueprints, renderBlueprint } from '../../../support/blueprints.ts';
import { bare, shop } from '../../../support/kubernetesStacks.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { written } from '../../../support/rendered.ts';
import { tool } from '../../../support/tools.ts';

const [helm4, helm3, kustomize] = await Promise.all(['helm', 'helm3', 'kustomize'].map(tool));

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** What may differ: the chart's own label, who manages, hashes of what a pod was started with, names that end in a hash. */
const isOwn = (key: string): boolean =>
  key === 'helm.sh/chart' || key === 'app.kubernetes.io/managed-by' || key.startsWith('checksum/');

const hashless = (text: string, hashed: ReadonlySet<string>): string => {
  const name = text.replace(/-([bcdfghkmt2456789]{10}|[0-9a-f]{8})$/, '');
  return hashed.has(text) ? name : text;
};

const normal = (value: unknown, hashed: ReadonlySet<string>): unknown => {
  if (Array.isArray(value)) return value.map((item) => normal(item, hashed));
  if (typeof value === 'string') return hashless(value, hashed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => !isOwn(key))
    .map(([key, child]) => [key, normal(child, hashed)] as const)
    .filter(([key, child]) => key !== 'annotations' || Object.keys(child as object).length > 0);
  return Object.fromEntries(entries);
};

/** Returns objects by kind and name, without what may differ and in no order. */
const objectsIn = (text: string): Readonly<Record<string, unknown>> => {
  const parsed = parseAllDocuments(text);
  const documents = 'empty' in parsed ? [] : parsed;
  const objects = documents
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
    // Tests are no part of what is installed, the namespace is made by `helm install --create-namespace`.
    .filter(({ kind, metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined && kind !== 'Namespace');
  const hashed = new Set(
    objects.filter(({ kind }) => ['ConfigMap', 'Secret', 'Job'].includes(kind)).map(({ metadata }) => metadata.name),
  );
  return Object.fromEntries(
    objects.map((object) => [`${object.kind}/${hashless(object.metadata.name, hashed)}`, normal(object, hashed)]),
  );
};

type Row = readonly [string, () => Promise<Stack>];

const byHand: readonly Row[] = [
  ['a shop of every kind', async () => shop()],
  ['a service that says nothing', async () => bare()],
  ['a stack with settings and files', async () => luciaLike()],
];
const rows: readonly Row[] = [
  ...byHand,
  ...blueprints.map((name) => [`the blueprint ${name}`, async () => (await renderBlueprint(name)).stack] as const),
];

const places = [
  ['base', 'values.yaml'],
  ['overlays/development', 'values.dev.yaml'],
  ['overlays/production', 'values.prod.yaml'],
] as const;

describe.runIf([helm4, helm3, kustomize].every((one) => one?.wanted))('the chart and the manifests', () => {
  it.for(rows)('make the same objects of %s [S3-098]', async ([title, load]) => {
    const stack = await load();
    const chart = written(helm(stack, usualOptions).artifacts);
    const manifests = written(kubernetes(stack, usualOptions).artifacts);
    const chartYaml =
      helm(stack, usualOptions).artifacts.find(({ path: file }) => file === 'Chart.yaml')?.content ?? '';
    const release = /^name: (.+)$/m.exec(chartYaml)?.[1] ?? '';
    const namespace = stack.extension.kubernetes.namespace ?? release;
    for (const [folder, values] of places) {
      const args = [
        'template',
        release,
        chart,
        '--kube-version',
        '1.36.0',
        '--namespace',
        namespace,
        '--values',
        path.join(chart, values),
      ];
      const built = kustomize?.run(['build', path.join(manifests, folder)]);
      expect(built?.code, built?.err).toBe(0);
      expect(built?.err).toBe('');
      for (const one of byHand.some(([name]) => name === title) ? [helm3, helm4] : [helm4]) {
        const templated = one?.run(args);
        expect(templated?.code, templated?.err).toBe(0);
        const objects = objectsIn(templated?.out ?? '');
        expect(Object.keys(objects).length).toBeGreaterThan(1);
        expect(objects).toEqual(objectsIn(built?.out ?? ''));
      }
    }
  });

  it.for(byHand)('of %s: the chart passes the strict lint of Helm 3 and 4 [S3-068]', async ([, load]) => {
    const chart = written(helm(await load(), usualOptions).artifacts);
    for (const one of [helm3, helm4])
      for (const [, values] of places) {
        const linted = one?.run(['lint', '--strict', chart, '--values', path.join(chart, values)]);
        expect(linted?.code, linted?.out).toBe(0);
        expect(linted?.out).not.toContain('[INFO]');
      }
  });

  it('refuse a value that no template reads [S3-076]', () => {
    const chart = written(helm(shop(), usualOptions).artifacts);
    for (const set of [
      'front.image.tagg=1',
      'image.tag=1',
      'front.replicaCount=11',
      'front.service.type=Node',
      'front.resources.limits.memory=1G',
    ])
      for (const one of [helm3, helm4]) {
        const refused = one?.run(['template', 'x', chart, '--kube-version', '1.36.0', '--set-string', set]);
        expect(refused?.code, set).not.toBe(0);
        expect(refused?.err).toMatch(/schema/);
      }
  });
});
