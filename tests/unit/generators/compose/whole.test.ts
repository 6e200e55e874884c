import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compose } from '../../../../generators/compose/index.ts';
import { override } from '../../../../generators/compose/override.ts';
import { usualOptions } from '../../../../src/models/artifact.ts';
import { stackOf } from '../../../support/stacks.ts';

type Stacked = Parameters<typeof stackOf>[0];

const lossesOf = (parts: Stacked): readonly string[] =>
  compose(stackOf(parts), usualOptions).losses.map(({ path, message }) => `${path}: ${message}`);

describe('all services together', () => {
  const limited = (memory: string, cpus: number) => ({ image: 'a:1', mem_limit: memory, cpus, pids_limit: 9 });
  const project = { name: 'app', services: { web: limited('3g', 2), db: limited('2g', 1) } };

  it('must fit the guest [S0-159]', () => {
    const guest = { kind: 'ct', memory: '4g', cores: 2, disk: '8g' } as const;
    const losses = lossesOf({ project, extension: { target: { guest } } });
    expect(losses).toContainEqual(expect.stringContaining('may use 5G of memory, and the guest has 4G'));
    expect(losses).toContainEqual(expect.stringContaining('may use 3 processors, and the guest has 2'));
    const larger = lossesOf({ project, extension: { target: { guest: { ...guest, memory: '8g', cores: 4 } } } });
    expect(larger.filter((loss) => loss.includes('guest'))).toEqual([]);
  });

  it('do not write one volume [S0-111]', () => {
    const mount = (target: string) => [{ type: 'volume', source: 'data', target }];
    const losses = lossesOf({
      project: {
        name: 'app',
        services: {
          prometheus: { image: 'a:1', volumes: mount('/a') },
          grafana: { image: 'b:1', volumes: mount('/b') },
        },
        volumes: { data: { name: 'app_data' } },
      },
    });
    expect(losses).toContainEqual(expect.stringContaining('prometheus and grafana both write it'));
  });

  it('have no secret in clear that is not told [S0-132]', () => {
    const environment = { DB_PASSWORD: 'hunter2', DB_PASSWORD_FILE: '/run/secrets/a', DB_TOKEN: '' };
    const losses = lossesOf({ project: { name: 'app', services: { web: { image: 'a:1', environment } } } });
    expect(losses.filter((loss) => loss.includes('in clear')).map((loss) => loss.split(':')[0])).toEqual([
      'services.web.environment.DB_PASSWORD',
    ]);
  });
});

describe('what is taken along', () => {
  it('is what services mount and are granted, below the file', () => {
    const { artifacts } = compose(
      stackOf({
        project: {
          name: 'app',
          services: {
            web: {
              image: 'a:1',
              volumes: [{ type: 'bind', source: './files/init', target: '/init', read_only: true }],
            },
          },
          configs: { main: { file: './files/main.conf' } },
        },
        files: {
          'files/init/1.sql': 'select 1;\n',
          'files/main.conf': 'a\n',
          'files/other.conf': 'b\n',
          'files/init/run.sh': '#!/bin/sh\n',
        },
      }),
      usualOptions,
    );
    const taken = artifacts.filter(({ path }) => path.startsWith('files/')).map(({ path, mode }) => [path, mode]);
    expect(taken).toEqual([
      ['files/init/1.sql', 0o644],
      ['files/init/run.sh', 0o755],
      ['files/main.conf', 0o644],
    ]);
  });

  it('leaves a variable without a value to where it runs', () => {
    const { artifacts } = compose(
      stackOf({ project: { name: 'app', services: { web: { image: 'a:1', environment: { TZ: null, A: 'b' } } } } }),
      usualOptions,
    );
    const file: unknown = parse(artifacts.find(({ path }) => path === 'compose.yaml')?.content ?? '');
    expect(file).toMatchObject({ services: { web: { environment: { TZ: null, A: 'b' } } } });
  });
});

describe('the difference of two files', () => {
  it('is nothing for the same', () => {
    expect(override({ a: [1], b: { c: 'd' } }, { b: { c: 'd' }, a: [1] })).toBeUndefined();
  });

  it('says what is new, what is other and what is gone', () => {
    expect(
      JSON.parse(JSON.stringify(override({ a: { b: 1, c: 2 }, list: [1] }, { a: { b: 3 }, list: [1, 2], d: 'new' }))),
    ).toEqual({
      a: { b: 3, c: null },
      list: [1, 2],
      d: 'new',
    });
  });
});
