import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/models/error.ts';
import { preview } from '../../../src/operations/runner.ts';
import { startGuests } from '../../../src/operations/power.ts';
import { roleReader } from '../../../src/operations/roles/reading.ts';
import { askingOf, type Asking } from '../../support/asking.ts';
import { fakeContext } from './fakes.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G } }
cluster: { name: lab, version: 3, quorate: true }
storages:
  local:
    config: { type: dir, path: /var/lib/vz, content: 'iso,vztmpl' }
    places: { pve1: { total: 100G, volumes: { 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst': { size: 58542905 } } } }
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 900G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 1024, cores: 1, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
  102: { type: lxc, node: pve1, config: { hostname: big, memory: 2048, cores: 2, ostype: debian, rootfs: 'thin:vm-102-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: prod, memory: 512, cores: 1, ostype: debian, rootfs: 'thin:vm-103-disk-0,size=4G' } }
  104: { type: lxc, node: pve1, config: { hostname: loose, memory: 512, cores: 1, ostype: debian, rootfs: 'thin:vm-104-disk-0,size=4G' } }
  105: { type: lxc, node: pve1, config: { hostname: nested, memory: 16, cores: 1, ostype: debian, rootfs: 'thin:vm-105-disk-0,size=4G' } }
pools: { dev: { vms: [101, 102] }, live: { vms: [103] }, live/blue: { vms: [105] } }
`;

let lab: Asking;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-roles-'));
  lab = await askingOf(fixture, folder, folder);
});
afterEach(() => rmSync(path.join(folder, 'access.yaml'), { force: true }));
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const file = () => path.join(folder, 'access.yaml');
const rules = (text: string) => writeFileSync(file(), text);
/** What was asked of the server since, as `POST /path`: refused before any write means none of these. */
const writesDuring = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = JSON.stringify([...lab.simulator.world.guests]);
  const tasks = lab.simulator.world.tasks.length;
  await work();
  const changed = before === JSON.stringify([...lab.simulator.world.guests]) ? [] : ['a guest was changed'];
  return lab.simulator.world.tasks.length === tasks ? changed : ['a task was begun', ...changed];
};

const developer = `contexts:
  lab: developer
roles:
  developer:
    pools: [dev]
    limits: { cores: 2, memory: 2G, disk: 8G }
    quota: { cores: 4, memory: 4G }
`;

describe('roles of access.yaml', () => {
  it('limit nobody where there is no such file', async () => {
    expect(await lab.ask('access.role', {})).toMatchObject({ limited: false, bounds: [], place: file() });
    await lab.ask('guest.set', { guest: '104', description: 'free' });
  });

  it('[S0-137] let a developer run the guests of the pools, and nothing else, before anything is sent', async () => {
    rules(developer);
    await lab.ask('guest.start', { guests: ['101'] });
    await lab.ask('guest.stop', { guests: ['101'] });
    const refused = await writesDuring(async () => {
      const deleted = await lab.refusal('guest.delete', { guests: ['101'] });
      expect(exitCodeOf(deleted)).toBe(3);
      expect(deleted).toMatchObject({
        code: 'permission',
        message: `guest.delete is not allowed to the role developer (${file()}:4).`,
      });
      expect(await lab.refusal('guest.start', { guests: ['103'] })).toMatchObject({
        code: 'permission',
        message: `103 prod is in the pool live, which is not for the role developer: its pools are dev (${file()}:5).`,
      });
      expect(await lab.refusal('guest.stop', { guests: ['101', '104'] })).toMatchObject({
        message: expect.stringContaining('104 loose is in no pool'),
      });
      expect(await lab.refusal('api.post', { path: '/nodes/pve1/lxc/103/status/start' })).toMatchObject({
        code: 'permission',
      });
    });
    expect(refused).toEqual([]);
  });

  it('count the pools within a pool, and none that only begins alike', async () => {
    rules(developer.replace('[dev]', '[live]'));
    await lab.ask('guest.set', { guest: '105', description: 'within' });
    rules(developer.replace('[dev]', '[liv]'));
    expect(await lab.refusal('guest.set', { guest: '105', description: 'no' })).toMatchObject({ code: 'permission' });
  });

  it('[S0-137] let a team lead manage, an admin do all, and who is not named look only', async () => {
    rules('default: team_lead');
    await lab.ask('guest.set', { guest: '104', description: 'led' });
    expect(await lab.refusal('node.reboot', { node: 'pve1' })).toMatchObject({
      message: `node.reboot is not allowed to the role team_lead (${file()}:1).`,
    });
    rules('default: admin');
    await lab.ask('pool.create', { pool: 'made' });
    await lab.ask('pool.delete', { pool: 'made' });
    rules('people: { nobody-here: admin }');
    expect(await lab.ask('guest.list', {})).toHaveLength(5);
    expect(await lab.refusal('guest.start', { guests: ['101'] })).toMatchObject({
      code: 'permission',
      message: `guest.start is not allowed to who has no role (${file()}).`,
    });
  });

  it('may forbid what only reads', async () => {
    rules('default: tester\nroles:\n  tester: { based_on: admin, may_not: [access.users, api.*] }');
    expect(await lab.refusal('access.users', {})).toMatchObject({
      code: 'permission',
      message: `access.users is forbidden to the role tester (${file()}:3).`,
    });
    expect(await lab.ask('access.groups', {})).toEqual([]);
  });

  it('[S0-138] hold cores, memory and disk of one guest against the limits', async () => {
    rules(developer);
    const make = {
      type: 'ct',
      node: 'pve1',
      template: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
    } as const;
    const refused = await writesDuring(async () => {
      expect(await lab.refusal('guest.create', { ...make, pool: 'dev', cores: 3 })).toMatchObject({
        code: 'permission',
        message: `3 cores are wanted, and the role developer allows a guest 2 cores (${file()}:6).`,
      });
      expect(await lab.refusal('guest.create', { ...make, pool: 'dev' })).toMatchObject({
        message: expect.stringContaining('all cores of the node are wanted'),
      });
      expect(await lab.refusal('guest.create', { ...make, pool: 'dev', cores: 1, disk: '9G' })).toMatchObject({
        message: expect.stringContaining('9.0 GB of disk are wanted'),
      });
      expect(await lab.refusal('guest.create', { ...make, cores: 1 })).toMatchObject({
        message: expect.stringContaining('A new guest of the role developer must be in a pool'),
        hint: 'Say it with --pool.',
      });
      expect(await lab.refusal('guest.create', { ...make, pool: 'live', cores: 1 })).toMatchObject({
        message: expect.stringContaining('The pool live is not for the role developer'),
      });
      expect(await lab.refusal('guest.set', { guest: '101', memory: '3G' })).toMatchObject({
        message: expect.stringContaining('3.0 GB of memory are wanted'),
      });
      expect(await lab.refusal('guest.set', { guest: '101', delete: ['cores'] })).toMatchObject({
        message: expect.stringContaining('all cores of the node'),
      });
      expect(await lab.refusal('guest.resize', { guest: '101', disk: 'rootfs', size: '+5G' })).toMatchObject({
        message: expect.stringContaining('9.0 GB of disk are wanted'),
      });
    });
    expect(refused).toEqual([]);
    await lab.ask('guest.resize', { guest: '101', disk: 'rootfs', size: '+1G' });
  });

  it('[S0-138] hold all guests of the pools together against the quota', async () => {
    rules(developer);
    expect(await lab.refusal('guest.set', { guest: '101', memory: '2049M' })).toMatchObject({ code: 'permission' });
    expect(await lab.refusal('guest.clone', { guest: '102', pool: 'dev' })).toMatchObject({
      message: `Together the guests of dev would have 5 cores, and the role developer allows 4 cores (${file()}:7).`,
    });
    await lab.ask('guest.clone', { guest: '101', newid: 110, pool: 'dev' });
    expect(await lab.refusal('guest.set', { guest: '101', cores: 2 })).toMatchObject({
      message: expect.stringContaining('Together the guests of dev would have 5 cores'),
    });
    // Who has too much already may still take less.
    rules(developer.replace('cores: 4', 'cores: 1'));
    await lab.ask('guest.set', { guest: '102', cores: 1 });
  });

  it('[S0-139] know people by their account on this machine', async () => {
    rules('people:\n  developer1: { role: developer, email: developer1@example.org }\n  teamlead1: team_lead');
    const config = path.join(folder, 'config.yaml');
    expect(await roleReader(config, 'lab', 'developer1')()).toMatchObject({ name: 'developer', place: `${file()}:2` });
    expect(await roleReader(config, 'lab', 'teamlead1')()).toMatchObject({ name: 'team_lead', place: `${file()}:3` });
    expect((await roleReader(config, 'lab', 'somebody')())?.name).toBeUndefined();
  });

  it('count as the file is now, and are refused whole while it is broken', async () => {
    rules('default: admin');
    const read = roleReader(path.join(folder, 'config.yaml'), 'lab', 'ada');
    expect(await read()).toMatchObject({ name: 'admin' });
    rules('default: team_lead # changed');
    expect(await read()).toMatchObject({ name: 'team_lead' });
    rules('default: nobody');
    await expect(read()).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('access.yaml:1:1') });
    expect(await lab.refusal('guest.start', { guests: ['101'] })).toMatchObject({ code: 'config' });
  });

  it('are looked at behind read-only, and before the cluster is asked for anything', async () => {
    rules('people: {}');
    const role = roleReader(path.join(folder, 'config.yaml'), 'lab', 'ada');
    const asked = fakeContext({ context: { role } });
    await expect(preview(startGuests, { guests: ['101'] }, asked.context)).rejects.toMatchObject({
      code: 'permission',
    });
    expect(asked.calls).toEqual([]);
    const { context } = fakeContext({ context: { role, readOnly: true } });
    await expect(preview(startGuests, { guests: ['101'] }, context)).rejects.toMatchObject({ code: 'read-only' });
  });

  it('can be looked up: what is allowed here, within which bounds', async () => {
    rules(developer);
    const mine = await lab.ask('access.role', {});
    expect(mine).toMatchObject({
      role: 'developer',
      place: `${file()}:2`,
      limited: true,
      pools: ['dev'],
      bounds: ['a guest: 2 cores, 2.0 GB of memory, 8.0 GB a disk', 'its pools together: 4 cores, 4.0 GB of memory'],
    });
    const row = (name: string) => mine.operations.find(({ operation }) => operation === name);
    expect(row('guest.start')).toMatchObject({ may: true, why: 'in dev' });
    expect(row('guest.delete')).toMatchObject({ may: false });
    expect(row('guest.list')).toBeUndefined();
    expect(row('context.use')).toBeUndefined();
  });
});
