import { describe, expect, it } from 'vitest';
import { levelOf, upidIn } from '../../../src/models/logLine.ts';
import { secondsLeft } from '../../../src/ui/estimate.ts';
import { ProgressReader } from '../../../src/ui/progress.ts';

const after = (...lines: readonly string[]) => {
  const reader = new ProgressReader();
  for (const line of lines) reader.read(line);
  return reader.progress;
};

describe('how far a task is', () => {
  it.each([
    ['INFO:  34% (3.4 GiB of 10.0 GiB) in 12s, read: 300.1 MiB/s, write: 290.0 MiB/s', 0.34],
    ['transferred 1.0 GiB of 4.0 GiB (25.00%)', 0.25],
    ['drive-scsi0: transferred 1.2 GiB of 4.0 GiB (30.00%) in 5s', 0.3],
    ['migration active, transferred 1.0 GiB of 4.0 GiB VM-state, 110.0 MiB/s', 0.25],
    ['progress 35% (read 1503238553 bytes, duration 12 sec)', 0.35],
    [' 20480K ........ ........ ........ ........ 62% 62.4M 3s', 0.62],
    ['INFO: 100% (11.0 GiB of 11.0 GiB) in 1m 29s, read: 126.6 MiB/s, write: 84.1 MiB/s', 1],
  ])('reads %s', (line, fraction) => {
    expect(after(line)?.fraction).toBeCloseTo(fraction, 5);
  });

  it.each([
    'INFO: root.pxar: backup was done incrementally, reused 1.15 GiB (95.9%)',
    'INFO: backup is sparse: 2.00 GiB (20%) total zero data',
    'total bytes read 4294967296, sparse bytes 2576980377 (60%)',
    'INFO: starting new backup job: vzdump 104 --compress zstd',
    'cpu 250% busy',
    'TASK OK',
  ])('takes no progress from %s', (line) => {
    expect(after(line)).toBeUndefined();
  });

  it('tells what the step is about, and begins anew with the next guest', () => {
    const first = ['INFO: Starting Backup of VM 104 (qemu)', 'INFO:  80% (8.0 GiB of 10.0 GiB) in 40s, read: 1 MiB/s'];
    expect(after(...first)).toEqual({ fraction: 0.8, step: 'VM 104' });
    expect(after(...first, 'INFO: Finished Backup of VM 104 (00:00:50)')).toBeUndefined();
    expect(after(...first, 'INFO: Starting Backup of VM 105 (qemu)', 'INFO:   5% (1 GiB of 20 GiB)')).toEqual({
      fraction: 0.05,
      step: 'VM 105',
    });
    expect(after('drive-scsi1: transferred 1.0 GiB of 2.0 GiB (50.00%) in 5s')?.step).toBe('scsi1');
  });

  it('measures zfs send against its own estimate', () => {
    const lines = ['full send of tank/guests/subvol-126-disk-0@__migration__ estimated size is 168G'];
    expect(after(...lines, '14:03:12   42.0G   tank/guests/subvol-126-disk-0@__migration__')?.fraction).toBe(0.25);
  });

  it('estimates the rest from what it has seen, and not from nothing', () => {
    expect(secondsLeft(0.5, { fraction: 0.25, at: 0 }, 10_000)).toBe(20);
    expect(secondsLeft(0.26, { fraction: 0.25, at: 0 }, 10_000)).toBeUndefined();
    expect(secondsLeft(1, { fraction: 0, at: 0 }, 10_000)).toBeUndefined();
  });
});

describe('what a line says about itself', () => {
  it.each([
    ['TASK ERROR: job errors', 'error'],
    ["ERROR: Backup of VM 120 failed - command 'tar' failed: storage is full", 'error'],
    ['INFO: tar: vzdump.tar.dat: Cannot write: No space left on device', 'error'],
    ['TASK WARNINGS: 1', 'warn'],
    ['WARN: guest agent did not answer to fsfreeze', 'warn'],
    ['nfs: server 192.0.2.20 not responding, still trying', 'warn'],
    ['INFO: Backup job finished successfully', 'info'],
    ['INFO: Backup job finished with errors', 'info'],
    ['TASK OK', 'info'],
  ])('%s is %s', (line, level) => {
    expect(levelOf(line)).toBe(level);
  });

  it('names a task', () => {
    const upid = 'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam!tui:';
    expect(upidIn(`<root@pam> end task ${upid} OK`)).toBe(upid);
    expect(upidIn('no task here')).toBeUndefined();
  });
});
