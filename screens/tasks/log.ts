import { clean, truncate, wrapWords } from '../../components/text.ts';
import { duration, moment } from '../../components/units.ts';
import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { LogEntry } from '../../src/ui/logBuffer.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { taskLogOf, type TaskLogModel } from '../../src/ui/taskLog.ts';
import { openLog } from '../log.ts';
import { paintLogLine } from '../logLines.ts';
import { taskNow, taskSeconds } from './columns.ts';

/** A task looked at for this long has its log read. */
const dwellMs = 300;
/** Lines of the end that are read: more than any terminal shows. */
const lastLines = 300;

/** The log of the task that is looked at: one a model, followed while it is drawn. */
const tails = new WeakMap<AppModel, TaskLogModel>();

const tailOf = (app: AppModel, upid: string): TaskLogModel | undefined => {
  app.watch(`tail ${upid}`, dwellMs, () => {
    const log = taskLogOf(app, upid, lastLines);
    if (log === undefined) return () => undefined;
    tails.set(app, log);
    void log.follow();
    return () => log.close();
  });
  const log = tails.get(app);
  return log?.upid === upid ? log : undefined;
};

/** Rows that one error may take: what went wrong is read to its end. */
const mostErrorRows = 5;

interface TailRow {
  readonly entry: LogEntry;
  readonly text: string;
}

const rowsOf = (entry: LogEntry, width: number): readonly TailRow[] =>
  entry.level === 'error'
    ? wrapWords(entry.text, width)
        .slice(0, mostErrorRows)
        .map((text) => ({ entry, text }))
    : [{ entry, text: truncate(entry.text, width) }];

/** The last rows that fit; with an error among the lines before, that one first: it is what the end is about. */
const telling = ({ pane: { buffer } }: TaskLogModel, room: number, width: number): readonly TailRow[] => {
  const all = [...buffer.shown()];
  const rows = all.slice(-room).flatMap((entry) => rowsOf(entry, width));
  const last = rows.slice(-room);
  const first = all.find(({ level }) => level === 'error');
  if (first === undefined || last.some(({ entry }) => entry === first)) return last;
  const error = rowsOf(first, width).slice(0, room);
  return [...error, ...last.slice(error.length)];
};

/** How a task stands, and the end of its log. */
const lines = (task: Task, { app, look, now, width, height }: Drawing & Area): readonly (string | Line)[] => {
  const { text, token } = taskNow(app, task, look);
  const took = `${moment(task.starttime * 1000, now)}, ${task.endtime === undefined ? 'for' : 'took'} ${duration(taskSeconds(task, now))}`;
  const head = [
    token === undefined ? truncate(text, width) : look.paint(token, truncate(text, width)),
    look.paint('muted', truncate(took, width)),
    '',
  ];
  const log = tailOf(app, task.upid);
  if (log === undefined) return [...head, look.paint('muted', 'reading')];
  const { error } = log.state;
  if (error !== undefined) head.push(look.paint('error', truncate(clean(error.message), width)));
  const open = (): void => openLog(app, task.upid);
  return [
    ...head,
    ...telling(log, Math.max(1, height - head.length), width).map(({ entry, text: row }) => ({
      text: paintLogLine(row, entry.level, '', look),
      copy: entry.text,
      open,
    })),
  ];
};

export const logTab: Tab<Task> = { id: 'log', title: 'log', lines };
