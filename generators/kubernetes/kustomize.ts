import type { Artifact } from '../../src/models/artifact.ts';
import { yamlText } from '../shared/yaml.ts';
import { configSource } from './configSources.ts';
import type { ConfigSet, ObjectSet } from './objects.ts';
import type { Plan } from './plan.ts';
import { defaults, resolveObject } from './resolve.ts';
import type { Plain, PlainMap } from './tree.ts';

/** The base: one object a file, and what kustomize adds. Secrets are a component of their own, since their values are in no rendered file. */

export const manifest = (path: string, content: string): Artifact => ({ path, content, mode: 0o644 });

export const kustomization = (keys: PlainMap, header?: string): string =>
  yamlText({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...keys }, { header });

/** What every object has: its namespace and the usual labels, selectors left alone. */
export const everywhere = ({ names, namespace, stack }: Plan): PlainMap => ({
  namespace,
  labels: [
    {
      pairs: {
        'app.kubernetes.io/name': names.chart,
        'app.kubernetes.io/instance': names.chart,
        'app.kubernetes.io/version': stack.extension.version,
        'app.kubernetes.io/part-of': names.chart,
        'app.kubernetes.io/managed-by': 'kustomize',
      },
      includeSelectors: false,
      includeTemplates: false,
    },
  ],
});

/** The name of a ConfigMap before kustomize puts a hash behind it. */
export const configName = ({ name }: ConfigSet): string => name.of(defaults) as string;

/** Returns the files of `base/`. */
export const baseFiles = ({ plan, objects, configs }: ObjectSet): readonly Artifact[] => {
  const resources = objects.flatMap(({ file, tree, when }) => {
    const object = resolveObject(tree, when, defaults);
    return object === undefined ? [] : [{ path: `${file}.yaml`, object }];
  });
  const sources = configs
    .filter(({ when }) => when === undefined || when.holds(defaults))
    .map((config) => configSource(config, defaults, configName(config)));
  const generators: readonly Plain[] = sources.map(({ generator }) => generator);
  return [
    manifest(
      'base/kustomization.yaml',
      kustomization(
        {
          ...everywhere(plan),
          resources: resources.map(({ path }) => path),
          ...(generators.length === 0 ? {} : { configMapGenerator: generators }),
        },
        'Everything of the stack but its namespace and its Secret. The names of ConfigMaps end in a hash: what changes in them starts pods anew.',
      ),
    ),
    ...resources.map(({ path, object }) => manifest(`base/${path}`, yamlText(object))),
    ...sources.flatMap(({ files }) =>
      Object.entries(files).map(([path, content]) => manifest(`base/${path}`, content)),
    ),
  ];
};
