import type { Look } from '../../components/look.ts';
import { levelOf } from '../../src/models/logLine.ts';
import { cleanLine } from '../../src/ui/logText.ts';

/** Lines of a journal as journalctl prints them: `Nov 21 08:29:51 pve1 smartd[801]: …`. */

const shape = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) \S+ (.*)$/s;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns a line without what every line has: the name of the node, and the day when it is today. The node's clock counts. */
export const journalText = (line: string, now: number): string => {
  const [, month, day, time, text] = shape.exec(line) ?? [];
  if (month === undefined || day === undefined || time === undefined || text === undefined) return cleanLine(line);
  const today = new Date(now);
  const isToday = months[today.getMonth()] === month && today.getDate() === Number(day);
  return `${isToday ? '' : `${month} ${day} `}${time} ${cleanLine(text)}`;
};

/** Returns a line coloured by how bad its words are. */
export const paintJournal = (line: string, look: Look): string => {
  const level = levelOf(line);
  return level === 'info' ? line : look.paint(level, line);
};
