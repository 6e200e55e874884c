import { describe, expect, it } from 'vitest';
import { ClusterLab } from '../../support/cluster-lab.ts';

const fixture = `
nodes: { pve1: {} }
users: { alice@pve: { tokens: { ro: { secret: s } } }, eve@pve: { enable: 0 } }
groups: { ops: { members: [alice@pve] } }
acl: [{ path: /vms, user: alice@pve, role: PVEAuditor }, { path: /, group: ops, role: PVEPoolUser, propagate: 0 }]
pools: { prod: { vms: [101] } }
`;

const lab = (): ClusterLab => new ClusterLab(fixture);

describe('users', () => {
  it('are listed by right: all, or oneself', async () => {
    const cluster = lab();
    expect((await cluster.rows('GET /access/users')).map((row) => row['userid'])).toEqual([
      'alice@pve',
      'eve@pve',
      'root@pam',
    ]);
    expect((await cluster.rows('GET /access/users', {}, 'alice@pve')).map((row) => row['userid'])).toEqual([
      'alice@pve',
    ]);
    expect((await cluster.rows('GET /access/users', { enabled: 0 })).map((row) => row['userid'])).toEqual(['eve@pve']);
    expect(await cluster.rows('GET /access/users', { full: 1 })).toContainEqual(
      expect.objectContaining({
        userid: 'alice@pve',
        groups: 'ops',
        tokens: [{ tokenid: 'ro', privsep: 1, expire: 0 }],
      }),
    );
  });

  it('are made with their groups, changed and removed with all that is theirs', async () => {
    const cluster = lab();
    expect((await cluster.ask('POST /access/users', { userid: 'bob@pve', groups: 'nosuch' })).reason).toBe(
      "create user failed: no such group 'nosuch'",
    );
    await cluster.ask('POST /access/users', { userid: 'bob@pve', groups: 'ops', firstname: 'Bob' });
    expect((await cluster.ask('POST /access/users', { userid: 'bob@pve' })).reason).toBe(
      "create user failed: user 'bob@pve' already exists",
    );
    expect((await cluster.ask('GET /access/users/bob@pve')).data).toEqual({
      enable: 1,
      expire: 0,
      firstname: 'Bob',
      groups: ['ops'],
      tokens: null,
    });
    await cluster.ask('DELETE /access/users/alice@pve');
    expect((await cluster.ask('GET /access/groups/ops')).data).toEqual({ members: ['bob@pve'] });
    expect(cluster.world.access.acl.map((entry) => entry.ugid)).toEqual(['ops']);
    expect((await cluster.ask('GET /access/users/alice@pve')).reason).toBe("no such user ('alice@pve')");
  });

  it('get tokens whose secret is told once; what was sent comes back as text', async () => {
    const cluster = lab();
    const { data } = await cluster.ask('POST /access/users/root@pam/token/main', { privsep: 0, comment: 'c' });
    expect(data).toEqual({
      'full-tokenid': 'root@pam!main',
      info: { privsep: '0', comment: 'c' },
      value: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await cluster.ask('GET /access/users/root@pam/token/main')).data).toEqual({
      privsep: 0,
      expire: 0,
      comment: 'c',
    });
    expect((await cluster.ask('POST /access/users/root@pam/token/main')).errors).toEqual({
      tokenid: 'Token already exists.',
    });
    expect((await cluster.ask('POST /access/users/root@pam/token/other')).data).toMatchObject({ info: { privsep: 1 } });
    expect((await cluster.ask('GET /access/users/root@pam/token/gone')).reason).toBe(
      "no such token 'gone' for user 'root@pam'",
    );
  });
});

describe('rights', () => {
  it('are told path by path, with whether they reach below', async () => {
    const cluster = lab();
    const { data } = await cluster.ask('GET /access/permissions', {}, 'alice@pve');
    expect(data).toMatchObject({ '/': { 'Pool.Audit': 0 }, '/vms': { 'VM.Audit': 1 }, '/vms/101': { 'VM.Audit': 1 } });
    expect(data).not.toHaveProperty('/nodes');
    expect((await cluster.ask('GET /access/permissions', { userid: 'root@pam' }, 'alice@pve')).reason).toBe(
      'Permission check failed (/access, Sys.Audit)',
    );
  });

  it('are given and taken, but only on paths and roles that there are', async () => {
    const cluster = lab();
    expect(
      (await cluster.ask('PUT /access/acl', { path: '/bogus', users: 'alice@pve', roles: 'PVEAuditor' })).errors,
    ).toEqual({ path: "invalid ACL path '/bogus'" });
    expect((await cluster.ask('PUT /access/acl', { path: '/', users: 'alice@pve', roles: 'Nope' })).reason).toBe(
      "ACL update failed: role 'Nope' does not exist",
    );
    await cluster.ask('PUT /access/acl', {
      path: '/storage/local',
      tokens: 'alice@pve!ro',
      roles: 'PVEDatastoreUser',
      propagate: 0,
    });
    expect(await cluster.rows('GET /access/acl')).toContainEqual({
      path: '/storage/local',
      type: 'token',
      ugid: 'alice@pve!ro',
      roleid: 'PVEDatastoreUser',
      propagate: 0,
    });
    await cluster.ask('PUT /access/acl', {
      path: '/storage/local',
      tokens: 'alice@pve!ro',
      roles: 'PVEDatastoreUser',
      delete: 1,
    });
    expect(await cluster.rows('GET /access/acl')).toHaveLength(2);
    expect(await cluster.rows('GET /access/acl', {}, 'alice@pve')).toEqual([]);
  });

  it('lie in roles of which the built-in ones stay as they are', async () => {
    const cluster = lab();
    await cluster.ask('POST /access/roles', { roleid: 'Mine', privs: 'VM.Audit' });
    await cluster.ask('PUT /access/roles/Mine', { privs: 'VM.Console', append: 1 });
    expect((await cluster.ask('GET /access/roles/Mine')).data).toEqual({ 'VM.Audit': 1, 'VM.Console': 1 });
    expect((await cluster.ask('DELETE /access/roles/PVEAuditor')).reason).toContain(
      "auto-generated role 'PVEAuditor' cannot be deleted",
    );
    expect((await cluster.ask('POST /access/roles', { roleid: 'PVEOwn' })).status).toBe(400);
  });
});
