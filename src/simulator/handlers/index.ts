import { accessRoutes } from './access.ts';
import { clusterRoutes } from './cluster.ts';
import { guestRoutes } from './guests.ts';
import { nodeRoutes } from './nodes.ts';
import { poolRoutes } from './pools.ts';
import { storageRoutes } from './storage.ts';
import { taskRoutes } from './tasks.ts';
import { versionRoutes } from './version.ts';
import type { Routes } from '../handler.ts';

/** Every method the simulator answers, beside the directories and tickets that simulator.ts adds. */
export const routes: Routes = {
  ...versionRoutes,
  ...taskRoutes,
  ...accessRoutes,
  ...clusterRoutes,
  ...nodeRoutes,
  ...guestRoutes,
  ...poolRoutes,
  ...storageRoutes,
};
