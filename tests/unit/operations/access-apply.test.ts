import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actingOperations, privilegesFor } from '../../../src/operations/roles/grants.ts';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: { cpus: 4, memory: 16G } }
cluster: { name: lab, version: 3, quorate: true }
storages:
  thin:
    config: { type: lvmthin, vgname: pve, thinpool: data, content: 'rootdir,images' }
    places: { pve1: { total: 900G } }
guests:
  101: { type: lxc, node: pve1, config: { hostname: web, memory: 1024, cores: 1, ostype: debian, rootfs: 'thin:vm-101-disk-0,size=4G' } }
  103: { type: lxc, node: pve1, config: { hostname: prod, memory: 512, cores: 1, ostype: debian, rootfs: 'thin:vm-103-disk-0,size=4G' } }
pools: { dev: { vms: [101] }, live: { vms: [103] } }
users: { teamlead1@pve: {}, mallory@pve: {} }
groups: { friends: { members: [teamlead1@pve] } }
`;

const rules = `people:
  developer1: { role: developer, user: developer1@pve, email: developer1@example.org }
  teamlead1: { role: team_lead, user: teamlead1@pve }
  ada: admin
roles:
  developer:
    pools: [dev, lab]
`;

const secretOfMallory = '8d1f4c1e-0000-4000-8000-000000000001';
let lab: Asking;
let folder: string;
/** Who runs the test is an administrator here, whoever that is. */
const write = (text: string) => writeFileSync(path.join(folder, 'access.yaml'), `contexts: { lab: admin }\n${text}`);
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxdeck-apply-'));
  lab = await askingOf(fixture, folder, folder);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const access = () => lab.simulator.world.access;
const members = (group: string) => [...(access().groups.get(group)?.members ?? [])];
const grants = (group: string) =>
  access()
    .acl.filter(({ ugid }) => ugid === group)
    .map(({ path: where, roleid }) => `${roleid} on ${where}`);

describe('access.apply and access.check', () => {
  it('say what to write where there are no rules', async () => {
    for (const name of ['access.apply', 'access.check'] as const)
      expect(await lab.refusal(name, {})).toMatchObject({
        code: 'config',
        message: `There are no rules: ${path.join(folder, 'access.yaml')} is not there.`,
      });
  });

  it('[S0-140] find before it is applied that nothing of it is so', async () => {
    write(rules);
    const error = await lab.refusal('access.check', {});
    expect(error).toMatchObject({ code: 'validation', hint: expect.stringContaining('access apply --dry-run') });
    expect(error).toMatchObject({
      value: {
        unheld: ['admin'],
        differences: expect.arrayContaining([
          expect.objectContaining({ user: 'developer1@pve', operation: 'guest.start', found: 'there is no such user' }),
          expect.objectContaining({
            user: 'teamlead1@pve',
            operation: 'guest.start',
            found: 'denied: no VM.PowerMgmt',
          }),
        ]),
      },
    });
    expect(lab.events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'unheld' }));
  });

  it('[S0-137][S0-139] make roles, pools, groups, users and ACL real', async () => {
    const { changed } = await lab.ask('access.apply', {});
    expect(changed).toEqual([
      'make the role Proxdeck-developer',
      'make the pool lab',
      'make the group proxdeck-developer',
      'make the user developer1@pve, who has no password',
      'give PVEAuditor on / to proxdeck-developer',
      'give Proxdeck-developer on /pool/dev to proxdeck-developer',
      'give Proxdeck-developer on /pool/lab to proxdeck-developer',
      'give Proxdeck-developer on /storage to proxdeck-developer',
      'give Proxdeck-developer on /sdn/zones to proxdeck-developer',
      'make the role Proxdeck-team_lead',
      'make the group proxdeck-team_lead',
      'put teamlead1@pve into proxdeck-team_lead',
      'give Proxdeck-team_lead on / to proxdeck-team_lead',
    ]);
    expect(lab.questions.at(-1)?.hazards).toEqual([
      'Nobody with the role admin has a user of Proxmox VE: only Proxdeck holds them to it.',
    ]);
    expect(access().users.get('developer1@pve')).toMatchObject({ email: 'developer1@example.org' });
    expect(access().users.get('developer1@pve')?.password).toBeUndefined();
    expect(members('proxdeck-team_lead')).toEqual(['teamlead1@pve']);
    // What somebody else made stays.
    expect(members('friends')).toEqual(['teamlead1@pve']);
    const developer = access().roles.get('Proxdeck-developer')?.privileges;
    expect(developer?.has('VM.Snapshot')).toBe(true);
    expect(developer?.has('VM.Migrate')).toBe(false);
    expect(developer?.has('Permissions.Modify')).toBe(false);
  });

  it('[S0-140] find then that the cluster allows and denies as it is written, in the pools and outside', async () => {
    const checked = await lab.ask('access.check', {});
    expect(checked).toMatchObject({ users: ['developer1@pve', 'teamlead1@pve'], differences: [] });
    expect(checked.probes).toBeGreaterThan(60);
  });

  it('[S0-140] find each call that is allowed and should not be, and the other way round', async () => {
    const { acl } = access();
    acl.push({ path: '/vms/103', type: 'user', ugid: 'developer1@pve', roleid: 'PVEVMAdmin', propagate: true });
    access().roles.get('Proxdeck-team_lead')?.privileges.delete('VM.Migrate');
    expect(await lab.refusal('access.check', {})).toMatchObject({
      value: {
        differences: expect.arrayContaining([
          expect.objectContaining({
            user: 'developer1@pve',
            operation: 'guest.start',
            path: '/vms/103',
            expected: 'denied',
            found: 'allowed',
          }),
          expect.objectContaining({
            user: 'teamlead1@pve',
            operation: 'guest.migrate',
            expected: 'allowed',
            found: 'denied: no VM.Migrate',
          }),
        ]),
      },
    });
    acl.pop();
    expect((await lab.ask('access.apply', {})).changed).toEqual(['change the role Proxdeck-team_lead']);
    await lab.ask('access.check', {});
  });

  it('are done twice as once', async () => {
    expect(await lab.ask('access.apply', {})).toEqual({
      changed: [],
      result: 'the cluster is as access.yaml says',
    });
  });

  it('take away what the file does not give any more, and say so before', async () => {
    write(rules.replace('role: team_lead', 'role: developer').replace('[dev, lab]', '[dev]'));
    await lab.ask('access.apply', {});
    expect(lab.questions.at(-1)?.hazards).toEqual([
      'teamlead1@pve leaves proxdeck-team_lead.',
      'proxdeck-developer loses Proxdeck-developer on /pool/lab.',
      'Nobody with the role admin has a user of Proxmox VE: only Proxdeck holds them to it.',
    ]);
    expect(members('proxdeck-developer').toSorted()).toEqual(['developer1@pve', 'teamlead1@pve']);
    expect(members('friends')).toEqual(['teamlead1@pve']);
    expect(grants('proxdeck-developer')).not.toContain('Proxdeck-developer on /pool/lab');
    expect(lab.simulator.world.pools.has('lab')).toBe(true);
    await lab.ask('access.check', {});
  });

  it('leave alone what has the name and is somebody else’s', async () => {
    access().groups.set('proxdeck-tester', { members: new Set(), comment: 'ours since 2019' });
    write('people: { eve: { role: tester, user: mallory@pve } }\nroles: { tester: { may: [guest.start] } }');
    expect(await lab.refusal('access.apply', {})).toMatchObject({
      code: 'conflict',
      message: 'The group proxdeck-tester is there already, and Proxdeck did not make it.',
    });
    access().groups.delete('proxdeck-tester');
    access().roles.set('Proxdeck-tester', { privileges: new Set(['VM.Audit']), special: false });
    expect(await lab.refusal('access.apply', {})).toMatchObject({
      message: 'The role Proxdeck-tester is there already, and Proxdeck did not make it.',
    });
  });

  it('are refused whole before anything is sent when the login may not', async () => {
    write(rules);
    access().users.get('mallory@pve')?.tokens.set('test', { secret: secretOfMallory, privsep: false, expire: 0 });
    access().acl.push({ path: '/', type: 'user', ugid: 'mallory@pve', roleid: 'PVEAuditor', propagate: true });
    const before = JSON.stringify(access().acl);
    expect(await lab.refusal('access.apply', {}, `mallory@pve!test=${secretOfMallory}`)).toMatchObject({
      code: 'permission',
      message: expect.stringMatching(/^access\.apply needs \w+\.\w+ on \//),
    });
    expect(JSON.stringify(access().acl)).toBe(before);
  });

  it('know what each operation that changes something needs', () => {
    expect(actingOperations.filter((name) => privilegesFor(name) === undefined)).toEqual([]);
  });
});
