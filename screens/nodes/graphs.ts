import { bytes } from '../../components/units.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { Tab } from '../../src/ui/screen.ts';
import { graphEveryMs, graphOf, historyLines, rate, shareFigure, type Figure } from '../graphs.ts';

const figures: readonly Figure[] = [
  shareFigure('cpu', 'accent', ({ cpu }) => cpu),
  shareFigure('waiting for disks', 'warn', ({ iowait }) => iowait),
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
