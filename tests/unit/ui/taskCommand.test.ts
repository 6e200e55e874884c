import { describe, expect, it } from 'vitest';
import { taskCommand } from '../../../src/ui/taskCommand.ts';

const task = (type: string, id: string) => ({ type, id, node: 'pve1' });

describe('the command that would do what a task did', () => {
  it.each([
    [task('vzstart', '101'), [], 'proxdeck guest start 101'],
    [task('qmshutdown', '200'), [], 'proxdeck guest shutdown 200'],
    [task('qmreset', '200'), [], 'pvesh create /nodes/pve1/qemu/200/status/reset'],
    [task('aptupdate', ''), [], 'pvesh create /nodes/pve1/apt/update'],
    [task('srvrestart', 'pveproxy'), [], 'pvesh create /nodes/pve1/services/pveproxy/restart'],
    [task('vzdestroy', '101'), [], 'pvesh delete /nodes/pve1/lxc/101'],
    [
      task('vzdump', '120'),
      ['INFO: starting new backup job: vzdump 120 --storage nas --mode stop --notes-template {{guestname}}'],
      "vzdump 120 --storage nas --mode stop --notes-template '{{guestname}}'",
    ],
    [
      task('vzmigrate', '126'),
      ["2026-11-09 15:30:01 starting migration of CT 126 to node 'pve2' (192.0.2.12)"],
      'pvesh create /nodes/pve1/lxc/126/migrate --target pve2',
    ],
    [
      task('qmigrate', '126'),
      ["starting migration of VM 126 to node 'pve2' (192.0.2.12)"],
      'pvesh create /nodes/pve1/qemu/126/migrate --target pve2',
    ],
    [task('vzsnapshot', '101'), ['TASK OK'], undefined],
    [task('vzdump', '120'), [], undefined],
  ])('%j', (made, log, command) => {
    expect(taskCommand(made, log)).toBe(command);
  });

  it('lets nothing of a log reach a shell', () => {
    const log = ['INFO: starting new backup job: vzdump 120 --notes $(reboot);`id` --x |sh'];
    expect(taskCommand(task('vzdump', '120'), log)).toBe("vzdump 120 --notes '$(reboot);`id`' --x '|sh'");
  });
});
