import type { Routes } from '../handler.ts';
import { firewallRoutes } from './firewall.ts';
import { agentRoutes } from './guests/agent.ts';
import { bulkRoutes } from './guests/bulk.ts';
import { cloneRoutes } from './guests/clone.ts';
import { configRoutes } from './guests/config.ts';
import { consoleRoutes } from './guests/console.ts';
import { createContainerRoutes } from './guests/create-lxc.ts';
import { createVmRoutes } from './guests/create-qemu.ts';
import { destroyRoutes } from './guests/destroy.ts';
import { diskRoutes } from './guests/disks.ts';
import { forBoth, guestOf } from './guests/guest.ts';
import { migrateRoutes } from './guests/migrate.ts';
import { powerRoutes } from './guests/power.ts';
import { readRoutes } from './guests/reads.ts';
import { snapshotRoutes } from './guests/snapshots.ts';
import { vzdumpRoutes } from './guests/vzdump.ts';

/** Nobody has logged a packet yet: the file is not there (observed on 9.2). */
const emptyFirewallLog: Routes = forBoth({
  'GET /firewall/log': (call) => {
    call.siblings['total'] = 1;
    return [{ n: 1, t: 'unable to open file - No such file or directory' }];
  },
});

/** Everything below /nodes/{node}/lxc and /nodes/{node}/qemu but RRD data, backups by vzdump, and the bulk actions of a node. */
export const guestRoutes: Routes = {
  ...readRoutes,
  ...configRoutes,
  ...powerRoutes,
  ...snapshotRoutes,
  ...createContainerRoutes,
  ...createVmRoutes,
  ...cloneRoutes,
  ...destroyRoutes,
  ...diskRoutes,
  ...migrateRoutes,
  ...firewallRoutes('/nodes/{node}/lxc/{vmid}/firewall', (call) => guestOf(call, 'lxc').firewall),
  ...firewallRoutes('/nodes/{node}/qemu/{vmid}/firewall', (call) => guestOf(call, 'qemu').firewall),
  ...emptyFirewallLog,
  ...agentRoutes,
  ...consoleRoutes,
  ...vzdumpRoutes,
  ...bulkRoutes,
};
