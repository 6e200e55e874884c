import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { compose } from '../../../../generators/compose/index.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import type { buildSchema } from '../../../../src/models/stack.ts';
import { stackOf } from '../../../support/stacks.ts';

const plan: z.input<typeof buildSchema> = {
  kind: 'node',
  version: '24',
  entry: 'server.js',
  port: 3_000,
  develop: ['npm', 'run', 'dev'],
};

const stack = stackOf({
  project: {
    name: 'app',
    services: {
      web: {
        image: 'app:1',
        build: { context: './source' },
        environment: {
          BASE: 'https://a.example',
          KEY: '',
          NOTE: '',
          PRICE: '5 $',
          JSON: '{"a":1}',
          URL: 'redis://cache:6379',
        },
      },
    },
  },
  extension: {
    settings: {
      BASE: {
        description: 'Where it answers.',
        group: 'Web',
        type: 'url',
        default: 'https://a.example',
        example: 'https://b.example',
      },
      KEY: {
        description: 'The key.',
        group: 'Web',
        required: true,
        sensitive: true,
        minLength: 20,
        generate: { kind: 'hex' },
      },
      NOTE: { description: 'Shown on the page.' },
      JSON: { description: 'Options.', default: '{"a":1}' },
      HOST: { description: 'Of the cache.', default: 'cache' },
      LEVEL: { description: 'How much is logged.', type: 'choice', values: ['info', 'debug'], default: 'info' },
      UNUSED: { description: 'Nobody asks for it.' },
    },
  },
  services: { web: { dockerfile: plan, health: { http: { path: '/health', port: 3_000 } } } },
  environment: {
    web: {
      BASE: [{ setting: 'BASE' }],
      KEY: [{ setting: 'KEY' }],
      NOTE: [{ setting: 'NOTE' }],
      JSON: [{ setting: 'JSON' }],
      URL: ['redis://', { setting: 'HOST' }, ':6379'],
      LEVEL: [{ setting: 'LEVEL' }],
    },
  },
});

const files = Object.fromEntries(compose(stack, usualOptions).artifacts.map(({ path, content }) => [path, content]));
const base = files['compose.yaml'] ?? '';
const example = files['.env.example'] ?? '';

describe('settings in Compose', () => {
  it('stay open, with their default or the demand to be set [S0-132, S1-013]', () => {
    expect(base).toContain('BASE: ${BASE:-https://a.example}');
    expect(base).toContain('KEY: ${KEY:?set KEY in .env}');
    expect(base).toContain('URL: redis://${HOST:-cache}:6379');
  });

  it('are unset where nobody sets them and nothing needs them', () => {
    expect(base).toMatch(/^ +NOTE: null$/m);
    expect(example).toMatch(/^#NOTE=$/m);
  });

  it('hold a default that would end the reference in the example only', () => {
    expect(base).toContain('JSON: ${JSON:?set JSON in .env}');
    expect(example).toContain(`JSON='{"a":1}'`);
  });

  it('leave every other `$` as it is', () => {
    expect(base).toContain('PRICE: 5 $$');
  });

  it('are declared in the example as they are used, and none else [S0-133, S3-042]', () => {
    const everything = Object.entries(files).flatMap(([path, text]) => (path.endsWith('.yaml') ? [text] : []));
    const open = everything.flatMap((text) => [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    const unset = [...base.matchAll(/^ +(\w+): null$/gm)].map(([, name]) => name);
    const used = new Set([...open, ...unset]);
    const declared = new Set([...example.matchAll(/^#?(\w+)=/gm)].map(([, name]) => name));
    expect(declared).toEqual(used);
    expect(declared).not.toContain('UNUSED');
  });

  it('are explained: what they are, whether they must be, how a secret is made [S1-017, S3-052]', () => {
    expect(example).toContain('## Web\n');
    expect(example).toContain(
      '# Where it answers.\n# Optional: an http or https URL. Example: https://b.example\nBASE=https://a.example\n',
    );
    expect(example).toContain('# Required: text, at least 20 characters.\n');
    expect(example).toMatch(/by hand: openssl rand -hex 32\nKEY=$/m);
    expect(example).toContain('one of info, debug');
  });
});

describe('what is said over the file', () => {
  it('mounts the source and builds the image of development, read by its Dockerfile [S3-041]', () => {
    expect(files['compose.dev.yaml']).toContain('source: ../../../stacks/app/source');
    expect(files['compose.dev.yaml']).toContain('dockerfile: ../../../rendered/app/dockerfile/web/Dockerfile.dev');
    expect(files['compose.dev.yaml']).toContain('read_only: !reset null');
    expect(files['compose.dev.yaml']).toContain('host_ip: 127.0.0.1');
  });

  it('builds nothing in production, and keeps half of each limit [S0-158, S0-159]', () => {
    expect(files['compose.prod.yaml']).toContain('build: !reset null');
    expect(files['compose.prod.yaml']).toContain('pull_policy: missing');
    expect(files['compose.prod.yaml']).toMatch(/reservations:\n +cpus: 0\.5\n +memory: 256M/);
  });

  it('gives a port of the debugger away once', () => {
    const shared = { image: 'app:1', build: { context: './source' } };
    const two = stackOf({
      project: { name: 'app', services: { first: shared, second: shared } },
      services: { first: { dockerfile: plan }, second: { dockerfile: plan } },
    });
    const text = compose(two, usualOptions).artifacts.find(({ path }) => path === 'compose.dev.yaml')?.content ?? '';
    expect(text.match(/published: "9229"/g)).toHaveLength(1);
  });
});

describe('secrets in Compose', () => {
  it('are files that the deployment writes, whatever they came from', () => {
    const secret = stackOf({
      project: {
        name: 'app',
        services: { web: { image: 'a:1', secrets: [{ source: 'token', target: '/run/secrets/token' }] } },
        secrets: { token: { name: 'app_token', environment: 'TOKEN' } },
      },
    });
    const [file] = compose(secret, usualOptions).artifacts;
    expect(file?.content).toContain('file: ./secrets/token');
    expect(file?.content).not.toContain('environment: TOKEN');
  });
});
