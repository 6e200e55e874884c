import { describe, expect, it } from 'vitest';
import { grantsAt, holdsAny } from '../../../src/simulator/acl.ts';
import { authenticate, createAuthority, Unauthorized } from '../../../src/simulator/auth.ts';
import { createClock } from '../../../src/simulator/clock.ts';
import { parseFixture } from '../../../src/simulator/fixture.ts';
import { checkPermission } from '../../../src/simulator/permissions.ts';
import { pveSchema } from '../../../src/simulator/schema.ts';
import { totpCode, verifyTotp } from '../../../src/simulator/totp.ts';

const now = 1_800_000_000;
const world = (text: string) => parseFixture(`nodes: { pve1: {} }\n${text}`, 'test.yaml', now);

describe('access control lists', () => {
  const state = world(`
users:
  alice@pve: { tokens: { ro: { secret: s }, full: { secret: f, privsep: false } } }
  bob@pve: {}
groups: { ops: { members: [alice@pve, bob@pve] } }
pools: { prod: { vms: [104] } }
acl:
  - { path: /, group: ops, role: PVEAuditor }
  - { path: /vms, user: alice@pve, role: PVEVMAdmin }
  - { path: /vms/101, user: alice@pve, role: NoAccess }
  - { path: /vms/102, user: alice@pve, role: PVEVMUser, propagate: false }
  - { path: /vms, token: alice@pve!ro, role: PVEVMUser }
  - { path: /pool/prod, user: bob@pve, role: PVEVMUser }
`);

  it('lets a deeper level replace what comes from above', () => {
    expect(holdsAny(state, 'alice@pve', '/', ['Sys.Audit'])).toBe(true);
    expect(holdsAny(state, 'alice@pve', '/vms/100', ['Sys.Audit'])).toBe(false);
    expect(holdsAny(state, 'alice@pve', '/vms/100', ['VM.Allocate'])).toBe(true);
  });

  it('lets NoAccess cancel everything', () => {
    expect(grantsAt(state, 'alice@pve', '/vms/101').size).toBe(0);
  });

  it('counts an entry that does not propagate only on its own path, with its flag', () => {
    expect(holdsAny(state, 'alice@pve', '/vms/102', ['VM.Allocate'])).toBe(false);
    expect(grantsAt(state, 'alice@pve', '/vms/102').get('VM.PowerMgmt')).toBe(false);
    expect(holdsAny(state, 'alice@pve', '/vms/102/x', ['VM.Allocate'])).toBe(true);
  });

  it('cuts a separated token by its user, and leaves the other one whole', () => {
    expect(holdsAny(state, 'alice@pve!ro', '/vms/100', ['VM.PowerMgmt'])).toBe(true);
    expect(holdsAny(state, 'alice@pve!ro', '/vms/100', ['VM.Allocate'])).toBe(false);
    expect(holdsAny(state, 'alice@pve!ro', '/vms/101', ['VM.PowerMgmt'])).toBe(false);
    expect(holdsAny(state, 'alice@pve!full', '/vms/100', ['VM.Allocate'])).toBe(true);
    expect(grantsAt(state, 'alice@pve!gone', '/').size).toBe(0);
  });

  it('adds what a pool grants to its members', () => {
    expect(holdsAny(state, 'bob@pve', '/vms/104', ['VM.PowerMgmt'])).toBe(true);
    expect(holdsAny(state, 'bob@pve', '/vms/100', ['VM.PowerMgmt'])).toBe(false);
  });

  it('never makes a token of root the root', () => {
    expect(grantsAt(state, 'root@pam', '/').has('Permissions.Modify')).toBe(true);
    expect(grantsAt(state, 'root@pam!gone', '/').size).toBe(0);
  });
});

