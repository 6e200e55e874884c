import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProxdeckError } from '../../../src/models/error.ts';
import type { InputOf } from '../../../src/operations/catalog.ts';
import { leftBehind } from '../../../src/operations/guest-leftover.ts';
import { askingOf, type Asking } from '../../support/asking.ts';
import { fakeContext } from './fakes.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G }, pve2: { cpus: 4, memory: 16G }, pve3: { online: 0 } }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl,backup,import' }
    places:
      pve1:
        total: 100G
        volumes:
          local:iso/tiny.iso: { size: 2M }
          local:vztmpl/strange.tar.zst: { size: 1M }
          local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst: { size: 58542905 }
      pve2: { total: 100G }
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G, used: 10G }, pve2: { total: 100G } }
  files:
    config: { type: dir, path: /srv/files, content: 'rootdir,images' }
    places: { pve1: { total: 20G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 512, unprivileged: 1, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=192.0.2.5/24,gw=192.0.2.1,type=veth' } }
  102: { type: lxc, node: pve1, running: 1, config: { hostname: db, memory: 512, protection: 1, ostype: debian, rootfs: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: onfiles, memory: 512, ostype: debian, rootfs: 'files:103/vm-103-disk-0.raw,size=4G' } }
  104: { type: lxc, node: pve1, config: { hostname: locked, lock: backup, memory: 512, ostype: debian, rootfs: 'thin:vm-104-disk-0,size=4G' } }
  105: { type: lxc, node: pve3, config: { hostname: far, memory: 512, ostype: debian, rootfs: 'thin:vm-105-disk-0,size=4G' } }
  106: { type: lxc, node: pve1, config: { hostname: goes, memory: 512, ostype: debian, rootfs: 'thin:vm-106-disk-0,size=4G' } }
  107: { type: lxc, node: pve1, running: 1, config: { hostname: runs, memory: 512, ostype: debian, rootfs: 'thin:vm-107-disk-0,size=4G' } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: '1024', scsi0: 'thin:vm-200-disk-0,size=8G', hostpci0: '0000:01:00' } }
pools: { prod: { vms: [101] }, empty: {} }
`;
const template = 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst';

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

type Over = Partial<InputOf<'guest.create'>>;
const container = { type: 'ct', vmid: 950, node: 'pve1', name: 'web-9', template, storage: 'thin' } as const;

describe('guest.create refuses before anything is sent', () => {
  it.each<[string, Over, string, RegExp]>([
    ['a VMID that is taken', { vmid: 101 }, 'conflict', /101 is taken by web on pve1/],
    ['a VMID out of range', { vmid: 99 }, 'usage', /vmid: a VMID is 100 or more/],
    ['a name that is no DNS name', { name: 'web_9' }, 'usage', /name: a name is a DNS name/],
    ['a VLAN out of range', { net: ['bridge=vmbr0,tag=4095'] }, 'usage', /tag=4095 is no VLAN/],
    [
      'a gateway outside the net',
      { net: ['ip=192.0.2.9/24,gw=198.51.100.1'] },
      'usage',
      /gateway 198.51.100.1 lies outside/,
    ],
    ['an address without its length', { net: ['ip=192.0.2.9'] }, 'usage', /no IPv4 address with its prefix length/],
    ['an address in use', { net: ['ip=192.0.2.5/24'] }, 'conflict', /192.0.2.5 is in use by 101 web on pve1/],
    ['more than there is space', { disk: '91G' }, 'validation', /thin on pve1 has 90 GB free, and 91 GB are wanted/],
    ['a template that is missing', { template: 'local:vztmpl/none.tar.zst' }, 'not-found', /does not lie on pve1/],
    ['a storage that cannot hold it', { storage: 'local' }, 'validation', /local does not take disks of containers/],
    ['a storage that is not there', { storage: 'thn' }, 'not-found', /no storage thn\. Did you mean thin/],
    ['a feature that a token cannot set', { features: 'keyctl=1' }, 'permission', /keyctl can be set by root@pam only/],
    ['a node that is away', { node: 'pve3' }, 'unreachable', /pve3 is offline/],
    ['a pool that is not there', { pool: 'prd' }, 'not-found', /no pool prd\. Did you mean prod/],
    ['what is for VMs', { iso: 'local:iso/tiny.iso' }, 'usage', /iso is for VMs/],
    ['memory that is none', { memory: 'much' }, 'usage', /"much" is no amount of memory/],
  ])('%s', async (_what, over, code, message) => {
    const tasks = lab.simulator.world.tasks.length;
    const error = await lab.refusal('guest.create', { ...container, ...over });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(lab.simulator.world.tasks).toHaveLength(tasks);
    expect(lab.simulator.world.guests.has(950)).toBe(false);
  });
});

it('guest.create wants a template for a container', async () => {
  const { template: _template, ...bare } = container;
  expect(await lab.refusal('guest.create', bare)).toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/made from a template/),
  });
});

describe('making and destroying', () => {
  it('makes a container with what was asked for, starts it, and takes the next number where none is given', async () => {
    const { vmid: _vmid, ...unnumbered } = container;
    const made = await lab.ask('guest.create', {
      ...unnumbered,
      disk: '8G',
      memory: '1G',
      net: ['bridge=vmbr0,ip=192.0.2.9/24,gw=192.0.2.1,tag=30'],
      mount: ['thin:2,mp=/data'],
      features: 'nesting=1',
      tags: 'b,a',
      onboot: 'on',
      start: true,
      pool: 'prod',
    });
    expect(made).toMatchObject({ vmid: 100, type: 'lxc', node: 'pve1', name: 'web-9', result: 'OK' });
    const guest = lab.simulator.world.guests.get(100);
    expect(guest).toMatchObject({ running: true });
    expect(guest?.config).toMatchObject({
      memory: 1024,
      onboot: 1,
      unprivileged: 1,
      features: 'nesting=1',
      rootfs: expect.stringContaining('size=8G'),
      mp0: expect.stringContaining('mp=/data'),
      net0: expect.stringMatching(/name=eth0.*ip=192\.0\.2\.9\/24.*tag=30/),
    });
    expect(lab.simulator.world.pools.get('prod')?.vms.has(100)).toBe(true);
  });

  it('makes a VM from an ISO image, and with cloud-init where it gets an address', async () => {
    await lab.ask('guest.create', {
      type: 'vm',
      vmid: 300,
      node: 'pve1',
      name: 'win',
      iso: 'local:iso/tiny.iso',
      storage: 'thin',
      disk: '10G',
      cores: 2,
      memory: '2G',
      net: ['bridge=vmbr0,ip=192.0.2.30/24'],
      user: 'ada',
    });
    expect(lab.simulator.world.guests.get(300)?.config).toMatchObject({
      cores: 2,
      scsi0: expect.stringContaining('size=10G'),
      ide2: expect.stringContaining('tiny.iso'),
      ide0: expect.stringContaining('cloudinit'),
      net0: expect.stringMatching(/^virtio=.*bridge=vmbr0$/),
      ipconfig0: 'ip=192.0.2.30/24',
      ciuser: 'ada',
    });
  });

  it('says that nothing was left behind when the task fails and cleans up after itself', async () => {
    const error = await lab.refusal('guest.create', { ...container, template: 'local:vztmpl/strange.tar.zst' });
    expect(error).toMatchObject({
      code: 'task-failed',
      message: expect.stringMatching(/create 950 web-9 failed: .*unable to detect OS.*Nothing was left behind\.$/s),
      hint: expect.stringContaining('proxdeck task log UPID:pve1:'),
    });
    expect(lab.simulator.world.guests.has(950)).toBe(false);
  });

  it('says what is there and how to clean it when the server leaves something', async () => {
    const { context } = fakeContext({ reply: () => ({ lock: 'create' }) });
    const half = { vmid: 950, type: 'lxc', node: 'pve1' } as const;
    const error = await leftBehind(context, half, new ProxdeckError('task-failed', 'It failed.'));
    expect(error.message).toBe(
      'It failed. Left behind: 950 on pve1, locked (create). To clean: `pct unlock 950` on pve1, then `proxdeck guest delete 950`.',
    );
    const refused = new ProxdeckError('conflict', 'VMID taken');
    expect(await leftBehind(context, half, refused)).toBe(refused);
  });

  it('destroys what is stopped; what runs, is protected, locked or away stays, with the reason', async () => {
    expect(await lab.refusal('guest.delete', { guests: ['107'] })).toMatchObject({
      code: 'conflict',
      message: '107 runs is running.',
      hint: expect.stringContaining('--force'),
    });
    expect(await lab.refusal('guest.delete', { guests: ['102'], force: true })).toMatchObject({
      message: '102 db is protected.',
    });
    expect(await lab.refusal('guest.delete', { guests: ['104'] })).toMatchObject({ code: 'locked' });
    expect(await lab.refusal('guest.delete', { guests: ['105'] })).toMatchObject({ code: 'unreachable' });
    expect(await lab.ask('guest.delete', { guests: ['106', '107'], force: true })).toMatchObject([
      { vmid: 106, ok: true },
      { vmid: 107, ok: true },
    ]);
  });

  it('asks first, and names what will be lost', () => {
    expect(lab.questions.at(-1)).toMatchObject({
      operation: 'guest.delete',
      risk: 'destroy',
      hazards: expect.arrayContaining([
        '106 goes on pve1 is destroyed. Lost: rootfs thin:vm-106-disk-0 (4G), and its snapshots.',
        '107 runs is running: it is stopped first.',
      ]),
    });
  });
});

describe('guest.set', () => {
  it('keeps what of a network device is not named, and can be taken back', async () => {
    const before = { ...lab.simulator.world.guests.get(101)?.config };
    const outcome = await lab.ask('guest.set', { guest: '101', net: ['tag=30'], tags: 'x', cores: 2, name: 'web2' });
    expect(outcome).toMatchObject({
      vmid: 101,
      pending: [],
      result: 'OK',
      changed: [{ key: 'hostname', before: 'web', after: 'web2' }, { key: 'cores' }, { key: 'tags' }, { key: 'net0' }],
    });
    expect(lab.simulator.world.guests.get(101)?.config['net0']).toMatch(/hwaddr=BC:24:11:00:00:01.*tag=30/);
    await lab.ask('guest.set', {
      guest: '101',
      set: ['hostname=web', `net0=${String(before['net0'])}`],
      delete: ['cores,tags'],
    });
    expect(lab.simulator.world.guests.get(101)?.config).toMatchObject({
      hostname: 'web',
      net0: expect.not.stringContaining('tag='),
    });
  });

  it('says what waits for a restart', async () => {
    expect(await lab.ask('guest.set', { guest: '102', set: ['nameserver=9.9.9.9'] })).toMatchObject({
      pending: ['nameserver'],
      result: 'nameserver waits for a restart',
    });
  });

  it('changes nothing where it is so already, and wants to know what', async () => {
    expect(await lab.ask('guest.set', { guest: '101', memory: '512M' })).toMatchObject({ result: 'nothing to change' });
    expect(await lab.refusal('guest.set', { guest: '101' })).toMatchObject({ code: 'usage' });
    expect(await lab.refusal('guest.set', { guest: '101', memory: '1G', set: ['memory=2048'] })).toMatchObject({
      message: 'memory is named twice.',
    });
    expect(await lab.refusal('guest.set', { guest: '200', swap: '1G' })).toMatchObject({ code: 'usage' });
  });

  it('shows both sides when somebody else was faster, and changes nothing', async () => {
    const error = await lab.refusal('guest.set', { guest: '101', memory: '2G', digest: 'a'.repeat(40) });
    expect(error).toMatchObject({
      code: 'conflict',
      message: '101 web was changed by somebody else meanwhile. You wanted: memory "2048".',
      value: { vmid: 101, conflict: [{ key: 'memory', before: '512', now: '512', wanted: '2048' }] },
    });
    expect(lab.simulator.world.guests.get(101)?.config['memory']).toBe(512);
  });
});

describe('snapshots', () => {
  it('are taken, rolled back to and deleted; the question says what is lost', async () => {
    expect(await lab.ask('snapshot.create', { guest: '101', name: 'before', description: 'try' })).toMatchObject({
      vmid: 101,
      snapshot: 'before',
      result: 'OK',
    });
    await lab.ask('snapshot.create', { guest: '101', name: 'later' });
    expect(await lab.refusal('snapshot.create', { guest: '101', name: 'before' })).toMatchObject({ code: 'conflict' });
    await lab.ask('snapshot.rollback', { guest: '101', name: 'before' });
    expect(lab.questions.at(-1)?.hazards).toEqual([
      expect.stringMatching(/^Everything that 101 web wrote since before \(\d+s ago\) is lost/),
      expect.stringMatching(/^Newer snapshots: later/),
    ]);
    for (const name of ['later', 'before']) await lab.ask('snapshot.delete', { guest: '101', name });
    expect(lab.simulator.world.guests.get(101)?.snapshots.size).toBe(0);
  });

  it('are refused by name, by storage, and where there is none', async () => {
    expect(await lab.refusal('snapshot.create', { guest: '101', name: 'current' })).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('reserved'),
    });
    expect(await lab.refusal('snapshot.create', { guest: '101', name: '1st' })).toMatchObject({ code: 'usage' });
    expect(await lab.refusal('snapshot.create', { guest: '103', name: 'one' })).toMatchObject({
      code: 'conflict',
      message: '103 onfiles cannot have snapshots: rootfs on files.',
    });
    expect(await lab.refusal('snapshot.rollback', { guest: '101', name: 'none' })).toMatchObject({ code: 'not-found' });
  });
});
