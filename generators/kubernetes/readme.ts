import { code, fence, heading, list, markdown, plain, table } from '../shared/markdown.ts';
import type { ObjectSet } from './objects.ts';
import { createSecret, secretSource, secretSourceText } from './secretCommand.ts';
import { secretsFolder } from './secretFiles.ts';

/** The README of the manifests. */

/** Returns README.md: what is where, how it gets into a cluster, how it differs from the chart. */
export const readme = ({ plan, secrets }: ObjectSet): string => {
  const { stack, namespace } = plan;
  const hasRoutes = stack.extension.routes.length > 0;
  return markdown([
    heading(1, `${plain(stack.extension.title ?? stack.name)} by kustomize`),
    'The same objects as the Helm chart makes, as plain manifests.',
    heading(2, 'What is needed'),
    list([
      'kubectl 1.27 or newer, which has kustomize in it, or kustomize 5.',
      'A cluster whose network plugin knows network policies; else they mean nothing.',
    ]),
    heading(2, 'What is where'),
    table(
      ['Folder', 'Holds'],
      [
        [code('base'), 'Every object, one a file; settings in `config/*.env`.'],
        [code('overlays/development'), 'Small, loud, and what it keeps goes with its pods.'],
        [code('overlays/production'), 'Reached from outside, and by several pods where that is safe.'],
        [code('namespace'), 'The namespace, and how strictly it checks pods.'],
        ...(secrets.length === 0 ? [] : [[code(secretsFolder), 'The Secret, from files that are never committed.']]),
      ],
    ),
    heading(2, 'Install'),
    fence('sh', [
      // Not `create namespace`: of what was not applied before, kubectl warns.
      'kubectl apply -k namespace',
      ...(secrets.length === 0 ? [] : [createSecret(secrets, { name: plan.names.chart, namespace })]),
      'kubectl diff -k overlays/production',
      'kubectl apply -k overlays/production',
      `kubectl --namespace ${namespace} get pods`,
    ]),
    ...(secrets.length === 0
      ? []
      : [
          secrets.some(({ isFile }) => isFile)
            ? `${code(secretSource(secrets))} is ${secretSourceText(secrets)}: ${secrets.map(({ key }) => code(key)).join(', ')}. Kustomize can make the Secret too, of what ${code(`${secretsFolder}/kustomization.yaml`)} names: add that component to the overlay.`
            : `${code(secretSource(secrets))} is made from ${code(`${secretsFolder}/secrets.env.example`)}. Kustomize can make the Secret too: put the file into ${code(secretsFolder)} and add that component to the overlay.`,
        ]),
    ...(hasRoutes ? [`The names at which it is reached stand in ${code('overlays/production/place.yaml')}.`] : []),
    heading(2, 'A setting changed'),
    `Change it in ${code('base/config')}, or in the overlay with a ${code('configMapGenerator')} whose behaviour is ${code('merge')}, and apply again: the ConfigMap gets another name, and its pods start anew.`,
    heading(2, 'These manifests or the chart'),
    table(
      ['', 'kustomize', 'Helm'],
      [
        ['Tools', 'kubectl alone', 'helm'],
        ['Changes', 'patches over plain objects', 'values with a schema'],
        ['Going back', 'apply the version before, from git', code('helm rollback')],
        ['Removing', code('kubectl delete -k'), code('helm uninstall')],
      ],
    ),
    'Take the manifests where everything is applied from git as it stands; take the chart where many install it, each with values of their own.',
  ]);
};
