import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G }, pve2: { cpus: 4, memory: 16G } }
cluster: { name: lab, version: 2, quorate: true }
storages:
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G }, pve2: { total: 100G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 512, cores: 1, tags: a, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
  102: { type: lxc, node: pve1, running: 1, config: { hostname: db, memory: 512, cores: 2, ostype: debian, rootfs: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: safe, memory: 512, protection: 1, ostype: debian, rootfs: 'thin:vm-103-disk-0,size=4G', mp0: 'thin:vm-103-disk-1,mp=/data,size=1G' } }
  200: { type: qemu, node: pve1, running: 1, config: { name: vm, memory: '1024', scsi0: 'thin:vm-200-disk-0,size=8G' } }
pools: { prod: { vms: [101] }, other: { vms: [102] } }
`;

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

const guest = (vmid: number) => lab.simulator.world.guests.get(vmid);
const members = (pool: string) => [...(lab.simulator.world.pools.get(pool)?.vms ?? [])].toSorted((a, b) => a - b);

/** Does something, and then what takes it back. Throws where there is no way back. */
const thereAndBack = async (name: string, input: unknown, between?: () => void): Promise<void> => {
  const undo = await lab.wayBack({ name, input });
  between?.();
  if (undo === undefined) throw new Error(`${name} has no way back`);
  await lab.wayBack(undo);
};

describe('what was done is taken back', () => {
  it('start by shutdown, stop and shutdown by start: of those that it changed', async () => {
    await thereAndBack('guest.start', { guests: ['101', '102'] }, () => expect(guest(101)?.running).toBe(true));
    expect([guest(101)?.running, guest(102)?.running]).toEqual([false, true]);
    await thereAndBack('guest.stop', { guests: ['101', '102'] }, () => expect(guest(102)?.running).toBe(false));
    expect([guest(101)?.running, guest(102)?.running]).toEqual([false, true]);
    await thereAndBack('guest.shutdown', { guests: ['102'] });
    expect(guest(102)?.running).toBe(true);
    expect(await lab.wayBack({ name: 'guest.start', input: { guests: ['102'] } })).toBeUndefined();
  });

  it('suspend by resume, and hibernation by a start', async () => {
    await thereAndBack('guest.suspend', { guests: ['200'] }, () => expect(guest(200)?.qmpstatus).toBe('paused'));
    expect(guest(200)?.qmpstatus).toBe('running');
    await thereAndBack('guest.suspend', { guests: ['200'], disk: true }, () => expect(guest(200)?.running).toBe(false));
    expect(guest(200)?.running).toBe(true);
    await lab.ask('guest.suspend', { guests: ['200'] });
    await thereAndBack('guest.resume', { guests: ['200'] });
    expect(guest(200)?.qmpstatus).toBe('paused');
    await lab.ask('guest.resume', { guests: ['200'] });
  });

  it('settings by their old values, and only those that it changed', async () => {
    const change = { guest: '101', memory: '768M', cores: 1, tags: 'b,c', description: 'new', onboot: 'on' };
    await thereAndBack('guest.set', change, () => {
      expect(guest(101)?.config).toMatchObject({ memory: 768, tags: 'b;c', onboot: 1 });
      // Somebody else changes something meanwhile: that stays.
      Object.assign(guest(101)?.config ?? {}, { swap: 99 });
    });
    const { config } = guest(101) ?? { config: {} };
    expect(config).toMatchObject({ memory: 512, cores: 1, tags: 'a', swap: 99 });
    expect(config).not.toHaveProperty('description');
    expect(config).not.toHaveProperty('onboot');
    expect(await lab.wayBack({ name: 'guest.set', input: { guest: '101', cores: 1 } })).toBeUndefined();
  });

  it('a snapshot by deleting it, a clone by destroying it', async () => {
    await thereAndBack('snapshot.create', { guest: '101', name: 'before' });
    expect(await lab.ask('snapshot.list', { guest: '101' })).toMatchObject([{ name: 'current' }]);
    await thereAndBack('guest.clone', { guest: '101', newid: 110 }, () => expect(guest(110)).toBeDefined());
    expect(guest(110)).toBeUndefined();
  });

  it('a journey, and the evacuation of a node, by the way back', async () => {
    await thereAndBack('guest.migrate', { guests: ['101', '200'], target: 'pve2' }, () =>
      expect([guest(101)?.node, guest(200)?.node]).toEqual(['pve2', 'pve2']),
    );
    expect([guest(101)?.node, guest(200)?.node]).toEqual(['pve1', 'pve1']);
    await thereAndBack('node.evacuate', { node: 'pve1' }, () => expect(guest(102)?.node).toBe('pve2'));
    expect([101, 102, 103, 200].map((vmid) => guest(vmid)?.node)).toEqual(['pve1', 'pve1', 'pve1', 'pve1']);
  });

  it('pools: made, filled and emptied, with their comment', async () => {
    await thereAndBack('pool.create', { pool: 'new', guest: ['103'] }, () => expect(members('new')).toEqual([103]));
    expect(lab.simulator.world.pools.has('new')).toBe(false);
    await lab.ask('pool.set', { pool: 'prod', comment: 'old' });
    const change = { pool: 'prod', comment: 'new', add: ['103'], remove: ['101'], addStorage: ['thin'] };
    await thereAndBack('pool.set', change, () => expect(members('prod')).toEqual([103]));
    expect(members('prod')).toEqual([101]);
    expect(lab.simulator.world.pools.get('prod')?.comment).toBe('old');
    expect(lab.simulator.world.pools.get('prod')?.storages.size).toBe(0);
    // Who was taken out of another pool goes back to that one by hand.
    expect(await lab.wayBack({ name: 'pool.set', input: { pool: 'prod', add: ['102'], move: true } })).toBeUndefined();
  });

  it('a larger disk has no way back, nor has a template', async () => {
    expect(
      await lab.wayBack({ name: 'guest.resize', input: { guest: '101', disk: 'rootfs', size: '+1G' } }),
    ).toBeUndefined();
    await lab.ask('guest.clone', { guest: '101', newid: 111 });
    expect(await lab.wayBack({ name: 'guest.template', input: { guest: '111' } })).toBeUndefined();
  });
});

describe('protection', () => {
  it('keeps a guest and its disks, and says how it is lifted', async () => {
    const hint = 'Lift it first: `proxdeck guest set 103 --delete protection`.';
    expect(await lab.refusal('guest.set', { guest: '103', delete: ['mp0'] })).toMatchObject({
      code: 'conflict',
      message: '103 safe is protected: mp0 cannot be taken away.',
      hint,
    });
    expect(await lab.refusal('guest.delete', { guests: ['103'] })).toMatchObject({ message: '103 safe is protected.' });
    await lab.ask('guest.set', { guest: '103', delete: ['mp0', 'protection'] });
    expect(guest(103)?.config).not.toHaveProperty('mp0');
  });
});
