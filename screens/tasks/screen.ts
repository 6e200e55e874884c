import { clean, truncate } from '../../components/text.ts';
import type { Task } from '../../src/models/cluster.ts';
import { listScreen } from '../listScreen.ts';
import { openLog } from '../log.ts';
import { taskList, titleOf } from './columns.ts';
import { logTab } from './log.ts';

/** Running and recent tasks of all nodes, with the end of the log of the current one. */
export const tasksScreen = listScreen<Task>({
  name: 'tasks',
  list: taskList,
  empty: () => 'no tasks: without Sys.Audit on / a token does not even see its own here',
  heading: (task, { app, look, width }) => look.paint('heading', truncate(clean(titleOf(app, task)), width)),
  tabs: [logTab],
  onOpen: (app, task) => openLog(app, task.upid),
  keys: (app, list) => ({
    log: () => {
      const task = list.current();
      if (task !== undefined) openLog(app, task.upid);
    },
    'stop-task': () => {
      const task = list.current();
      if (task === undefined) return;
      if (task.status === undefined) void app.run({ name: 'task.stop', input: { upid: task.upid } });
      else app.notify({ token: 'muted', text: 'this task has ended' });
    },
  }),
});
