import { describe, expect, it } from 'vitest';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';

const fixture = `
cluster: { name: lab }
nodes: { pve1: { cpus: 4, memory: 8G }, pve2: {}, pve3: { online: 0 } }
guests:
  101: { type: lxc, node: pve1, running: 1, uptime: 100s, cpu: 0.5, config: { hostname: web, cores: 2, memory: 512, tags: 'a;b', rootfs: 'local:101/vm-101-disk-0.raw,size=4G', mp0: 'local:101/vm-101-disk-1.raw,mp=/d,backup=1,size=1G', mp1: '/host,mp=/h' } }
  20: { type: lxc, node: pve1, config: { hostname: small } }
  200: { type: qemu, node: pve2, running: 1, qmpstatus: paused, config: { name: vm, sockets: 2, cores: 2, memory: '1024', scsi0: 'local:200/vm-200-disk-0.qcow2,size=8G', ide2: 'none,media=cdrom', boot: order=ide2;scsi0 } }
  300: { type: lxc, node: pve3, running: 1, config: { hostname: lost, tags: x } }
storages:
  local: { config: { type: dir, path: /var/lib/vz, content: 'images,rootdir,iso' }, places: { pve1: { total: 100G, used: 40G }, pve2: { total: 100G } } }
  only2: { config: { type: dir, path: /srv, content: iso, nodes: pve2 }, places: { pve2: {} } }
  off: { config: { type: dir, path: /off, content: iso, disable: 1 }, places: { pve1: {} } }
pools: { prod: { vms: [101, 300] } }
users: { alice@pve: {}, eve@pve: {} }
acl: [{ path: /vms/101, user: alice@pve, role: PVEAuditor }]
options: { tag-style: 'color-map=a:ff0000,shape=full', next-id: 'lower=101,upper=500', registered-tags: 'gold' }
`;

const lab = (): ClusterLab => new ClusterLab(fixture);

describe('/cluster/resources', () => {
  it('lists pools, guests by their id as text, nodes, storages and networks', async () => {
    const rows = await lab().rows('GET /cluster/resources');
    expect(rows.map((row) => row['id'])).toEqual([
      '/pool/prod',
      'lxc/101',
      'lxc/20',
      'qemu/200',
      'lxc/300',
      'node/pve1',
      'node/pve2',
      'node/pve3',
      'storage/pve1/local',
      'storage/pve2/local',
      'storage/pve2/only2',
      'storage/pve3/local',
      'network/pve1/zone/localnetwork',
      'network/pve2/zone/localnetwork',
    ]);
  });

  it('tells VMs by their QMP state and guests of a dead node as unknown, without a name but with tags', async () => {
    const cluster = lab();
    expect(await cluster.row('GET /cluster/resources', 'vmid', 200)).toMatchObject({
      status: 'paused',
      maxcpu: 4,
      maxdisk: 8 * 2 ** 30,
    });
    const lost = await cluster.row('GET /cluster/resources', 'vmid', 300);
    expect(lost).toEqual({
      id: 'lxc/300',
      vmid: 300,
      node: 'pve3',
      type: 'lxc',
      status: 'unknown',
      tags: 'x',
      pool: 'prod',
    });
    expect(await cluster.row('GET /cluster/resources', 'id', 'node/pve3')).toEqual({
      id: 'node/pve3',
      node: 'pve3',
      type: 'node',
      status: 'offline',
    });
  });

  it('shows a new status at the next cycle, and lock, tags and pool at once', async () => {
    const cluster = lab();
    await cluster.rows('GET /cluster/resources');
    await cluster.run('POST /nodes/pve1/lxc/101/status/stop');
    const guest = cluster.world.guests.get(101);
    if (guest) guest.config['lock'] = 'backup';
    if (guest) guest.config['tags'] = 'c';
    await cluster.ask('PUT /pools', { poolid: 'prod', vms: '101', delete: 1 });
    const before = await cluster.row('GET /cluster/resources', 'vmid', 101);
    expect(before).toMatchObject({ status: 'running', lock: 'backup', tags: 'c' });
    expect(before).not.toHaveProperty('pool');
    cluster.goTo(10);
    expect(await cluster.row('GET /cluster/resources', 'vmid', 101)).toMatchObject({
      status: 'stopped',
      cpu: 0,
      uptime: 0,
    });
  });

  it('keeps the figures of a cycle and moves them with the next', async () => {
    const cluster = lab();
    const first = await cluster.row('GET /cluster/resources', 'vmid', 101);
    cluster.goTo(9);
    expect(await cluster.row('GET /cluster/resources', 'vmid', 101)).toEqual(first);
    cluster.goTo(10);
    expect(await cluster.row('GET /cluster/resources', 'vmid', 101)).toMatchObject({ uptime: 110 });
  });

  it('sums the running guests of a pool, weighted by their cores', async () => {
    const cluster = lab();
    const guest = await cluster.row('GET /cluster/resources', 'vmid', 101);
    const { cpu, maxcpu, mem, maxmem, uptime } = guest;
    expect(await cluster.row('GET /cluster/resources', 'type', 'pool')).toEqual({
      id: '/pool/prod',
      pool: 'prod',
      type: 'pool',
      cpu,
      maxcpu,
      mem,
      maxmem,
      uptime,
    });
  });

  it('shows each caller what it may see: nodes to all, without their figures', async () => {
    const cluster = lab();
    const ids = (await cluster.rows('GET /cluster/resources', {}, 'alice@pve')).map((row) => row['id']);
    expect(ids).toEqual(['lxc/101', 'node/pve1', 'node/pve2', 'node/pve3']);
    expect(await cluster.row('GET /cluster/resources', 'id', 'node/pve1', 'alice@pve')).not.toHaveProperty('cpu');
    expect(await cluster.row('GET /cluster/resources', 'vmid', 101, 'alice@pve')).not.toHaveProperty('pool');
  });

  it('filters by kind, and refuses what is no kind', async () => {
    const cluster = lab();
    expect(await cluster.rows('GET /cluster/resources', { type: 'vm' })).toHaveLength(4);
    expect((await cluster.ask('GET /cluster/resources', { type: 'pool' })).errors).toEqual({
      type: "value 'pool' does not have a value in the enumeration 'vm, storage, node, sdn'",
    });
  });
});

