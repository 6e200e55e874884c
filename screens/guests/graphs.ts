import { bytes } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { TabBody } from '../lateTab.ts';
import { graphEveryMs, graphOf, historyLines, rate, shareFigure, type Figure } from '../graphs.ts';

const figures: readonly Figure[] = [
  shareFigure('cpu', 'accent', ({ cpu }) => cpu),
  {
    title: 'memory',
    token: 'info',
    value: ({ mem }) => mem,
    unit: bytes,
    top: (points, most) => Math.max(most, points.findLast(({ maxmem }) => (maxmem ?? 0) > 0)?.['maxmem'] ?? 1),
  },
  { title: 'net in', token: 'ok', value: ({ netin }) => netin, unit: rate },
  { title: 'net out', token: 'ok', value: ({ netout }) => netout, unit: rate },
  { title: 'disk read', token: 'warn', value: ({ diskread }) => diskread, unit: rate },
  { title: 'disk write', token: 'warn', value: ({ diskwrite }) => diskwrite, unit: rate },
];

/** The history of a guest as Proxmox VE keeps it. */
export const graphsTab: TabBody<Guest> = {
  sideways: (app, step) => graphOf(app).point(step),
  lines: (guest, place) => {
    const { frame } = graphOf(place.app);
    const answer = place.app.look('guest.rrd', { guest: guest.id, timeframe: frame }, { everyMs: graphEveryMs(frame) });
    return historyLines(figures, answer, place);
  },
};
