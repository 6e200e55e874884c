import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachByNode } from '../../../src/operations/each-by-node.ts';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
cluster: { name: lab }
nodes: { pve1: { ip: 127.0.0.1 }, pve2: { ip: 127.0.0.2 }, pve3: { online: false } }
storages:
  local: { config: { type: dir, path: /var/lib/vz, content: 'backup,rootdir,images' }, places: { pve1: { volumes: { 'local:backup/vzdump-lxc-101-{2d}.tar.zst': { size: 2G, notes: "web1\\nmore", protected: true } } }, pve2: {}, pve3: {} } }
  pbs: { config: { type: pbs, server: pbs, datastore: main, username: a@pbs, content: backup }, places: { shared: { volumes: { 'pbs:backup/ct/101/{3h}': { size: 1G, format: pbs-ct, verification: { state: failed, upid: '' } }, 'pbs:backup/vm/200/{4h}': { size: 9G, format: pbs-vm } } } } }
  away: { config: { type: nfs, server: 10.0.0.9, export: /srv, content: backup }, places: { shared: { active: false } } }
guests:
  '101': { type: lxc, node: pve1, running: true, uptime: 5d, cpu: 0.25, memory: 0.5, traffic: { netin: 1000, netout: 10, diskread: 0, diskwrite: 7 }, pending: { features: nesting=1, timezone: null }, snapshots: { first: { ago: 9d, description: before the move }, second: { ago: 2d, parent: first } }, config: { hostname: web1, ostype: debian, arch: amd64, memory: 512, timezone: host, parent: second, description: "a note\\n", rootfs: 'local:101/vm-101-disk-0.raw,size=4G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.0.0.5/24,type=veth' } }
  '102': { type: lxc, node: pve1, config: { hostname: off1, ostype: debian, memory: 512, rootfs: 'local:102/vm-102-disk-0.raw,size=4G' } }
  '200': { type: qemu, node: pve2, running: true, agent: { running: true, addresses: [10.0.0.9/24, 'fe80::1/64'] }, config: { name: vm1, memory: '1024', agent: '1', net0: 'virtio=BC:24:11:00:00:09,bridge=vmbr0' } }
  '201': { type: qemu, node: pve2, running: true, config: { name: vm2, memory: '1024', net0: 'virtio=BC:24:11:00:00:0A,bridge=vmbr0' } }
  '202': { type: qemu, node: pve2, running: true, config: { name: vm3, memory: '1024', agent: '1' } }
  '300': { type: lxc, node: pve3, running: true, config: { hostname: gone, ostype: debian, memory: 512, rootfs: 'local:300/vm-300-disk-0.raw,size=4G' } }
tasks:
  - { node: pve1, type: vzstart, id: 101, ago: 3h, seconds: 4 }
  - { node: pve1, type: vzdump, id: 101, ago: 2h, seconds: 60, status: job errors }
  - { node: pve1, type: vzstart, id: 102, ago: 1h, seconds: 4 }
