import type { Look, Token } from '../components/look.ts';
import { fitStyled } from '../components/styled.ts';
import { fit, truncate } from '../components/text.ts';
import { clockTime, moment, shortDuration } from '../components/units.ts';
import type { LogLevel } from '../src/models/logLine.ts';
import type { LogEntry } from '../src/ui/logBuffer.ts';
import type { LogPane, LogRow, TimeFormat } from '../src/ui/logPane.ts';
import type { Area } from '../src/ui/screen.ts';

/** The lines of a log as they stand on the screen: time, node, source, severity, text. */

export interface LogColumns {
  /** Columns for the name of a node and of a source; 0 where a log has only one of them. */
  readonly node: number;
  readonly source: number;
}

/** The log of one task: all of it comes from one place. */
export const noColumns: LogColumns = { node: 0, source: 0 };

const timeWidths: Record<TimeFormat, number> = { clock: 8, age: 4, off: 0 };
const gap = ' ';

const levelTokens: Record<LogLevel, Token | undefined> = { error: 'error', warn: 'warn', info: undefined };

/** Colours that carry no meaning of their own: a source keeps the one that its name gives it. */
const sourceTokens: readonly Token[] = ['accent', 'info', 'muted', 'text'];

const sourceToken = (source: string): Token => {
  let sum = 0;
  for (const letter of source) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return sourceTokens[sum % sourceTokens.length] ?? 'text';
};

const timeText = (entry: LogEntry, format: TimeFormat, now: number): string => {
  if (entry.at === undefined || format === 'off') return '';
  if (format === 'age') return shortDuration((now - entry.at) / 1000);
  // Of another day the date says more than the second.
  return moment(entry.at, now).length > timeWidths.clock ? moment(entry.at, now).slice(0, 5) : clockTime(entry.at);
};

const severity = (level: LogLevel, look: Look): string => {
  if (level === 'error') return look.paint('error', look.glyphs.failed);
  return level === 'warn' ? look.paint('warn', look.glyphs.warning) : ' ';
};

/** What stands before the text of a line. */
const margin = (entry: LogEntry, format: TimeFormat, columns: LogColumns, now: number, look: Look): string => {
  const parts: string[] = [];
  const time = timeWidths[format];
  if (time > 0) parts.push(look.paint('muted', fit(timeText(entry, format, now), time, 'right')));
  if (columns.node > 0) parts.push(look.paint('muted', fit(entry.node ?? '', columns.node)));
  if (columns.source > 0) {
    const source = entry.source ?? '';
    parts.push(look.paint(sourceToken(source), fit(source, columns.source)));
  }
  parts.push(severity(entry.level, look));
  return parts.join(gap) + gap;
};

/** Columns that stand before the text: times, names, the sign of severity. */
const marginWidth = (format: TimeFormat, { node, source }: LogColumns): number =>
  [timeWidths[format], node, source].filter((width) => width > 0).reduce((sum, width) => sum + width + gap.length, 2);

/** Returns a text with what was found, and how bad it is, standing out. */
export const paintLogLine = (text: string, level: LogLevel, find: string, look: Look): string => {
  const token = text === 'TASK OK' ? 'ok' : levelTokens[level];
  const at = find === '' ? -1 : text.toLowerCase().indexOf(find.toLowerCase());
  const plain = (part: string): string => (token === undefined ? part : look.paint(token, part));
  if (at < 0) return plain(text);
  const end = at + find.length;
  return plain(text.slice(0, at)) + look.paint('selection', text.slice(at, end)) + plain(text.slice(end));
};

/** Returns what is seen of a log: at most `height` lines of at most `width` columns, each current one painted whole. */
export const logLines = (
  pane: LogPane,
  { width, height }: Area,
  { columns, now, look }: { readonly columns: LogColumns; readonly now: number; readonly look: Look },
): readonly string[] => {
  const before = marginWidth(pane.shownTime, columns);
  pane.height = Math.max(1, height);
  pane.width = Math.max(8, width - before);
  return pane.rows().map((row) => rowLine(row, pane, { before, width, columns, now, look }));
};

interface RowDrawing {
  readonly before: number;
  readonly width: number;
  readonly columns: LogColumns;
  readonly now: number;
  readonly look: Look;
}

const rowLine = (row: LogRow, pane: LogPane, { before, width, columns, now, look }: RowDrawing): string => {
  const head = row.begins ? margin(row.entry, pane.shownTime, columns, now, look) : ' '.repeat(before);
  const text = truncate(row.text, pane.width);
  // The current line is marked at its margin only, so that what was found and what went wrong still stand out in it.
  if (row.current && row.begins)
    return selected(head, look, before) + paintLogLine(text, row.entry.level, pane.find, look);
  return fitStyled(head, Math.min(before, width)) + paintLogLine(text, row.entry.level, pane.find, look);
};

const selected = (head: string, look: Look, before: number): string =>
  look.paint('selection', fitStyled(head.replaceAll(/\u001B\[[\d;:]*m/g, ''), before));
