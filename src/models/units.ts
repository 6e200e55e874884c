/** Numbers for people: short, right-alignable, with the unit beside. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Returns bytes in powers of 1024 as people of the field say them: `512 MB`, `1.1 TB`; two digits below ten. */
export const bytes = (count: number): string => {
  if (!Number.isFinite(count) || count < 0) return '–';
  let value = count;
  let unit = 0;
  while (value >= 1023.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${byteUnits[unit] ?? 'B'}`;
};

/** Returns a fraction as whole percent: `37%`; `–` when it is not known. */
export const percent = (fraction: number | undefined): string =>
  fraction === undefined || !Number.isFinite(fraction) ? '–' : `${String(Math.round(Math.max(0, fraction) * 100))}%`;

/** Returns a length of time in its largest unit: `45s`, `12m`, `3h`, `12d`. */
export const shortDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${String(whole)}s`;
  if (whole < 3600) return `${String(Math.floor(whole / 60))}m`;
  if (whole < 86_400) return `${String(Math.floor(whole / 3600))}h`;
  return `${String(Math.floor(whole / 86_400))}d`;
};

/** Returns a length of time in its two largest units: `12d 4h`, `1m 12s`. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (days > 0) return `${String(days)}d ${String(hours)}h`;
  if (hours > 0) return `${String(hours)}h ${String(minutes)}m`;
  if (minutes > 0) return `${String(minutes)}m ${String(whole % 60)}s`;
  return `${String(whole)}s`;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Returns the local time of day, `02:31:07`. */
export const clockTime = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** Returns a local moment: the time of day when it is of today, else with the date: `11-20 02:31`. */
export const moment = (milliseconds: number, now: number): string => {
  const date = new Date(milliseconds);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (new Date(now).toDateString() === date.toDateString()) return `${time}:${two(date.getSeconds())}`;
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
};

/** Returns a local moment in full, which sorts as text: `2026-11-20 02:31:07`. */
export const stamp = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${clockTime(milliseconds)}`;
};

/** Returns a number of things: `1 guest`, `6 guests`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${String(count)} ${count === 1 ? one : many}`;
