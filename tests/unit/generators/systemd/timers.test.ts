import { expect, it } from 'vitest';
import { calendarOf } from '../../../../generators/systemd/timers.ts';
import { tool } from '../../../support/tools.ts';

const analyze = await tool('systemd-analyze');
const times: readonly (readonly [cron: string, calendar: readonly string[]])[] = [
  ['0 2 * * *', ['*-*-* 02:00:00']],
  ['*/15 * * * *', ['*-*-* *:00/15:00']],
  ['5,35 1-3 * * *', ['*-*-* 01..03:05,35:00']],
  ['0 4 * * 0', ['Sun *-*-* 04:00:00']],
  ['0 4 * * mon-fri', ['Mon,Tue,Wed,Thu,Fri *-*-* 04:00:00']],
  ['0 4 1 * 5', ['*-*-01 04:00:00', 'Fri *-*-* 04:00:00']],
  ['30 6 1 jan,jul *', ['*-01,07-01 06:30:00']],
  ['0 0 */2 * *', ['*-*-01/2 00:00:00']],
  ['@weekly', ['Sun *-*-* 00:00:00']],
];

it.each(times)('%s is %s', (cron, calendar) => {
  expect(calendarOf(cron)).toEqual(calendar);
});

it.runIf(analyze.wanted)('systemd reads every one of them', () => {
  const { code, err } = analyze.run(['calendar', ...times.flatMap(([cron]) => calendarOf(cron))]);
  expect(err).toBe('');
  expect(code).toBe(0);
});
