import type { Look } from '../../components/look.ts';
import type { TableColumn } from '../../components/table.ts';
import { clean, fit, truncate } from '../../components/text.ts';
import { moment, shortDuration } from '../../components/units.ts';
import { taskSucceeded, type Task } from '../../src/models/cluster.ts';
import { taskLabel } from '../../src/models/upid.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import type { Condition } from '../condition.ts';

/** What lists of tasks show: columns, filter fields, one line for a task. Pure: rows in, texts out. */

/** The state of a task as glyph, words and colour token. */
export const taskState = (task: Task): Condition => {
  if (task.status === undefined) return { glyph: 'working', word: 'running', token: 'info' };
  if (task.status === 'OK') return { glyph: 'running', word: 'ok', token: 'ok' };
  const word = clean(task.status);
  return taskSucceeded(task.status)
    ? { glyph: 'warning', word: word.toLowerCase(), token: 'warn' }
    : { glyph: 'failed', word, token: 'error' };
};

/** Returns a task as glyph, type, time and how it ended, in at most `width` columns. */
export const taskLine = (task: Task, now: number, width: number, look: Look): string => {
  const { glyph, word, token } = taskState(task);
  const middle = ` ${fit(clean(task.type), 13)} ${fit(moment(task.starttime * 1000, now), 11)} `;
  const rest = truncate(word, Math.max(0, width - 1 - middle.length));
  return look.paint(token, look.glyphs[glyph]) + middle + look.paint(token === 'ok' ? 'muted' : token, rest);
};

/** How long a task has run or ran, in seconds. */
export const taskSeconds = (task: Task, now: number): number =>
  Math.max(0, (task.endtime ?? Math.floor(now / 1000)) - task.starttime);

const taskColumns = (app: AppModel): readonly TableColumn<Task>[] => [
  {
    id: 'state',
    title: 'state',
    width: 16,
    flex: { share: 3, most: 44 },
    priority: 0,
    cell: (task, look) => ({
      text: `${look.glyphs[taskState(task).glyph]} ${taskState(task).word}`,
      token: taskState(task).token,
    }),
    sortKey: (task) => task.status ?? '',
  },
  {
    id: 'task',
    title: 'task',
    width: 20,
    flex: { share: 1, most: 30 },
    priority: 0,
    cell: (task) => ({ text: clean(taskLabel(task.type, task.id)) }),
    sortKey: (task) => task.type,
  },
  {
    id: 'guest',
    title: 'guest',
    width: 10,
    flex: { share: 1, most: 24 },
    priority: 2,
    cell: (task) => ({ text: clean(app.guestName(task.id) ?? '') }),
    sortKey: (task) => app.guestName(task.id) ?? '',
  },
  {
    id: 'node',
    title: 'node',
    width: 6,
    flex: { share: 1, most: 12 },
    priority: 4,
    cell: (task) => ({ text: clean(task.node) }),
    sortKey: (task) => task.node,
  },
  {
    id: 'user',
    title: 'user',
    width: 10,
    flex: { share: 1, most: 24 },
    priority: 5,
    cell: (task) => ({
      text: clean(task.tokenid === undefined ? task.user : `${task.user}!${task.tokenid}`),
      token: 'muted',
    }),
    sortKey: (task) => task.user,
  },
  {
    id: 'started',
    title: 'started',
    width: 11,
    priority: 1,
    cell: (task) => ({ text: moment(task.starttime * 1000, app.now()) }),
    sortKey: (task) => task.starttime,
  },
  {
    id: 'took',
    title: 'took',
    width: 5,
    align: 'right',
    priority: 3,
    cell: (task) => ({ text: shortDuration(taskSeconds(task, app.now())) }),
    sortKey: (task) => taskSeconds(task, app.now()),
  },
];

/** What a task is and whom it is about: `CT 104 - start relay-dev`. */
export const titleOf = (app: AppModel, task: Task): string =>
  `${taskLabel(task.type, task.id)} ${app.guestName(task.id) ?? ''}`.trim();

/** The list of tasks of a model. */
export const taskList = (app: AppModel): ListDefinition<Task> => ({
  source: () => app.live.getState().snapshot.tasks,
  idOf: (task) => task.upid,
  lasting: false,
  columns: taskColumns(app),
  filterFields: (task) => ({
    text: `${task.type} ${titleOf(app, task)} ${task.node} ${task.user} ${task.status ?? 'running'}`.toLowerCase(),
    fields: {
      id: [task.id],
      node: [task.node.toLowerCase()],
      type: [task.type.toLowerCase()],
      status: [(task.status ?? 'running').toLowerCase()],
      name: [(app.guestName(task.id) ?? '').toLowerCase()],
    },
  }),
  isFault: (task) => task.status !== undefined && task.status !== 'OK',
});
