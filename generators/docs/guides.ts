import type { Stack } from '../../src/models/stack.ts';
import { secretsOf } from '../kubernetes/environment.ts';
import { createSecret, fillSecretSource, fillSecretText, secretSourceText } from '../kubernetes/secretCommand.ts';
import { builds } from '../shared/builds.ts';
import { code, fence, heading, link, list, markdown, plain, table } from '../shared/markdown.ts';
import { unitsOf } from '../shared/systemdUnits.ts';
import {
  addressesOf,
  codes,
  firstUnit,
  hardwareOf,
  hostsOf,
  keptData,
  namespaceOf,
  requiredSettings,
  titleOf,
} from './facts.ts';
import type { WayName } from './ways.ts';

/** The guides, one a way, all of one shape: what is needed, five steps, and what one does afterwards. */

interface Step {
  readonly title: string;
  readonly text?: string;
  readonly commands: readonly string[];
}

interface Guide {
  readonly title: string;
  readonly intro: string;
  readonly needs: readonly string[];
  readonly steps: readonly [Step, Step, Step, Step, Step];
  readonly settings: readonly string[];
  readonly network: readonly string[];
  readonly health: readonly string[];
  readonly scaling: readonly string[];
  readonly upgrade: readonly string[];
  readonly uninstall: readonly string[];
}

const troublesOf = (stack: Stack, way: WayName): readonly string[] => {
  const about = stack.extension.troubles.filter(({ ways }) => ways.length === 0 || ways.includes(way));
  return about.length === 0
    ? [`See ${link('troubleshooting', 'troubleshooting.md')}.`]
    : [
        table(
          ['What you see', 'What helps'],
          about.map(({ symptom, solution }) => [plain(symptom), plain(solution)]),
        ),
        `More, with causes: ${link('troubleshooting', 'troubleshooting.md')}.`,
      ];
};

const guide = (stack: Stack, way: WayName, said: Guide): string =>
  markdown([
    heading(1, said.title),
    said.intro,
    `Commands are run in the folder ${code(`rendered/${stack.name}`)} of the workspace. Not sure whether this is your way? ${link('Comparison', 'deployment-comparison.md')}.`,
    heading(2, 'Prerequisites'),
    list([`A machine or cluster with ${hardwareOf(stack)}.`, ...said.needs]),
    heading(2, 'Five steps'),
    ...said.steps.flatMap(({ title, text, commands }, index) => [
      heading(3, `${index + 1}. ${title}`),
      text ?? '',
      fence('sh', commands),
    ]),
    heading(2, 'Configuration'),
    ...said.settings,
    `Every setting with its rules: ${link('configuration reference', 'configuration-reference.md')}.${stack.extension.providers.length > 0 ? ` Whom it talks to: ${link('providers', 'providers.md')}.` : ''}`,
    heading(2, 'Network and data'),
    ...said.network,
    ...(keptData(stack).length === 0
      ? ['It keeps no data in volumes.']
      : [
          list(
            keptData(stack).map(
              ([service, volume]) => `${code(volume)} of ${code(service)} outlives restarts, upgrades and removal`,
            ),
          ),
        ]),
    heading(2, 'Health'),
    ...said.health,
    heading(2, 'Scaling'),
    ...said.scaling,
    heading(2, 'Upgrade'),
    ...said.upgrade,
    heading(2, 'Uninstall'),
    ...said.uninstall,
    heading(2, 'Troubleshooting'),
    ...troublesOf(stack, way),
    `Hardening of this way: ${link('security', 'security-hardening.md')}.`,
  ]);

const requiredText = (stack: Stack): string =>
  requiredSettings(stack).length === 0
    ? 'Every setting has a default.'
    : `Required: ${codes(requiredSettings(stack))}.`;

const check = (way: string): readonly string[] => [
  `scripts/health-check.sh --way ${way}`,
  `scripts/health-check.sh --way ${way} --json`,
];
const checkText = 'Exit code 0: all is well, 1: degraded, 2: down. So it can be asked by a monitor or a timer.';

