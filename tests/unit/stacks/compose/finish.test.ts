import { describe, expect, it } from 'vitest';
import { finish, filled, normalised, type Surroundings } from '../../../../src/stacks/compose/finish.ts';
import { parseBytes, parseDuration, printDuration, printFloat32 } from '../../../../src/stacks/compose/finishUnits.ts';
import { shellWords } from '../../../../src/stacks/compose/finishWords.ts';
import type { TreeMap } from '../../../../src/stacks/compose/tree.ts';

const surroundings = (files: Readonly<Record<string, string>> = {}): Surroundings => ({
  name: 'shop',
  environment: new Map([['TOKEN', 'of the shell']]),
  readFile: (path) => Promise.resolve(files[path] === undefined ? undefined : new TextEncoder().encode(files[path])),
});

const finished = async (tree: TreeMap, files?: Readonly<Record<string, string>>) =>
  await finish(normalised(filled(tree), { name: 'shop' }), surroundings(files));

describe('a finished project', () => {
  it('has the default network, names of its own and what builds need', async () => {
    const project = await finished({
      services: { web: { build: {}, volumes: [{ type: 'volume', source: 'data', target: '/data/' }] } },
      volumes: { data: null, unused: null },
    });
    expect(project).toMatchObject({
      name: 'shop',
      services: {
        web: {
          build: { context: '.', dockerfile: 'Dockerfile' },
          command: null,
          networks: { default: null },
          volumes: [{ source: 'data', target: '/data' }],
        },
      },
      networks: { default: { name: 'shop_default' } },
      volumes: { data: { name: 'shop_data' } },
    });
    expect(project.volumes).not.toHaveProperty('unused');
  });

  it('has the variables of its files below its own, and none of the files', async () => {
    const { services } = await finished(
      {
        services: {
          web: {
            image: 'nginx',
            environment: { A: 'own', TOKEN: null, GONE: null },
            env_file: [
              { path: '/one', required: true },
              { path: '/missing', required: false },
            ],
          },
        },
      },
      { '/one': 'A=file\nB=file ${TOKEN}\n' },
    );
    expect(services['web']?.environment).toEqual({
      A: 'own',
      B: 'file of the shell',
      TOKEN: 'of the shell',
      GONE: null,
    });
    expect(services['web']).not.toHaveProperty('env_file');
  });

  it('refuses a file of variables that is missing', async () => {
    const tree = { services: { web: { image: 'nginx', env_file: [{ path: '/missing', required: true }] } } };
    await expect(finished(tree)).rejects.toThrow('services.web.env_file[0]: there is no file `/missing`');
  });

  it('depends on whose network it shares, also without saying so', async () => {
    const { services } = await finished({
      services: {
        a: { image: 'a', network_mode: 'service:b', links: ['c:alias'] },
        b: { image: 'b' },
        c: { image: 'c' },
      },
    });
    expect(services['a']?.depends_on).toEqual({
      b: { condition: 'service_started', restart: true, required: true },
      c: { condition: 'service_started', restart: true, required: true },
    });
    expect(services['a']).not.toHaveProperty('networks');
  });

  it.each<readonly [string, TreeMap, string]>([
    ['nothing to run', {}, 'says neither `image` nor `build`'],
    [
      'two mounts at one place',
      { tmpfs: '/x', volumes: [{ type: 'volume', target: '/x' }] },
      'mounted at `/x` already',
    ],
    ['two numbers of containers', { scale: 2, deploy: { replicas: 3 } }, 'say different numbers'],
    ['one name for two containers', { scale: 2, container_name: 'one' }, '2 containers cannot have one name'],
    ['a test without its kind', { healthcheck: { test: ['curl'] } }, 'must begin with `CMD`'],
    ['two limits', { mem_limit: '1g', deploy: { resources: { limits: { memory: '2g' } } } }, 'do not say the same'],
    ['no duration', { stop_grace_period: 'soon' }, '`soon` is no duration'],
    ['no size', { mem_limit: '12 apples' }, '`12 apples` is no size'],
    ['an open quote', { command: 'echo "x' }, 'a quote or a parenthesis is not closed'],
  ])('is refused with %s', async (_, keys, sentence) => {
    const origin = Object.keys(keys).length === 0 ? {} : { image: 'nginx' };
    await expect(finished({ services: { web: { ...origin, ...keys } } })).rejects.toThrow(sentence);
  });
});

describe('units', () => {
  it.each([
    ['90s', '1m30s'],
    ['1.5h', '1h30m0s'],
    ['1d', '24h0m0s'],
    ['1w2d', '216h0m0s'],
    ['1500us', '1.5ms'],
    ['0', '0s'],
    ['-3s', '-3s'],
  ])('%s is %s', (written, printed) => {
    expect(printDuration(parseDuration(written) ?? -1n)).toBe(printed);
  });

  it.each(['5', '', '.s', '1m ', '1 m', '3y'])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    ['512m', 536_870_912],
    ['1.5 GiB', 1_610_612_736],
    ['100b', 100],
    ['5bb', undefined],
    ['-1', undefined],
    ['5  m', undefined],
  ])('%s is %s bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it('numbers have 32 bits and as few digits as they need', () => {
    expect([0.1, 1 / 3, 16_777_217].map(printFloat32)).toEqual([0.1, 0.333_333_34, 16_777_216]);
  });

  it.each([
    ['serve --name "two words" \'a b\'', ['serve', '--name', 'two words', 'a b']],
    ['a\\ b ""', ['a b', '']],
    ['echo $(date) `uname -r`', ['echo', '$(date)', '`uname -r`']],
    ['first && second', ['first']],
    ['a 2>file', ['a']],
    ['(a)', undefined],
    ["it's", undefined],
  ])('the words of %s', (line, words) => {
    expect(shellWords(line)).toEqual(words);
  });
});
