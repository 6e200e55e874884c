/** What a line of a log says about itself: how bad it is, and which task it is about. */

export type LogLevel = 'error' | 'warn' | 'info';

const saysError = /^(?:TASK ERROR|ERROR)\b/;
const saysWarning = /^(?:TASK WARNINGS|WARN(?:ING)?)\b/;
const errorWords =
  /\b(?:error|failed|failure|fatal|panic|segfault|cannot|can't|could not|unable to|no space left|denied|refused|not online|timed? ?out|oops|corrupt(?:ed|ion)?)\b/i;
const warningWords = /\b(?:warn(?:ing)?|not responding|retry(?:ing)?|deprecated|degraded|is down|skipp(?:ed|ing))\b/i;

/** Returns how bad a line is by its words: neither a journal as text nor the log of a task carries a severity. */
export const levelOf = (text: string): LogLevel => {
  if (saysError.test(text)) return 'error';
  if (saysWarning.test(text)) return 'warn';
  if (errorWords.test(text)) return 'error';
  return warningWords.test(text) ? 'warn' : 'info';
};

/** Returns the level that a syslog priority (0…7) stands for. */
export const levelOfPriority = (priority: number): LogLevel =>
  priority <= 3 ? 'error' : priority === 4 ? 'warn' : 'info';

const upidInText = /UPID:[^\s:]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^\s:]+:[^\s:]*:[^\s:]+:/;

/** Returns the UPID that a line names; undefined when it names none. */
export const upidIn = (text: string): string | undefined => upidInText.exec(text)?.[0];
