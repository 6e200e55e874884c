import type { Stack } from '../../src/models/stack.ts';
import { builds } from '../shared/builds.ts';
import { code, fence, heading, link, list, markdown, numbered, plain, table } from '../shared/markdown.ts';
import { addressesOf, codes, hardwareOf, hostsOf, keptData, titleOf } from './facts.ts';
import { wayNames, ways } from './ways.ts';

const others = (stack: Stack): readonly string[] => [
  link('Deployment in short', 'DEPLOYMENT.md'),
  link('Comparison of the ways', 'deployment-comparison.md'),
  link('Configuration reference', 'configuration-reference.md'),
  ...(stack.extension.providers.length > 0 ? [link('Providers', 'providers.md')] : []),
  link('Troubleshooting', 'troubleshooting.md'),
  link('Security', 'security-hardening.md'),
  link('Testing', 'TESTING.md'),
  link('Checklist of the tests', 'TESTING-CHECKLIST.md'),
  link('Text of a pull request', 'pull-request.md'),
];

const serviceTable = (stack: Stack): string =>
  table(
    ['Service', 'What for', 'Image', 'Keeps data'],
    Object.entries(stack.project.services).map(([service, { image }]) => [
      code(service),
      plain(stack.services[service]?.description ?? ''),
      image === undefined ? 'built here' : code(image),
      keptData(stack).some(([name]) => name === service) ? 'yes' : 'no',
    ]),
  );

/** Returns the page one begins with: what it is, how it can be run, which way is the right one [S3-024]. */
export const overview = (stack: Stack): string =>
  markdown([
    heading(1, titleOf(stack)),
    plain(stack.extension.description ?? ''),
    ...(stack.extension.home === undefined ? [] : [`Home of the project: <${stack.extension.home}>`]),
    heading(2, 'What it is made of'),
    serviceTable(stack),
    heading(2, 'Ways to run it'),
    table(
      ['Way', 'Guide', 'First deployment', 'Complexity', 'Good for'],
      wayNames.map((name) => {
        const way = ways[name];
        return [way.title, link('step by step', way.guide), `below ${way.minutes} min`, way.complexity, way.use];
      }),
    ),
    heading(2, 'Prerequisites'),
    `Hardware: ${hardwareOf(stack)}. Software, by way:`,
    list(wayNames.map((name) => `${ways[name].title}: ${ways[name].needs}`)),
    heading(2, 'Which way?'),
    numbered([
      `Is there a cluster already? Yes: is it filled from git? Then ${link('kustomize', ways.kubernetes.guide)}, otherwise ${link('Helm', ways.helm.guide)}.`,
      `No cluster: may Docker run on the machine? Yes: ${link('Docker Compose', ways.compose.guide)}.`,
      `No Docker, or a small container of Proxmox: ${link('systemd', ways.systemd.guide)}.`,
      `More than one machine will be needed soon? Begin with ${link('Helm', ways.helm.guide)} on a small cluster.`,
    ]),
    heading(2, 'Read on'),
    list(others(stack)),
  ]);

/** Returns the section that a README of a repository shows: every way in a few lines [S3-131]. */
export const deployment = (stack: Stack): string => {
  const built = builds(stack).length > 0;
  return markdown([
    heading(1, `Deployment of ${titleOf(stack)}`),
    `There are four ways; all are rendered from one Compose file and set the same settings. ${link('Overview', 'README.md')}, ${link('comparison', 'deployment-comparison.md')}.`,
    heading(2, 'Docker Compose, in short'),
    `In ${code(`rendered/${stack.name}`)}:`,
    fence('sh', [
      ...(Object.keys(stack.extension.settings).length === 0
        ? []
        : ['install -m 0600 compose/.env.example compose/.env', 'editor compose/.env']),
      'scripts/validate-deployment.sh --way compose',
      'docker compose --project-directory compose -f compose/compose.yaml -f compose/compose.prod.yaml up --detach --wait',
      'scripts/verify.sh --way compose --no-routes',
    ]),
    `Then: ${[...addressesOf(stack), ...hostsOf(stack).map((host) => `https://${host}/`)].map((url) => `<${url}>`).join(', ') || 'it publishes nothing by itself'}. ${link('Guide', ways.compose.guide)}`,
    heading(2, 'Kubernetes'),
    `By ${link('Helm', ways.helm.guide)} or by ${link('kustomize', ways.kubernetes.guide)}; both make the same objects.`,
    heading(2, 'systemd'),
    `Native units and quadlets, put in place by one script: ${link('guide', ways.systemd.guide)}.`,
    heading(2, 'Continuous integration'),
    built
      ? `${code('workflows/')} has workflows for GitHub Actions: images for amd64 and arm64 are built, started, tried, and only then pushed (${code('latest')} on main, ${code('v1.2.3')} for tags, ${code('sha-…')} always); what is rendered is judged at every change. Copy its ${code('.github')} into the repository.`
      : `${code('workflows/')} has workflows for GitHub Actions that judge what is rendered at every change. Copy its ${code('.github')} into the repository.`,
    heading(2, 'After it'),
    list([
      `Is it well? ${code('scripts/health-check.sh')}: 0 well, 1 degraded, 2 down.`,
      `What can be set: ${link('configuration reference', 'configuration-reference.md')}.`,
      `What goes wrong: ${link('troubleshooting', 'troubleshooting.md')}.`,
    ]),
  ]);
};