describe('the rest of /cluster', () => {
  it('names the cluster before its nodes, and marks the one that answers', async () => {
    const [cluster, ...nodes] = await lab().rows('GET /cluster/status');
    expect(cluster).toMatchObject({ type: 'cluster', name: 'lab', nodes: 3, quorate: 1 });
    expect(nodes.map(({ name, online, local }) => [name, online, local])).toEqual([
      ['pve1', 1, 1],
      ['pve2', 1, 0],
      ['pve3', 0, 0],
    ]);
  });

  it('finds the next free id in its range, as a text', async () => {
    const cluster = lab();
    expect((await cluster.ask('GET /cluster/nextid')).data).toBe('102');
    expect((await cluster.ask('GET /cluster/nextid', { vmid: 200 })).errors).toEqual({ vmid: 'VM 200 already exists' });
  });

  it('parses property strings of the options, and shows little without the right to audit', async () => {
    const cluster = lab();
    expect((await cluster.ask('GET /cluster/options')).data).toMatchObject({
      'tag-style': { 'color-map': 'a:ff0000', shape: 'full' },
      'registered-tags': ['gold'],
      mac_prefix: 'BC:24:11',
      'allowed-tags': ['a', 'b', 'gold', 'x'],
    });
    expect((await cluster.ask('GET /cluster/options', {}, 'eve@pve')).data).toEqual({
      'tag-style': { 'color-map': 'a:ff0000', shape: 'full' },
      'allowed-tags': [],
    });
  });

  it('keeps backup jobs, tells when they run next and what they take', async () => {
    const cluster = lab();
    await cluster.ask('POST /cluster/backup', {
      id: 'nightly',
      schedule: '02:30',
      storage: 'local',
      vmid: '101',
      'prune-backups': 'keep-last=3',
    });
    const [job] = await cluster.rows('GET /cluster/backup');
    expect(job).toMatchObject({
      id: 'nightly',
      enabled: 1,
      vmid: '101',
      'prune-backups': { 'keep-last': '3' },
      'next-run': 1_795_228_200,
    });
    const { data } = await cluster.ask('GET /cluster/backup/nightly/included_volumes');
    expect(data).toEqual({
      children: [
        {
          id: 101,
          name: 'web',
          type: 'lxc',
          leaf: 0,
          children: [
            { id: '101:mp0', name: 'local:101/vm-101-disk-1.raw', leaf: 1, included: 1, reason: 'enabled' },
            { id: '101:mp1', name: '/host', leaf: 1, included: 0, reason: 'not a volume' },
            { id: '101:rootfs', name: 'local:101/vm-101-disk-0.raw', leaf: 1, included: 1, reason: 'rootfs' },
          ],
        },
      ],
    });
    expect((await cluster.rows('GET /cluster/backup-info/not-backed-up')).map((row) => row['vmid'])).toEqual([
      20, 200, 300,
    ]);
    await cluster.ask('PUT /cluster/backup/nightly', { all: 1 });
    expect((await cluster.ask('GET /cluster/backup/nightly')).data).not.toHaveProperty('vmid');
    expect((await cluster.ask('GET /cluster/backup/nosuch')).errors).toEqual({ id: "No such job 'nosuch'" });
  });

  it('manages HA resources, and marks nodes and guests with their state', async () => {
    const cluster = lab();
    expect((await cluster.ask('POST /cluster/ha/resources', { sid: 'ct:999' })).reason).toBe(
      "resource 'ct:999' does not exist in cluster",
    );
    await cluster.ask('POST /cluster/ha/resources', { sid: 'ct:101' });
    expect((await cluster.ask('POST /cluster/ha/resources', { sid: '101' })).reason).toBe(
      "create resource failed: resource ID 'ct:101' already defined",
    );
    expect(await cluster.row('GET /cluster/resources', 'vmid', 101)).toMatchObject({ hastate: 'started' });
    expect(await cluster.row('GET /cluster/resources', 'id', 'node/pve3')).toMatchObject({ hastate: 'unknown' });
    expect(await cluster.row('GET /cluster/ha/status/current', 'type', 'service')).toMatchObject({
      sid: 'ct:101',
      node: 'pve1',
      request_state: 'started',
    });
    expect((await cluster.ask('GET /cluster/ha/groups')).reason).toBe('ha groups have been migrated to rules');
  });

  it('puts a new firewall rule first and asleep, and refuses a stale digest', async () => {
    const cluster = lab();
    await cluster.ask('POST /cluster/firewall/rules', { type: 'in', action: 'ACCEPT', comment: 'one' });
    const [{ digest } = {}] = await cluster.rows('GET /cluster/firewall/rules');
    await cluster.ask('POST /cluster/firewall/rules', { type: 'in', action: 'DROP', comment: 'two', enable: 1 });
    const rules = await cluster.rows('GET /cluster/firewall/rules');
    expect(rules.map(({ comment, pos, enable }) => [comment, pos, enable])).toEqual([
      ['two', 0, 1],
      ['one', 1, 0],
    ]);
    expect((await cluster.ask('DELETE /cluster/firewall/rules/0', { digest })).reason).toBe(
      'detected modified configuration - file changed by other user? Try again.',
    );
    await cluster.ask('PUT /cluster/firewall/rules/0', { moveto: 2 });
    expect((await cluster.rows('GET /cluster/firewall/rules')).map((rule) => rule['comment'])).toEqual(['one', 'two']);
  });

  it('shows its log to those who may read it, newest first', async () => {
    const cluster = lab();
    await cluster.run('POST /nodes/pve1/apt/update');
    const [last] = await cluster.rows('GET /cluster/log', { max: 1 });
    expect(last).toMatchObject({ uid: '2', id: '2:pve1', msg: expect.stringContaining('end task UPID:pve1') });
    expect(await cluster.rows('GET /cluster/log', {}, 'eve@pve')).toEqual([]);
  });

  it('exports what pvestatd last published', async () => {
    const { data } = await lab().ask('GET /cluster/metrics/export');
    expect(data).toMatchObject({
      data: expect.arrayContaining([
        { id: 'storage/pve1/local', metric: 'disk_used', type: 'gauge', value: 40 * 2 ** 30, timestamp: labTime },
      ]),
    });
  });
});

describe('/pools', () => {
  it('refuses to take a guest from another pool unless it may, and to remove what is not empty', async () => {
    const cluster = lab();
    await cluster.ask('POST /pools', { poolid: 'other' });
    expect((await cluster.ask('PUT /pools', { poolid: 'other', vms: '101' })).reason).toBe(
      "update pool failed: VM 101 belongs already to pool 'prod' and 'allow-move' is not set",
    );
    await cluster.ask('PUT /pools', { poolid: 'other', vms: '101', storage: 'local', 'allow-move': 1 });
    const [pool] = await cluster.rows('GET /pools', { poolid: 'other' });
    expect(pool).toMatchObject({
      members: [
        { vmid: 101 },
        { id: 'storage/pve1/local' },
        { id: 'storage/pve2/local' },
        { id: 'storage/pve3/local' },
      ],
    });
    await cluster.ask('POST /pools', { poolid: 'other/sub' });
    expect((await cluster.ask('DELETE /pools', { poolid: 'other' })).reason).toBe(
      "delete pool failed: pool 'other' is not empty (contains pool 'other/sub')",
    );
    expect((await cluster.ask('POST /pools', { poolid: 'x' }, 'eve@pve')).status).toBe(403);
  });
});
