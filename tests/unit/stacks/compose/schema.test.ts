import { describe, expect, it } from 'vitest';
import { checkSchema, keysOfSpecification } from '../../../../src/stacks/compose/schema.ts';
import type { TreeMap } from '../../../../src/stacks/compose/tree.ts';

const said = (tree: TreeMap): string => {
  try {
    checkSchema(tree);
    return 'fine';
  } catch (error) {
    return String(error);
  }
};

const service = (keys: TreeMap): string => said({ services: { web: { image: 'nginx', ...keys } } });

describe('what Compose accepts', () => {
  it('takes short and long forms, and x- keys where the specification has them', () => {
    expect(
      service({
        ports: [80, '443:443', { target: 53, protocol: 'udp', 'x-why': 1 }],
        build: { context: '.', 'x-cache': true },
        gpus: 'all',
        command: null,
        'x-note': ['anything'],
      }),
    ).toBe('fine');
  });

  it.each<readonly [string, TreeMap, string]>([
    ['a key that is misspelt', { prots: ['80'] }, 'services.web.prots: there is no such key. Did you mean ports?'],
    [
      'a key deep below that is misspelt',
      { deploy: { resources: { limits: { memroy: '1g' } } } },
      'services.web.deploy.resources.limits.memroy: there is no such key. Did you mean memory?',
    ],
    ['a value of another kind', { image: 3 }, 'services.web.image: must be a text, this is the number 3'],
    [
      'what none of several forms is',
      { build: 3 },
      'services.web.build: must be a text or a mapping, this is the number 3',
    ],
    [
      'what is wrong in the form that was meant',
      { ports: [{ target: 80, publishd: 8080 }] },
      'services.web.ports[0].publishd: there is no such key. Did you mean published?',
    ],
    ['nothing where something is needed', { environment: null }, 'must be a mapping or a list, this is nothing'],
    ['a word that is none of some', { gpus: {} }, 'services.web.gpus: must be `all` or a list, this is a mapping'],
    ['a key that is missing', { volumes: [{ source: 'data' }] }, 'services.web.volumes[0]: `type` is missing'],
    ['the same twice', { security_opt: ['a', 'a'] }, 'services.web.security_opt[1]: stands in the list twice'],
    ['a number out of its range', { oom_score_adj: 2000 }, 'must be a whole number from -1000 to 1000'],
    [
      'x- where the specification has none',
      { blkio_config: { 'x-a': 1 } },
      'services.web.blkio_config.x-a: there is no',
    ],
  ])('tells %s', (_, keys, sentence) => {
    expect(service(keys)).toContain(sentence);
  });

  it('tells names that a service cannot have', () => {
    expect(said({ services: { 'my web': { image: 'nginx' } } })).toContain(
      'services.my web: a name is made of letters a–z and A–Z, digits, `.`, `_` and `-`',
    );
  });

  it('knows its keys by their paths', () => {
    expect(keysOfSpecification()).toEqual(
      expect.arrayContaining([
        'services.*.ports.[].app_protocol',
        'services.*.develop.watch.[].exec.command',
        'networks.*.ipam.config.[].aux_addresses',
        'models.*.runtime_flags',
        'include.[].project_directory',
      ]),
    );
  });
});
