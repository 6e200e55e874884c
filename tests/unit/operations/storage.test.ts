import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: {}, pve2: { online: false } }
storages:
  nas:
    config: { type: nfs, server: 192.0.2.20, export: /v, content: 'backup,iso', prune-backups: 'keep-daily=3' }
    places:
      shared:
        total: 1000G
        used: 900G
        growth: 25G
        volumes:
          nas:iso/a.iso: { size: 1M }
          'nas:backup/vzdump-lxc-101-{1d}.tar.zst': { size: 10M, notes: "one\\ntwo", protected: true }
  local: { config: { type: dir, path: /x, content: images }, places: { pve1: { total: 100G, used: 10G, growth: 1M }, pve2: {} } }
  hung: { config: { type: nfs, server: y, export: /y, content: iso }, places: { shared: { active: false } } }
guests: { 101: { type: lxc, node: pve1, config: { hostname: web } } }
users:
  eve@pve: { tokens: { look: { secret: 00000000-0000-4000-8000-000000000001, privsep: false } } }
acl:
  - { path: /storage/nas, user: eve@pve, role: PVEDatastoreUser }
`;

const eve = 'eve@pve!look=00000000-0000-4000-8000-000000000001';

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

describe('trend of storages', () => {
  it('lists first what is full first, shared ones once, and leaves out what is away', async () => {
    const trends = await lab.ask('storage.trend', {});
    expect(trends.map(({ storage }) => storage)).toEqual(['nas', 'local']);
    const [first] = trends;
    expect(first).toMatchObject({ trend: 'filling', used: 900 * 2 ** 30 });
    expect((first?.full ?? 0) / 86_400).toBeCloseTo(4, 0);
    expect(trends[1]).toMatchObject({ trend: 'steady' });
    expect(trends[1]).not.toHaveProperty('full');
  });

  it('tells the history of one, in bytes and seconds', async () => {
    const points = await lab.ask('storage.rrd', { storage: 'nas', timeframe: 'week' });
    expect(points).toHaveLength(336);
    expect(points.at(-1)?.['total']).toBe(1000 * 2 ** 30);
    expect((await lab.ask('storage.trend', { storage: 'nas' })).map(({ node }) => node)).toEqual(['pve1']);
  });

  it('has the history of a storage that hangs', async () => {
    expect(await lab.ask('storage.rrd', { storage: 'hung', timeframe: 'hour' })).toHaveLength(60);
    expect((await lab.refusal('storage.content', { storage: 'hung' })).message).toContain('not online');
  });
});

describe('one storage', () => {
  it('is shown with its configuration to a login that may only use it', async () => {
    const shown = await lab.ask('storage.show', { storage: 'nas' }, eve);
    expect(shown.config).toEqual({
      storage: 'nas',
      type: 'nfs',
      server: '192.0.2.20',
      export: '/v',
      content: 'backup,iso',
      'prune-backups': 'keep-daily=3',
    });
    expect(shown.places.find(({ node }) => node === 'pve1')).toMatchObject({ status: 'available' });
  });

  it('is not found by a login that may not see it', async () => {
    expect((await lab.refusal('storage.show', { storage: 'local' }, eve)).code).toBe('not-found');
  });

  it('lists volumes, and shows one with its whole notes', async () => {
    const volumes = await lab.ask('storage.content', { storage: 'nas' });
    const backup = volumes.find(({ content }) => content === 'backup');
    expect(backup).toMatchObject({ vmid: 101, notes: 'one', protected: true });
    const volume = await lab.ask('storage.volume', { volume: backup?.volid ?? '' });
    expect(volume).toMatchObject({ volid: backup?.volid, notes: 'one\ntwo', protected: true });
    expect((await lab.refusal('storage.volume', { volume: 'nas' })).code).toBe('usage');
  });
});