describe('permission declarations', () => {
  const state = world('users: { alice@pve: {} }\nacl: [{ path: /vms, user: alice@pve, role: PVEAuditor }]\n');
  const alice = { authid: 'alice@pve', userid: 'alice@pve', root: false };
  const check = (method: string, path: string, params: Record<string, unknown> = {}) => {
    const found = pveSchema().find(path);
    const spec = found?.methods[method];
    if (found === undefined || spec === undefined) throw new Error(`no ${method} ${path}`);
    checkPermission(spec, { world: state, caller: alice, params: { ...found.pathParams, ...params } });
  };

  it('names path and privilege', () => {
    expect(() => check('POST', '/nodes/pve1/lxc/101/status/start')).toThrow(
      'Permission check failed (/vms/101, VM.PowerMgmt)',
    );
    expect(() => check('GET', '/nodes/pve1/status')).toThrow('Permission check failed (/nodes/pve1, Sys.Audit)');
  });

  it('joins alternatives', () => {
    expect(() => check('PUT', '/nodes/pve1/lxc/101/config')).toThrow(
      '(/vms/101, VM.Config.Disk|VM.Config.CPU|VM.Config.Memory|VM.Config.Network|VM.Config.Options)',
    );
  });

  it('passes what is granted and what is open to everybody', () => {
    expect(() => check('GET', '/nodes/pve1/lxc/101/config')).not.toThrow();
    expect(() => check('GET', '/version')).not.toThrow();
  });

  it('keeps what declares nothing for root', () => {
    expect(() => check('POST', '/nodes/pve1/execute')).toThrow('Permission check failed (user != root@pam)');
  });

  it('asks for the realm when a user is made, and for more than audit when an ACL is changed', () => {
    expect(() => check('POST', '/access/users', { userid: 'x@pve' })).toThrow(
      '(/access/realm/pve, Realm.AllocateUser)',
    );
    expect(() => check('PUT', '/access/acl', { path: '/vms/101' })).toThrow(
      '(/vms/101, Permissions.Modify|VM.Allocate)',
    );
  });
});

describe('tickets', () => {
  const state = world('users: { alice@pve: {}, off@pve: { enable: false } }\n');
  const clock = createClock(1, now);
  const authority = createAuthority(clock);
  const enter = (given: { method?: string; path?: string; cookie?: string; authorization?: string; csrf?: string }) =>
    authenticate(state, authority, clock.now(), {
      method: 'GET',
      path: '/version',
      cookie: undefined,
      authorization: undefined,
      csrf: undefined,
      ...given,
    });

  it('opens with a signed ticket, escaped or raw, and in the other header', () => {
    const ticket = authority.ticket('alice@pve');
    expect(enter({ cookie: `PVEAuthCookie=${ticket}` })?.authid).toBe('alice@pve');
    expect(enter({ cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}` })?.authid).toBe('alice@pve');
    expect(enter({ authorization: `PVEAuthCookie=${ticket}` })?.authid).toBe('alice@pve');
  });

  it('wants the CSRF token for writes only', () => {
    const cookie = `PVEAuthCookie=${authority.ticket('alice@pve')}`;
    expect(() => enter({ method: 'POST', path: '/pools', cookie })).toThrow(
      new Unauthorized('Permission denied - invalid csrf token'),
    );
    expect(enter({ method: 'POST', path: '/pools', cookie, csrf: authority.csrfToken('alice@pve') })?.userid).toBe(
      'alice@pve',
    );
    expect(() => enter({ method: 'POST', path: '/pools', cookie, csrf: authority.csrfToken('bob@pve') })).toThrow(
      Unauthorized,
    );
  });

  it('refuses nothing, garbage, forgeries and people who are switched off', () => {
    expect(() => enter({})).toThrow(new Unauthorized('No ticket'));
    expect(() => enter({ cookie: 'PVEAuthCookie=garbage' })).toThrow(new Unauthorized('Authentication failed!'));
    const forged = authority.ticket('alice@pve').replace('alice', 'bob42');
    expect(() => enter({ cookie: `PVEAuthCookie=${forged}` })).toThrow(new Unauthorized('Authentication failed!'));
    expect(() => enter({ cookie: `PVEAuthCookie=${authority.ticket('off@pve')}` })).toThrow(Unauthorized);
    expect(() => enter({ authorization: 'PVEAPIToken=alice@pve!x=nope' })).toThrow(
      new Unauthorized('Authentication failed!'),
    );
  });

  it('ends after two hours', () => {
    const old = authority.ticket('alice@pve');
    clock.set(now + 7199);
    expect(authority.userOf(old)).toBe('alice@pve');
    clock.set(now + 7201);
    expect(authority.userOf(old)).toBeUndefined();
    clock.set(now);
  });

  it('does not open with the half ticket of a challenge', () => {
    const half = authority.challengeTicket('alice@pve', '{"totp":true}');
    expect(authority.verifyChallenge(half, 'alice@pve')).toBe(true);
    expect(authority.verifyChallenge(half, 'bob@pve')).toBe(false);
    expect(() => enter({ cookie: `PVEAuthCookie=${encodeURIComponent(half)}` })).toThrow(Unauthorized);
  });

  it('asks nobody for the realms', () => {
    expect(enter({ path: '/access/domains' })).toBeUndefined();
  });
});

describe('one-time codes', () => {
  // RFC 6238 appendix B: the secret "12345678901234567890", the last six digits of its eight.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('at %i is %s', (at, code) => {
    expect(totpCode(secret, at)).toBe(code);
    expect(verifyTotp(secret, code, at + 30)).toBe(true);
    expect(verifyTotp(secret, code, at + 120)).toBe(false);
  });
});
