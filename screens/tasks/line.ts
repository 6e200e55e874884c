import type { Look } from '../../components/look.ts';
import { clean, fit, truncate } from '../../components/text.ts';
import { moment } from '../../components/units.ts';
import { taskSucceeded, type Task } from '../../src/models/cluster.ts';
import type { Condition } from '../condition.ts';

/** A task in few words, wherever tasks are told of. */

/** The state of a task as glyph, words and colour token. */
export const taskState = (task: Task): Condition => {
  if (task.status === undefined) return { glyph: 'working', word: 'running', token: 'info' };
  if (task.status === 'OK') return { glyph: 'running', word: 'ok', token: 'ok' };
  const word = clean(task.status);
  return taskSucceeded(task.status)
    ? { glyph: 'warning', word: word.toLowerCase(), token: 'warn' }
    : { glyph: 'failed', word, token: 'error' };
};

/** Returns a task as glyph, type, time and how it ended, in at most `width` columns. */
export const taskLine = (task: Task, now: number, width: number, look: Look): string => {
  const { glyph, word, token } = taskState(task);
  const middle = ` ${fit(clean(task.type), 13)} ${fit(moment(task.starttime * 1000, now), 11)} `;
  const rest = truncate(word, Math.max(0, width - 1 - middle.length));
  return look.paint(token, look.glyphs[glyph]) + middle + look.paint(token === 'ok' ? 'muted' : token, rest);
};
