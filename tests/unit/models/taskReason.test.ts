import { describe, expect, test } from 'vitest';
import { plainReason, reasonIn } from '../../../src/models/taskReason.ts';

describe('why a task failed', () => {
  test('a backup: the storage that is full is named', () => {
    expect(
      reasonIn([
        "INFO: creating vzdump archive '/mnt/pve/nas/dump/vzdump-lxc-120.tar.zst'",
        'INFO: tar: /mnt/pve/nas/dump/vzdump-lxc-120.tar.dat: Cannot write: No space left on device',
        "ERROR: Backup of VM 120 failed - command 'set -o pipefail && tar cpf - | zstd' failed: exit code 2",
        'INFO: Backup job finished with errors',
        'TASK ERROR: job errors',
      ]),
    ).toBe('storage nas is full');
  });

  test('a backup of one guest in its own words, of several with how many', () => {
    const failed = (vmid: number) => `ERROR: Backup of VM ${String(vmid)} failed - VM is locked (snapshot)`;
    expect(reasonIn([failed(101), 'INFO: Backup job finished with errors', 'TASK ERROR: job errors'])).toBe(
      'VM is locked (snapshot)',
    );
    expect(reasonIn([failed(101), failed(102), 'TASK ERROR: job errors'])).toBe(
      '2 guests, first 101: VM is locked (snapshot)',
    );
  });

  test('a command that failed: what it said, not that it failed', () => {
    expect(
      reasonIn([
        'starting apt-get update',
        'Err:1 http://deb.debian.org/debian trixie InRelease',
        "  Temporary failure resolving 'deb.debian.org'",
        "TASK ERROR: command 'apt-get update' failed: exit code 100",
      ]),
    ).toBe("Temporary failure resolving 'deb.debian.org'");
  });

  test('the last line that tells', () => {
    expect(reasonIn(['something', 'TASK ERROR: start failed: QEMU exited with code 1'])).toBe(
      'start failed: QEMU exited with code 1',
    );
    expect(reasonIn(['all went well', 'TASK OK'])).toBeUndefined();
    expect(reasonIn([])).toBeUndefined();
  });

  test('a status that is only an exit code says nothing', () => {
    expect(plainReason("command 'x' failed: exit code 255")).toBeUndefined();
    expect(plainReason('TASK ERROR: no such volume')).toBe('no such volume');
  });
});
