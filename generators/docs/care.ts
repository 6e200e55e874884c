import type { Stack } from '../../src/models/stack.ts';
import { isDatastore } from '../shared/images.ts';
import { checklist, code, fence, heading, link, list, markdown, plain, table } from '../shared/markdown.ts';
import {
  codes,
  firstUnit,
  hostsOf,
  keptData,
  namespaceOf,
  requiredSettings,
  sensitiveSettings,
  titleOf,
} from './facts.ts';
import { wayNames, ways, type WayName } from './ways.ts';

interface Trouble {
  readonly symptom: string;
  readonly cause: string;
  readonly solution: string;
  readonly prevention: string;
}

/** What goes wrong with any stack, by way. */
const usualTroubles = (stack: Stack): Readonly<Record<WayName, readonly Trouble[]>> => {
  const namespace = namespaceOf(stack);
  const kubernetes: readonly Trouble[] = [
    {
      symptom: '`CreateContainerConfigError`',
      cause: 'The Secret is missing, or a key in it.',
      solution: `\`kubectl --namespace ${namespace} describe pod\` names it; make it as the guide says.`,
      prevention: 'Make the Secret before the pods.',
    },
    {
      symptom: 'The route or Ingress has no address.',
      cause: 'No controller or Gateway takes it.',
      solution: 'Install one and name its class or Gateway in the values.',
      prevention: 'Look at `kubectl get gatewayclass,ingressclass` before.',
    },
    {
      symptom: 'A pod stays `Pending`.',
      cause: 'No node has room, or no volume can be made.',
      solution: '`kubectl describe pod` says which; lower the requests or add a storage class.',
      prevention: 'Compare the requests with the cluster before.',
    },
  ];
  return {
    compose: [
      {
        symptom: '`required variable … is missing a value`',
        cause: 'A required setting is not set; it fails at once rather than later.',
        solution: 'Set it in `compose/.env`.',
        prevention: '`scripts/validate-deployment.sh` before every start.',
      },
      {
        symptom: '`port is already allocated`',
        cause: 'Another program listens there.',
        solution: '`ss -ltnp` shows which; stop it or publish another port.',
        prevention: 'Keep a list of ports a machine.',
      },
      {
        symptom: 'A changed setting has no effect.',
        cause: 'A restart keeps the old environment.',
        solution: '`docker compose up --detach` creates the containers anew.',
        prevention: 'Never `docker compose restart` for settings.',
      },
      {
        symptom: '`toomanyrequests` while pulling',
        cause: 'Docker Hub limits pulls without an account.',
        solution: '`docker login`, or a mirror of your own.',
        prevention: 'Pin by digest and keep images in your registry.',
      },
    ],
    helm: kubernetes,
    kubernetes,
    systemd: [
      {
        symptom: '`status=243/CREDENTIALS`',
        cause: 'A credential has no file.',
        solution: '`systemd/install.sh` makes the missing ones; `--credential NAME` fills one.',
        prevention: 'Deploy with Proxdeck, which puts all of them there.',
      },
      {
        symptom: '`start operation timed out`',
        cause: 'The unit waits for a message of the program that never comes.',
        solution: 'Leave `notify` out in the Compose file, or use a program that sends it.',
        prevention: 'Try `systemd-notify` support before.',
      },
      {
        symptom: '`Start request repeated too quickly`',
        cause: 'It failed five times within five minutes.',
        solution: `\`journalctl -u ${firstUnit(stack)}\` says why; then \`systemctl reset-failed\`.`,
        prevention: 'Watch restarts, not only failures.',
      },
    ],
  };
};

const anywhere = (stack: Stack): readonly Trouble[] => [
  ...(requiredSettings(stack).length === 0
    ? []
    : [
        {
          symptom: 'It ends right after its start.',
          cause: `A required setting is missing: ${codes(requiredSettings(stack))}.`,
          solution: 'Set it and create the service anew.',
          prevention: '`scripts/validate-deployment.sh`',
        },
      ]),
  ...Object.keys(stack.project.services)
    .filter((service) => isDatastore(stack, service))
    .map((service) => ({
      symptom: `The connection to \`${service}\` is lost.`,
      cause: 'It was restarted, or the network was away.',
      solution: 'It is connected again by itself; if not, look whether it is healthy and has memory left.',
      prevention: 'Give it the memory that its limit asks for.',
    })),
  {
    symptom: 'It is restarted again and again.',
    cause: 'It crashes, or takes more memory than its limit.',
    solution: 'Read the log of the last run; exit code 137 is the limit of memory.',
    prevention: 'Watch memory for a week and set the limit above its peak.',
  },
];

