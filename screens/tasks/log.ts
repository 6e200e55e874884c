import { clean, fit, truncate } from '../../components/text.ts';
import { duration, moment } from '../../components/units.ts';
import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import type { TaskLogModel } from '../../src/ui/taskLog.ts';
import { paintLogLine } from '../log.ts';
import { taskSeconds, taskState } from './columns.ts';

/** A task looked at for this long has its log read. */
const dwellMs = 300;

/** The log of the task that is looked at: one a model, followed while it is drawn. */
const tails = new WeakMap<AppModel, TaskLogModel>();

const tailOf = (app: AppModel, upid: string): TaskLogModel | undefined => {
  app.watch(`tail ${upid}`, dwellMs, () => {
    const log = app.taskLog(upid);
    if (log === undefined) return () => undefined;
    tails.set(app, log);
    void log.follow();
    return () => log.close();
  });
  const log = tails.get(app);
  return log?.upid === upid ? log : undefined;
};

/** What is known of a task, and the end of its log. */
const lines = (task: Task, { app, look, now, width, height }: Drawing & Area): readonly string[] => {
  const { glyph, word, token } = taskState(task);
  const label = (name: string, value: string): string =>
    `${look.paint('muted', fit(name, 8))} ${truncate(clean(value), width - 9)}`;
  const head = [
    look.paint(token, truncate(`${look.glyphs[glyph]} ${word}`, width)),
    label('node', task.node),
    label('by', task.tokenid === undefined ? task.user : `${task.user}!${task.tokenid}`),
    label('started', `${moment(task.starttime * 1000, now)}, took ${duration(taskSeconds(task, now))}`),
    '',
  ];
  const { lines: said = [], error } = tailOf(app, task.upid)?.state ?? {};
  if (error !== undefined) return [...head, look.paint('error', truncate(clean(error.message), width))];
  const room = Math.max(1, height - head.length);
  return [...head, ...said.slice(-room).map((line) => paintLogLine(truncate(line, width), '', look))];
};

export const logTab: Tab<Task> = { id: 'log', title: 'log', lines };
