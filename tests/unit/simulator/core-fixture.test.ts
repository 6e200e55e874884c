import { describe, expect, it } from 'vitest';
import { loadFixture, parseFixture } from '../../../src/simulator/fixture.ts';

const now = 1_800_000_000;

describe('fixtures', () => {
  it('read sizes, spans and loads with their units', () => {
    const world = parseFixture(
      `
nodes: { pve1: { memory: 64G, uptime: 2d, load: { mean: 0.2, period: 1h } } }
guests:
  101: { type: lxc, node: pve1, running: true, uptime: 90s, config: { hostname: web, rootfs: 'local-lvm:vm-101-disk-0,size=8G' } }
storages:
  local-lvm: { config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }, places: { pve1: { total: 1T, used: 1.5G } } }
`,
      'test.yaml',
      now,
    );
    expect(world.nodes.get('pve1')).toMatchObject({
      memoryBytes: 64 * 2 ** 30,
      bootedAt: now - 172_800,
      load: { mean: 0.2, periodSeconds: 3600 },
    });
    expect(world.guests.get(101)).toMatchObject({ startedAt: now - 90, qmpstatus: 'running' });
    const place = world.storages.get('local-lvm')?.places.get('pve1');
    expect(place).toMatchObject({ totalBytes: 2 ** 40, usedBytes: 1.5 * 2 ** 30 });
    // The disk of a guest lies on its storage without being listed.
    expect(place?.volumes.get('local-lvm:vm-101-disk-0')).toMatchObject({
      sizeBytes: 8 * 2 ** 30,
      vmid: 101,
      format: 'raw',
    });
  });

  it('always have root, the realms and the built-in roles', () => {
    const { access } = parseFixture('nodes: { a: {} }', 'test.yaml', now);
    expect(access.users.has('root@pam')).toBe(true);
    expect([...access.realms.keys()]).toEqual(['pam', 'pve']);
    expect(access.roles.get('PVEAuditor')?.special).toBe(true);
  });

  it('bring their history of tasks', () => {
    const { tasks } = parseFixture(
      'nodes: { pve1: { uptime: 1d } }\ntasks:\n- { node: pve1, type: vzdump, id: 101, ago: 1h, seconds: 30, status: job errors, log: [one] }\n',
      'test.yaml',
      now,
    );
    expect(tasks[0]).toMatchObject({
      starttime: now - 3600,
      endtime: now - 3570,
      id: '101',
      log: ['one', 'TASK ERROR: job errors'],
    });
  });

  it.each([
    ['nodes:\n  pve1: { cpus: many }\n', 'test.yaml:2: nodes.pve1.cpus: '],
    ['nodes: { pve1: {} }\nguests:\n  101:\n    type: lxd\n    node: pve1\n', 'test.yaml:4: guests.101.type: '],
    ['nodes: { pve1: {} }\nnosuch: 1\n', 'test.yaml:1: the fixture: Unrecognized key: "nosuch"'],
    ['nodes: { pve1: { memory: 8X } }\n', 'test.yaml:1: nodes.pve1.memory: '],
    ['nodes: {}\n', 'test.yaml:1: nodes: a cluster needs at least one node'],
    ['nodes: [\n', 'test.yaml:2: '],
  ])('say file, line and key of %j', (text, message) => {
    expect(() => parseFixture(text, 'test.yaml', now)).toThrow(message);
  });

  it('that do not exist are named', () => {
    expect(() => loadFixture('/nosuch/file.yaml', now)).toThrow('The fixture /nosuch/file.yaml cannot be read.');
  });
});
