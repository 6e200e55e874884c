import type { Look } from '../../components/look.ts';
import type { Cell, TableColumn } from '../../components/table.ts';
import { clean } from '../../components/text.ts';
import { moment, percent, shortDuration } from '../../components/units.ts';
import { bar } from '../../components/meters.ts';
import type { Guest, Task } from '../../src/models/cluster.ts';
import { taskLabel } from '../../src/models/upid.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { ListDefinition } from '../../src/ui/list.ts';
import { atContext, isStale } from '../../src/ui/contextOf.ts';
import type { TaskHistory } from '../../src/ui/taskHistory.ts';
import { progressOf } from '../../src/ui/taskProgress.ts';
import { taskState } from './line.ts';

/** What lists of tasks show: columns and filter fields. Pure: rows in, texts out. */

/** Who began a task: `root@pam`, with a token `root@pam!main`. */
export const fullUser = ({ user, tokenid }: Task): string => (tokenid === undefined ? user : `${user}!${tokenid}`);

/** How long a task has run or ran, in seconds. */
export const taskSeconds = (task: Task, now: number): number =>
  Math.max(0, (task.endtime ?? Math.floor(now / 1000)) - task.starttime);

/** A node that went away leaves its tasks running for ever in the cluster's list (contract §7.4). */
const isLost = (app: AppModel, task: Task): boolean =>
  task.status === undefined &&
  app.live.getState().snapshot.nodes.find(({ node }) => node === task.node)?.status === 'offline';

const barColumns = 6;

/** What is known of a task now: how it ended, how far it is, or that its node is away. */
export const taskNow = (app: AppModel, task: Task, look: Look): Cell => {
  if (isLost(app, task)) return { text: `${look.glyphs.unknown} its node is away`, token: 'warn' };
  const { glyph, word, token } = taskState(task);
  const progress = progressOf(app, task);
  if (progress === undefined) return { text: `${look.glyphs[glyph]} ${word}`, token };
  // Of a backup of one guest the row says already which.
  const step = progress.step === undefined || progress.step === `VM ${task.id}` ? '' : ` ${clean(progress.step)}`;
  const told = `${bar(look, progress.fraction, barColumns)} ${percent(progress.fraction).padStart(4)}${step}`;
  return { text: `${look.glyphs[glyph]} ${told}`, token };
};

const taskColumns = (app: AppModel): readonly TableColumn<Task>[] => [
  {
    id: 'state',
    title: 'state',
    width: 14,
    flex: { share: 3, most: 60 },
    priority: 0,
    cell: (task, look) => taskNow(app, task, look),
    sortKey: (task) => task.status ?? '',
  },
  {
    id: 'task',
    title: 'task',
    width: 18,
    flex: { share: 3, most: 36 },
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
    cell: (task) => ({ text: clean(app.cluster.guestName(task.id, task.context) ?? '') }),
    sortKey: (task) => app.cluster.guestName(task.id, task.context) ?? '',
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
    cell: (task) => ({ text: clean(fullUser(task)), token: 'muted' }),
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

/** The guest that a task is about; undefined where it is about none that is known. */
export const ownerOf = (app: AppModel, task: Task): Guest | undefined =>
  app.live.getState().snapshot.guests.find(({ vmid }) => String(vmid) === task.id);

/** What a task is and whom it is about: `CT 104 - start relay-dev`. */
export const titleOf = (app: AppModel, task: Task): string =>
  `${taskLabel(task.type, task.id)} ${app.cluster.guestName(task.id, task.context) ?? ''}`.trim();

/** Spans that `since:` takes, in seconds. */
const spans: readonly (readonly [span: string, seconds: number])[] = [
  ...[10, 30].map((minutes) => [`${String(minutes)}m`, minutes * 60] as const),
  ...[1, 2, 3, 6, 12, 24].map((hours) => [`${String(hours)}h`, hours * 3600] as const),
  ...[1, 2, 3, 7, 14, 30].map((days) => [`${String(days)}d`, days * 86_400] as const),
];

/** What `since:` matches: each span within which the task began. */
const spansOf = (task: Task, now: number): readonly string[] =>
  spans.flatMap(([span, seconds]) => (now / 1000 - task.starttime <= seconds ? [span] : []));

/** The list of tasks of a model. */
export const taskList = (app: AppModel, history: TaskHistory): ListDefinition<Task> => ({
  source: () => history.rows(),
  idOf: (task) => task.upid,
  lasting: false,
  columns: taskColumns(app),
  stale: (task) => isStale(app.live.getState(), task),
  filterFields: (task) => ({
    text: `${task.type} ${titleOf(app, task)} ${task.node} ${task.user} ${task.status ?? 'running'}${atContext(task)}`.toLowerCase(),
    fields: {
      id: [task.id],
      node: [task.node.toLowerCase()],
      type: [task.type.toLowerCase()],
      user: [fullUser(task).toLowerCase()],
      status: [(task.status ?? 'running').toLowerCase()],
      name: [(app.cluster.guestName(task.id, task.context) ?? '').toLowerCase()],
      // Asked for when it is looked at: a task gets older.
      get since() {
        return spansOf(task, app.now());
      },
    },
  }),
  isFault: (task) => task.status !== undefined && task.status !== 'OK',
});