`;

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(async () => lab[Symbol.asyncDispose]());

describe('the configuration of a guest', () => {
  it('comes in the names and types of Proxmox VE', async () => {
    const config = await lab.ask('guest.config', { guest: 'web1' });
    expect(config).toMatchObject({ hostname: 'web1', memory: 512, description: 'a note\n' });
    expect(config['features']).toBe('nesting=1');
    const now = await lab.ask('guest.config', { guest: '101', current: true });
    expect(now['features']).toBeUndefined();
  });

  it('tells what waits for the next start, and nothing else', async () => {
    const pending = await lab.ask('guest.pending', { guest: '101' });
    expect(pending.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject([
      { key: 'features', pending: 'nesting=1' },
      { key: 'timezone', value: 'host', delete: 1 },
    ]);
    expect(await lab.ask('guest.pending', { guest: '102' })).toEqual([]);
  });
});

describe('addresses', () => {
  it('come from the container itself', async () => {
    const interfaces = await lab.ask('guest.interfaces', { guest: '101' });
    expect(interfaces.map(({ name }) => name)).toEqual(['lo', 'eth0']);
    expect(interfaces[1]).toMatchObject({ 'hardware-address': 'bc:24:11:00:00:01' });
    expect(interfaces[1]?.addresses).toContain('10.0.0.5/24');
  });

  it('are none of a container that is stopped', async () => {
    expect(await lab.ask('guest.interfaces', { guest: '102' })).toEqual([]);
  });

  it('come from the agent of a VM, and say what to do without one', async () => {
    expect((await lab.ask('guest.interfaces', { guest: '200' }))[1]?.addresses).toContain('10.0.0.9/24');
    expect(await lab.refusal('guest.interfaces', { guest: '201' })).toMatchObject({
      message: 'The guest agent of this VM is switched off.',
      hint: expect.stringContaining('qm set'),
    });
    expect((await lab.refusal('guest.interfaces', { guest: '202' })).message).toBe('The guest agent does not answer.');
  });

  it('of all that run are asked without those that cannot answer, and link-local ones left out', async () => {
    const all = await lab.ask('guest.addresses', {});
    expect(all).toMatchObject([
      { vmid: 101, addresses: ['10.0.0.5'] },
      { vmid: 200, addresses: ['10.0.0.9'] },
      { vmid: 201, addresses: [], error: 'The guest agent of this VM is switched off.' },
      { vmid: 202, addresses: [] },
    ]);
    expect(lab.events.findLast(({ type }) => type === 'progress')).toMatchObject({ done: 4, total: 4 });
  });
});

describe('asking by node', () => {
  it('has no more than so many in flight on one node, and yields each as it comes', async () => {
    const items = Array.from({ length: 20 }, (_, id) => ({ id, node: id % 3 === 0 ? 'slow' : 'fast' }));
    const inFlight = new Map<string, number>();
    let most = 0;
    const free: (() => void)[] = [];
    const seen: number[] = [];
    for await (const id of eachByNode(items, 2, new AbortController().signal, async (item) => {
      const now = (inFlight.get(item.node) ?? 0) + 1;
      inFlight.set(item.node, now);
      most = Math.max(most, now);
      // The slow node answers only once the fast one is done.
      if (item.node === 'slow' && seen.length < 13) await new Promise<void>((resolve) => free.push(resolve));
      inFlight.set(item.node, now - 1);
      return item.id;
    })) {
      seen.push(id);
      if (seen.length >= 13) for (const resolve of free.splice(0)) resolve();
    }
    expect(most).toBe(2);
    expect(seen.slice(0, 13).every((id) => id % 3 !== 0)).toBe(true);
    expect(seen.toSorted((a, b) => a - b)).toEqual(items.map(({ id }) => id));
  });

  it('begins nothing new once it is left', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const items = [1, 2, 3, 4].map((id) => ({ id, node: 'one' }));
    for await (const id of eachByNode(items, 1, stop.signal, async (item) => {
      begun.push(item.id);
      await nextTurn();
      return item.id;
    }))
      if (id === 1) stop.abort();
    expect(begun.length).toBeLessThan(4);
  });
});

describe('snapshots', () => {
  it('come oldest first, the guest as it is now last', async () => {
    const snapshots = await lab.ask('snapshot.list', { guest: '101' });
    expect(snapshots.map(({ name, parent }) => [name, parent])).toEqual([
      ['first', undefined],
      ['second', 'first'],
      ['current', 'second'],
    ]);
    expect(snapshots[0]?.description).toContain('before the move');
  });
});

describe('backups', () => {
  it('of a guest are collected from every storage, newest first', async () => {
    const backups = await lab.ask('backup.list', { vmid: 101 });
    expect(backups).toMatchObject([
      { storage: 'pbs', vmid: 101, verification: { state: 'failed' }, verified: 'failed' },
      { storage: 'local', node: 'pve1', vmid: 101, protected: 1, notes: 'web1' },
    ]);
  });

  it('of all guests come together, and one storage can be asked alone', async () => {
    expect((await lab.ask('backup.list', {})).map(({ vmid }) => vmid)).toEqual([101, 200, 101]);
    expect((await lab.ask('backup.list', { storage: 'local' })).map(({ storage }) => storage)).toEqual(['local']);
  });

  it('are shown without the storage that does not answer, which is told', async () => {
    const heal = lab.simulator.setFault('storage-hang=pbs');
    const before = lab.events.length;
    try {
      expect((await lab.ask('backup.list', { vmid: 101 })).map(({ storage }) => storage)).toEqual(['local']);
      expect(lab.events.slice(before)).toContainEqual(
        expect.objectContaining({ type: 'warning', message: expect.stringMatching(/^pbs/) }),
      );
      expect((await lab.refusal('backup.list', { storage: 'pbs' })).code).toBe('timeout');
    } finally {
      heal();
    }
  });
});

describe('the history of a guest', () => {
  it('lists its tasks alone', async () => {
    const tasks = await lab.ask('guest.tasks', { guest: '101' });
    expect(tasks.map(({ type, status }) => [type, status])).toEqual([
      ['vzdump', 'job errors'],
      ['vzstart', 'OK'],
    ]);
    expect((await lab.ask('guest.tasks', { guest: '101', errors: true })).map(({ type }) => type)).toEqual(['vzdump']);
  });

  it('has a point a step with rates a second', async () => {
    const points = await lab.ask('guest.rrd', { guest: '101' });
    expect(points).toHaveLength(60);
    const last = points.at(-2);
    expect(last?.['cpu']).toBeGreaterThan(0.1);
    expect(last?.['cpu']).toBeLessThan(0.4);
    expect(last?.['maxmem']).toBe(512 * 2 ** 20);
    const week = await lab.ask('guest.rrd', { guest: '101', timeframe: 'week', cf: 'MAX' });
    expect((week[1]?.time ?? 0) - (week[0]?.time ?? 0)).toBe(1800);
    // It was created when nobody wrote down; before it ran it has only its limits.
    expect(week.at(-1)?.['netin']).toBeGreaterThan(0);
  });
});

describe('the options of the datacenter', () => {
  it('come as they are', async () => {
    expect(await lab.ask('cluster.options', {})).toBeTypeOf('object');
  });
});