const rows = (troubles: readonly Trouble[]): string =>
  table(
    ['Symptom', 'Cause', 'Solution', 'Prevention'],
    // The cause of a missing setting is spans of code already.
    troubles.map(({ symptom, cause, solution, prevention }) => [symptom, cause, solution, prevention].map(plain)),
  );

/** Returns what goes wrong, why, and what helps: for every way, and for each [S3-127]. */
export const troubleshooting = (stack: Stack): string => {
  const said = (way: WayName | undefined): readonly Trouble[] =>
    stack.extension.troubles
      .filter(({ ways: about }) => (way === undefined ? about.length === 0 : about.includes(way)))
      .map((trouble) => ({ ...trouble, prevention: trouble.prevention ?? '' }));
  const namespace = namespaceOf(stack);
  return markdown([
    heading(1, `${titleOf(stack)}: troubleshooting`),
    `First: ${code('scripts/health-check.sh')} with the ${code('--way')} that runs. It says which component is not well.`,
    heading(2, 'Any way'),
    rows([...anywhere(stack), ...said(undefined)]),
    ...wayNames.flatMap((way) => [
      heading(2, ways[way].title),
      rows([...usualTroubles(stack)[way], ...said(way)]),
      `${link('Guide', ways[way].guide)}`,
    ]),
    heading(2, 'Looking deeper'),
    table(
      ['', 'Docker Compose', 'Kubernetes', 'systemd'],
      [
        [
          'State',
          code('docker compose --project-directory compose ps'),
          code(`kubectl --namespace ${namespace} get pods,events`),
          code(`systemctl status ${firstUnit(stack)}`),
        ],
        [
          'Log',
          code('docker compose --project-directory compose logs --follow'),
          code(
            `kubectl --namespace ${namespace} logs --selector app.kubernetes.io/name=${stack.name} --all-containers`,
          ),
          code(`journalctl -u '${stack.name}*' --follow`),
        ],
        [
          'Log of the last run',
          code('docker compose --project-directory compose logs --tail 200'),
          code(`kubectl --namespace ${namespace} logs --previous POD`),
          code(`journalctl -u ${firstUnit(stack)} -b`),
        ],
        [
          'Use of resources',
          code('docker stats'),
          code(`kubectl --namespace ${namespace} top pods`),
          code('systemd-cgtop'),
        ],
      ],
    ),
  ]);
};

/** Returns what is done for security, and what is left to do [S3-128]. */
export const security = (stack: Stack): string => {
  const sensitive = sensitiveSettings(stack);
  const rotated = [
    ...Object.entries(stack.extension.settings).flatMap(([name, { rotateDays }]) =>
      rotateDays === undefined ? [] : [[name, rotateDays] as const],
    ),
    ...Object.entries(stack.extension.secrets).flatMap(([name, { rotateDays }]) =>
      rotateDays === undefined ? [] : [[name, rotateDays] as const],
    ),
  ];
  const stores = Object.keys(stack.project.services).filter((service) => isDatastore(stack, service));
  return markdown([
    heading(1, `${titleOf(stack)}: security`),
    heading(2, 'Secrets'),
    list([
      sensitive.length === 0
        ? 'No setting is sensitive.'
        : `Sensitive settings: ${codes(sensitive)}. They are kept encrypted in the workspace and are in no rendered file.`,
      `On a machine: ${code('compose/.env')} and files in ${code('compose/secrets')} with mode 0600; with systemd files in ${code(`/etc/${stack.name}/credentials`)}, mode 0600 in a folder of mode 0700; in Kubernetes a Secret that the chart only names (${code('existingSecret')}).`,
      'A secret is never an argument of a command: everybody on the machine could read it.',
      'Placeholders are found before a deployment: `scripts/validate-deployment.sh`.',
    ]),
    heading(3, 'Rotation'),
    rotated.length === 0
      ? 'Nothing is due by date.'
      : table(
          ['Secret', 'Made anew'],
          rotated.map(([name, days]) => [code(name), `every ${days} days`]),
        ),
    fence('sh', [
      `proxdeck secret list ${stack.name}`,
      `proxdeck secret rotate ${stack.name} ${rotated[0]?.[0] ?? 'NAME'}`,
    ]),
    'After a rotation deploy again: containers are created anew, pods and units restarted.',
    heading(2, 'Network'),
    list([
      hostsOf(stack).length === 0
        ? 'No route leads to it from outside.'
        : `From outside only ${codes(hostsOf(stack))}, over TLS.`,
      ...(stores.length === 0
        ? []
        : [
            `${codes(stores)} ${stores.length === 1 ? 'is' : 'are'} reached by the other services only, never published, and ask${stores.length === 1 ? 's' : ''} for a password where they know one.`,
          ]),
      'Docker: own networks, `internal` where nothing goes out. Kubernetes: a network policy for each network of the Compose file, default deny. systemd: `IPAddressDeny=any` for what never talks to the internet.',
    ]),
    heading(2, 'Containers and units'),
    list([
      'No new privileges, all capabilities dropped but those that are needed, a user by number, the root file system read-only where it can be.',
      'Limits for memory, processors and processes.',
      `Images by version and digest: ${code(`proxdeck stack pin ${stack.name}`)}.`,
      'systemd: the sandbox counts at most 2.0 in `systemd-analyze security`.',
    ]),
    heading(2, 'Kubernetes'),
    list([
      'Pods keep the rules of the level *restricted*; the service account has no token, so no role is needed.',
      `Encrypt Secrets at rest in the cluster, and let few read them: ${code(`kubectl auth can-i get secrets --namespace ${namespaceOf(stack)} --as USER`)}.`,
    ]),
    heading(2, 'File modes'),
    table(
      ['File', 'Mode'],
      [
        [code('compose/.env'), '0600'],
        [code(`/etc/${stack.name}/*.env`), '0600'],
        [code(`/etc/${stack.name}/credentials`), '0700, its files 0600'],
        ['units and quadlets', '0644'],
        ['scripts', '0755'],
      ],
    ),
    heading(2, 'Left to you'),
    checklist([
      'the machine is kept up to date and has a firewall',
      'backups are encrypted and a restore was tried',
      'who may deploy is known, and each has an own account',
      'logs are looked at, and keep no secret',
    ]),
  ]);
};

