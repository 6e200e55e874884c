const day = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*';
const days = `${day}(?:\\.\\.${day})?(?:,${day}(?:\\.\\.${day})?)*`;
const field = '(?:\\*|\\d+(?:\\.\\.\\d+)?)(?:/\\d+)?';
const fields = `${field}(?:,${field})*`;
const date = `(?:${fields}-)?${fields}-${fields}`;
const time = `${fields}(?::${fields}){0,2}`;
const calendarEvent = new RegExp(`^(?:${days})?\\s*(?:${date})?\\s*(?:${time})?$`, 'i');
const names = new Set([
  'minutely',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'semiannually',
  'yearly',
  'annually',
]);

/** Tells whether a text is a calendar event as the jobs accept it (the subset of systemd.time(7) of contract §4.4). */
export const isCalendarEvent = (text: string): boolean =>
  names.has(text.trim().toLowerCase()) || (text.trim() !== '' && calendarEvent.test(text.trim()));
