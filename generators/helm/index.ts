import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator } from '../../src/models/stack.ts';
import type { SecretKey } from '../kubernetes/environment.ts';
import { allHoles, objectsOf, type ObjectSet } from '../kubernetes/objects.ts';
import { developmentValues, productionValues } from '../kubernetes/overlayValues.ts';
import { anyText, dnsName, value, yesNo } from '../kubernetes/schemas.ts';
import type { Hole } from '../kubernetes/tree.ts';
import { chartYaml, helmIgnore, titleOf } from './chart.ts';
import { configMapTemplate, filesFolder } from './configMap.ts';
import { helpers, secretTemplate } from './helpers.ts';
import { notes } from './notes.ts';
import { readme } from './readme.ts';
import { template } from './template.ts';
import { connectionTest, testImage } from './test.ts';
import { valuesFiles } from './values.ts';

const secretHoles = (secrets: readonly SecretKey[]): readonly Hole[] => [
  value(
    'secret.existingSecret',
    '',
    dnsName,
    "The Secret that holds what is sensitive; empty: one of the release's own name.",
  ),
  value(
    'secret.create',
    false,
    yesNo,
    'On: the chart makes that Secret from the values below. Off: it is made by kubectl, SOPS, External Secrets or Proxdeck.',
  ),
  ...secrets.map(({ key, description, generate }) =>
    value(
      `secret.values.${key}`,
      '',
      anyText,
      `${description}${generate === undefined ? '' : '\nMade by chance and kept, where it is left empty.'}`,
    ),
  ),
];

const titles = ({ plan }: ObjectSet): Readonly<Record<string, string>> => ({
  serviceAccount: 'The account of all pods. It gets no token: none of them asks the API.',
  config: 'Settings of the application: variables of its environment.',
  secret: 'What is sensitive is not in this file. Give it with -f values.local.yaml, which stays out of git.',
  routes: 'Where it is reached from outside, by Ingress or HTTPRoute.',
  networkPolicy: 'Who may talk to whom.',
  ...Object.fromEntries(
    plan.workloads.map(({ section, service, extension }) => [
      section,
      extension.description ?? `The service ${service}.`,
    ]),
  ),
});

const file = (path: string, content: string): Artifact => ({ path, content, mode: 0o644 });

/** A chart for Helm 3 and 4: one template an object, and values with a schema that refuses what no template reads. */
export const helm: Generator = (stack, options) => {
  const set = objectsOf(stack, options);
  const { plan, objects, configs, secrets } = set;
  const { chart } = plan.names;
  const tests = connectionTest(set);
  const holes = [...allHoles(set), ...secretHoles(secrets), ...(tests.length === 0 ? [] : [testImage])];
  const values = valuesFiles(holes, {
    sections: plan.workloads.map(({ section }) => section),
    titles: titles(set),
    header: `Values of the chart ${chart}. Whatever is not named here is refused (values.schema.json).`,
    title: `Values of ${titleOf(stack)}`,
  });
  return {
    artifacts: [
      file('Chart.yaml', chartYaml(set)),
      file('.helmignore', helmIgnore),
      file('values.yaml', values.yaml),
      file('values.schema.json', values.schema),
      file(
        'values.dev.yaml',
        values.overlay(
          developmentValues(set),
          'To write the application: small, loud, and what it keeps goes with its pods.',
        ),
      ),
      file(
        'values.prod.yaml',
        values.overlay(
          productionValues(set),
          'To be used: reached from outside, and by several pods where that is safe.',
        ),
      ),
      file('README.md', readme(set, values.holes)),
      file('templates/_helpers.tpl', helpers(plan.names)),
      file('templates/NOTES.txt', notes(set)),
      ...configs.map((config) => file(`templates/${config.file}.yaml`, configMapTemplate(plan, config))),
      ...configs.flatMap((config) =>
        Object.entries(config.files).map(([key, content]) => file(`${filesFolder(config)}/${key}`, content)),
      ),
      ...(secrets.length === 0 ? [] : [file('templates/secret.yaml', secretTemplate(plan.names, secrets))]),
      ...objects.map(({ file: name, tree, when }) => file(`templates/${name}.yaml`, template(tree, when))),
      ...tests.map((content) => file('templates/tests/test-connection.yaml', content)),
    ],
    losses: set.losses,
  };
};
