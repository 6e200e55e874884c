import { bar } from '../components/meters.ts';
import { segmentLine, type Segment } from '../components/segments.ts';
import type { Look } from '../components/look.ts';
import { clean, wrapWords } from '../components/text.ts';
import { duration, percent } from '../components/units.ts';
import { parseUpid, taskLabel } from '../src/models/upid.ts';
import { taskSucceeded } from '../src/models/cluster.ts';
import type { AppModel } from '../src/ui/app.ts';
import { secondsLeft } from '../src/ui/estimate.ts';
import type { Drawing, Screen } from '../src/ui/screen.ts';
import { taskLogOf, type TaskLogModel } from '../src/ui/taskLog.ts';
import { logFigures, logHead, logMarks } from './logHead.ts';
import { LogView, logKeys } from './logKeys.ts';
import { logLines, noColumns } from './logLines.ts';

/** Shows the log of a task over the screen and follows it to its end. */
export const showLog = (app: AppModel, upid: string): void => {
  const log = taskLogOf(app, upid);
  if (log === undefined) return app.notify({ token: 'warn', text: 'not connected yet' });
  app.openView(logScreen(app, log), () => log.close());
  void log.follow();
};

/** Asks whether to stop a task; the log that was open comes back afterwards. */
const stopTask = async (app: AppModel, log: TaskLogModel): Promise<void> => {
  if (log.state.running === false) return app.notify({ token: 'muted', text: 'this task has ended' });
  await app.run({ name: 'task.stop', input: { upid: log.upid } });
  if (app.state.overlay === undefined) showLog(app, log.upid);
};

/** The log of one task as a view over the whole body. */
const logScreen = (app: AppModel, log: TaskLogModel): Screen => {
  const view = new LogView(app, log.pane);
  const { type, id } = parseUpid(log.upid) ?? { type: 'task', id: '' };
  return {
    scopes: () => ['log'],
    handlers: {
      log: logKeys(app, view, {
        name: () => `proxdeck-${id === '' ? type : `${type}-${id}`}`,
        open: ({ upid }) =>
          upid === undefined || upid === log.upid
            ? app.notify({ token: 'muted', text: 'this line is about no other task' })
            : showLog(app, upid),
        stop: () => void stopTask(app, log),
      }),
    },
    back: () => view.back(),
    whole: () => view.full,
    body: (drawing, { columns, bodyHeight }) => {
      const { look, now } = drawing;
      const title = logHead(app, view, look, columns, titleLine(log, view, drawing, columns));
      const head = [title, ...progressLine(log, drawing, columns)];
      const room = { width: columns, height: bodyHeight - head.length };
      const lines = logLines(log.pane, room, { columns: noColumns, now, look });
      if (lines.length > 0) return [...head, ...lines];
      const empty = wrapWords(clean(emptyText(log, view)), columns - 2);
      return [...head, ...empty.map((line) => look.paint('muted', `  ${line}`))];
    },
  };
};

const emptyText = ({ pane, state }: TaskLogModel, view: LogView): string => {
  if (pane.buffer.lines > 0) return `nothing of it passes ${view.filter === '' ? '!' : view.filter}; Esc shows all`;
  if (state.error !== undefined) return state.error.hint ?? '';
  return state.running === true ? 'the task has said nothing yet' : 'reading';
};

/** Seconds that the task has run, or ran where its end is known. */
const secondsOf = (app: AppModel, { upid, state }: TaskLogModel, now: number): number | undefined => {
  const started = parseUpid(upid)?.starttime;
  const ended = app.live.getState().snapshot.tasks.find((task) => task.upid === upid)?.endtime;
  if (started === undefined || (state.running !== true && ended === undefined)) return undefined;
  return Math.max(0, (state.running === true ? now / 1000 : (ended ?? started)) - started);
};

const outcomeOf = ({ running, exitstatus }: TaskLogModel['state'], look: Look): Segment => {
  if (running === undefined) return { text: '' };
  if (running) return { text: `${look.glyphs.working} running`, token: 'info' };
  const status = exitstatus ?? 'ended';
  if (status === 'OK') return { text: `${look.glyphs.running} OK`, token: 'ok' };
  return taskSucceeded(status)
    ? { text: `${look.glyphs.warning} ${status.toLowerCase()}`, token: 'warn' }
    : { text: `${look.glyphs.failed} ${clean(status)}`, token: 'error' };
};

const titleLine = (log: TaskLogModel, view: LogView, { app, look, now }: Drawing, width: number): string => {
  const { running, error } = log.state;
  const { node, type, id } = parseUpid(log.upid) ?? { node: '', type: log.upid, id: '' };
  const guest = app.cluster.guestName(id);
  const seconds = secondsOf(app, log, now);
  const left: Segment[] = [
    { text: clean(taskLabel(type, id)), token: 'heading' },
    ...(guest === undefined ? [] : [{ text: clean(guest), drop: 7 }]),
    { text: `on ${clean(node)}`, token: 'muted', drop: 8 },
    outcomeOf(log.state, look),
    ...(seconds === undefined ? [] : [{ text: duration(seconds), token: 'muted', drop: 3 } as const]),
  ];
  if (error !== undefined) left.push({ text: clean(error.message), token: 'error', drop: 4 });
  const right = [...logMarks(app, view), ...logFigures(view, running !== false)];
  return segmentLine(look, left, right, width);
};

/** How far a running task is; no line where its log does not tell. */
const progressLine = (log: TaskLogModel, { look, now }: Drawing, width: number): readonly string[] => {
  const { running, progress, since } = log.state;
  if (running !== true || progress === undefined || since === undefined) return [];
  const left = secondsLeft(progress.fraction, since, now);
  const segments: Segment[] = [
    { text: ` ${bar(look, progress.fraction, Math.max(8, Math.min(40, width - 44)))}`, token: 'info' },
    { text: percent(progress.fraction) },
    ...(progress.step === undefined ? [] : [{ text: `of ${progress.step}`, drop: 2 }]),
    ...(left === undefined ? [] : [{ text: `about ${duration(left)} left`, token: 'muted', drop: 1 } as const]),
  ];
  return [segmentLine(look, segments, [], width)];
};
