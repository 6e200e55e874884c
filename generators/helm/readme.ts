import type { ObjectSet } from '../kubernetes/objects.ts';
import { createSecret, secretSourceText } from '../kubernetes/secretCommand.ts';
import type { Hole } from '../kubernetes/tree.ts';
import { code, fence, heading, list, markdown, plain, table } from '../shared/markdown.ts';
import { titleOf } from './chart.ts';

/** The README of a chart: how to install it, and every value with its meaning. */

const shown = ({ fallback }: Hole): string =>
  code(typeof fallback === 'string' ? `"${fallback}"` : JSON.stringify(fallback));

const typeOf = ({ schema }: Hole): string => {
  const choices: unknown = schema['enum'];
  if (Array.isArray(choices)) return choices.map((choice) => code(`${choice}`)).join(', ');
  const range = [schema['minimum'], schema['maximum']];
  const type = `${JSON.stringify(schema['type'])}`.replaceAll('"', '');
  return range.every((end) => end === undefined) ? type : `${type} ${range.map((end) => String(end ?? '')).join('–')}`;
};

const valuesTable = (holes: readonly Hole[]): string =>
  table(
    ['Value', 'Type', 'Default', 'Meaning'],
    holes.map((hole) => [code(hole.path), typeOf(hole), shown(hole), plain(hole.description)]),
  );

const secretSection = ({ plan, secrets }: ObjectSet): readonly string[] => {
  if (secrets.length === 0) return [];
  const { chart } = plan.names;
  return [
    heading(2, 'Secrets'),
    `The pods refer to one Secret, ${code(chart)} unless ${code('secret.existingSecret')} names another. Its keys:`,
    table(
      ['Key', 'Needed', 'Made by chance', 'Meaning'],
      secrets.map(({ key, required, generate, description }) => [
        code(key),
        required ? 'yes' : 'no',
        generate === undefined ? 'no' : 'yes',
        plain(description),
      ]),
    ),
    `Made from ${secretSourceText(secrets)}; it stays out of git:`,
    fence('sh', [
      `kubectl create namespace ${plan.namespace}`,
      createSecret(secrets, { name: chart, namespace: plan.namespace }),
    ]),
    `Or by the chart: ${code('secret.create: true')} and ${code('secret.values')} in ${code('values.local.yaml')}. What is made by chance is kept when the release is upgraded. External Secrets and SOPS make a Secret of the same name and keys.`,
  ];
};

const routeSection = ({ plan }: ObjectSet): readonly string[] => {
  if (plan.stack.extension.routes.length === 0) return [];
  return [
    heading(2, 'Reached from outside'),
    list([
      `Gateway API: ${code('httpRoute.enabled: true')}, and ${code('httpRoute.gateway.name')} is the Gateway that the routes attach to. TLS ends at the Gateway.`,
      `Ingress: ${code('ingress.enabled: true')}; ${code('ingress.className')} is the class of the controller, such as ${code('traefik')}. The certificate lies in the Secret ${code('ingress.tlsSecret')}; with cert-manager, ${code('ingress.annotations')} names the issuer.`,
    ]),
    'ingress-nginx is retired since March 2026: the Gateway API, or Traefik, is the way to begin today.',
  ];
};

/** Returns README.md of the chart. */
export const readme = (set: ObjectSet, holes: readonly Hole[]): string => {
  const { plan } = set;
  const { chart } = plan.names;
  const scaled = plan.workloads.filter(({ kind, singleWriter }) => kind === 'Deployment' && !singleWriter);
  const single = plan.workloads.filter(({ singleWriter }) => singleWriter);
  return markdown([
    heading(1, `${plain(titleOf(plan.stack))} by Helm`),
    plain(plan.stack.extension.description ?? ''),
    heading(2, 'What is needed'),
    list([
      'Helm 3.18 or newer, or Helm 4; kubectl.',
      'A cluster whose network plugin knows network policies; else they mean nothing.',
      ...(holes.some(({ path }) => path.includes('.persistence.')) ? ['A storage class for its volumes.'] : []),
    ]),
    heading(2, 'Install'),
    'A release has a namespace of its own: its Services have the names of the Compose file.',
    fence('sh', [
      `helm install ${chart} . --namespace ${plan.namespace} --create-namespace --values values.local.yaml`,
      `helm test ${chart} --namespace ${plan.namespace}`,
    ]),
    `${code('values.local.yaml')} holds what is yours; ${code('values.dev.yaml')} and ${code('values.prod.yaml')} are beginnings for it.`,
    ...secretSection(set),
    ...routeSection(set),
    heading(2, 'More pods'),
    scaled.length === 0
      ? 'No service of this stack may run more than once.'
      : `${scaled.map(({ section }) => code(`${section}.replicaCount`)).join(', ')} may be raised.${single.length === 0 ? '' : ` ${single.map(({ section }) => code(section)).join(', ')} must run once.`}`,
    heading(2, 'Upgrade and remove'),
    fence('sh', [
      `helm upgrade ${chart} . --namespace ${plan.namespace} --values values.local.yaml`,
      `helm rollback ${chart} --namespace ${plan.namespace}`,
      `helm uninstall ${chart} --namespace ${plan.namespace}`,
    ]),
    'A changed setting starts the pods again. Claims of volumes and a Secret that the chart made outlive the release.',
    heading(2, 'When something is wrong'),
    table(
      ['What is seen', 'Why', 'What to do'],
      [
        ['CreateContainerConfigError', 'The Secret is missing, or one of its keys.', 'Make it, see Secrets.'],
        [
          'Pending',
          'No node has room, or no volume can be made.',
          `${code('kubectl describe pod')} says which; ${code('resources')} and ${code('persistence')} change it.`,
        ],
        [
          'Running, not ready',
          'The readiness probe is answered with an error.',
          `${code('kubectl logs')} of the pod; often it waits for another service.`,
        ],
        [
          'additional properties … not allowed',
          'A value that the chart does not know.',
          'The table below has all there are.',
        ],
      ],
    ),
    heading(2, 'Values'),
    valuesTable(holes),
  ]);
};
