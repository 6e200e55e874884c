import type { Artifact } from '../../src/models/artifact.ts';
import { yamlText } from '../shared/yaml.ts';
import type { SecretKey } from './environment.ts';
import { manifest } from './kustomize.ts';
import type { ObjectSet } from './objects.ts';

/**
 * The Secret as a component: its values come from files that a person makes and nobody commits, so nothing here can be built before they
 * are there. Overlays name it in a comment.
 */

export const secretsFolder = 'components/secrets';

const how = ({ generate, required }: SecretKey): string => {
  if (generate?.kind === 'hex') return 'Made by: openssl rand -hex 32';
  if (generate?.kind === 'uuid') return 'Made by: uuidgen';
  if (generate !== undefined) return 'Made by: openssl rand -base64 32';
  return required ? 'Needed.' : 'May be left out.';
};

const line = (secret: SecretKey): string =>
  [
    ...secret.description.split('\n').map((text) => `# ${text}`),
    `# ${how(secret)}`,
    `${secret.required ? '' : '#'}${secret.key}=`,
    '',
  ].join('\n');

/** Returns the files of the component; none where the stack has no secrets. */
export const secretFiles = ({ plan, secrets }: ObjectSet): readonly Artifact[] => {
  if (secrets.length === 0) return [];
  const variables = secrets.filter(({ isFile }) => !isFile);
  const files = secrets.filter(({ isFile }) => isFile);
  const generator = {
    name: plan.names.chart,
    ...(variables.length === 0 ? {} : { envs: ['secrets.env'] }),
    ...(files.length === 0 ? {} : { files: files.map(({ key }) => `${key}=secrets/${key}`) }),
  };
  return [
    manifest(
      `${secretsFolder}/kustomization.yaml`,
      yamlText(
        { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', secretGenerator: [generator] },
        {
          header: [
            'Makes the Secret that the pods refer to; its name ends in a hash, so another value starts them anew.',
            ...(variables.length === 0 ? [] : ['secrets.env is made from secrets.env.example and never committed.']),
            ...(files.length === 0 ? [] : ['Each file in secrets/ holds one secret and is never committed.']),
          ].join('\n'),
        },
      ),
    ),
    manifest(`${secretsFolder}/.gitignore`, ['secrets.env', 'secrets/', ''].join('\n')),
    ...(variables.length === 0
      ? []
      : [
          manifest(
            `${secretsFolder}/secrets.env.example`,
            `# One KEY=VALUE a line, without quotes: everything behind the first = is the value.\n\n${variables.map(line).join('\n')}`,
          ),
        ]),
  ];
};
