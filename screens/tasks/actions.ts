import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { mayNot } from '../../src/ui/mayNot.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { taskCommand } from '../../src/ui/taskCommand.ts';
import { openLog } from '../log.ts';
import { copyCommand, toldByLog } from './beginning.ts';
import { ownerOf, titleOf } from './columns.ts';

/** Stops a task, or says that it has ended. */
export const stopTask = (app: AppModel, task: Task): void => {
  if (task.status === undefined) void app.run({ name: 'task.stop', input: { upid: task.upid } });
  else app.notify({ token: 'muted', text: 'this task has ended' });
};

/** Goes to the guest that a task is about, or says that there is none. */
export const goToOwner = (app: AppModel, task: Task): void => {
  const owner = ownerOf(app, task);
  if (owner === undefined) app.notify({ token: 'muted', text: 'this task is about no guest that is known' });
  else app.goTo('guests', { id: owner.id });
};

/** Why a task cannot be stopped, as far as is known; what `task.stop` would say. */
const notToStop = (app: AppModel, task: Task): string | undefined => {
  if (task.status !== undefined) return 'has ended';
  const { snapshot } = app.live.getState();
  if (snapshot.nodes.find(({ node }) => node === task.node)?.status === 'offline') return `node ${task.node} is away`;
  return mayNot(app, 'task.stop', task, [{ path: `/nodes/${task.node}`, privilege: 'Sys.Modify' }]);
};

/** What can be done with a task; nothing is hidden, every no has its reason. */
export const taskActions = (
  app: AppModel,
  [task]: readonly Task[],
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  if (task === undefined) return { title: '', items: [] };
  const owner = ownerOf(app, task);
  const unstoppable = notToStop(app, task);
  const command = taskCommand(task, []);
  const isUntold = command === undefined && !toldByLog.has(task.type);
  return {
    title: titleOf(app, task),
    items: [
      { title: 'log', key: 'l', detail: 'to its end', run: () => openLog(app, task.upid) },
      {
        title: 'stop',
        key: 's',
        detail: 'in the middle of its work',
        ...(unstoppable !== undefined && { impossible: unstoppable }),
        run: () => stopTask(app, task),
      },
      {
        title: 'copy as command',
        key: 'c',
        detail: command ?? 'as its log tells it',
        ...(isUntold && { impossible: 'the task does not tell what it was asked to do' }),
        run: () => void copyCommand(app, task),
      },
      {
        title: 'go to guest',
        key: 'g',
        detail: owner === undefined ? '' : `${String(owner.vmid)} ${owner.name}`,
        ...(owner === undefined && { impossible: 'is about no guest that is known' }),
        run: () => goToOwner(app, task),
      },
      {
        title: 'go to node',
        key: 'n',
        detail: task.node,
        run: () => app.goTo('nodes', { id: `node/${task.node}` }),
      },
      { title: 'copy UPID', key: 'u', detail: '', run: () => app.copy(task.upid) },
    ],
  };
};
