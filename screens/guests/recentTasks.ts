import type { Guest, Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';

/** Tasks of a guest that the poll brings anyway: the newest of all nodes. */
export const recentTasks = (app: AppModel, guest: Guest): readonly Task[] =>
  app.live.getState().snapshot.tasks.filter((task) => task.id === String(guest.vmid) && task.context === guest.context);
