/** When a calendar event of systemd.time(7), in the subset of Proxmox VE, happens next (Proxmox::RS::CalendarEvent). */

interface Event {
  readonly weekdays: ReadonlySet<number> | undefined;
  readonly years: ReadonlySet<number> | undefined;
  readonly months: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

const names: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
};

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const dayNumber = (name: string): number => dayNames.indexOf(name.slice(0, 3).toLowerCase());

const weekdaysOf = (text: string): Set<number> => {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from = '', to = from] = part.split('..');
    for (let day = dayNumber(from); ; day = (day + 1) % 7) {
      days.add(day);
      if (day === dayNumber(to)) break;
    }
  }
  return days;
};

const valuesOf = (text: string, low: number, high: number): number[] => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('..');
    const start = from === '*' ? low : Number(from);
    const end = from === '*' || (step !== undefined && to === undefined) ? high : Number(to ?? from);
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return [...values].toSorted((left, right) => left - right);
};

const timeOf = (text: string | undefined): Pick<Event, 'hours' | 'minutes' | 'seconds'> => {
  if (text === undefined) return { hours: [0], minutes: [0], seconds: [0] };
  const parts = text.split(':');
  // One field alone is minutes of every hour.
  const [hours = '*', minutes = '0', seconds = '0'] = parts.length === 1 ? ['*', parts[0]] : parts;
  return { hours: valuesOf(hours, 0, 23), minutes: valuesOf(minutes, 0, 59), seconds: valuesOf(seconds, 0, 59) };
};

const parse = (text: string): Event => {
  const parts = (names[text.trim().toLowerCase()] ?? text.trim()).split(/\s+/);
  const weekdays = parts.find((part) => /^[a-z]/i.test(part));
  const date = parts.find((part) => part.includes('-') && !/^[a-z]/i.test(part));
  const time = parts.find((part) => part !== weekdays && part !== date);
  const dateParts = date?.split('-') ?? ['*', '*'];
  const [days = '*', months = '*', years = '*'] = dateParts.toReversed();
  return {
    weekdays: weekdays === undefined ? undefined : weekdaysOf(weekdays),
    years: years === '*' ? undefined : new Set(valuesOf(years, 1970, 2200)),
    months: new Set(valuesOf(months, 1, 12)),
    days: new Set(valuesOf(days, 1, 31)),
    ...timeOf(time),
  };
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timezone: string): Intl.DateTimeFormat => {
  const known = formats.get(timezone);
  if (known) return known;
  const part = 'numeric';
  const fresh = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: part,
    month: part,
    day: part,
    hour: part,
    minute: part,
    second: part,
  });
  formats.set(timezone, fresh);
  return fresh;
};

/** Seconds by which local time of a zone is ahead of UTC at a moment (seconds since 1970). */
export const zoneOffset = (timezone: string, at: number): number => {
  const parts = formatOf(timezone).formatToParts(new Date(at * 1000));
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return local / 1000 - Math.floor(at);
};

const toEpoch = (local: number, timezone: string): number => {
  const guess = local - zoneOffset(timezone, local);
  return local - zoneOffset(timezone, guess);
};

const matchesDay = (event: Event, day: Date): boolean =>
  event.days.has(day.getUTCDate()) &&
  event.months.has(day.getUTCMonth() + 1) &&
  (event.years?.has(day.getUTCFullYear()) ?? true) &&
  (event.weekdays?.has(day.getUTCDay()) ?? true);

const timesOf = function* (event: Event): Generator<number> {
  for (const hour of event.hours)
    for (const minute of event.minutes) for (const second of event.seconds) yield hour * 3600 + minute * 60 + second;
};

const secondsOfDay = 86_400;
const horizonDays = 3660;

/** The first moment after `after` (seconds since 1970) at which the event happens in a time zone; undefined when never within ten years. */
export const nextEvent = (text: string, after: number, timezone: string): number | undefined => {
  const event = parse(text);
  const localAfter = Math.floor(after) + zoneOffset(timezone, after);
  const today = Math.floor(localAfter / secondsOfDay);
  for (let day = today; day < today + horizonDays; day += 1) {
    if (!matchesDay(event, new Date(day * secondsOfDay * 1000))) continue;
    for (const time of timesOf(event)) {
      const moment = toEpoch(day * secondsOfDay + time, timezone);
      if (moment > after) return moment;
    }
  }
  return undefined;
};
