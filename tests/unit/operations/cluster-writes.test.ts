import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G }, pve2: { cpus: 4, memory: 16G }, pve3: { online: 0, memory: 8G, facts: { config: { wakeonlan: 'AA:BB:CC:00:00:03' } } } }
cluster: { name: lab, version: 3, quorate: true }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl,backup,import' }
    places: { pve1: { total: 100G, volumes: { local:iso/tiny.iso: { size: 2M } } }, pve2: { total: 100G } }
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G, volumes: { 'thin:vm-999-disk-0': { size: 1G, content: images, vmid: 999 } } }, pve2: { total: 100G } }
  only1:
    config: { type: lvmthin, vgname: a, thinpool: b, content: 'rootdir,images', nodes: pve1 }
    places: { pve1: { total: 100G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 512, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
  102: { type: lxc, node: pve1, running: 1, config: { hostname: db, memory: 512, ostype: debian, rootfs: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: bound, memory: 512, ostype: debian, rootfs: 'only1:vm-103-disk-0,size=4G' } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: '1024', scsi0: 'thin:vm-200-disk-0,size=8G' } }
  201: { type: qemu, node: pve2, config: { name: dev, memory: '1024', hostpci0: '0000:01:00', scsi0: 'thin:vm-201-disk-0,size=8G' } }
pools: { prod: { vms: [101] }, empty: {} }
`;

let lab: Asking;
let folder: string;
beforeAll(async () => {
  lab = await askingOf(fixture);
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-writes-'));
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const guest = (vmid: number) => lab.simulator.world.guests.get(vmid);

describe('disks', () => {
  it('grow, and never shrink', async () => {
    expect(await lab.ask('guest.resize', { guest: '101', disk: 'rootfs', size: '+2G' })).toMatchObject({
      result: 'OK',
    });
    expect(guest(101)?.config['rootfs']).toContain('size=6G');
    expect(await lab.refusal('guest.resize', { guest: '101', disk: 'rootfs', size: '4G' })).toMatchObject({
      code: 'validation',
      message: 'rootfs of 101 web has 6.0 GB, and disks cannot shrink.',
    });
    expect(await lab.refusal('guest.resize', { guest: '101', disk: 'rootfs', size: '6G' })).toMatchObject({
      message: 'rootfs of 101 web has that size already.',
    });
    expect(await lab.refusal('guest.resize', { guest: '101', disk: 'rotfs', size: '+1G' })).toMatchObject({
      code: 'not-found',
      message: '101 web has no disk rotfs. Did you mean rootfs?',
    });
    expect(await lab.refusal('guest.resize', { guest: '101', disk: 'rootfs', size: '+1T' })).toMatchObject({
      code: 'validation',
    });
  });

  it('move to another storage while the container is stopped', async () => {
    const move = { disk: 'rootfs', storage: 'only1' };
    expect(await lab.refusal('guest.move-disk', { guest: '102', ...move })).toMatchObject({ code: 'conflict' });
    await lab.ask('guest.move-disk', { guest: '101', ...move, delete: true });
    expect(guest(101)?.config['rootfs']).toMatch(/^only1:/);
    expect(await lab.refusal('guest.move-disk', { guest: '101', ...move })).toMatchObject({
      message: 'rootfs of 101 web lies on only1 already.',
    });
    await lab.ask('guest.move-disk', { guest: '101', disk: 'rootfs', storage: 'thin', delete: true });
  });
});

describe('clones and templates', () => {
  it('copies a guest, and links to a template', async () => {
    expect(await lab.refusal('guest.clone', { guest: '102' })).toMatchObject({
      code: 'conflict',
      message: '102 db runs, and a container that runs is cloned from a snapshot only.',
    });
    expect(await lab.refusal('guest.clone', { guest: '101', newid: 102 })).toMatchObject({ code: 'conflict' });
    expect(await lab.refusal('guest.clone', { guest: '101', linked: true })).toMatchObject({ code: 'conflict' });
    expect(await lab.ask('guest.clone', { guest: '101', newid: 110, name: 'copy' })).toMatchObject({
      vmid: 110,
      source: 101,
      result: 'OK',
    });
    expect(await lab.ask('guest.template', { guest: '110' })).toMatchObject({ vmid: 110, result: 'OK' });
    expect(await lab.refusal('guest.template', { guest: '102' })).toMatchObject({ message: '102 db is running.' });
    await lab.ask('guest.clone', { guest: '110', newid: 111, linked: true });
    const disks = lab.simulator.world.storages.get('thin')?.places.get('pve1')?.volumes;
    expect(disks?.get('thin:vm-111-disk-0')?.parent).toBe('base-110-disk-0');
    expect(await lab.refusal('snapshot.create', { guest: '110', name: 'one' })).toMatchObject({ code: 'conflict' });
    await lab.ask('guest.delete', { guests: ['111'] });
    await lab.ask('guest.delete', { guests: ['110'] });
  });
});

describe('moving guests', () => {
  it('refuses what binds them to their node', async () => {
    const move = (vmid: string, target: string) => lab.refusal('guest.migrate', { guests: [vmid], target });
    expect(await move('101', 'pve1')).toMatchObject({ message: '101 web is on pve1 already.' });
    expect(await move('101', 'pve3')).toMatchObject({ code: 'unreachable' });
    expect(await move('103', 'pve2')).toMatchObject({
      message: 'pve2 has no storage only1, where disks of 103 bound lie.',
    });
    expect(await move('201', 'pve1')).toMatchObject({ message: expect.stringContaining('hostpci0') });
  });

  it('moves several, each in its way, and warns of the restart of a container', async () => {
    expect(await lab.ask('guest.migrate', { guests: ['101', '102', '200'], target: 'pve2' })).toMatchObject([
      { vmid: 101, ok: true },
      { vmid: 102, ok: true },
      { vmid: 200, ok: true },
    ]);
    expect(lab.questions.at(-1)?.hazards).toEqual([expect.stringMatching(/^102 db is stopped, copied to pve2/)]);
    expect(lab.questions.at(-1)?.calls[2]?.parameters).toMatchObject({ online: '1', 'with-local-disks': '1' });
    expect([guest(101)?.node, guest(102)?.node, guest(200)?.node]).toEqual(['pve2', 'pve2', 'pve2']);
    expect(guest(102)?.running).toBe(true);
  });

  it('evacuates a node for maintenance', async () => {
    const error = await lab.refusal('node.evacuate', { node: 'pve2' });
    expect(error).toMatchObject({
      code: 'partial',
      message: expect.stringMatching(/^1 of 4 guests stay on pve2\. 201 dev uses a device/),
      value: [
        { vmid: 101, ok: true },
        { vmid: 102, ok: true },
        { vmid: 200, ok: true },
        { vmid: 201, ok: false },
      ],
    });
    expect(lab.questions.at(-1)?.hazards[0]).toMatch(/^201 dev stays: /);
    expect(guest(101)?.node).toBe('pve1');
  });
});

describe('VMs and containers', () => {
  it('suspends and resumes a VM, and says why a container cannot', async () => {
    await lab.ask('guest.suspend', { guests: ['200'] });
    expect(guest(200)?.qmpstatus).toBe('paused');
    await lab.ask('guest.resume', { guests: ['200'] });
    expect(guest(200)?.qmpstatus).toBe('running');
    await lab.ask('guest.reset', { guests: ['200'] });
    expect(await lab.refusal('guest.suspend', { guests: ['102'] })).toMatchObject({
      code: 'conflict',
      message: '102 db is a container: only VMs can be suspended.',
    });
  });
});

describe('pools', () => {
  it('are made, filled, emptied and deleted', async () => {
    await lab.ask('pool.create', { pool: 'dev', comment: 'try', guest: ['102'] });
    expect(await lab.refusal('pool.create', { pool: 'dev' })).toMatchObject({ code: 'conflict' });
    expect(await lab.ask('pool.list', {})).toContainEqual({ poolid: 'dev', comment: 'try', vms: [102] });
    expect(await lab.refusal('pool.set', { pool: 'dev', add: ['101'] })).toMatchObject({
      code: 'conflict',
      message: '101 web is in the pool prod.',
    });
    await lab.ask('pool.set', { pool: 'dev', add: ['101'], move: true, addStorage: ['local'] });
    expect((await lab.ask('pool.show', { pool: 'dev' })).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['lxc/101', 'lxc/102', 'storage/pve1/local']),
    );
    expect(await lab.refusal('pool.delete', { pool: 'dev' })).toMatchObject({ code: 'conflict' });
    await lab.ask('pool.set', { pool: 'dev', remove: ['101', '102'], removeStorage: ['local'] });
    await lab.ask('pool.delete', { pool: 'dev' });
    expect(lab.simulator.world.pools.has('dev')).toBe(false);
    expect(await lab.refusal('pool.set', { pool: 'prod' })).toMatchObject({ code: 'usage' });
  });
});

describe('templates and files', () => {
  it('downloads a template that is offered, once', async () => {
    const wanted = { template: 'debian-13-standard_13.1-2_amd64.tar.zst', node: 'pve1' };
    expect(await lab.ask('template.download', wanted)).toMatchObject({
      volid: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
      result: 'OK',
    });
    const [first] = await lab.ask('template.list', { node: 'pve1', local: true });
    expect(first).toMatchObject({ os: 'debian-13', volid: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst' });
    expect(await lab.refusal('template.download', wanted)).toMatchObject({ code: 'conflict' });
    expect(await lab.refusal('template.download', { template: 'nix', node: 'pve1' })).toMatchObject({
      code: 'not-found',
    });
  });

  it('lets a node download a file', async () => {
    const url = 'https://example.org/pub/small.iso';
    expect(await lab.ask('storage.download-url', { url, storage: 'local', node: 'pve1' })).toMatchObject({
      volid: 'local:iso/small.iso',
      result: 'OK',
    });
    expect(await lab.refusal('storage.download-url', { url, storage: 'local', node: 'pve1' })).toMatchObject({
      code: 'conflict',
    });
    expect(await lab.refusal('storage.download-url', { url: 'ftp://x/a.iso', storage: 'local' })).toMatchObject({
      code: 'usage',
    });
    expect(
      await lab.refusal('storage.download-url', { url: 'https://example.org/a.zip', storage: 'local', node: 'pve1' }),
    ).toMatchObject({ code: 'validation' });
  });

  it('uploads a file as it is, and tells how far it is', async () => {
    const file = path.join(folder, 'my disk.iso');
    writeFileSync(file, Buffer.alloc(300_000, 7));
    expect(await lab.ask('storage.upload', { file, storage: 'local', node: 'pve1' })).toMatchObject({
      volid: 'local:iso/my_disk.iso',
      size: 300_000,
      result: 'OK',
    });
    const stored = lab.simulator.world.storages.get('local')?.places.get('pve1')?.volumes.get('local:iso/my_disk.iso');
    expect(stored?.sizeBytes).toBe(300_000);
    expect(lab.events).toContainEqual({ type: 'progress', done: 0, total: 300_000, unit: 'bytes' });
    expect(
      await lab.refusal('storage.upload', {
        file,
        storage: 'local',
        node: 'pve1',
        name: 'b.iso',
        checksum: 'a'.repeat(64),
      }),
    ).toMatchObject({ code: 'task-failed', message: expect.stringContaining('checksum') });
    expect(await lab.refusal('storage.upload', { file: '/nowhere/x.iso', storage: 'local' })).toMatchObject({
      code: 'not-found',
    });
  });

  it('destroys volumes, but never the disk of a guest', async () => {
    expect(
      await lab.refusal('storage.delete-content', { volumes: ['thin:vm-102-disk-0'], node: 'pve1' }),
    ).toMatchObject({
      code: 'conflict',
      message: 'thin:vm-102-disk-0 is rootfs of 102 db.',
    });
    expect(
      await lab.ask('storage.delete-content', { volumes: ['local:iso/tiny.iso', 'thin:vm-999-disk-0'], node: 'pve1' }),
    ).toMatchObject([
      { id: 'local:iso/tiny.iso', ok: true },
      { id: 'thin:vm-999-disk-0', ok: true },
    ]);
    expect(await lab.refusal('storage.delete-content', { volumes: ['local:iso/tiny.iso'] })).toMatchObject({
      code: 'not-found',
    });
  });
});

describe('nodes', () => {
  it('wakes one that is away, and asks before one goes down', async () => {
    expect(await lab.ask('node.wake', { node: 'pve3' })).toMatchObject({ node: 'pve3' });
    expect(await lab.refusal('node.wake', { node: 'pve1' })).toMatchObject({ code: 'conflict' });
    expect(await lab.ask('node.reboot', { node: 'pve1' })).toMatchObject({ node: 'pve1' });
    expect(lab.questions.at(-1)).toMatchObject({
      operation: 'node.reboot',
      risk: 'destroy',
      hazards: [
        expect.stringMatching(/^2 guests run on pve1 .*102 db, 200 vm/),
        expect.stringMatching(/loses its quorum: 1 of 3/),
      ],
    });
  });
});
