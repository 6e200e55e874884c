import { code } from '../shared/markdown.ts';
import type { SecretKey } from './environment.ts';

/** How a person makes the Secret by kubectl: from a file of lines, or from a folder of files, which kubectl does not take together. */

/** Whether each key is a file of its own: where one of them is read as a file, all are given so. */
const isFolder = (secrets: readonly SecretKey[]): boolean => secrets.some(({ isFile }) => isFile);

/** What the values lie in, beside the command. */
export const secretSource = (secrets: readonly SecretKey[]): string => (isFolder(secrets) ? 'secrets' : 'secrets.env');

/** What a person is told of that, as Markdown. */
export const secretSourceText = (secrets: readonly SecretKey[]): string =>
  isFolder(secrets)
    ? `a folder ${code(secretSource(secrets))} with one file a key, called like it, whose bytes are the value`
    : `a file ${code(secretSource(secrets))} of ${code('KEY=VALUE')} lines`;

/** Returns the command that makes the Secret; `folder` is where its source lies, with a slash behind it. */
export const createSecret = (
  secrets: readonly SecretKey[],
  { name, namespace, folder = '' }: { readonly name: string; readonly namespace: string; readonly folder?: string },
): string =>
  `kubectl --namespace ${namespace} create secret generic ${name} ${isFolder(secrets) ? '--from-file' : '--from-env-file'}=${folder}${secretSource(secrets)}`;

/** What a person does with those commands. */
export const fillSecretText = (secrets: readonly SecretKey[]): string =>
  isFolder(secrets) ? 'type each value, and Ctrl-D behind it' : 'fill in what its example names';

/** Returns the commands by which a person fills the source in `folder`, where the example of a file of lines lies too. */
export const fillSecretSource = (secrets: readonly SecretKey[], folder: string): readonly string[] => {
  const source = `${folder}${secretSource(secrets)}`;
  return isFolder(secrets)
    ? [`mkdir -p -m 0700 ${source}`, ...secrets.map(({ key }) => `install -m 0600 /dev/stdin ${source}/${key}`)]
    : [`install -m 0600 ${source}.example ${source}`, `editor ${source}`];
};
