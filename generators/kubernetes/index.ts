import type { Generator } from '../../src/models/stack.ts';
import { yamlText } from '../shared/yaml.ts';
import { baseFiles, kustomization, manifest } from './kustomize.ts';
import { allHoles, objectsOf, type ObjectSet } from './objects.ts';
import { overlayFiles } from './overlays.ts';
import { developmentValues, productionValues } from './overlayValues.ts';
import { readme } from './readme.ts';
import { secretFiles } from './secretFiles.ts';
import { podSecurityLevel } from './security.ts';

const namespaceFiles = ({ plan }: ObjectSet) => {
  const level = podSecurityLevel(plan.workloads);
  const modes = Object.fromEntries(
    ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level] as const),
  );
  return [
    manifest('namespace/kustomization.yaml', kustomization({ resources: ['namespace.yaml'] })),
    manifest(
      'namespace/namespace.yaml',
      yamlText({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: plan.namespace, labels: modes },
      }),
    ),
  ];
};

/** Manifests for kustomize: a base that equals the chart, overlays that equal it with other values. */
export const kubernetes: Generator = (stack, options) => {
  const set = objectsOf(stack, options);
  const hosts = allHoles(set).filter(({ path }) => /^routes\.[^.]+\.host$/.test(path));
  return {
    artifacts: [
      manifest('README.md', readme(set)),
      ...namespaceFiles(set),
      ...baseFiles(set),
      ...secretFiles(set),
      ...overlayFiles(set, {
        name: 'development',
        values: developmentValues(set),
        about: 'To write the application: small, loud, and what it keeps goes with its pods.',
        hosts,
      }),
      ...overlayFiles(set, {
        name: 'production',
        values: productionValues(set),
        about: 'To be used: reached from outside, and by several pods where that is safe.',
        hosts,
      }),
    ],
    losses: set.losses,
  };
};
