import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { InputOf, OperationName, ResultOf } from '../../../src/operations/catalog.ts';
import { run } from '../../../src/operations/runner.ts';
import { ProxmoxError } from '../../../src/proxmox/errors.ts';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';
import { aGuest, aNode } from '../../support/cluster.ts';
import { fakeContext, recorder } from './fakes.ts';

const homelab = readFileSync(path.join(import.meta.dirname, '../../../assets/demo/homelab.yaml'), 'utf8');

/** Asks an operation of the demo cluster, whose pve3 is away. */
const ask = async <Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<ResultOf<Name>> => {
  const lab = new ClusterLab(homelab);
  const { context, client } = fakeContext({
    resources: {
      nodes: [aNode('pve1'), aNode('pve2'), aNode('pve3', { status: 'offline' })],
      guests: [...lab.world.guests.values()].map(({ vmid, type, node }) => aGuest(vmid, { type, node })),
    },
  });
  vi.spyOn(client, 'request').mockImplementation(async (method, route, parameters = {}) => {
    const { status, reason, data, total, changes } = await lab.ask(`${method} ${route}`, { ...parameters });
    if (status >= 400) throw new ProxmoxError('server', reason, { status });
    return { data, ...(total !== undefined && { total }), ...(changes !== undefined && { changes }) };
  });
  return run({ name, input }, { ...context, now: () => labTime * 1000 }, recorder());
};

describe('reading a node', () => {
  it('lists disks with their health, and asks none of them when told so', async () => {
    expect(await ask('node.disks', { node: 'pve2' })).toMatchObject([
      { devpath: '/dev/nvme0n1', health: 'PASSED', wearout: 98 },
      { devpath: '/dev/sdb', health: 'FAILED!', wearout: 'N/A', size: 4_000_787_030_016 },
    ]);
    const [, hdd] = await ask('node.disks', { node: 'pve2', smart: false });
    expect(hdd).toMatchObject({ devpath: '/dev/sdb', health: 'UNKNOWN' });
    expect(hdd).not.toHaveProperty('smart');
  });

  it('shows the attributes of an ATA disk, and the text of an NVMe one', async () => {
    const { health, type, attributes = [] } = await ask('node.smart', { node: 'pve2', disk: '/dev/sdb' });
    expect({ health, type }).toEqual({ health: 'FAILED!', type: 'ata' });
    expect(attributes.find(({ id }) => id === '  5')).toMatchObject({
      name: 'Reallocated_Sector_Ct',
      value: 134,
      threshold: 140,
      fail: 'NOW',
      raw: '1312',
    });
    const nvme = await ask('node.smart', { node: 'pve2', disk: '/dev/nvme0n1' });
    expect(nvme.type).toBe('text');
    expect(nvme.text).toMatch(/^Percentage Used: +2%$/m);
  });

  it('lists ZFS pools, interfaces and what is not applied', async () => {
    expect(await ask('node.zfs', { node: 'pve1' })).toMatchObject([{ name: 'tank', health: 'ONLINE' }]);
    const interfaces = await ask('node.network', { node: 'pve2' });
    expect(interfaces.find(({ iface }) => iface === 'bond0')).toMatchObject({ active: true, slaves: 'enp3s0 enp4s0' });
    expect(interfaces.find(({ iface }) => iface === 'vmbr9')?.active).toBeUndefined();
    const changes = (await ask('node.network-changes', { node: 'pve2' })).map(({ t }) => t);
    expect(changes).toContain('+iface vmbr9 inet manual');
    expect(await ask('node.network-changes', { node: 'pve1' })).toEqual([]);
  });

  it('lists services and what one wrote', async () => {
    const services = await ask('node.services', { node: 'pve2' });
    expect(services.find(({ service }) => service === 'chrony')).toMatchObject({ state: 'failed' });
    const said = await ask('node.service-log', { node: 'pve2', service: 'chrony' });
    expect(said.map(({ t }) => t).join('\n')).toContain('chrony.keys: Permission denied');
    expect(await ask('node.service-log', { node: 'pve2', service: 'chrony', lines: 1 })).toHaveLength(1);
    expect(await ask('node.service-log', { node: 'pve2', service: 'postfix' })).toEqual([]);
  });

  it('lists updates and what changed in a package', async () => {
    const updates = await ask('node.updates', { node: 'pve1' });
    expect(updates.find(({ Package }) => Package === 'openssl')).toMatchObject({ OldVersion: '3.5.1-1' });
    expect(updates[0]).not.toHaveProperty('changes');
    const changes = await ask('node.changelog', { node: 'pve1', package: 'openssl' });
    expect(changes[0]).toEqual({ t: 'openssl (3.5.1-1+deb13u1) trixie; urgency=medium' });
  });

  it('follows the journal from the cursor of the last line on', async () => {
    const first = await ask('node.journal', { node: 'pve1', lines: 3 });
    expect(first).toHaveLength(3);
    expect(first[0]).not.toHaveProperty('cursor');
    const { cursor } = first[2] ?? {};
    expect(cursor).toMatch(/^s=/);
    expect(await ask('node.journal', { node: 'pve1', after: cursor ?? '' })).toEqual([]);
    const early = await ask('node.journal', { node: 'pve1', lines: 5000 });
    expect(early.every(({ t }) => !t.startsWith('s='))).toBe(true);
  });

  it('shows its history, subscription, certificates and notes', async () => {
    const points = await ask('node.rrd', { node: 'pve1', timeframe: 'hour' });
    expect(points.length).toBeGreaterThan(30);
    expect(points.at(-1)).toMatchObject({ cpu: expect.any(Number), memtotal: 64 * 2 ** 30 });
    expect(await ask('node.subscription', { node: 'pve1' })).toMatchObject({ status: 'notfound' });
    expect(await ask('node.certificates', { node: 'pve1' })).toMatchObject([
      { filename: 'pve-root-ca.pem' },
      { filename: 'pve-ssl.pem', notafter: expect.any(Number) },
    ]);
    expect(await ask('node.config', { node: 'pve1' })).toMatchObject({ description: 'Rack shelf 2, UPS outlet 1\n' });
  });
});

