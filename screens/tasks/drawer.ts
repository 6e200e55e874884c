import { fitStyled } from '../../components/styled.ts';
import { clean, fit, widthOf } from '../../components/text.ts';
import { shortDuration } from '../../components/units.ts';
import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Drawing, Floating } from '../../src/ui/screen.ts';
import { openLog } from '../log.ts';
import { taskNow, taskSeconds, titleOf } from './columns.ts';
import { stopTask } from './screen.ts';

/** Ended tasks shown below the running ones: what was just begun has often just ended. */
const lastEnded = 3;
const mostRows = 12;

const rowsOf = (app: AppModel): readonly Task[] => {
  const { tasks } = app.live.getState().snapshot;
  const running = tasks.filter(({ status }) => status === undefined);
  const ended = tasks.filter(({ status }) => status !== undefined).slice(0, lastEnded);
  return [...running, ...ended];
};

/** Running tasks at the bottom of any screen, with the last ones that ended; Enter opens a log. */
export const taskDrawer = (app: AppModel): Floating => {
  let selected: string | undefined;
  let top = 0;
  const indexOf = (rows: readonly Task[]): number =>
    Math.max(
      0,
      rows.findIndex(({ upid }) => upid === selected),
    );
  const move = (delta: number): void => {
    const rows = rowsOf(app);
    selected = rows[Math.max(0, Math.min(rows.length - 1, indexOf(rows) + delta))]?.upid;
    app.changed();
  };
  const withCurrent = (act: (task: Task) => void) => (): void => {
    const rows = rowsOf(app);
    const task = rows[indexOf(rows)];
    if (task === undefined) return;
    app.closeOverlay();
    act(task);
  };
  return {
    scope: 'drawer',
    place: 'bottom',
    handlers: {
      down: () => move(1),
      up: () => move(-1),
      open: withCurrent(({ upid }) => openLog(app, upid)),
      'stop-task': withCurrent((task) => stopTask(app, task)),
      'screen.tasks': () => app.show('tasks'),
      back: () => app.closeOverlay(),
    },
    lines: (drawing, area) => {
      const rows = rowsOf(app);
      const current = indexOf(rows);
      // The task that was chosen may be another row now, or gone: then the first one is.
      selected = rows[current]?.upid;
      const room = Math.max(1, Math.min(mostRows, area.height - 1));
      top = Math.max(0, Math.min(Math.max(top, current - room + 1), current, rows.length - room));
      const running = rows.filter(({ status }) => status === undefined).length;
      return [
        heading(running, drawing, area.width),
        ...rows.slice(top, top + room).map((task, at) => row(task, top + at === current, drawing, area.width)),
      ];
    },
  };
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

const row = (task: Task, isCurrent: boolean, { app, look, now }: Drawing, width: number): string => {
  const { text, token } = taskNow(app, task, look);
  const took = shortDuration(taskSeconds(task, now)).padStart(4);
  const titleWidth = Math.max(16, Math.min(44, Math.floor(width * 0.4)));
  const nodeWidth = Math.min(10, Math.max(4, width - titleWidth - 40));
  const mark = isCurrent ? look.glyphs.selected : ' ';
  const before = `${mark} ${fit(clean(titleOf(app, task)), titleWidth)}  ${fit(clean(task.node), nodeWidth)} ${took}  `;
  const state = fit(text, Math.max(0, width - widthOf(before)));
  if (isCurrent) return look.paint('selection', fitStyled(before + state, width));
  return before + (token === undefined ? state : look.paint(token, state));
};
