import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { blueprints } from '../support/blueprints.ts';
import { asking, complaints, demand, kubectl, makeNamespace, objectsOf, presentOf } from './asking.ts';

const workspace = inject('workspace');
const chartOf = (stack: string): string => path.join(workspace, 'rendered', stack, 'helm');

type Tree = z.output<typeof treeSchema>;
const treeSchema = z.record(z.string(), z.json());

/** Returns values with all that can be switched on switched on. */
const switchedOn = (values: Tree): Tree =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const below = treeSchema.safeParse(value);
      if (below.success) return [key, switchedOn(below.data)];
      return [key, ['enabled', 'create'].includes(key) ? true : value];
    }),
  );

/** Writes values by which the chart of a stack makes all the objects that it can make, and returns their file. */
const everythingOf = (stack: string): string => {
  const values = switchedOn(treeSchema.parse(parse(readFileSync(path.join(chartOf(stack), 'values.yaml'), 'utf8'))));
  const secret = treeSchema.parse(values['secret']);
  const sensitive = Object.keys(treeSchema.parse(secret['values'] ?? {}));
  if (sensitive.length > 0) secret['values'] = Object.fromEntries(sensitive.map((name) => [name, 'given']));
  const file = path.join(workspace, `everything-${stack}.yaml`);
  writeFileSync(file, JSON.stringify({ ...values, secret }));
  return file;
};

describe.each(['helm', 'helm3'])('%s', async (program) => {
  const helm = await asking(program);

  describe.each(blueprints)('with the chart of %s', (stack) => {
    const chart = chartOf(stack);
    const valuesOf: Readonly<Record<string, readonly string[]>> = {
      default: [],
      development: [path.join(chart, 'values.dev.yaml')],
      production: [path.join(chart, 'values.prod.yaml')],
      everything: [everythingOf(stack)],
    };

    it.each(Object.keys(valuesOf))('installs, upgrades and removes it: values for %s', (way) => {
      const namespace = `${stack}-${program}-${way}`;
      makeNamespace(namespace);
      const values = (valuesOf[way] ?? []).map((file) => `--values=${file}`);
      const release = [stack, `--namespace=${namespace}`];

      expect(complaints(helm(['install', ...release, chart, ...values]))).toEqual([]);
      const manifest = demand(helm(['get', 'manifest', ...release]));
      expect(presentOf(manifest)).toHaveLength(objectsOf(manifest).length);

      const hooks = demand(helm(['get', 'hooks', ...release]));
      expect(objectsOf(hooks).map(({ kind }) => kind)).toEqual(['Pod']);
      expect(complaints(kubectl(['create', '--dry-run=server', '--filename=-'], hooks))).toEqual([]);

      expect(complaints(helm(['upgrade', ...release, chart, ...values]))).toEqual([]);
      expect(complaints(helm(['uninstall', ...release]))).toEqual([]);
      expect(presentOf(manifest).filter((name) => !name.startsWith('secret/'))).toEqual([]);
    });
  });

  it('keeps what the chart of web-store made by chance, also when it is upgraded', () => {
    const namespace = `by-chance-${program}`;
    makeNamespace(namespace);
    const release = ['web-store', `--namespace=${namespace}`];
    const chart = [chartOf('web-store'), '--set=secret.create=true'];
    const secret = () => demand(kubectl(['get', 'secret', ...release, '--output=jsonpath={.data}']));
    expect(complaints(helm(['install', ...release, ...chart]))).toEqual([]);
    const made = secret();
    expect(made).toContain('database-password');
    expect(complaints(helm(['upgrade', ...release, ...chart]))).toEqual([]);
    expect(secret()).toBe(made);
    expect(complaints(helm(['uninstall', ...release]))).toEqual([]);
    expect(secret()).toBe(made);
  });
});
