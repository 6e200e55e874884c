import { describe, expect, it } from 'vitest';
import type { ComposeService } from '../../../../src/models/compose.ts';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

const web = async (base: string, over: string): Promise<ComposeService | undefined> => {
  const { project } = await composeOf({
    'compose.yaml': `services: { web: { image: x, ${base} } }\n`,
    'compose.override.yaml': `services: { web: { ${over} } }\n`,
  });
  return project.services['web'];
};

describe('an override file', () => {
  it('replaces single values, merges mappings, joins lists', async () => {
    expect(
      await web(
        'restart: always, deploy: { replicas: 1, resources: { limits: { memory: 1G } } }, security_opt: [a]',
        'image: y, deploy: { replicas: 2, resources: { limits: { cpus: "0.5" } } }, security_opt: [b]',
      ),
    ).toMatchObject({
      image: 'y',
      restart: 'always',
      deploy: { replicas: 2, resources: { limits: { memory: '1073741824', cpus: 0.5 } } },
      security_opt: ['a', 'b'],
    });
  });

  it('replaces command, entrypoint and the test of a health check as a whole', async () => {
    expect(
      await web(
        'command: [a, b], entrypoint: [c], healthcheck: { test: [CMD, d], retries: 3 }',
        'command: e, entrypoint: [f], healthcheck: { test: [CMD, g] }',
      ),
    ).toMatchObject({ command: ['e'], entrypoint: ['f'], healthcheck: { test: ['CMD', 'g'], retries: 3 } });
  });

  it('merges pairs by their keys, in whatever form they are written', async () => {
    expect(
      await web(
        'environment: { A: 1, B: 2 }, labels: [l=1], sysctls: { s: 1 }, annotations: [a=1]',
        'environment: [B=3, C=4], labels: { l: 2, m: 3 }, sysctls: [t=2], annotations: { a: 2 }',
      ),
    ).toMatchObject({
      environment: { A: '1', B: '3', C: '4' },
      labels: { l: '2', m: '3' },
      sysctls: { s: '1', t: '2' },
      annotations: { a: '2' },
    });
  });

  it('has each port, mount, secret and configuration once, the last of it', async () => {
    const { project } = await composeOf({
      'compose.yaml': `
services: { web: { image: x, ports: ["80:80", "443:443"], volumes: ["./a:/a", "vol:/v"], secrets: [s], configs: [{ source: c, target: /c }] } }
volumes: { vol: }
secrets: { s: { file: s } }
configs: { c: { file: c } }
`,
      'compose.override.yaml': `
services: { web: { ports: ["80:80", "90:90"], volumes: ["./b:/a:ro"], secrets: [{ source: s, target: /run/secrets/s, mode: 0400 }], configs: [{ source: c, target: /c, mode: 0440 }] } }
`,
    });
    const service = project.services['web'];
    expect(service?.ports?.map(({ target }) => target)).toEqual([80, 443, 90]);
    expect(service?.volumes).toMatchObject([
      { source: '/project/b', target: '/a', read_only: true },
      { source: 'vol', target: '/v' },
    ]);
    expect(service?.secrets).toMatchObject([{ source: 's', mode: '0400' }]);
    expect(service?.configs).toMatchObject([{ source: 'c', mode: '0440' }]);
  });

  it('takes the options of another log driver alone, those of the same one together', async () => {
    const base = 'logging: { driver: local, options: { a: "1" } }';
    expect((await web(base, 'logging: { driver: syslog, options: { b: "2" } }'))?.logging).toEqual({
      driver: 'syslog',
      options: { b: '2' },
    });
    expect((await web(base, 'logging: { options: { b: "2" } }'))?.logging).toEqual({
      driver: 'local',
      options: { a: '1', b: '2' },
    });
  });

  it('adds to dependencies and networks in short and long form', async () => {
    const { project } = await composeOf({
      'compose.yaml':
        'services: { web: { image: x, depends_on: [a, b], networks: [n] }, a: { image: x }, b: { image: x } }\nnetworks: { n: , m: }\n',
      'compose.override.yaml':
        'services: { web: { depends_on: { a: { condition: service_healthy } }, networks: { m: { aliases: [q] } } } }\n',
    });
    expect(project.services['web']).toMatchObject({
      depends_on: { a: { condition: 'service_healthy', required: true }, b: { condition: 'service_started' } },
      networks: { n: null, m: { aliases: ['q'] } },
    });
  });

  it('merges address ranges of one subnet', async () => {
    const { project } = await composeOf({
      'compose.yaml':
        'services: { a: { image: x, networks: [n] } }\nnetworks: { n: { ipam: { config: [{ subnet: 10.0.0.0/24 }] } } }\n',
      'compose.override.yaml':
        'networks: { n: { ipam: { config: [{ subnet: 10.0.0.0/24, gateway: 10.0.0.1 }, { subnet: 10.0.1.0/24 }] } } }\n',
    });
    expect(project.networks?.['n']?.ipam?.config).toEqual([
      { subnet: '10.0.0.0/24', gateway: '10.0.0.1' },
      { subnet: '10.0.1.0/24' },
    ]);
  });

  it('takes away by `!reset` and starts anew by `!override`', async () => {
    const { project } = await composeOf({
      'compose.yaml':
        'services: { web: { image: x, ports: ["80:80"], environment: { A: 1 }, command: c, build: . }, gone: { image: y } }\n',
      'compose.override.yaml':
        'services: { web: { ports: !override ["90:90"], environment: { A: !reset null }, command: !reset null, build: !reset }, gone: !reset }\n',
    });
    const service = project.services['web'];
    expect(Object.keys(project.services)).toEqual(['web']);
    expect(service?.ports?.map(({ target }) => target)).toEqual([90]);
    expect([service?.environment, service?.command, service?.build]).toEqual([undefined, null, undefined]);
  });

  it('is refused where its form does not go with the other one, at its place', async () => {
    expect(
      await refusalOf({
        'compose.yaml': 'services: { a: { image: x, secrets: [s] } }\nsecrets: { s: { file: s } }\n',
        'compose.override.yaml': 'services:\n  a:\n    secrets:\n      s: {}\n',
      }),
    ).toContain('compose.override.yaml:3:5: services.a.secrets: this is a mapping, but a list in the file before');
  });

  it('is checked with the other as a whole, and told by its own place', async () => {
    expect(
      await refusalOf({
        'compose.yaml': 'services: { a: { image: x } }\n',
        'compose.override.yaml': 'services:\n  a:\n    prots: ["80:80"]\n',
      }),
    ).toContain('compose.override.yaml:3:5: services.a.prots: there is no such key. Did you mean ports?');
  });
});
