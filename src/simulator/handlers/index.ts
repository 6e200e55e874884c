import { accessRoutes } from './access.ts';
import { clusterRoutes } from './cluster.ts';
import { directoryRoutes } from './directories.ts';
import { guestRoutes } from './guests.ts';
import { nodeRoutes } from './nodes.ts';
import { poolRoutes } from './pools.ts';
import { storageRoutes } from './storage.ts';
import { taskRoutes } from './tasks.ts';
import { ticketRoutes } from './ticket.ts';
import { versionRoutes } from './version.ts';
import type { Authority } from '../auth.ts';
import type { Routes } from '../handler.ts';
import type { Schema } from '../schema.ts';

const routes: Routes = {
  ...versionRoutes,
  ...taskRoutes,
  ...accessRoutes,
  ...clusterRoutes,
  ...nodeRoutes,
  ...guestRoutes,
  ...poolRoutes,
  ...storageRoutes,
};

/** Every method that the simulator answers: the directories of the schema, what is written by hand, and logging in. */
export const allRoutes = (schema: Schema, authority: Authority): Routes => ({
  ...directoryRoutes(schema),
  ...routes,
  ...ticketRoutes(authority),
});
