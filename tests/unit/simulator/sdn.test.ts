import { describe, expect, it } from 'vitest';
import { ClusterLab } from '../../support/cluster-lab.ts';

const fixture = `
nodes: { pve1: {} }
sections:
  sdn-zones:
    lan: { zone: lan, type: simple }
  sdn-vnets:
    home: { vnet: home, type: vnet, zone: lan }
  sdn-subnets:
    lan-198.51.100.0-24: { subnet: lan-198.51.100.0-24, type: subnet, vnet: home, zone: lan, cidr: 198.51.100.0/24 }
`;

const zones = async (lab: ClusterLab, params: Record<string, unknown> = {}) =>
  (await lab.ask('GET /cluster/sdn/zones', params)).data;

describe('/cluster/sdn', () => {
  it('tells what is new, changed or deleted until it is applied', async () => {
    const lab = new ClusterLab(fixture);
    await lab.ask('POST /cluster/sdn/zones', { zone: 'vx', type: 'vxlan', peers: '192.0.2.1' });
    await lab.ask('PUT /cluster/sdn/zones/lan', { mtu: 1400 });
    expect(await zones(lab, { pending: 1 })).toMatchObject([
      { zone: 'lan', state: 'changed' },
      { zone: 'vx', state: 'new' },
    ]);
    await lab.ask('DELETE /cluster/sdn/zones/vx');
    await lab.run('PUT /cluster/sdn');
    expect(await zones(lab, { pending: 1 })).toEqual([{ zone: 'lan', type: 'simple', mtu: 1400 }]);
    await lab.ask('DELETE /cluster/sdn/zones/lan');
    expect(await zones(lab)).toEqual([]);
    expect(await zones(lab, { pending: 1 })).toMatchObject([{ zone: 'lan', state: 'deleted' }]);
    await lab.run('PUT /cluster/sdn');
    expect(await zones(lab, { pending: 1 })).toEqual([]);
  });

  it('lists the subnets of a network, and knows no other network', async () => {
    const lab = new ClusterLab(fixture);
    expect((await lab.ask('GET /cluster/sdn/vnets/home/subnets')).data).toMatchObject([{ cidr: '198.51.100.0/24' }]);
    expect(await lab.ask('GET /cluster/sdn/vnets/none/subnets')).toMatchObject({ status: 500 });
  });
});

describe('/nodes/{node}/replication', () => {
  it('fails once its target is away, and goes on when it is back', async () => {
    const lab = new ClusterLab(`
nodes: { pve1: {}, pve2: { online: 0, uptime: 2h } }
guests: { 101: { type: lxc, node: pve1, config: { rootfs: 'tank:101,size=1G' } } }
sections: { replication: { 101-0: { id: 101-0, type: local, target: pve2 } } }
`);
    const job = async () => (await lab.ask('GET /nodes/pve1/replication')).data;
    expect(await job()).toMatchObject([{ guest: 101, jobnum: 0, source: 'pve1', fail_count: 1, next_sync: 0 }]);
    const [failed] = (await job()) as [{ last_sync: number; last_try: number; error: string }];
    expect(failed.last_try - failed.last_sync).toBe(900);
    expect(failed.error).toContain('tank:101');
    const pve2 = lab.world.nodes.get('pve2');
    if (pve2 !== undefined) pve2.online = true;
    expect(await job()).toMatchObject([{ fail_count: 0, next_sync: expect.any(Number) }]);
  });
});
