import { describe, expect, it } from 'vitest';
import { journalEntries } from '../../../src/ui/journalLines.ts';

/** 2026-11-20 21:09:47 UTC. */
const moment = Date.UTC(2026, 10, 20, 21, 9, 47);
const cursorAt = (at: number): string =>
  `s=b66be1d9d7ec4269a4792eb50b60a04e;i=c96;b=8f621197ac004ff5973dd332f3b71cf5;m=1ed0ec3b;t=${(at * 1000).toString(16)};x=ccfe7e`;
const now = moment + 3_600_000;

describe('the journal as text', () => {
  it('tells time, source, severity and text of each line', () => {
    const lines = [
      { t: "Nov 20 21:09:08 pve1 dbus-daemon[481]: [system] Successfully activated service 'x'" },
      { t: 'Nov 20 21:09:40 pve1 kernel: nfs: server 192.0.2.20 not responding, still trying' },
      { t: 'Nov 20 21:09:47 pve1 pvedaemon[1892]: <root@pam> end task failed', cursor: cursorAt(moment) },
    ];
    expect(journalEntries('pve1', lines, now)).toEqual([
      {
        at: moment - 39_000,
        node: 'pve1',
        source: 'dbus-daemon',
        level: 'info',
        text: "[system] Successfully activated service 'x'",
      },
      expect.objectContaining({ at: moment - 7000, source: 'kernel', level: 'warn' }),
      expect.objectContaining({ at: moment, source: 'pvedaemon', level: 'error' }),
    ]);
  });

  it.each([
    ['Nov 20 22:09:47', 'Vienna'],
    ['Nov 21 02:54:47', 'Kathmandu'],
    ['Nov 20 16:09:47', 'New York'],
  ])('knows the time zone of the node by the cursor: %s in %s', (said) => {
    const [entry] = journalEntries('pve1', [{ t: `${said} pve1 a: b`, cursor: cursorAt(moment) }], now);
    expect(entry?.at).toBe(moment);
  });

  it('finds the year, also over New Year', () => {
    const january = Date.UTC(2027, 0, 1, 0, 5, 0);
    const lines = [{ t: 'Dec 31 23:59:00 pve1 a: b' }, { t: 'Jan 01 00:05:00 pve1 a: b', cursor: cursorAt(january) }];
    expect(journalEntries('pve1', lines, january).map(({ at }) => at)).toEqual([january - 360_000, january]);
  });

  it('lets what has no head go on with the line above', () => {
    const lines = [
      { t: 'Nov 20 21:09:08 pve1 a[1]: first' },
      { t: '  second half' },
      { t: '-- reboot --' },
      { t: 'Nov 20 21:09:47 pve1 b: end', cursor: cursorAt(moment) },
    ];
    const [, second, reboot] = journalEntries('pve1', lines, now);
    expect(second).toMatchObject({ at: moment - 39_000, source: 'a', text: '  second half' });
    expect(reboot).toMatchObject({ text: '-- reboot --', at: moment - 39_000 });
  });

  it('makes hostile lines harmless and finds tasks', () => {
    const upid = 'UPID:pve1:0003D1A2:00C4E91F:68B0C2A5:vzstart:101:root@pam:';
    const lines = [
      { t: `Nov 20 21:09:47 pve1 x\u001B[2J[1]: <root@pam> starting task ${upid}\u0007`, cursor: cursorAt(moment) },
    ];
    const [entry] = journalEntries('pve1', lines, now);
    expect(entry?.upid).toBe(upid);
    expect(`${entry?.source ?? ''}${entry?.text ?? ''}`).not.toMatch(/[\u001B\u0007]/);
  });

  it('is empty when nothing is new', () => {
    expect(journalEntries('pve1', [], now)).toEqual([]);
  });
});
