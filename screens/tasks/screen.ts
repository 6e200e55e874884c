import { clean, truncate } from '../../components/text.ts';
import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Screen } from '../../src/ui/screen.ts';
import { TaskHistory } from '../../src/ui/taskHistory.ts';
import { listScreen } from '../listScreen.ts';
import { openLog } from '../log.ts';
import { goToOwner, taskActions } from './actions.ts';
import { copyCommand } from './beginning.ts';
import { taskList, titleOf } from './columns.ts';
import { detailsTab } from './details.ts';
import { logTab } from './log.ts';

/** Running tasks first, then the history of all nodes as far back as one scrolls. */
export const tasksScreen = (app: AppModel): Screen => {
  const history = new TaskHistory(app);
  const screen = listScreen<Task>({
    name: 'tasks',
    list: () => taskList(app, history),
    empty: () => 'no tasks: without Sys.Audit on / a token does not even see its own here',
    heading: (task, { look, width }) => look.paint('heading', truncate(clean(titleOf(app, task)), width)),
    tabs: [logTab, detailsTab],
    // What ran and for whom is read here all the time, a log on the whole body.
    detailsShare: 0.3,
    actions: taskActions,
    onOpen: (_app, task) => openLog(app, task.upid),
    keys: (_app, list) => {
      const withCurrent = (act: (task: Task) => void) => (): void => {
        const task = list.current();
        if (task !== undefined) act(task);
      };
      return {
        log: withCurrent(({ upid }) => openLog(app, upid)),
        actions: withCurrent((task) => app.openMenu(taskActions(app, [task]))),
        'copy-command': withCurrent((task) => void copyCommand(app, task)),
        owner: withCurrent((task) => goToOwner(app, task)),
      };
    },
  })(app);
  const list = app.list<Task>('tasks', () => taskList(app, history));
  return {
    ...screen,
    body: (drawing, layout) => {
      const lines = screen.body(drawing, layout);
      // The end is in sight: what is further back is read.
      if (list.top() + list.height >= list.rows().length) history.seeEnd();
      return lines;
    },
  };
};
