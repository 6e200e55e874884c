import { describe, expect, it } from 'vitest';
import { canonical } from '../../../../src/stacks/compose/canonical.ts';
import { plain } from '../../../../src/stacks/compose/finishShapes.ts';
import type { ComposeJson } from '../../../../src/models/compose.ts';
import { treeAt, type Tree } from '../../../../src/stacks/compose/tree.ts';

const long = (key: string, value: Tree): ComposeJson =>
  plain(treeAt(canonical({ services: { web: { [key]: value } } }), ['services', 'web', key]) ?? null);

describe('long forms', () => {
  it('of a range of ports are several ports, in the order of their texts', () => {
    expect(long('ports', ['127.0.0.1:9098-9101:8-11/udp'])).toEqual(
      [10, 11, 8, 9].map((target) => ({
        mode: 'ingress',
        host_ip: '127.0.0.1',
        target,
        published: String(9090 + target),
        protocol: 'udp',
      })),
    );
  });

  it('of a port leave a range of the host to Docker', () => {
    expect(long('ports', ['8000-8010:80', '[::1]:81:81'])).toEqual([
      { mode: 'ingress', target: 80, published: '8000-8010', protocol: 'tcp' },
      { mode: 'ingress', host_ip: '::1', target: 81, published: '81', protocol: 'tcp' },
    ]);
  });

  it.each([
    ['8000-8005:80-82', 'of different length'],
    ['70000:80', '`70000` is no port'],
    ['1.2.3:80:80', '`1.2.3` is no IP address'],
    ['80:80/http', '`http` is no protocol'],
    ['80:', 'names no port of the container'],
  ])('of a port: %s is refused', (port, sentence) => {
    expect(() => long('ports', [port])).toThrow(sentence);
  });

  it.each<readonly [string, Tree]>([
    ['/data', { type: 'volume', target: '/data', volume: {} }],
    ['data:/data/:ro', { type: 'volume', source: 'data', target: '/data', read_only: true, volume: {} }],
    [
      './a:/b:Z,rslave',
      {
        type: 'bind',
        source: './a',
        target: '/b',
        bind: { selinux: 'Z', propagation: 'rslave', create_host_path: true },
      },
    ],
    ['C:\\a:/b', { type: 'bind', source: 'C:\\a', target: '/b', bind: { create_host_path: true } }],
    ['d:/b', { type: 'volume', target: 'd:/b', volume: {} }],
  ])('of the mount %s', (mount, form) => {
    expect(long('volumes', [mount])).toEqual([form]);
  });

  it('of dependencies, env files, devices, grants, extends and networks', () => {
    const started = { condition: 'service_started', required: true };
    expect(long('depends_on', ['db'])).toEqual({ db: started });
    expect(long('depends_on', { db: { condition: 'service_healthy' } })).toEqual({
      db: { condition: 'service_healthy', required: true },
    });
    expect(long('env_file', 'a.env')).toEqual([{ path: 'a.env', required: true }]);
    expect(long('devices', ['/dev/a'])).toEqual([{ source: '/dev/a', target: '/dev/a', permissions: 'rwm' }]);
    expect(long('secrets', ['token'])).toEqual([{ source: 'token' }]);
    expect(long('extends', 'base')).toEqual({ service: 'base' });
    expect(long('networks', ['front'])).toEqual({ front: null });
    expect(long('gpus', 'all')).toEqual([{ count: 'all' }]);
    expect(long('build', { ssh: ['default', 'id=./key'], provenance: false })).toEqual({
      ssh: { default: null, id: './key' },
      provenance: 'false',
    });
  });

  it('of long forms are the same', () => {
    const once = canonical({
      services: {
        web: { build: '.', ports: ['80-82:80-82'], volumes: ['./a:/b'], depends_on: ['db'], dns: '1.1.1.1' },
      },
      volumes: { data: { external: { name: 'real' } } },
    });
    expect(plain(canonical(once))).toEqual(plain(once));
    expect(plain(once)).toHaveProperty('volumes', { data: { external: true, name: 'real' } });
  });
});