describe('reading the cluster', () => {
  it('shows high availability and its rules', async () => {
    const rows = await ask('ha.status', {});
    expect(rows.find(({ id }) => id === 'service:vm:150')).toMatchObject({ state: 'error', request_state: 'started' });
    expect(rows.find(({ id }) => id === 'lrm:pve3')?.status).toContain('dead?');
    expect(await ask('ha.rules', {})).toMatchObject([{ rule: 'db-first-node' }, { rule: 'apart' }]);
  });

  it('takes the groups of a release that knows no rules', async () => {
    const { context } = fakeContext({
      reply: ({ path: route }) => {
        if (route.endsWith('/rules')) throw new ProxmoxError('server', 'not implemented', { status: 501 });
        return [{ group: 'fast', nodes: 'pve1:2,pve2', restricted: 1 }];
      },
    });
    expect(await run({ name: 'ha.rules', input: {} }, context, recorder())).toEqual([
      { rule: 'fast', type: 'group', nodes: 'pve1:2,pve2', strict: true, comment: undefined },
    ]);
  });

  it('joins replication jobs with how they go where their guests are', async () => {
    const jobs = await ask('replication.list', {});
    expect(jobs.find(({ id }) => id === '101-0')).toMatchObject({ source: 'pve1', target: 'pve2', fail_count: 0 });
    const failed = jobs.find(({ id }) => id === '110-0');
    expect(failed).toMatchObject({ fail_count: 1, next_sync: 0, error: expect.stringContaining('192.0.2.13') });
    const said = await ask('replication.log', { node: 'pve1', id: '110-0' });
    expect(said.map(({ t }) => t).join('\n')).toContain('No route to host');
  });

  it('lists jobs as configured when a node does not say how they go', async () => {
    const { context } = fakeContext({
      reply: ({ path: route }) => {
        if (route.startsWith('/nodes')) throw new ProxmoxError('timeout', 'pve1 did not answer');
        return [{ id: '101-0', target: 'pve2', type: 'local' }];
      },
    });
    const { events, emit } = recorder();
    expect(await run({ name: 'replication.list', input: {} }, context, { emit })).toMatchObject([
      { id: '101-0', guest: 101, source: 'pve1' },
    ]);
    expect(events).toMatchObject([{ type: 'warning', message: 'pve1: pve1 did not answer' }]);
  });

  it('reads the firewall in the order in which rules are tried', async () => {
    expect(await ask('firewall.options', {})).toMatchObject({ enable: true, policy_in: 'DROP' });
    expect((await ask('firewall.rules', {})).map(({ pos, action, enable }) => [pos, action, enable])).toEqual([
      [0, 'ACCEPT', true],
      [1, 'ACCEPT', true],
      [2, 'monitoring', true],
      [3, 'ACCEPT', true],
      [4, 'DROP', true],
      [5, 'ACCEPT', false],
    ]);
    expect(await ask('firewall.rules', { group: 'web' })).toHaveLength(2);
    expect((await ask('firewall.groups', {})).map(({ group }) => group)).toEqual(['web', 'monitoring']);
    expect((await ask('firewall.aliases', {})).map(({ name }) => name)).toContain('wireguard');
    expect((await ask('firewall.ipsets', {})).map(({ name }) => name)).toEqual(['admins', 'blocklist']);
    expect(await ask('firewall.ipset', { name: 'blocklist' })).toMatchObject([{}, { nomatch: true }]);
  });

  it('says calmly that there is no Ceph', async () => {
    await expect(ask('ceph.status', {})).rejects.toMatchObject({
      code: 'not-found',
      message: 'Ceph is not installed here.',
    });
  });

  it('flattens the tree of OSDs and keeps how deep each one is', async () => {
    const { context } = fakeContext({
      reply: () => ({
        root: {
          children: [
            {
              name: 'default',
              type: 'root',
              children: [{ name: 'pve1', type: 'host', children: [{ name: 'osd.0', type: 'osd', status: 'up' }] }],
            },
          ],
        },
      }),
    });
    expect(await run({ name: 'ceph.osds', input: {} }, context, recorder())).toMatchObject([
      { name: 'default', depth: 0 },
      { name: 'pve1', depth: 1 },
      { name: 'osd.0', depth: 2, status: 'up' },
    ]);
  });

  it('tells which networks are not applied yet, and their subnets', async () => {
    expect((await ask('sdn.zones', {})).map(({ zone }) => zone)).toEqual(['localnet', 'fabric']);
    expect((await ask('sdn.vnets', {})).map(({ vnet, state }) => [vnet, state])).toEqual([
      ['lab', undefined],
      ['iot', undefined],
      ['guestnet', 'new'],
    ]);
    expect(await ask('sdn.subnets', { vnet: 'lab' })).toMatchObject([{ cidr: '198.51.100.64/26', snat: true }]);
  });

  it('lists jobs with their next run, what they take, and guests that none takes', async () => {
    const jobs = await ask('job.list', {});
    expect(jobs.map(({ id, type }) => `${type} ${id}`)).toContain('realm-sync sync-sso');
    const nightly = jobs.find(({ id }) => id === 'backup-nightly');
    expect(nightly).toMatchObject({ pool: 'prod', enabled: true, 'next-run': expect.any(Number) });
    expect(jobs.find(({ id }) => id === 'backup-archive')).not.toHaveProperty('next-run');
    expect((await ask('job.list', { storage: 'nas' })).map(({ id }) => id)).toEqual(['backup-media']);
    const volumes = await ask('job.volumes', { id: 'backup-media' });
    expect(volumes.find(({ vmid, key }) => vmid === 120 && key === 'mp0')).toMatchObject({ included: false });
    expect((await ask('job.uncovered', {})).length).toBeGreaterThan(0);
  });

  it('fails once when the cluster is away, however many calls it had begun', async () => {
    const { context, client } = fakeContext({});
    const away = new ProxmoxError('server', 'the cluster is away');
    vi.spyOn(client, 'request').mockRejectedValue(away);
    // The call that fails first must not be left alone while this one takes its time: that would end the program.
    vi.spyOn(client, 'version').mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw away;
    });
    await expect(run({ name: 'job.list', input: {} }, context, recorder())).rejects.toBe(away);
  });

  it('lists where figures and notifications go', async () => {
    expect(await ask('metrics.list', {})).toMatchObject([
      { id: 'influx', disable: true },
      { id: 'graphite', disable: false },
    ]);
    expect((await ask('notification.targets', {})).map(({ name }) => name)).toEqual(['mail-to-root', 'phone']);
    expect(await ask('notification.matchers', {})).toMatchObject([{ name: 'default-matcher' }, { name: 'errors' }]);
  });
});
