import { clean, truncate } from '../../components/text.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import { listScreen } from '../listScreen.ts';
import { nodeList } from './columns.ts';
import { summaryTab } from './summary.ts';

/** The nodes of the cluster. */
export const nodesScreen = listScreen<ClusterNode>({
  name: 'nodes',
  list: nodeList,
  empty: () => 'no nodes yet',
  heading: (node, { look, width }) =>
    look.paint('heading', truncate(clean(node.node), width - 6)) + look.paint('muted', '  node'),
  tabs: [summaryTab],
});
