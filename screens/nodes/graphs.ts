import { bytes, percent } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { Tab } from '../../src/ui/screen.ts';
import { graphOf } from '../graphKeys.ts';
import { graphEveryMs, historyLines, type Figure } from '../graphs.ts';

const rate = (value: number): string => `${bytes(value)}/s`;

/** Load as a share of what the node has; the scale is as small as the load, down to 5 %. */
const shareTops = [0.05, 0.1, 0.25, 0.5, 1];

const share = (title: string, token: Figure['token'], value: Figure['value']): Figure => ({
  title,
  token,
  value,
  unit: percent,
  top: (_points, most) => shareTops.find((top) => top >= most) ?? 1,
});

const figures: readonly Figure[] = [
  share('cpu', 'accent', ({ cpu }) => cpu),
  share('waiting for disks', 'warn', ({ iowait }) => iowait),
  {
    title: 'memory',
    token: 'info',
    value: ({ memused }) => memused,
    unit: bytes,
    top: (points, most) => Math.max(most, points.findLast(({ memtotal }) => (memtotal ?? 0) > 0)?.['memtotal'] ?? 1),
  },
  { title: 'net in', token: 'ok', value: ({ netin }) => netin, unit: rate },
  { title: 'net out', token: 'ok', value: ({ netout }) => netout, unit: rate },
];

/** The history of a node as every node of the cluster keeps it: also of one that is away. */
export const graphsTab: Tab<ClusterNode> = {
  id: 'graphs',
  title: 'graphs',
  picture: true,
  sideways: (app, step) => graphOf(app).point(step),
  lines: (node, place) => {
    const { frame } = graphOf(place.app);
    const answer = place.app.look('node.rrd', { node: node.node, timeframe: frame }, { everyMs: graphEveryMs(frame) });
    return historyLines(figures, answer, place);
  },
};
