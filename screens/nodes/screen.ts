import { clean, truncate } from '../../components/text.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { graphKeys } from '../graphKeys.ts';
import { listScreen } from '../listScreen.ts';
import { nodeActions } from './actions.ts';
import { nodeList } from './columns.ts';
import { describeNode } from './describe.ts';
import { disksTab } from './disks.ts';
import { graphsTab } from './graphs.ts';
import { journalTab } from './journal.ts';
import { networkTab } from './network.ts';
import { servicesTab } from './services.ts';
import { summaryTab } from './summary.ts';
import { tasksTab } from './tasks.ts';
import { updatesTab } from './updates.ts';

const openNew = (app: AppModel, { node }: ClusterNode): void =>
  app.arrive(async () => app.openMenu((await import('../forms/newGuest.ts')).newGuestMenu(app, { node })));

const openShell = (app: AppModel, { node }: ClusterNode): void =>
  app.arrive(async () => {
    const { enterConsole } = await import('../console.ts');
    enterConsole(app, { name: 'node.console', input: { node } });
  });

/** The nodes of the cluster. */
export const nodesScreen = listScreen<ClusterNode>({
  name: 'nodes',
  list: nodeList,
  empty: () => 'no nodes yet',
  heading: (node, { look, width }) =>
    look.paint('heading', truncate(clean(node.node), width - 6)) + look.paint('muted', '  node'),
  tabs: [summaryTab, disksTab, networkTab, servicesTab, updatesTab, journalTab, graphsTab, tasksTab],
  actions: nodeActions,
  keys: (app, list, details) => ({
    actions: () => {
      const node = list.current();
      if (node !== undefined) app.openMenu(nodeActions(app, [node]));
    },
    ...graphKeys(app, () => details.tab === graphsTab.id),
    new: () => {
      const node = list.current();
      if (node !== undefined) openNew(app, node);
    },
    console: () => {
      const node = list.current();
      if (node !== undefined) openShell(app, node);
    },
    describe: () => {
      const node = list.current();
      if (node !== undefined) describeNode(app, node);
    },
  }),
});
