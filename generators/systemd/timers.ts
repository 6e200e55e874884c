import { literal, unitText } from '../shared/ini.ts';
import type { Unit } from '../shared/systemdUnits.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const months = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const named: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** One item of a field: `*`, `5`, `1-5`, and with a step `0/15` for cron's star and `1..5/2`. `first` is where a star with a step begins. */
const itemOf = (item: string, first: number): string => {
  const [range = '', step] = item.split('/');
  const repeated = step === undefined ? '' : `/${step}`;
  if (range === '*') return step === undefined ? '*' : `${first}${repeated}`;
  return `${range.replace('-', '..')}${repeated}`;
};
const fieldOf = (field: string, first: number): string =>
  field
    .split(',')
    .map((item) => itemOf(item, first))
    .join(',');

const numbers = (field: string, names: readonly string[]): string =>
  field.toLowerCase().replaceAll(/[a-z]+/g, (name) => {
    const index = names.findIndex((known) => known.toLowerCase() === name.slice(0, 3));
    return index < 0 ? name : `${index}`;
  });

const dayOf = (field: string): string => {
  const steps = field.includes('/');
  const days = numbers(field, weekdays)
    .split(',')
    .flatMap((item) => {
      const [range = '', step = '1'] = item.split('/');
      const [from = 0, to] = range === '*' ? [0, 6] : range.split('-').map(Number);
      const last = to ?? (steps ? 6 : from);
      const all: string[] = [];
      for (let day = from; day <= last; day += Number(step)) all.push(weekdays[day] ?? '');
      return all;
    });
  return [...new Set(days)].join(',');
};

/**
 * Returns the times of a cron line as systemd.time(7) writes them. Where both the day of the month and the day of the week are named,
 * cron means either: two times.
 */
export const calendarOf = (cron: string): readonly string[] => {
  const fields = (named[cron.trim()] ?? cron).trim().split(/\s+/);
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] = fields;
  const two = (field: string): string => field.replaceAll(/(?<![\d/])\d(?!\d)/g, '0$&');
  const time = `${two(fieldOf(hour, 0))}:${two(fieldOf(minute, 0))}:00`;
  const date = (days: string): string => `*-${two(fieldOf(numbers(month, months), 1))}-${two(fieldOf(days, 1))}`;
  if (weekday === '*') return [`${date(day)} ${time}`];
  const weekly = `${dayOf(weekday)} ${date('*')} ${time}`;
  return day === '*' ? [weekly] : [`${date(day)} ${time}`, weekly];
};

/** Returns the timer of a unit that runs by the clock; one that was missed while the machine was off is made up for. systemd.timer(5) */
export const timerUnit = (unit: Unit, schedule: string): string =>
  unitText(
    [`Starts ${unit.unit} by the clock, in place of a crontab. Rendered by Proxdeck.`],
    [
      {
        name: 'Unit',
        entries: [['Description', literal(`${unit.extension.description ?? unit.service}, by the clock`)]],
      },
      {
        name: 'Timer',
        entries: [
          ...calendarOf(schedule).map((time) => ['OnCalendar', time] as const),
          ['Persistent', 'yes'],
          ['RandomizedDelaySec', '1min'],
          ['AccuracySec', '1s'],
          ['Unit', unit.unit],
        ],
      },
      { name: 'Install', entries: [['WantedBy', 'timers.target']] },
    ],
  );
