import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { docs } from '../../../../generators/docs/index.ts';
import { generators } from '../../../../generators/index.ts';
import { generatorNames, usualOptions } from '../../../../src/models/artifact.ts';
import type { Stack } from '../../../../src/models/stack.ts';
import { loadStack } from '../../../../src/stacks/load.ts';
import { luciaLike } from '../../../support/lucia.ts';
import { textsOf } from '../../../support/rendered.ts';
import { stackOf } from '../../../support/stacks.ts';

const blueprint = async (name: string): Promise<Stack> =>
  (await loadStack(path.join(import.meta.dirname, '../../../../assets/blueprints', name))).stack;

/** Everything that is rendered for a stack, by path below `rendered/<stack>`. */
const rendered = async (stack: Stack): Promise<Readonly<Record<string, string>>> => {
  const all: Record<string, string> = {};
  for (const name of generatorNames) {
    const generator = await generators[name]?.load();
    for (const { path: file, content } of generator?.(stack, usualOptions).artifacts ?? [])
      all[`${name}/${file}`] = content;
  }
  return all;
};

const lucia = await blueprint('lucia');
const stacks: readonly (readonly [string, Stack])[] = [
  ['lucia', lucia],
  ['web-store', await blueprint('web-store')],
  ['traefik', await blueprint('traefik')],
  ['whoami', await blueprint('whoami')],
  ['a stack of every kind of unit', luciaLike()],
  ['a stack of nothing', stackOf({ project: { name: 'bare', services: { bare: {} } } })],
];
const pages = textsOf(docs, lucia);
const pageOf = (name: string): string => pages[name] ?? '';

const headings = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^#{1,3} (.*)$/.exec(line)?.[1] ?? []);

/** Lines of a shell in fenced blocks. */
const commands = (text: string): readonly string[] =>
  [...text.matchAll(/^```sh\n([^]*?)\n```$/gm)].flatMap(([, block = '']) => block.split('\n'));

