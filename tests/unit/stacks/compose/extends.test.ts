import { describe, expect, it } from 'vitest';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

describe('extends', () => {
  it('begins a service as others of its file, through several', async () => {
    const { project } = await composeOf(`
services:
  a: { extends: b, environment: { A: 1 } }
  b: { extends: { service: c }, environment: [B=2, A=0] }
  c: { image: x, environment: { C: 3, A: z }, ports: ["80:80"] }
`);
    expect(project.services['a']).toMatchObject({ image: 'x', environment: { A: '1', B: '2', C: '3' } });
    expect(project.services['a']?.ports).toHaveLength(1);
    expect(project.services['a']).not.toHaveProperty('extends');
  });

  it('finds the paths of another file where that file lies', async () => {
    const { project } = await composeOf({
      'compose.yaml':
        'services: { a: { extends: { file: sub/base.yaml, service: web }, volumes: ["./mine:/mine"] } }\n',
      'sub/base.yaml':
        'services: { web: { extends: { file: deep/root.yaml, service: root }, build: ., volumes: ["./data:/data"] } }\n',
      'sub/deep/root.yaml':
        'services: { root: { image: "${IMAGE:-x}", env_file: root.env, volumes: ["./own:/own"] } }\n',
      'sub/deep/root.env': 'FROM=root\n',
    });
    const service = project.services['a'];
    expect(service).toMatchObject({ image: 'x', build: { context: '/project/sub' }, environment: { FROM: 'root' } });
    expect(service?.volumes?.map(({ source }) => source)).toEqual([
      '/project/sub/deep/own',
      '/project/sub/data',
      '/project/mine',
    ]);
  });

  it('leaves out what `!reset` and `!override` say', async () => {
    const { project } = await composeOf(`
services:
  a: { extends: b, ports: !reset [], environment: !override { N: 1 }, healthcheck: { test: !reset null, interval: 3s } }
  b: { image: x, ports: ["80:80"], environment: { A: 1 }, healthcheck: { test: [CMD, a], timeout: 2s } }
`);
    expect(project.services['a']).toMatchObject({
      environment: { N: '1' },
      healthcheck: { interval: '3s', timeout: '2s' },
    });
    expect(project.services['a']).not.toHaveProperty('ports');
    expect(project.services['a']?.healthcheck).not.toHaveProperty('test');
  });

  it('is refused in a circle, with the way there', async () => {
    expect(
      await refusalOf({
        'compose.yaml': 'services:\n  a:\n    extends: { file: other.yaml, service: b }\n',
        'other.yaml': 'services:\n  b:\n    extends: { file: compose.yaml, service: a }\n',
      }),
    ).toMatch(
      /^compose\.yaml:3:5: .*comes back to where it began: a \(compose\.yaml\) → b \(other\.yaml\) → a \(compose\.yaml\)\. Take one/,
    );
    expect(await refusalOf('services:\n  a:\n    extends: a\n')).toContain('a (compose.yaml) → a (compose.yaml)');
  });

  it('is refused where the service or file is not there', async () => {
    expect(await refusalOf('services:\n  web:\n    extends: wbe2\n  web2: { image: x }\n')).toContain(
      'compose.yaml:3:5: services.web.extends: there is no service `wbe2` in compose.yaml. Did you mean web2?',
    );
    expect(await refusalOf('services:\n  a:\n    extends:\n      file: nope.yaml\n      service: b\n')).toContain(
      'compose.yaml:4:7: there is no file `nope.yaml`.',
    );
    expect(await refusalOf('services:\n  a:\n    extends: { file: other.yaml }\n')).toContain('`service` is missing');
    expect(
      await refusalOf('services:\n  a:\n    extends: { file: "https://example.org/x.yaml", service: b }\n'),
    ).toContain('a file from elsewhere is not loaded here.');
  });

  it('tells the place of what is wrong in another file', async () => {
    expect(
      await refusalOf({
        'compose.yaml': 'services: { a: { extends: { file: other.yaml, service: b } } }\n',
        'other.yaml': 'services:\n  b:\n    image: x\n    prots: []\n',
      }),
    ).toContain('other.yaml:4:5: services.a.prots: there is no such key. Did you mean ports?');
  });
});
