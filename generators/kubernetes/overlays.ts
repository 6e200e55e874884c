import type { Artifact } from '../../src/models/artifact.ts';
import { yamlText } from '../shared/yaml.ts';
import { variablesOf } from './configSources.ts';
import { configName, everywhere, kustomization, manifest } from './kustomize.ts';
import type { ObjectSet } from './objects.ts';
import type { Values } from './overlayValues.ts';
import { patchOf } from './patch.ts';
import { defaults, resolveObject, withValues } from './resolve.ts';
import { secretsFolder } from './secretFiles.ts';
import type { Hole, Look, Plain, PlainMap } from './tree.ts';

/**
 * An overlay is the same objects under other values: what differs from the base is written as patches, what only it has as files of its
 * own. So it equals the chart with the same values.
 */

interface Difference {
  readonly resources: readonly { readonly path: string; readonly object: PlainMap }[];
  readonly patches: readonly {
    readonly path: string;
    readonly content: Plain;
    readonly target: PlainMap | undefined;
  }[];
}

const nameOf = (object: PlainMap): string => (object['metadata'] as { readonly name: string }).name;

const differences = ({ objects }: ObjectSet, look: Look): Difference => {
  const resources: Difference['resources'][number][] = [];
  const patches: Difference['patches'][number][] = [];
  for (const { file, tree, when } of objects) {
    const before = resolveObject(tree, when, defaults);
    const after = resolveObject(tree, when, look);
    if (after === undefined && before === undefined) continue;
    if (before === undefined) {
      if (after !== undefined) resources.push({ path: `${file}.yaml`, object: after });
      continue;
    }
    const { apiVersion = '', kind = '' } = before;
    const name = nameOf(before);
    if (after === undefined) {
      const content = { apiVersion, kind, metadata: { name }, $patch: 'delete' };
      patches.push({ path: `patches/${file}.yaml`, content, target: undefined });
      continue;
    }
    const content = patchOf(before, after).map((operation): PlainMap => ({ ...operation }));
    if (content.length > 0) patches.push({ path: `patches/${file}.yaml`, content, target: { kind, name } });
  }
  return { resources, patches };
};

/** ConfigMaps whose variables differ, merged into those of the base. */
const configChanges = ({ configs }: ObjectSet, look: Look): readonly Plain[] =>
  configs.flatMap((config) => {
    const before = variablesOf(config, defaults);
    const literals = Object.entries(variablesOf(config, look)).filter(([name, value]) => before[name] !== value);
    return literals.length === 0
      ? []
      : [
          {
            name: configName(config),
            behavior: 'merge',
            literals: literals.map(([name, value]) => `${name}=${value}`),
          },
        ];
  });

/** Where in an object a value of the overlay ends up: paths as `replacements` writes them. */
const placesOf = (value: Plain, mark: string, path = ''): readonly string[] => {
  if (value === mark) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => placesOf(child, mark, path === '' ? key : `${path}.${key}`));
};

/** Host names stand in one file, `place.yaml`, and are put where they belong from there. */
const replacements = (
  { objects }: ObjectSet,
  hosts: readonly Hole[],
  look: Look,
): { readonly data: Record<string, Plain>; readonly rules: readonly Plain[] } => {
  const data: Record<string, Plain> = {};
  const mark = '\u0000';
  const rules = hosts.flatMap((host): readonly Plain[] => {
    if (look(host) === '') return [];
    const marked: Look = (hole) => (hole.path === host.path ? mark : look(hole));
    const targets = objects.flatMap(({ tree, when }) => {
      const object = resolveObject(tree, when, marked);
      const fieldPaths = object === undefined ? [] : placesOf(object, mark);
      if (object === undefined || fieldPaths.length === 0) return [];
      return [{ select: { kind: object['kind'] ?? '', name: nameOf(object) }, fieldPaths }];
    });
    if (targets.length === 0) return [];
    const key = `${host.path.split('.')[1] ?? ''}-host`;
    data[key] = look(host);
    return [{ source: { kind: 'ConfigMap', name: 'place', fieldPath: `data.${key}` }, targets }];
  });
  return { data, rules };
};

/** Returns the files of one overlay. */
export const overlayFiles = (
  set: ObjectSet,
  {
    name,
    values,
    about,
    hosts,
  }: {
    readonly name: string;
    readonly values: Values;
    readonly about: string;
    readonly hosts: readonly Hole[];
  },
): readonly Artifact[] => {
  const folder = `overlays/${name}`;
  const look = withValues(values);
  const { resources, patches } = differences(set, look);
  const configs = configChanges(set, look);
  const { data, rules } = replacements(set, hosts, look);
  const place = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'place', annotations: { 'config.kubernetes.io/local-config': 'true' } },
    data,
  };
  const hint =
    set.secrets.length === 0
      ? ''
      : `\nWith the files of ../../${secretsFolder} made, add:\n  components: [../../${secretsFolder}]`;
  return [
    manifest(
      `${folder}/kustomization.yaml`,
      kustomization(
        {
          ...everywhere(set.plan),
          resources: [
            '../../namespace',
            '../../base',
            ...(rules.length === 0 ? [] : ['place.yaml']),
            ...resources.map(({ path }) => path),
          ],
          ...(configs.length === 0 ? {} : { configMapGenerator: configs }),
          ...(patches.length === 0
            ? {}
            : {
                patches: patches.map(({ path, target }) => (target === undefined ? { path } : { path, target })),
              }),
          ...(rules.length === 0 ? {} : { replacements: rules }),
        },
        `${about}${hint}`,
      ),
    ),
    ...(rules.length === 0
      ? []
      : [
          manifest(
            `${folder}/place.yaml`,
            yamlText(place, {
              header: 'What is yours: the names at which it is reached. Nothing of this file gets into the cluster.',
            }),
          ),
        ]),
    ...resources.map(({ path, object }) => manifest(`${folder}/${path}`, yamlText(object))),
    ...patches.map(({ path, content }) => manifest(`${folder}/${path}`, yamlText(content))),
  ];
};
