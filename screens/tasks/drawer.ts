import type { Look } from '../../components/look.ts';
import { fitStyled } from '../../components/styled.ts';
import type { Cell } from '../../components/table.ts';
import { clean, fit, widthOf } from '../../components/text.ts';
import { shortDuration } from '../../components/units.ts';
import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { Job } from '../../src/ui/job.ts';
import type { Drawing, Floating } from '../../src/ui/screen.ts';
import { jobFigures } from '../jobLine.ts';
import { openLog } from '../log.ts';
import { stopTask } from './actions.ts';
import { taskNow, taskSeconds, titleOf } from './columns.ts';

/** Ended tasks shown below the running ones: what was just begun has often just ended. */
const lastEnded = 3;
const mostRows = 12;

/** Operations of ours and tasks of the cluster. */
type Row = Job | Task;

const idOf = (row: Row): string => (row instanceof Job ? `${row.name} ${String(row.startedAt)}` : row.upid);

/** Operations whose one task stands below anyway would only be told twice. */
const rowsOf = (app: AppModel): readonly Row[] => {
  const { tasks } = app.live.getState().snapshot;
  const running = tasks.filter(({ status }) => status === undefined);
  const ended = tasks.filter(({ status }) => status !== undefined).slice(0, lastEnded);
  const own = app.jobs.filter((job) => job.tasks.length !== 1 || running.every(({ upid }) => upid !== job.tasks[0]));
  return [...own, ...running, ...ended];
};

/** What runs at the bottom of any screen, our own work first, with the tasks that ended last; Enter opens a log. */
export const taskDrawer = (app: AppModel): Floating => {
  let selected: string | undefined;
  let top = 0;
  const indexOf = (rows: readonly Row[]): number =>
    Math.max(
      0,
      rows.findIndex((one) => idOf(one) === selected),
    );
  const move = (delta: number): void => {
    const rows = rowsOf(app);
    const next = rows[Math.max(0, Math.min(rows.length - 1, indexOf(rows) + delta))];
    selected = next === undefined ? undefined : idOf(next);
    app.changed();
  };
  const withCurrent = (act: (row: Row) => void) => (): void => {
    const rows = rowsOf(app);
    const current = rows[indexOf(rows)];
    if (current === undefined) return;
    app.closeOverlay();
    act(current);
  };
  return {
    scope: 'drawer',
    place: 'bottom',
    handlers: {
      down: () => move(1),
      up: () => move(-1),
      open: withCurrent((one) => openRow(app, one)),
      'stop-task': withCurrent((one) => (one instanceof Job ? void app.stopJob(one) : stopTask(app, one))),
      'screen.tasks': () => app.show('tasks'),
      back: () => app.closeOverlay(),
    },
    lines: (drawing, area) => {
      const rows = rowsOf(app);
      const current = indexOf(rows);
      const chosen = rows[current];
      // What was chosen may be another row now, or gone: then the first one is.
      selected = chosen === undefined ? undefined : idOf(chosen);
      const room = Math.max(1, Math.min(mostRows, area.height - 1));
      top = Math.max(0, Math.min(Math.max(top, current - room + 1), current, rows.length - room));
      const running = rows.filter((one) => one instanceof Job || one.status === undefined).length;
      return [
        heading(running, drawing, area.width),
        ...rows
          .slice(top, top + room)
          .map((one, at) => rowLine(partsOf(one, drawing), top + at === current, drawing.look, area.width)),
      ];
    },
  };
};

const openRow = (app: AppModel, row: Row): void => {
  const upid = row instanceof Job ? row.tasks.at(-1) : row.upid;
  if (upid === undefined) app.notify({ token: 'muted', text: 'this has no log yet: no task of the cluster does it' });
  else openLog(app, upid);
};

/** How many run, and the keys: the drawer lies over the footer. */
const heading = (running: number, { app, look }: Drawing, width: number): string => {
  const text = running === 0 ? 'nothing runs; ended last' : `${String(running)} running`;
  const key = (action: 'open' | 'stop-task' | 'screen.tasks' | 'back', word: string): string =>
    `${app.keyboard.keyFor('drawer', action)} ${word}`;
  const keys = [key('open', 'log'), key('stop-task', 'stop'), key('screen.tasks', 'all'), key('back', 'close')].join(
    '  ',
  );
  const { horizontal } = look.glyphs;
  const rule = width - widthOf(text) - widthOf(keys) - 6;
  if (rule < 1) return look.paint('border', `${horizontal} `) + look.paint('heading', text);
  return (
    look.paint('border', `${horizontal} `) +
    look.paint('heading', text) +
    look.paint('border', ` ${horizontal.repeat(rule)} `) +
    look.paint('muted', keys) +
    look.paint('border', ` ${horizontal}`)
  );
};

interface RowParts {
  readonly title: string;
  readonly place: string;
  readonly took: string;
  readonly state: Cell;
}

/** What is told of a row: of our own work where the cluster says nothing yet. */
const partsOf = (row: Row, { app, look, now }: Drawing): RowParts => {
  if (!(row instanceof Job))
    return {
      title: clean(titleOf(app, row)),
      place: clean(row.node),
      took: shortDuration(taskSeconds(row, now)),
      state: taskNow(app, row, look),
    };
  const { progress, amount, left } = jobFigures(app, row, look);
  const parts = [progress === '' ? 'runs' : progress, amount === progress ? '' : amount, left];
  const told = parts.filter((text) => text !== '').join('  ');
  return {
    title: clean(row.title),
    place: 'here',
    took: shortDuration((now - row.startedAt) / 1000),
    state: { text: `${look.glyphs.working} ${told}`, token: 'info' },
  };
};

const rowLine = ({ title, place, took, state }: RowParts, isCurrent: boolean, look: Look, width: number): string => {
  const titleWidth = Math.max(16, Math.min(44, Math.floor(width * 0.4)));
  const nodeWidth = Math.min(10, Math.max(4, width - titleWidth - 40));
  const mark = isCurrent ? look.glyphs.selected : ' ';
  const before = `${mark} ${fit(title, titleWidth)}  ${fit(place, nodeWidth)} ${took.padStart(4)}  `;
  const text = fit(state.text, Math.max(0, width - widthOf(before)));
  if (isCurrent) return look.paint('selection', fitStyled(before + text, width));
  return before + (state.token === undefined ? text : look.paint(state.token, text));
};
