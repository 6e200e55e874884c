import { levelOf, upidIn, type LogLevel } from '../models/logLine.ts';
import type { LogEntry } from './logBuffer.ts';
import { cleanLine } from './logText.ts';

/** The journal of a node as text, turned into lines with a time: `Nov 20 21:09:08 pve1 dbus-daemon[481]: …`. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const head = /^([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) \S+ ([^\s:[]+)(?:\[\d+\])?: ?(.*)$/s;

/** Time zones differ by multiples of this, in milliseconds. */
const zoneStep = 900_000;
const dayMs = 86_400_000;

interface Headed {
  /** The node's clock read as if it were UTC, in the year given. */
  readonly clock: (year: number) => number;
  readonly source: string;
  readonly text: string;
}

const headed = (line: string): Headed | undefined => {
  const [, month, day, hour, minute, second, source, text] = head.exec(line) ?? [];
  if (month === undefined || source === undefined || text === undefined) return undefined;
  const at = months.indexOf(month);
  if (at < 0) return undefined;
  const clock = (year: number): number => Date.UTC(year, at, Number(day), Number(hour), Number(minute), Number(second));
  return { clock, source, text };
};

/** The moment at which journald wrote the entry of a cursor: `t=` is microseconds since 1970 in hexadecimal (journald's own form). */
const momentOf = (cursor: string | undefined): number | undefined => {
  const micros = /(?:^|;)t=([0-9a-f]+)(?:;|$)/.exec(cursor ?? '')?.[1];
  return micros === undefined ? undefined : Number.parseInt(micros, 16) / 1000;
};

/** The clock of a line in the year that brings it nearest to a moment: the text has none. */
const nearest = (clock: Headed['clock'], moment: number): number => {
  const year = new Date(moment).getUTCFullYear();
  const candidates = [year - 1, year, year + 1].map(clock);
  return candidates.reduce((best, one) => (Math.abs(one - moment) < Math.abs(best - moment) ? one : best));
};

/**
 * Returns the lines of a journal as they came, oldest first. The text has the node's own time without zone and year: both follow
 * from the cursor of the last line, which has its moment; without one the node is taken to be in our zone.
 */
export const journalEntries = (
  node: string,
  lines: readonly { readonly t: string; readonly cursor?: string }[],
  now: number,
): readonly LogEntry[] => {
  const read = lines.map(({ t }) => {
    const text = cleanLine(t);
    return { text, parts: headed(text) };
  });
  const moment = momentOf(lines.at(-1)?.cursor) ?? now;
  const lastHead = read.findLast(({ parts }) => parts !== undefined)?.parts;
  const known = momentOf(lines.at(-1)?.cursor) !== undefined && lastHead !== undefined;
  const shift = known
    ? Math.round((nearest(lastHead.clock, moment) - moment) / zoneStep) * zoneStep
    : -new Date(now).getTimezoneOffset() * 60_000;
  let before: { at: number; source: string; level: LogLevel } = { at: moment - dayMs, source: '', level: 'info' };
  return read.map(({ text, parts }): LogEntry => {
    // What has no head goes on with the message above it.
    if (parts === undefined) return { ...before, node, text };
    before = { at: nearest(parts.clock, moment + shift) - shift, source: parts.source, level: levelOf(parts.text) };
    const upid = upidIn(parts.text);
    return { ...before, node, text: parts.text, ...(upid === undefined ? {} : { upid }) };
  });
};