/** Returns the guide for Docker Compose [S3-053]. */
export const dockerGuide = (stack: Stack): string => {
  const secrets = Object.keys(stack.project.secrets ?? {});
  const production = 'docker compose --project-directory compose -f compose/compose.yaml -f compose/compose.prod.yaml';
  return guide(stack, 'compose', {
    title: `${titleOf(stack)} with Docker Compose`,
    intro: 'The shortest way: one machine, one command.',
    needs: [
      'Docker Engine 28 or newer with the Compose plugin 5 (`docker compose version`).',
      '`curl` for the scripts.',
    ],
    steps: [
      {
        title: 'Make the file of settings',
        text: requiredText(stack),
        commands:
          Object.keys(stack.extension.settings).length === 0
            ? ['ls compose']
            : ['install -m 0600 compose/.env.example compose/.env', 'editor compose/.env'],
      },
      {
        title: 'Put secrets in place',
        text:
          secrets.length === 0
            ? 'There are no secrets as files; sensitive settings stand in the file of settings, which only you can read.'
            : 'Each secret is a file. Proxdeck puts them there when it deploys; by hand:',
        commands: [
          'mkdir -p -m 0700 compose/secrets',
          ...secrets.map((name) => `install -m 0600 /dev/stdin compose/secrets/${name}`),
        ],
      },
      { title: 'Check before', commands: ['scripts/validate-deployment.sh --way compose'] },
      {
        title: 'Start',
        text: 'It waits until every service is healthy.',
        commands: [`${production} up --detach --wait`],
      },
      {
        title: 'Check after',
        commands: [
          'scripts/verify.sh --way compose --no-routes',
          ...addressesOf(stack).map((url) => `curl --fail ${url}`),
        ],
      },
    ],
    settings: [
      `Settings stand in ${code('compose/.env')}. A restart does not read them again: create the containers anew.`,
      fence('sh', [`${production} up --detach --wait`]),
    ],
    network: [
      hostsOf(stack).length === 0
        ? 'Only the published ports are open; services reach one another by their names.'
        : `Outside it is ${codes(hostsOf(stack))}, by a reverse proxy: ${code('proxy/')} has files for Traefik, nginx and Nginx Proxy Manager.`,
    ],
    health: [checkText, fence('sh', ['docker compose --project-directory compose ps', ...check('compose')])],
    scaling: [
      `Limits stand in ${code('compose/compose.yaml')}; render again to change them. A service without a published port and without data may run more than once: ${code('docker compose --project-directory compose up --detach --scale SERVICE=2')}.`,
    ],
    upgrade: [
      'Back up first, then take the new images and create what changed.',
      fence('sh', [
        'docker compose --project-directory compose pull',
        `${production} up --detach --wait`,
        'scripts/verify.sh --way compose --no-routes',
      ]),
      'To go back, check out the rendered folder of the version before and start again: images are named by version and digest.',
    ],
    uninstall: [
      fence('sh', ['docker compose --project-directory compose down']),
      `${code('down --volumes')} removes the data too. There is no way back.`,
    ],
  });
};

