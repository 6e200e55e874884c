import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { tool } from '../support/tools.ts';

const env = inject('cluster');

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Asks a tool in the environment of the cluster. */
type Ask = (args: readonly string[], input?: string) => Answer;

/** Returns a tool that is asked in the environment of the cluster. */
export const asking = async (name: string): Promise<Ask> => {
  const { run } = await tool(name);
  return (args, input = '') => run(args, { env, input });
};

export const kubectl = await asking('kubectl');
const kustomize = await asking('kustomize');

/**
 * Returns what is to be said against an answer: that the tool failed, and every line beside the answer itself. kubectl and helm write
 * the warnings of the API server there.
 */
export const complaints = ({ code, err }: Answer): readonly string[] => [
  ...(code === 0 ? [] : [`ended with ${String(code)}`]),
  ...err.split('\n').filter((line) => line !== ''),
];

/** Returns the answer itself; throws where there is something to be said against it. */
export const demand = (answer: Answer): string => {
  const found = complaints(answer);
  if (found.length > 0) throw new Error(found.join('\n'));
  return answer.out;
};

/** Returns the manifests that a folder of kustomize makes. */
export const builtOf = (folder: string): string => demand(kustomize(['build', folder]));

/** Has manifests applied; a warning is a failure. */
export const apply = (manifests: string): Answer =>
  kubectl(['apply', '--server-side', '--warnings-as-errors', '--filename=-'], manifests);

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});
type KubernetesObject = z.output<typeof objectSchema>;

/** Returns the objects of manifests. */
export const objectsOf = (manifests: string): readonly KubernetesObject[] =>
  [...parseAllDocuments(manifests)].flatMap((document) => {
    const content: unknown = document.toJS();
    return content === null ? [] : objectSchema.parse(content);
  });

/** Returns which objects of manifests the API server has, as `deployment.apps/lucia`. */
export const presentOf = (manifests: string): readonly string[] =>
  demand(kubectl(['get', '--ignore-not-found', '--output=name', '--filename=-'], manifests))
    .split('\n')
    .filter((line) => line !== '');

/**
 * Makes a namespace that is as strict with pods as the rendered ones are, so that a warning comes of whatever a pod has too much. Its
 * account `default`, which a controller would make, is there too.
 */
export const makeNamespace = (name: string): void => {
  const strict = Object.fromEntries(
    ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: strict } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
  ];
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  demand(apply(JSON.stringify(list)));
};

/** Lets a namespace that is being removed go, as the controller does once it is empty. */
export const endNamespace = (name: string): void => {
  const namespace = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
    spec: { finalizers: [] },
  });
  demand(kubectl(['replace', `--raw=/api/v1/namespaces/${name}/finalize`, '--filename=-'], namespace));
};
