import { segmentLine, type Segment } from '../components/segments.ts';
import type { Look } from '../components/look.ts';
import { clean, truncate } from '../components/text.ts';
import { parseUpid, taskLabel } from '../src/models/upid.ts';
import type { AppModel } from '../src/ui/app.ts';
import type { Handlers } from '../src/ui/keys.ts';
import type { Screen } from '../src/ui/screen.ts';
import type { TaskLogModel } from '../src/ui/taskLog.ts';

/** Opens the log of a task over the screen and follows it to its end. */
export const openLog = (app: AppModel, upid: string): void => {
  const log = app.taskLog(upid);
  if (log === undefined) return app.notify({ token: 'warn', text: 'not connected yet' });
  app.openView(logView(app, log), () => log.close());
  void log.follow();
};

/** The log of one task as a view over the whole body. */
const logView = (app: AppModel, log: TaskLogModel): Screen => ({
  scopes: () => ['log'],
  handlers: { log: logHandlers(app, log) },
  back: () => false,
  body: ({ look }, layout) => {
    log.height = Math.max(1, layout.bodyHeight - 1);
    log.width = layout.columns;
    const { lines, find, running } = log.state;
    const typed = app.state.editing?.text;
    const shown = log.visible().map((line) => paintLogLine(truncate(line, layout.columns), find, look));
    if (lines.length === 0)
      shown.push(look.paint('muted', running === true ? 'the task has said nothing yet' : 'reading'));
    return [logTitle(log, layout.columns, look, typed), ...shown];
  },
});

const logHandlers = (app: AppModel, log: TaskLogModel): Handlers => {
  const half = (): number => Math.max(1, Math.floor(log.height / 2));
  const find = (step: 1 | -1) => (): void => {
    const { find: wanted } = log.state;
    if (log.findNext(step)) return;
    const text = wanted === '' ? 'nothing to find yet: / asks' : `no line holds “${wanted}”`;
    app.notify({ token: 'muted', text });
  };
  return {
    down: () => log.scroll(1),
    up: () => log.scroll(-1),
    'half-down': () => log.scroll(half()),
    'half-up': () => log.scroll(-half()),
    'page-down': () => log.scroll(log.height),
    'page-up': () => log.scroll(-log.height),
    first: () => log.scrollTo(0),
    'last-row': () => log.scrollTo(Number.MAX_SAFE_INTEGER),
    follow: () => log.toggleFollow(),
    wrap: () => log.toggleWrap(),
    'log.find': () =>
      app.beginEditing({
        prompt: '/',
        text: '',
        change: (text) => log.setFind(text),
        cancel: () => log.setFind(''),
      }),
    'log.next': find(1),
    'log.previous': find(-1),
  };
};

const logTitle = (log: TaskLogModel, width: number, look: Look, typed: string | undefined): string => {
  const { running, exitstatus, follow, wrap, lines, dropped, error, find } = log.state;
  const { node, type, id } = parseUpid(log.upid) ?? { node: '', type: log.upid, id: '' };
  const outcome: Segment =
    running === false
      ? {
          text: `${exitstatus === 'OK' ? look.glyphs.running : look.glyphs.failed} ${clean(exitstatus ?? 'ended')}`,
          token: exitstatus === 'OK' ? 'ok' : 'error',
        }
      : { text: running === undefined ? '' : `${look.glyphs.working} running`, token: 'info' };
  const left: Segment[] = [
    { text: clean(taskLabel(type, id)), token: 'heading' },
    { text: `on ${clean(node)}`, token: 'muted', drop: 3 },
    outcome,
  ];
  if (error !== undefined) left.push({ text: error.message, token: 'error', drop: 4 });
  const right: Segment[] = [
    ...(typed !== undefined || find !== ''
      ? [{ text: `/${clean(typed ?? find)}${typed === undefined ? '' : '_'}`, token: 'accent' } as const]
      : []),
    { text: `${String(lines.length + dropped)} lines`, token: 'muted', drop: 2 },
    ...(wrap ? [{ text: 'wrapped', token: 'muted', drop: 5 } as const] : []),
    { text: follow && running !== false ? 'following' : 'not following', token: 'muted', drop: 1 },
  ];
  return segmentLine(look, left, right, width);
};

/** Returns a line of a task's log with what was found, and how the task ended, standing out. */
export const paintLogLine = (line: string, find: string, look: Look): string => {
  if (find !== '' && line.toLowerCase().includes(find.toLowerCase())) {
    const at = line.toLowerCase().indexOf(find.toLowerCase());
    return line.slice(0, at) + look.paint('selection', line.slice(at, at + find.length)) + line.slice(at + find.length);
  }
  if (/^(TASK ERROR|ERROR)/.test(line)) return look.paint('error', line);
  if (/^(TASK WARNINGS|WARN)/.test(line)) return look.paint('warn', line);
  return line === 'TASK OK' ? look.paint('ok', line) : line;
};