/** Returns the guide for the Helm chart [S3-089]. */
export const helmGuide = (stack: Stack): string => {
  const secrets = secretsOf(stack);
  const namespace = namespaceOf(stack);
  const at = `--namespace ${namespace}`;
  return guide(stack, 'helm', {
    title: `${titleOf(stack)} with Helm`,
    intro: `A chart with a schema of its values: a value that it does not know is refused. All values: ${link('README of the chart', '../helm/README.md')}.`,
    needs: [
      'Kubernetes with a network plugin that knows network policies.',
      'Helm 3.18 or newer, or Helm 4; `kubectl`.',
    ],
    steps: [
      {
        title: 'Write your values',
        text: `${requiredText(stack)} What is sensitive does not belong there.`,
        commands: ['cp helm/values.prod.yaml values.local.yaml', 'editor values.local.yaml'],
      },
      secrets.length === 0
        ? { title: 'Make the namespace', commands: [`kubectl create namespace ${namespace}`] }
        : {
            title: 'Make the Secret',
            text: `From ${secretSourceText(secrets)}, kept out of git. The keys are listed in the ${link('README of the chart', '../helm/README.md')}.`,
            commands: [`kubectl create namespace ${namespace}`, createSecret(secrets, { name: stack.name, namespace })],
          },
      {
        title: 'Check before',
        commands: [
          'helm lint --strict helm --values values.local.yaml',
          `helm template ${stack.name} helm ${at} --values values.local.yaml | kubectl ${at} apply --dry-run=server --filename -`,
        ],
      },
      {
        title: 'Install',
        commands: [`helm upgrade --install ${stack.name} helm ${at} --values values.local.yaml --wait --timeout 10m`],
      },
      {
        title: 'Check after',
        commands: [`helm test ${stack.name} ${at}`, 'scripts/verify.sh --way kubernetes --no-routes'],
      },
    ],
    settings: [
      'Settings are values of the chart. A changed value or Secret starts the pods anew: their annotations hold a checksum.',
    ],
    network: [
      'Pods only reach what the networks of the Compose file let them. From outside: `httpRoute` (Gateway API) or `ingress` in the values, both off until you choose.',
    ],
    health: [checkText, fence('sh', [`kubectl ${at} get pods`, ...check('kubernetes')])],
    scaling: [
      `${code('replicaCount')} and ${code('autoscaling')} of a service in the values. What keeps data runs once, and its schema refuses more.`,
    ],
    upgrade: [
      fence('sh', [
        `helm diff upgrade ${stack.name} helm ${at} --values values.local.yaml   # with the plugin helm-diff`,
        `helm upgrade ${stack.name} helm ${at} --values values.local.yaml --wait --timeout 10m`,
      ]),
      `Back: ${code(`helm rollback ${stack.name} ${at} --wait`)}.`,
    ],
    uninstall: [
      fence('sh', [`helm uninstall ${stack.name} ${at} --wait`]),
      `Claims of volumes stay: ${code(`kubectl ${at} get pvc`)}.`,
    ],
  });
};

/** Where the values of the Secret lie beside the manifests. */
const secretsFolder = 'kubernetes/components/secrets/';

/** Returns the guide for plain manifests [S3-101]. */
export const kubernetesGuide = (stack: Stack): string => {
  const secrets = secretsOf(stack);
  const namespace = namespaceOf(stack);
  const at = `--namespace ${namespace}`;
  return guide(stack, 'kubernetes', {
    title: `${titleOf(stack)} with kustomize`,
    intro: `The same objects as the chart makes, as plain manifests: nothing but ${code('kubectl')} is needed. Take the chart where many install it, the manifests where git is what is applied. ${link('README of the manifests', '../kubernetes/README.md')}.`,
    needs: ['Kubernetes with a network plugin that knows network policies.', '`kubectl` 1.27 or newer.'],
    steps: [
      {
        title: 'Choose an overlay',
        text: `${requiredText(stack)} Settings stand in the base, differences in the overlay.`,
        commands: ['ls kubernetes/overlays', 'editor kubernetes/overlays/production/kustomization.yaml'],
      },
      secrets.length === 0
        ? { title: 'Make the namespace', commands: ['kubectl apply -k kubernetes/namespace'] }
        : {
            title: 'Make the Secret',
            text: `From ${secretSourceText(secrets)}, ignored by git: ${fillSecretText(secrets)}.`,
            commands: [
              ...fillSecretSource(secrets, secretsFolder),
              'kubectl apply -k kubernetes/namespace',
              createSecret(secrets, { name: stack.name, namespace, folder: secretsFolder }),
            ],
          },
      {
        title: 'Check before',
        commands: ['scripts/validate-deployment.sh --way kubernetes', 'kubectl diff -k kubernetes/overlays/production'],
      },
      {
        title: 'Apply',
        commands: [
          'kubectl apply -k kubernetes/overlays/production',
          `kubectl ${at} wait --for=condition=Ready pods --all --timeout=10m`,
        ],
      },
      { title: 'Check after', commands: ['scripts/verify.sh --way kubernetes --no-routes'] },
    ],
    settings: ['A changed setting makes a ConfigMap of another name, so its pods start anew.'],
    network: ['Pods only reach what the networks of the Compose file let them.'],
    health: [checkText, fence('sh', [`kubectl ${at} get pods`, ...check('kubernetes')])],
    scaling: [`${code('replicas')} in the kustomization of your overlay. What keeps data runs once.`],
    upgrade: [
      'Render again, look at the difference, apply.',
      fence('sh', [
        'kubectl diff -k kubernetes/overlays/production',
        'kubectl apply -k kubernetes/overlays/production',
      ]),
      'Back: apply the version before, from git.',
    ],
    uninstall: [
      fence('sh', ['kubectl delete -k kubernetes/overlays/production']),
      'With the namespace go claims and data: look first what is in it.',
    ],
  });
};

