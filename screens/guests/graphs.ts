import { bytes, percent } from '../../components/units.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { TabBody } from '../lateTab.ts';
import { graphOf } from '../graphKeys.ts';
import { graphEveryMs, historyLines, type Figure } from '../graphs.ts';

const rate = (value: number): string => `${bytes(value)}/s`;

/** Load as a share of what the guest has; the scale is as small as the load, down to 5 %. */
const shareTops = [0.05, 0.1, 0.25, 0.5, 1];

const figures: readonly Figure[] = [
  {
    title: 'cpu',
    token: 'accent',
    value: ({ cpu }) => cpu,
    unit: percent,
    top: (_points, most) => shareTops.find((top) => top >= most) ?? 1,
  },
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
