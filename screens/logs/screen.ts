import type { Look } from '../../components/look.ts';
import { segmentLine, type Segment } from '../../components/segments.ts';
import { clean, truncate, wrapWords } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { ClusterLogs } from '../../src/ui/clusterLogs.ts';
import type { Drawing, Screen } from '../../src/ui/screen.ts';
import { openLog } from '../log.ts';
import { logFigures, logHead, logMarks } from '../logHead.ts';
import { LogView, logKeys } from '../logKeys.ts';
import { logLines, type LogColumns } from '../logLines.ts';

/** Troubles told in lines of their own; more are counted. */
const mostTroubles = 3;

/** The journals of all nodes, the log of the cluster and what running tasks say, merged by time. */
export const logsScreen = (app: AppModel): Screen => {
  const logs = new ClusterLogs(app);
  const view = new LogView(app, logs.pane);
  return {
    scopes: () => ['logs', 'log'],
    handlers: {
      log: logKeys(app, view, {
        name: () => `proxdeck-${app.live.getState().contextName}`,
        open: ({ upid }) =>
          upid === undefined ? app.notify({ token: 'muted', text: 'this line is about no task' }) : openLog(app, upid),
        stop: () => stopTaskOf(app, logs.pane.current()?.upid),
      }),
    },
    back: () => view.back(),
    whole: () => view.full,
    body: (drawing, { columns, bodyHeight }) => {
      const { look, now } = drawing;
      app.watch('cluster logs', 0, () => (app.session === undefined ? () => undefined : logs.start(app.session)));
      const title = logHead(app, view, look, columns, titleLine(view, drawing, columns));
      const head = [title, ...troubleLines(logs, look, columns)];
      const room = { width: columns, height: Math.max(1, bodyHeight - head.length) };
      const lines = logLines(logs.pane, room, { columns: columnsFor(app, columns), now, look });
      if (lines.length > 0) return [...head, ...lines];
      const empty = wrapWords(clean(emptyText(logs, view)), columns - 2);
      return [...head, ...empty.map((line) => look.paint('muted', `  ${line}`))];
    },
  };
};

const stopTaskOf = (app: AppModel, upid: string | undefined): void => {
  const task = app.live.getState().snapshot.tasks.find((one) => one.upid === upid);
  if (task?.status === undefined && task !== undefined) void app.run({ name: 'task.stop', input: { upid: task.upid } });
  else app.notify({ token: 'muted', text: 'this line is about no task that runs' });
};

const emptyText = ({ pane, answered }: ClusterLogs, { filter, faults }: LogView): string => {
  if (pane.buffer.lines > 0) return `nothing passes ${[filter, faults ? '!' : ''].join(' ').trim()}; Esc shows all`;
  return answered ? 'nothing was written yet' : 'reading';
};

/** Room for the names of nodes and of sources: the text is what one reads. */
const columnsFor = (app: AppModel, width: number): LogColumns => {
  const { nodes } = app.live.getState().snapshot;
  const longest = Math.max(4, ...nodes.map(({ node }) => node.length));
  if (width <= 60) return { node: 0, source: 10 };
  return { node: nodes.length > 1 ? Math.min(longest, width >= 110 ? 14 : 8) : 0, source: width >= 110 ? 16 : 11 };
};

const titleLine = (view: LogView, { app, look }: Drawing, width: number): string => {
  const { snapshot } = app.live.getState();
  const online = snapshot.nodes.filter(({ status }) => status === 'online').length;
  const left: Segment[] = [
    { text: 'journals, cluster log, running tasks', token: 'heading', drop: 3 },
    { text: counted(online, 'node'), token: 'muted', drop: 7 },
  ];
  return segmentLine(look, left, [...logMarks(app, view), ...logFigures(view, true)], width);
};

/** What cannot be read, with what it takes to read it. */
const troubleLines = (logs: ClusterLogs, look: Look, width: number): readonly string[] => {
  const { troubles } = logs;
  const lines = troubles.slice(0, mostTroubles).map(({ source, error }) => {
    const hint = error.hint === undefined ? '' : `  ${error.hint}`;
    return look.paint('warn', truncate(clean(`${look.glyphs.warning} ${source}: ${error.message}${hint}`), width));
  });
  const more = troubles.length - mostTroubles;
  return more > 0 ? [...lines, look.paint('warn', `${look.glyphs.warning} ${String(more)} more`)] : lines;
};
