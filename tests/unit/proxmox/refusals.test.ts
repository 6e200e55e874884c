import { describe, expect, test } from 'vitest';
import { refusalError } from '../../../src/proxmox/refusals.ts';

const me = { user: 'alice@pve' };
const myToken = { user: 'root@pam', token: 'root@pam!main' };

const refuse = (
  status: number,
  text: string,
  fields?: Record<string, string>,
  identity: { user: string; token?: string } = me,
) =>
  refusalError(
    {
      method: 'POST',
      path: '/nodes/pve1/lxc/101/status/start',
      status,
      text,
      ...(fields === undefined ? {} : { fields }),
    },
    identity,
  );

/** Texts of a Proxmox VE 9.2.11 and of its source, and what each means. */
const said: readonly (readonly [number, string, string])[] = [
  [500, 'CT is locked (backup)', 'locked'],
  [500, 'VM is locked (snapshot)', 'locked'],
  [500, "can't lock file '/run/lock/lxc/pve-config-101.lock' - got timeout", 'locked'],
  [500, "cfs-lock 'file-user_cfg' error: got lock request timeout", 'locked'],
  [500, 'detected modified configuration - file changed by other user? Try again.', 'conflict'],
  [500, 'CT 101 already running', 'conflict'],
  [500, 'CT 101 not running', 'conflict'],
  [500, 'QEMU guest agent is not running', 'conflict'],
  [500, 'VM 200 is running - destroy failed', 'conflict'],
  [500, 'unable to destroy CT 101 - container is running', 'conflict'],
  [500, "can't remove CT 101 - protection mode enabled", 'conflict'],
  [500, 'unable to remove CT 101 - used in HA resources and purge parameter not set.', 'conflict'],
  [500, "you can't start a CT if it's a template", 'conflict'],
  [500, 'VM is paused - cannot shutdown', 'conflict'],
  [500, "unable to create CT 101 - CT 101 already exists on node 'pve1'", 'conflict'],
  [500, "create group failed: group 'ops' already exists", 'conflict'],
  [500, "create storage failed: storage ID 'dir2' already defined", 'conflict'],
  [500, "delete pool failed: pool 'prod' is not empty (contains pool 'prod/web')", 'conflict'],
  [500, "storage 'dir2' is disabled", 'conflict'],
  [500, "storage 'nfs1' is not available on node 'pve1'", 'conflict'],
  [500, "storage 'nfs1' is not online", 'conflict'],
  [500, 'cluster not ready - no quorum?', 'conflict'],
  [500, "Configuration file 'nodes/pve1/lxc/999.conf' does not exist", 'not-found'],
  [500, "update storage failed: storage 'nosuch' does not exist", 'not-found'],
  [500, "role 'NoRole' does not exist", 'not-found'],
  [500, "no such user ('nosuch@pve')", 'not-found'],
  [500, "no such cluster node 'pve2'", 'not-found'],
  [
    500,
    "hostname lookup 'otherhost' failed - failed to get address info for: otherhost: Name or service not known",
    'not-found',
  ],
  [500, 'no options specified', 'server'],
  [500, 'unable to shrink disk size', 'server'],
  [500, 'zfsutils-linux not installed', 'server'],
  [500, '', 'server'],
  [501, "Method 'GET /nosuch' not implemented", 'server'],
  [595, 'No route to host', 'unreachable'],
  [595, 'Connection timed out', 'unreachable'],
  [596, 'Connection timed out', 'timeout'],
  [596, 'tls_process_server_certificate: certificate verify failed', 'unreachable'],
  [401, '', 'auth'],
  [401, 'Permission denied - invalid csrf token', 'auth'],
  [403, 'Permission check failed', 'permission'],
];

test.each(said)('%i %s: %s', (status, text, kind) => {
  const error = refuse(status, text);
  expect(error).toMatchObject({ kind, code: kind, status, method: 'POST', path: '/nodes/pve1/lxc/101/status/start' });
  expect(error.message).toMatch(/[.!?]$/);
  expect(error.hint).toMatch(/\S/);
});

describe('permission', () => {
  test('path and privilege are read, and the command that grants them is told', () => {
    expect(refuse(403, 'Permission check failed (/vms/101, VM.PowerMgmt)')).toMatchObject({
      message: 'alice@pve lacks VM.PowerMgmt on /vms/101.',
      permission: { path: '/vms/101', privileges: ['VM.PowerMgmt'] },
      hint: expect.stringContaining('pveum acl modify /vms/101 --roles PVEVMUser --users alice@pve'),
    });
  });

  test('alternatives are told as such', () => {
    const text = 'Permission check failed (/vms/101, VM.Config.Disk|VM.Config.CPU|VM.Config.Memory)';
    expect(refuse(403, text).permission).toEqual({
      path: '/vms/101',
      privileges: ['VM.Config.Disk', 'VM.Config.CPU', 'VM.Config.Memory'],
    });
  });

  test('a token needs the role itself, and its user too', () => {
    expect(refuse(403, 'Permission check failed (/nodes/pve1, Sys.Audit)', undefined, myToken)).toMatchObject({
      message: 'root@pam!main lacks Sys.Audit on /nodes/pve1.',
      hint: expect.stringContaining("--roles PVEAuditor --users root@pam --tokens 'root@pam!main'"),
    });
  });

  test.each([
    ['Datastore.AllocateSpace', 'PVEDatastoreUser'],
    ['Pool.Allocate', 'PVEPoolAdmin'],
    ['VM.Snapshot', 'PVEVMAdmin'],
    ['Sys.Modify', 'Administrator'],
    ['Realm.AllocateUser', 'PVEUserAdmin'],
  ])('%s comes with the role %s', (privilege, role) => {
    expect(refuse(403, `Permission check failed (/, ${privilege})`).hint).toContain(`--roles ${role} `);
  });

  test('what a token can never do', () => {
    const text = "Permission check failed (URI '/access/password' not available with API token, need proper ticket.";
    expect(refuse(403, text, undefined, myToken).hint).toContain('password');
    expect(refuse(403, 'Permission check failed (user != root@pam)', undefined, myToken).message).toContain(
      'Only root@pam',
    );
  });
});

describe('400', () => {
  test('texts of parameters are kept by parameter', () => {
    const fields = {
      vmid: 'property is missing and it is not optional',
      start: "type check ('boolean') failed - got 'true'",
    };
    const error = refuse(400, 'Parameter verification failed.', fields);
    expect(error).toMatchObject({ kind: 'validation', fields });
    expect(error.message).toContain('vmid: property is missing');
  });

  test.each([
    [{ upid: 'no such task' }, 'not-found'],
    [{ storage: 'No such storage.' }, 'not-found'],
    [{ vmid: 'VM 101 already exists' }, 'conflict'],
    [{ tokenid: 'Token already exists.' }, 'conflict'],
    [{ vmid: 'VM 101 already exists', name: 'value does not match the regex pattern' }, 'validation'],
    [{ ostype: "value 'win' does not have a value in the enumeration 'debian, devuan'" }, 'validation'],
  ])('%o: %s', (fields, kind) => {
    expect(refuse(400, 'Parameter verification failed.', fields)).toMatchObject({ kind, fields });
  });

  test('without a map of parameters the text is what there is', () => {
    const text = 'duplicate parameter (already defined in URI) with conflicting values!';
    expect(refuse(400, text)).toMatchObject({ kind: 'validation', message: expect.stringContaining(text) });
  });
});