/** Returns the guide for systemd [S3-113]. */
export const systemdGuide = (stack: Stack): string => {
  const units = unitsOf(stack);
  const first = firstUnit(stack);
  const images =
    units.some(({ way, definition }) => way === 'quadlet' && definition.image === undefined) &&
    builds(stack).length > 0;
  const environment = units.find(
    ({ way, service }) => way !== 'provided' && Object.keys(stack.environment[service] ?? {}).length > 0,
  );
  const credential = Object.entries(stack.extension.settings).find(
    ([, { sensitive, required }]) => sensitive && required,
  )?.[0];
  return guide(stack, 'systemd', {
    title: `${titleOf(stack)} with systemd`,
    intro: `Programs of the machine as sandboxed units, containers as quadlets of Podman, and what the distribution brings as it is. What is made: ${link('README of the units', '../systemd/README.md')}.`,
    needs: [
      'A machine with systemd; the version it is rendered for stands in the head of each unit.',
      ...(units.some(({ way }) => way === 'quadlet') ? ['Podman 5 or newer.'] : []),
      ...units.flatMap(({ extension }) => extension.systemd.packages).map((name) => `The package ${code(name)}.`),
    ],
    steps: [
      { title: 'See what would be done', commands: ['systemd/install.sh --dry-run'] },
      {
        title: 'Install',
        text: images ? 'Images that are built must be on the machine: `podman build` or `podman pull`.' : '',
        commands: ['sudo systemd/install.sh'],
      },
      {
        title: 'Fill in settings and credentials',
        text: requiredText(stack),
        commands: [
          `sudo editor /etc/${stack.name}/${environment?.name ?? stack.name}.env`,
          ...(credential === undefined ? [] : [`sudo systemd/install.sh --credential ${credential} <value.txt`]),
        ],
      },
      {
        title: 'Check before, and start',
        commands: ['sudo scripts/validate-deployment.sh --way systemd', 'sudo systemd/install.sh --start'],
      },
      { title: 'Check after', commands: ['sudo scripts/verify.sh --way systemd --no-routes'] },
    ],
    settings: [
      `Settings are read at the start: after a change ${code(`systemctl restart ${first}`)}. Credentials are files of their own, mode 0600.`,
    ],
    network: [
      'Programs listen on the machine itself; containers have their networks, and publish to the loopback address what programs of the machine use.',
    ],
    health: [
      checkText,
      fence('sh', [
        `systemctl status ${first}`,
        `journalctl -u ${first} --since today`,
        ...check('systemd').map((line) => `sudo ${line}`),
      ]),
    ],
    scaling: [
      'One unit is one process. Its limits (`MemoryMax`, `CPUQuota`) come from the Compose file; for more machines take Kubernetes.',
    ],
    upgrade: [
      'Put the new program or image in place, render again and run the script again: what did not change stays, your settings always.',
      fence('sh', ['sudo systemd/install.sh --start', 'sudo scripts/verify.sh --way systemd --no-routes']),
    ],
    uninstall: [
      fence('sh', ['sudo systemd/install.sh --uninstall']),
      'Settings and data stay; `--purge` takes the settings too.',
    ],
  });
};
