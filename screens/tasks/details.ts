import type { Token } from '../../components/look.ts';
import { clean, fit, truncate } from '../../components/text.ts';
import { duration, stamp } from '../../components/units.ts';
import type { Task } from '../../src/models/cluster.ts';
import { parseUpid } from '../../src/models/upid.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { labelled } from '../labelled.ts';
import { commandOf } from './beginning.ts';
import { fullUser, ownerOf, taskSeconds } from './columns.ts';
import { taskState } from './line.ts';

/** Columns of the names, with the gap behind them. */
const labelWidth = 10;

/** Every field of a task, and of the name that it has. */
const lines = (task: Task, { app, look, now, width }: Drawing & Area): readonly (string | Line)[] => {
  const state = taskState(task);
  const upid = parseUpid(task.upid);
  const owner = ownerOf(app, task);
  const folded = (name: string, value: string, token: Token = 'text'): readonly Line[] =>
    labelled(name, value, { look, width, label: labelWidth, token }).map((text) => ({ text, copy: value }));
  const line = (name: string, value: string, more: Omit<Line, 'text'> = {}): Line => ({
    text: `${look.paint('muted', fit(name, labelWidth))}${truncate(clean(value), width - labelWidth)}`,
    copy: value,
    ...more,
  });
  const command = commandOf(app, task);
  return [
    ...folded('status', `${look.glyphs[state.glyph]} ${state.word}`, state.token),
    line('type', task.type),
    ...(task.id === '' ? [] : [line('id', task.id)]),
    ...(owner === undefined
      ? []
      : [
          line('guest', `${owner.name}  ${look.glyphs.enter} go to it`, {
            open: () => app.goTo('guests', { id: owner.id }),
            copy: owner.name,
          }),
        ]),
    line('node', `${task.node}  ${look.glyphs.enter} go to it`, {
      open: () => app.goTo('nodes', { id: `node/${task.node}` }),
      copy: task.node,
    }),
    line('user', fullUser(task)),
    line('started', stamp(task.starttime * 1000)),
    ...(task.endtime === undefined ? [] : [line('ended', stamp(task.endtime * 1000))]),
    line(task.endtime === undefined ? 'runs for' : 'took', duration(taskSeconds(task, now))),
    ...(upid === undefined ? [] : [line('process', String(upid.pid))]),
    ...folded('upid', task.upid),
    '',
    ...(command === undefined
      ? [look.paint('muted', 'what it was asked to do is not in the task')]
      : folded('again by', command)),
  ];
};

export const detailsTab: Tab<Task> = { id: 'details', title: 'details', lines };