/** What is tried by hand, for every way the same questions [S3-133]. */
const scenarios = (stack: Stack): readonly (readonly [name: string, how: string])[] => [
  ['Fresh deployment', 'on an empty machine or namespace, with the clock running'],
  ['Changed setting', 'change one, create anew, see that it holds'],
  [
    'Data persists',
    keptData(stack).length === 0
      ? 'nothing to keep: a restart changes nothing'
      : `write, restart ${codes([...new Set(keptData(stack).map(([service]) => service))])}, read`,
  ],
  ['Health', '`scripts/health-check.sh` is 0; stop one component, and it is 1 or 2'],
  ['Logs', 'they can be read, and hold no secret'],
  ['Error', 'leave out a required setting: it fails at once and says which'],
  ['Crash', 'kill the process: it comes back'],
  ['Upgrade and back', 'the new version, then the old one, with the same data'],
];

/** Returns how it is tested, by machine and by hand [S3-055]. */
export const testing = (stack: Stack): string =>
  markdown([
    heading(1, `${titleOf(stack)}: testing`),
    heading(2, 'By machine'),
    fence('sh', [`proxdeck stack validate ${stack.name}`, `proxdeck stack render ${stack.name} --dry-run`]),
    `Every rendered file is judged by its real tool; ${code('validate-infrastructure.yml')} does the same at every change.`,
    heading(2, 'On the target'),
    table(
      ['Script', 'When', 'Exit codes'],
      [
        [code('scripts/validate-deployment.sh'), 'before', '0 right, 1 warnings, 2 errors'],
        [code('scripts/verify.sh'), 'after', '0 well, 1 degraded, 2 down'],
        [code('scripts/health-check.sh'), 'every day', '0 well, 1 degraded, 2 down'],
      ],
    ),
    heading(2, 'Smoke checks'),
    stack.extension.smoke.length === 0
      ? 'There are none beyond the health of the services.'
      : table(
          ['Check', 'Service'],
          stack.extension.smoke.map(({ name, service }) => [plain(name), code(service)]),
        ),
    heading(2, 'By hand'),
    table(
      ['Scenario', 'How'],
      scenarios(stack).map(([name, how]) => [name, how]),
    ),
    `As a list to tick off: ${link('checklist', 'TESTING-CHECKLIST.md')}.`,
  ]);

/** Returns the list to tick off, each way with its own time [S3-056]. */
export const testingChecklist = (stack: Stack): string =>
  markdown([
    heading(1, `${titleOf(stack)}: checklist of the tests`),
    `What each line means: ${link('testing', 'TESTING.md')}.`,
    ...wayNames.flatMap((way) => [
      heading(2, ways[way].title),
      checklist([
        ...scenarios(stack).map(([name]) => name),
        `deployed within ${ways[way].minutes} minutes by somebody who had not seen it before`,
      ]),
    ]),
  ]);
