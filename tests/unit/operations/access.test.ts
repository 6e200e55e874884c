import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaches, type Reach } from '../../../src/operations/abilities.ts';
import type { Permissions } from '../../../src/operations/privileges.ts';
import { askingOf, type Asking } from '../../support/asking.ts';

const fixture = `
nodes: { pve1: {} }
guests: { 101: { type: lxc, node: pve1, config: { hostname: web } }, 102: { type: lxc, node: pve1, config: { hostname: db } } }
realms: { pam: { type: pam }, pve: { type: pve, default: 1 }, sso: { type: openid, issuer-url: 'https://sso', client-id: x, tfa: 'type=totp' } }
users:
  alice@pve:
    comment: runs the house
    expire: 1800000000
    tokens:
      look: { secret: 00000000-0000-4000-8000-000000000001, privsep: true, comment: a viewer }
    tfa: [{ id: one, type: totp, description: phone, secret: JBSWY3DPEHPK3PXP }]
  bob@pve: { enable: false }
groups: { ops: { comment: Operators, members: [alice@pve] } }
roles: { Starter: [VM.PowerMgmt, VM.Audit] }
acl:
  - { path: /, user: alice@pve, role: PVEAdmin }
  - { path: /vms, token: 'alice@pve!look', role: PVEAuditor }
  - { path: /vms/101, token: 'alice@pve!look', role: Starter }
`;

const viewer = 'alice@pve!look=00000000-0000-4000-8000-000000000001';

let lab: Asking;
beforeAll(async () => {
  lab = await askingOf(fixture);
});
afterAll(() => lab[Symbol.asyncDispose]());

const reachTo = (rows: readonly Reach[], what: string): Pick<Reach, 'allowed' | 'only' | 'except'> | undefined => {
  const row = rows.find((one) => one.what.startsWith(what));
  return row && { allowed: row.allowed, only: row.only, except: row.except };
};

describe('what a login may do', () => {
  it('is everything for root', async () => {
    const rows = await lab.ask('access.may', {});
    expect(new Set(rows.map(({ allowed }) => allowed))).toEqual(new Set(['yes']));
    expect(await lab.ask('access.may', { no: true })).toEqual([]);
  });

  it('names the places of a narrow token, and what it may not', async () => {
    const rows = await lab.ask('access.may', {}, viewer);
    expect(reachTo(rows, 'see guests')).toEqual({ allowed: 'yes', only: [], except: [] });
    expect(reachTo(rows, 'start, stop')).toEqual({ allowed: 'some', only: ['/vms/101'], except: [] });
    expect(reachTo(rows, 'ask the agent')).toEqual({ allowed: 'most', only: [], except: ['/vms/101'] });
    expect(reachTo(rows, 'create and destroy')).toEqual({ allowed: 'no', only: [], except: [] });
    expect(reachTo(rows, 'see load')).toEqual({ allowed: 'no', only: [], except: [] });
  });

  it('is told of another login by one that may ask', async () => {
    expect(await lab.ask('access.permissions', { userid: 'alice@pve!look' })).toEqual(
      await lab.ask('access.permissions', {}, viewer),
    );
    expect((await lab.refusal('access.permissions', { userid: 'root@pam' }, viewer)).code).toBe('permission');
  });

  it('counts what does not reach down only where it stands', () => {
    const flat: Permissions = { '/': { 'Sys.Audit': 0, 'VM.Audit': 0 } };
    expect(reachTo(reaches(flat), 'see guests')).toEqual({ allowed: 'no', only: [], except: [] });
    expect(reachTo(reaches(flat), 'see all tasks')).toEqual({ allowed: 'yes', only: [], except: [] });
  });

  it('says who it is', async () => {
    expect(await lab.ask('access.show', {}, viewer)).toEqual({ login: 'alice@pve!look', userid: 'alice@pve' });
    expect(await lab.ask('access.show', {})).toMatchObject({ userid: 'root@pam' });
  });
});

describe('who there is', () => {
  it('lists users with groups and second factors', async () => {
    const users = await lab.ask('access.users', {});
    expect(users.find(({ userid }) => userid === 'alice@pve')).toMatchObject({
      enable: true,
      expire: 1_800_000_000,
      groups: ['ops'],
      tfa: ['totp'],
      'realm-type': 'pve',
    });
    expect(users.find(({ userid }) => userid === 'bob@pve')).toMatchObject({ enable: false, groups: [], tfa: [] });
  });

  it('lists tokens with their owners', async () => {
    expect(await lab.ask('access.tokens', {})).toContainEqual({
      id: 'alice@pve!look',
      userid: 'alice@pve',
      tokenid: 'look',
      privsep: true,
      expire: 0,
      comment: 'a viewer',
    });
  });

  it('lists groups, roles, rules and realms', async () => {
    expect(await lab.ask('access.groups', {})).toEqual([
      { groupid: 'ops', users: ['alice@pve'], comment: 'Operators' },
    ]);
    const roles = await lab.ask('access.roles', {});
    expect(roles).toContainEqual({ roleid: 'Starter', privs: ['VM.Audit', 'VM.PowerMgmt'], special: false });
    expect(roles.find(({ roleid }) => roleid === 'NoAccess')).toMatchObject({ privs: [], special: true });
    expect(await lab.ask('access.acl', {})).toContainEqual({
      path: '/vms/101',
      type: 'token',
      ugid: 'alice@pve!look',
      roleid: 'Starter',
      propagate: true,
    });
    expect(await lab.ask('access.realms', {})).toContainEqual({ realm: 'sso', type: 'openid', tfa: 'totp' });
  });

  it('shows a narrow token only what it may see', async () => {
    expect((await lab.ask('access.users', {}, viewer)).map(({ userid }) => userid)).not.toContain('bob@pve');
    expect(await lab.ask('access.acl', {}, viewer)).toEqual([]);
  });
});