/** Returns the comparison of the ways, and how one gets from one to another [S3-025]. */
export const comparison = (stack: Stack): string => {
  const rows = [
    ['Complexity', 'complexity'],
    ['Resources', 'resources'],
    ['Scalability', 'scaling'],
    ['Maintenance', 'maintenance'],
    ['Performance', 'performance'],
    ['Security', 'security'],
    ['Use it for', 'use'],
    ['Software', 'needs'],
  ] as const;
  const data = keptData(stack);
  return markdown([
    heading(1, `${titleOf(stack)}: the ways compared`),
    `Each runs the same services with the same settings. ${link('Overview', 'README.md')}.`,
    table(
      ['', ...wayNames.map((name) => ways[name].title)],
      [
        ...rows.map(([title, key]) => [title, ...wayNames.map((name) => ways[name][key])]),
        ['First deployment', ...wayNames.map((name) => `below ${ways[name].minutes} min`)],
        ['Guide', ...wayNames.map((name) => link('guide', ways[name].guide))],
      ],
    ),
    heading(2, 'Least hardware'),
    `For every way: ${hardwareOf(stack)}. A cluster needs about 2 cores and 2 GB for itself.`,
    heading(2, 'From one way to another'),
    numbered([
      'Render: every way is there at once, from the same Compose file.',
      data.length === 0
        ? 'There is no data to take along.'
        : `Stop the old one and copy its data: ${data.map(([service, volume]) => `${code(volume)} (${code(service)})`).join(', ')}. A database by its own dump, not by its files.`,
      'Set the same settings in the new place; secrets come from the same encrypted store.',
      `Start the new one, run ${code('scripts/verify.sh')} with its ${code('--way')}, and only then point names to it.`,
      'Keep the old one stopped until the new one has run for a week.',
    ]),
    heading(2, 'What a way does not carry'),
    `Not everything that Compose knows exists everywhere. ${code(`proxdeck stack losses ${stack.name}`)} lists every key that a way leaves out, and what becomes of it.`,
  ]);
};

/** Returns the text of the pull request that brings the rendered files into a repository [S3-132]. */
export const pullRequest = (stack: Stack): string =>
  markdown([
    heading(1, `feat: add deployment of ${titleOf(stack)}`),
    heading(2, 'Summary'),
    `Deployment files for ${titleOf(stack)}, rendered from one Compose file, with documents and workflows. ${stack.extension.home === undefined ? '' : `Project: <${stack.extension.home}>`}`,
    heading(2, 'Ways'),
    list(wayNames.map((name) => `${ways[name].title}: ${link('guide', ways[name].guide)}`)),
    heading(2, 'Documents'),
    list(others(stack).filter((entry) => !entry.includes('pull-request.md'))),
    heading(2, 'Testing'),
    `Each file is judged by its real tool in ${code('validate-infrastructure.yml')}; by hand: ${link('testing', 'TESTING.md')}.`,
    heading(2, 'Breaking changes'),
    'None: nothing that exists is changed.',
    heading(2, 'Impact'),
    `New files below ${code(`rendered/${stack.name}`)} only. No credential is in any of them${stack.extension.routes.length > 0 ? `; from outside it is reached at ${codes(hostsOf(stack)) || 'its published port'}` : ''}.`,
    heading(2, 'Checklist'),
    [
      'files are rendered, not written by hand',
      'every validator is content',
      'no credential is in the change',
      'documents and links are right',
      'each way was tried once',
      'the checklist of the tests is done',
    ]
      .map((item) => `- [ ] ${item}`)
      .join('\n'),
  ]);
