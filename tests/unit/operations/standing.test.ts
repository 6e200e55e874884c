import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputOf, OperationName } from '../../../src/operations/catalog.ts';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G }, pve2: { cpus: 4, memory: 16G }, pve3: { online: 0 } }
cluster: { name: lab, version: 3, quorate: true }
storages:
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 100G }, pve2: { total: 100G }, pve3: {} }
  more:
    config: { type: lvmthin, vgname: pve, thinpool: more, content: 'rootdir,images' }
    places: { pve1: { total: 100G }, pve2: { total: 100G }, pve3: {} }
guests:
  101: { type: qemu, node: pve1, running: 1, config: { name: locked, memory: '512', lock: backup, scsi0: 'thin:vm-101-disk-0,size=4G' }, snapshots: { old: {} } }
  102: { type: qemu, node: pve3, config: { name: away, memory: '512', scsi0: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: qemu, node: pve1, config: { name: tmpl, template: 1, memory: '512', scsi0: 'thin:base-103-disk-0,size=4G' } }
  104: { type: lxc, node: pve1, running: 1, config: { hostname: one, memory: 512, ostype: debian, rootfs: 'thin:vm-104-disk-0,size=4G' } }
  105: { type: lxc, node: pve1, running: 1, config: { hostname: two, memory: 512, ostype: debian, rootfs: 'thin:vm-105-disk-0,size=4G' } }
  200: { type: qemu, node: pve1, running: 1, agent: { addresses: [10.0.0.9/24] }, config: { name: vm, memory: '512', agent: '1', scsi0: 'thin:vm-200-disk-0,size=4G' } }
`;

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

type Acts = { readonly [Name in OperationName]?: InputOf<Name> };

/** Everything that is done to guests, said of one. */
const actsOn = (vmid: string): Acts => ({
  'guest.start': { guests: [vmid] },
  'guest.stop': { guests: [vmid] },
  'guest.shutdown': { guests: [vmid] },
  'guest.reboot': { guests: [vmid] },
  'guest.reset': { guests: [vmid] },
  'guest.suspend': { guests: [vmid] },
  'guest.resume': { guests: [vmid] },
  'guest.set': { guest: vmid, memory: '1G' },
  'guest.clone': { guest: vmid, newid: 900 },
  'guest.migrate': { guests: [vmid], target: 'pve2' },
  'guest.resize': { guest: vmid, disk: 'scsi0', size: '+1G' },
  'guest.move-disk': { guest: vmid, disk: 'scsi0', storage: 'more' },
  'guest.delete': { guests: [vmid], force: true },
  'guest.template': { guest: vmid },
  'snapshot.create': { guest: vmid, name: 'fresh' },
  'snapshot.rollback': { guest: vmid, name: 'old' },
  'snapshot.delete': { guest: vmid, name: 'old' },
});

const isName = (name: string): name is keyof Acts => name in actsOn('101');
const names = Object.keys(actsOn('101')).filter(isName);

/** How each is refused, as `code message`; a call that would change something must not have been sent. */
const refusals = async (vmid: string, asked: readonly (keyof Acts)[]): Promise<readonly string[]> => {
  const tasks = lab.simulator.world.tasks.length;
  const told: string[] = [];
  for (const name of asked) {
    const input = actsOn(vmid)[name];
    if (input === undefined) throw new Error(`nothing is said of ${name}`);
    const { code, message } = await lab.refusal(name, input);
    told.push(`${name}: ${code} ${message}`);
  }
  expect(lab.simulator.world.tasks).toHaveLength(tasks);
  return told;
};

describe('what lies in the way of a guest is known before the call, by every operation', () => {
  it('a lock', async () => {
    // A backup that runs does not keep a VM from being suspended.
    const all = names.filter((name) => !['guest.suspend', 'guest.resume'].includes(name));
    for (const told of await refusals('101', all)) expect(told).toMatch(/: locked 101 locked is locked \(backup\)\.$/);
  });

  it('a dead node', async () => {
    const all = await refusals('102', names);
    for (const told of all)
      expect(told).toMatch(/: unreachable (?:102 is on pve3, which is offline|pve3 is offline: .*)\.$/);
    expect(all).toHaveLength(17);
  });

  it('a template, where it matters', async () => {
    const power = names.filter((name) => /start|stop|shutdown|reboot|reset|suspend|resume/.test(name));
    for (const told of await refusals('103', power))
      expect(told).toMatch(/: conflict 103 tmpl is a template: it does not run\.$/);
    expect(await refusals('103', ['guest.template', 'snapshot.create'])).toEqual([
      'guest.template: conflict 103 tmpl is a template already.',
      'snapshot.create: conflict 103 tmpl is a template: no snapshots of it can be taken.',
    ]);
  });
});

describe('the first of several guests alone, on a cluster', () => {
  it('reboots it, waits for its agent, and then the rest', async () => {
    const guests = ['200', '104', '105'];
    expect(await lab.ask('guest.reboot', { guests, canary: true, watch: 0 })).toMatchObject([
      { vmid: 200, ok: true },
      { vmid: 104, ok: true },
      { vmid: 105, ok: true },
    ]);
    const titles = lab.events.flatMap((event) =>
      event.type === 'step' && event.state === 'done' ? [event.title] : [],
    );
    expect(titles).toEqual(['reboot 200 vm', 'wait until 200 vm is well', 'reboot 104 one', 'reboot 105 two']);
  });

  it('looks for one that moved on its new node', async () => {
    const moved = await lab.ask('guest.migrate', { guests: ['104', '105'], target: 'pve2', canary: true, watch: 0 });
    expect(moved).toMatchObject([{ ok: true }, { ok: true }]);
    expect(lab.simulator.world.guests.get(105)?.node).toBe('pve2');
  });
});