describe.each(stacks)('the documents of %s', (_, stack) => {
  const texts = textsOf(docs, stack);

  it('link only to what is there [S3-131]', async () => {
    const all = await rendered(stack);
    for (const [name, text] of Object.entries(texts))
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
        expect(Object.keys(all), `${name} links to ${target}`).toContain(path.posix.join('docs', target));
  });

  it('make the Secret from what is there: a file of lines by its example, or a file a key', async () => {
    const all = await rendered(stack);
    const files = Object.keys(stack.project.secrets ?? {});
    for (const text of [texts['guide-helm.md'] ?? '', texts['guide-kubernetes.md'] ?? '']) {
      const lines = commands(text);
      for (const [example] of lines.join(' ').matchAll(/\S+\.example/g)) expect(Object.keys(all)).toContain(example);
      const creates = lines.filter((line) => line.includes('create secret'));
      const hasKeys = (all['kubernetes/README.md'] ?? '').includes('create secret');
      expect(creates).toHaveLength(hasKeys ? 1 : 0);
      expect(creates.filter((line) => /--from-file=\S*secrets$/.test(line))).toHaveLength(files.length > 0 ? 1 : 0);
    }
  });

  it('have fences that are closed, and tables whose rows are as wide as their heads [S0-172]', () => {
    for (const [name, text] of Object.entries(texts)) {
      expect((text.match(/^```/gm) ?? []).length % 2, name).toBe(0);
      for (const block of text.split('\n\n').filter((part) => part.startsWith('| '))) {
        const widths = block
          .trim()
          .split('\n')
          .map((line) => (line.match(/(?<!\\)\|/g) ?? []).length);
        expect(new Set(widths).size, `${name}: ${block.split('\n')[0]}`).toBe(1);
      }
    }
  });

  it('name in their commands only files that are rendered', async () => {
    const known = Object.keys(await rendered(stack));
    const made = ['compose/.env', 'kubernetes/components/secrets/secrets', 'compose/secrets'];
    for (const [name, text] of Object.entries(texts))
      for (const line of commands(text))
        for (const [, file = ''] of line.matchAll(
          /(?<=^|[\s=])((?:compose|helm|kubernetes|scripts|systemd)\/[\w./-]+)/g,
        ))
          expect(
            known.some((one) => one === file || one.startsWith(`${file}/`)) || made.some((one) => file.startsWith(one)),
            `${name}: ${line}`,
          ).toBe(true);
  });
});

describe('the overview', () => {
  it('has a comparison, prerequisites and a way to decide [S3-024]', () => {
    const text = pageOf('README.md');
    expect(headings(text)).toEqual(expect.arrayContaining(['Ways to run it', 'Prerequisites', 'Which way?']));
    for (const guide of ['guide-docker.md', 'guide-helm.md', 'guide-kubernetes.md', 'guide-systemd.md'])
      expect(text).toContain(`(${guide})`);
    expect(text).toContain('Hardware: 2 cores, 4g memory, 20g disk.');
  });

  it('compares complexity, resources, scaling, maintenance, performance and security [S3-025]', () => {
    const text = pageOf('deployment-comparison.md');
    for (const row of [
      'Complexity',
      'Resources',
      'Scalability',
      'Maintenance',
      'Performance',
      'Security',
      'Use it for',
    ])
      expect(text).toMatch(new RegExp(`^\\| ${row} \\|`, 'm'));
    expect(headings(text)).toContain('From one way to another');
  });

  it('shows every way in short, and what the workflows do [S3-054, S3-131]', () => {
    expect(headings(pageOf('DEPLOYMENT.md'))).toEqual([
      'Deployment of Lucia',
      'Docker Compose, in short',
      'Kubernetes',
      'systemd',
      'Continuous integration',
      'After it',
    ]);
  });

  it('has the text of a pull request with six things to tick off [S3-132]', () => {
    const text = pageOf('pull-request.md');
    expect(headings(text)).toEqual([
      'feat: add deployment of Lucia',
      'Summary',
      'Ways',
      'Documents',
      'Testing',
      'Breaking changes',
      'Impact',
      'Checklist',
    ]);
    expect(text.match(/^- \[ \] /gm)).toHaveLength(6);
  });
});

describe('the configuration reference', () => {
  const text = pageOf('configuration-reference.md');

  it('has every setting with type, need, values, default, example, sensitivity and services [S3-026]', () => {
    for (const [name, setting] of Object.entries(lucia.extension.settings)) {
      const section = text.split(`### \`${name}\`\n`)[1]?.split('\n### ')[0] ?? '';
      expect(section).toContain('| Type | Required | Values | Default | Example | Sensitive | Services |');
      expect(section).toMatch(
        new RegExp(
          `^\\| ${setting.type} \\| ${setting.required ? 'yes' : 'no'} \\| .* \\| ${setting.sensitive ? 'yes' : 'no'} \\| .*\`lucia\``,
          'm',
        ),
      );
      expect(section).toContain(setting.default === undefined ? '| – |' : `\`${setting.default}\``);
    }
    for (const group of ['Home Assistant', 'Language model', 'Redis', 'Logging'])
      expect(headings(text)).toContain(group);
  });

  it('knows the same settings as the files of every way [S3-026]', async () => {
    const all = await rendered(lucia);
    const listed = headings(text)
      .flatMap((heading) => /^`(\w+)`$/.exec(heading)?.[1] ?? [])
      .toSorted();
    const assigned = (file: string | undefined): readonly string[] =>
      [...(file ?? '').matchAll(/^#?([A-Za-z]\w*)=/gm)].map(([, name = '']) => name);
    const credentials = [...(all['systemd/install.sh'] ?? '').matchAll(/credential_names=\(\n([^)]*)\)/g)].flatMap(
      ([, names = '']) => names.trim().split(/\s+/),
    );
    expect([...assigned(all['systemd/lucia.env.example']), ...credentials].toSorted()).toEqual(listed);
    expect([...assigned(all['compose/.env.example'])].toSorted()).toEqual(listed);
  });

  it('shows no value of what is sensitive', () => {
    const stack = stackOf({
      project: { name: 'a', services: { a: {} } },
      extension: { settings: { KEY: { description: 'A key.', sensitive: true, example: 'planted-secret' } } },
    });
    for (const page of Object.values(textsOf(docs, stack))) expect(page).not.toContain('planted-secret');
  });
});

describe('the guides', () => {
  it.each([
    ['guide-docker.md', 'up --detach --wait'],
    ['guide-helm.md', 'helm upgrade --install lucia helm --namespace lucia'],
    ['guide-kubernetes.md', 'kubectl apply -k kubernetes/overlays/production'],
    ['guide-systemd.md', 'sudo systemd/install.sh --start'],
  ])('%s has five steps and what comes after [S3-053, S3-089, S3-113]', (name, command) => {
    const text = pageOf(name);
    expect(headings(text).filter((heading) => /^\d\. /.test(heading))).toHaveLength(5);
    expect(headings(text)).toEqual(
      expect.arrayContaining([
        'Prerequisites',
        'Five steps',
        'Configuration',
        'Network and data',
        'Health',
        'Scaling',
        'Upgrade',
        'Uninstall',
        'Troubleshooting',
      ]),
    );
    expect(commands(text).join('\n')).toContain(command);
  });

  it('say when to take manifests and when the chart [S3-101]', () => {
    expect(pageOf('guide-kubernetes.md')).toContain('Take the chart where many install it');
  });

  it('never restart where the environment has to be read again [S1-037]', () => {
    for (const page of Object.values(pages))
      expect(commands(page).join('\n')).not.toMatch(/compose restart|docker-compose/);
  });
});

describe('care', () => {
  it('tells for each way symptom, cause, solution and prevention [S3-127]', () => {
    const text = pageOf('troubleshooting.md');
    expect(headings(text)).toEqual(
      expect.arrayContaining(['Any way', 'Docker Compose', 'Helm chart', 'kustomize', 'systemd', 'Looking deeper']),
    );
    expect(text).toContain('| Symptom | Cause | Solution | Prevention |');
    for (const edge of [
      'connection to Redis was lost',
      'circuit breaker',
      'toomanyrequests',
      'required setting',
      'crash',
      'no ingress controller',
    ])
      expect(text.toLowerCase()).toContain(edge.toLowerCase());
  });

  it('tells what is done for security and what is left to do [S3-128]', () => {
    const text = pageOf('security-hardening.md');
    expect(headings(text)).toEqual(
      expect.arrayContaining([
        'Secrets',
        'Rotation',
        'Network',
        'Containers and units',
        'Kubernetes',
        'File modes',
        'Left to you',
      ]),
    );
    expect(text).toContain('| `Redis__Password` | every 180 days |');
    expect(text).toContain('`redis` is reached by the other services only');
  });

  it('has a section for every provider, with an example [S3-129]', () => {
    const text = pageOf('providers.md');
    for (const name of ['OpenAI', 'Azure OpenAI', 'Ollama', 'LM Studio', 'OpenAI-compatible'])
      expect(headings(text)).toContain(name);
    expect(text).toContain('OpenAI__BaseUrl=http://ollama.home.arpa:11434/v1');
    expect(text).not.toMatch(/^OpenAI__ApiKey=/m);
  });

  it('asks the same questions of every way [S3-055, S3-056, S3-133]', () => {
    const text = pageOf('TESTING-CHECKLIST.md');
    expect(headings(text)).toEqual([
      'Lucia: checklist of the tests',
      'Docker Compose',
      'Helm chart',
      'kustomize',
      'systemd',
    ]);
    for (const [minutes] of [[15], [20], [25]]) expect(text).toContain(`deployed within ${minutes} minutes`);
    const scenarios = ['Fresh deployment', 'Changed setting', 'Data persists', 'Health', 'Logs', 'Error'];
    for (const scenario of scenarios) {
      expect(pageOf('TESTING.md')).toContain(`| ${scenario} |`);
      expect(text.split(`- [ ] ${scenario}`)).toHaveLength(5);
    }
  });
});
