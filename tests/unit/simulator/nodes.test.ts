import { describe, expect, it } from 'vitest';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';

const fixture = `
nodes:
  pve1:
    cpus: 4
    memory: 8G
    uptime: 2d
    kernel: 6.17.4-1-pve
    interfaces:
      vmbr0: { type: bridge, method: static, method6: manual, families: [inet], active: 1, autostart: 1, priority: 4, cidr: 10.0.0.1/24, address: 10.0.0.1, netmask: '24', gateway: 10.0.0.254, bridge_ports: eth0, bridge_stp: 'off', bridge_fd: '0' }
    facts: { timezone: Europe/Vienna }
    syslog: [{ ago: 60s, text: 'pveproxy[1]: hello' }]
  pve2: { online: 0 }
guests:
  101: { type: lxc, node: pve1, running: 1, uptime: 30m, cpu: { mean: 0.4, amplitude: 0.2, period: 20m }, traffic: { netin: 1000, netout: 500 }, config: { hostname: web, cores: 2, memory: 1024, net0: 'name=eth0' } }
  102: { type: lxc, node: pve1, config: { hostname: off, cores: 1, memory: 512 } }
users: { alice@pve: {} }
`;

const lab = (): ClusterLab => new ClusterLab(fixture);

describe('/nodes', () => {
  it('shows every node with its fingerprint, and figures to those with the right', async () => {
    const cluster = lab();
    expect(await cluster.row('GET /nodes', 'node', 'pve1')).toMatchObject({
      status: 'online',
      ssl_fingerprint: 'AA:BB',
      maxcpu: 4,
      uptime: 172_800,
    });
    expect(await cluster.row('GET /nodes', 'node', 'pve1', 'alice@pve')).toEqual({
      id: 'node/pve1',
      node: 'pve1',
      type: 'node',
      status: 'online',
      level: '',
      ssl_fingerprint: 'AA:BB',
    });
    expect(await cluster.row('GET /nodes', 'node', 'pve2')).toMatchObject({ status: 'offline' });
  });

  it('counts what its guests take into the load of a node', async () => {
    const cluster = lab();
    const { data } = await cluster.ask('GET /nodes/pve1/status');
    expect(data).toMatchObject({
      loadavg: [expect.any(String), expect.any(String), expect.any(String)],
      memory: { total: 8 * 2 ** 30 },
    });
    const busy = Number((await cluster.row('GET /nodes', 'node', 'pve1'))['cpu']);
    await cluster.run('POST /nodes/pve1/lxc/101/status/stop');
    cluster.goTo(10);
    expect(Number((await cluster.row('GET /nodes', 'node', 'pve1'))['cpu'])).toBeLessThan(busy);
  });

  it('keeps what is set: time zone, DNS, notes', async () => {
    const cluster = lab();
    expect((await cluster.ask('GET /nodes/pve1/time')).data).toEqual({
      time: labTime,
      localtime: labTime + 3600,
      timezone: 'Europe/Vienna',
    });
    expect((await cluster.ask('PUT /nodes/pve1/time', { timezone: 'Mars/Base' })).errors).toEqual({
      timezone: 'No such timezone',
    });
    expect((await cluster.ask('GET /nodes/pve1/config')).data).toEqual({});
    await cluster.ask('PUT /nodes/pve1/config', { description: 'note' });
    expect((await cluster.ask('GET /nodes/pve1/config')).data).toEqual({
      description: 'note\n',
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    await cluster.ask('PUT /nodes/pve1/dns', { search: 'example.test', dns1: '127.0.0.1' });
    expect((await cluster.ask('GET /nodes/pve1/dns')).data).toEqual({ search: 'example.test', dns1: '127.0.0.1' });
  });

  it('acts on services, but not against the essential ones', async () => {
    const cluster = lab();
    expect((await cluster.run('POST /nodes/pve1/services/cron/stop')).exitstatus).toBe('OK');
    expect((await cluster.ask('GET /nodes/pve1/services/cron/state')).data).toMatchObject({
      state: 'dead',
      'active-state': 'inactive',
    });
    const { exitstatus } = await cluster.run('POST /nodes/pve1/services/pveproxy/stop');
    expect(exitstatus).toBe("invalid service cmd 'pveproxy stop': refusing to stop essential service!");
  });

  it('numbers the lines of its log and finds them by service and time', async () => {
    const cluster = lab();
    const all = await cluster.ask('GET /nodes/pve1/syslog', { start: 1, limit: 1 });
    expect(all).toMatchObject({ total: 9, data: [{ n: 2 }] });
    const found = await cluster.rows('GET /nodes/pve1/syslog', { service: 'pveproxy', since: '2026-11-20 22:00' });
    expect(found).toEqual([{ n: 1, t: 'Nov 20 22:05:40 pve1 pveproxy[1]: hello' }]);
  });

  it('gives the journal between two cursors, and goes on from one', async () => {
    const cluster = lab();
    const lines = await cluster.ask('GET /nodes/pve1/journal', { lastentries: 2 });
    expect(lines.data).toHaveLength(4);
    const cursor = Array.isArray(lines.data) ? String(lines.data.at(-1)) : '';
    const { data } = await cluster.ask('GET /nodes/pve1/journal', { startcursor: cursor });
    expect(data).toEqual([cursor, 'Nov 20 22:05:40 pve1 pveproxy[1]: hello', cursor]);
  });

  it('goes down when told to, and comes back with the guests that start with it', async () => {
    const cluster = lab();
    const guest = cluster.world.guests.get(101);
    if (guest) guest.config['onboot'] = 1;
    await cluster.ask('POST /nodes/pve1/status', { command: 'reboot' });
    await cluster.live(0, 6);
    expect(cluster.world.nodes.get('pve1')?.online).toBe(false);
    expect(guest?.running).toBe(false);
    await cluster.live(6, 70);
    expect(cluster.world.nodes.get('pve1')).toMatchObject({ online: true, bootedAt: labTime + 70 });
    expect(guest?.running).toBe(true);
  });
});

describe('/nodes/{node}/network', () => {
  it('collects changes, shows their difference, and applies or forgets them', async () => {
    const cluster = lab();
    expect(
      (
        await cluster.ask('POST /nodes/pve1/network', {
          iface: 'vmbr1',
          type: 'bridge',
          cidr: '10.9.9.1/24',
          gateway: '10.9.9.254',
        })
      ).errors,
    ).toEqual({
      gateway: "Default gateway already exists on interface 'vmbr0'.",
    });
    await cluster.ask('POST /nodes/pve1/network', {
      iface: 'vmbr1',
      type: 'bridge',
      cidr: '10.9.9.1/24',
      autostart: 1,
      comments: 'test',
    });
    const { changes } = await cluster.ask('GET /nodes/pve1/network');
    expect(changes).toContain(
      '+auto vmbr1\n+iface vmbr1 inet static\n+\taddress 10.9.9.1/24\n+\tbridge-ports none\n+\tbridge-stp off\n+\tbridge-fd 0\n+#test\n+\n',
    );
    const pending = await cluster.row('GET /nodes/pve1/network', 'iface', 'vmbr1');
    expect(pending).toMatchObject({
      priority: 5,
      address: '10.9.9.1',
      netmask: '24',
      method: 'static',
      comments: 'test\n',
    });
    expect(pending).not.toHaveProperty('active');
    expect((await cluster.ask('POST /nodes/pve1/network', { iface: 'vmbr1', type: 'bridge' })).errors).toEqual({
      iface: 'interface already exists',
    });
    expect((await cluster.run('PUT /nodes/pve1/network')).type).toBe('srvreload');
    expect(await cluster.ask('GET /nodes/pve1/network')).not.toHaveProperty('changes');
    expect(await cluster.row('GET /nodes/pve1/network', 'iface', 'vmbr1')).toMatchObject({ active: 1 });
    await cluster.ask('DELETE /nodes/pve1/network/vmbr1');
    await cluster.ask('DELETE /nodes/pve1/network');
    expect(await cluster.rows('GET /nodes/pve1/network')).toHaveLength(2);
  });

  it('takes addresses away that a change does not name', async () => {
    const cluster = lab();
    await cluster.ask('PUT /nodes/pve1/network/vmbr0', { type: 'bridge', mtu: 1400 });
    const { data } = await cluster.ask('GET /nodes/pve1/network/vmbr0');
    expect(data).toMatchObject({ method: 'manual', mtu: 1400, bridge_ports: 'eth0' });
    expect(data).not.toHaveProperty('cidr');
    expect((await cluster.ask('GET /nodes/pve1/network/vmbr7')).errors).toEqual({ iface: 'interface does not exist' });
  });

  it('hides bridges from those who may not use them', async () => {
    expect(await lab().rows('GET /nodes/pve1/network', {}, 'alice@pve')).toEqual([]);
  });
});

describe('rrddata', () => {
  const frames = [
    ['hour', 60, 60],
    ['day', 1440, 60],
    ['week', 336, 1800],
    ['month', 1440, 1800],
    ['year', 1440, 21_600],
    ['decade', 570, 604_800],
  ] as const;

  it.each(frames)('has for a %s %d points, %d seconds apart, up to now', async (timeframe, points, step) => {
    const rows = await lab().rows('GET /nodes/pve1/rrddata', { timeframe });
    expect(rows).toHaveLength(points);
    const last = Number(rows.at(-1)?.['time']);
    expect(last).toBe(Math.floor(labTime / step) * step);
    expect(last - Number(rows.at(-2)?.['time'])).toBe(step);
  });

  it('follows the curve of a guest, and gives the same twice', async () => {
    const cluster = lab();
    const rows = await cluster.rows('GET /nodes/pve1/lxc/101/rrddata', { timeframe: 'hour' });
    const loads = rows.map((row) => Number(row['cpu'] ?? 0)).filter((load) => load > 0);
    expect(Math.max(...loads) - Math.min(...loads)).toBeGreaterThan(0.3);
    expect(await cluster.rows('GET /nodes/pve1/lxc/101/rrddata', { timeframe: 'hour' })).toEqual(rows);
    const peaks = await cluster.rows('GET /nodes/pve1/lxc/101/rrddata', { timeframe: 'hour', cf: 'MAX' });
    expect(Number(peaks.at(-1)?.['cpu'])).toBeGreaterThanOrEqual(Number(rows.at(-1)?.['cpu']));
  });

  it('leaves out what was not measured: a stopped guest has its limits only', async () => {
    const [point] = await lab().rows('GET /nodes/pve1/lxc/102/rrddata', { timeframe: 'hour' });
    expect(Object.keys(point ?? {}).toSorted()).toEqual(['disk', 'maxcpu', 'maxdisk', 'maxmem', 'time']);
  });

  it('knows no guest under the wrong kind', async () => {
    expect((await lab().ask('GET /nodes/pve1/qemu/101/rrddata', { timeframe: 'hour' })).reason).toBe(
      "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist",
    );
  });
});
