import { describe, expect, it } from 'vitest';
import { nextEvent } from '../../../src/simulator/calendar-next.ts';
import { countedSeconds, loadAt, meanLoad } from '../../../src/simulator/load.ts';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';

const curve = { mean: 0.4, amplitude: 0.3, periodSeconds: 600, seed: 7 };
const moments = Array.from({ length: 200 }, (_, index) => labTime + index * 10);

describe('load curves', () => {
  it('depend on nothing but profile and time', () => {
    expect(moments.map((at) => loadAt(curve, at))).toEqual(moments.map((at) => loadAt({ ...curve }, at)));
    expect(loadAt(curve, labTime)).not.toBe(loadAt({ ...curve, seed: 8 }, labTime));
  });

  it('stay between nothing and all, and swing around their mean', () => {
    const loads = moments.map((at) => loadAt(curve, at));
    expect(Math.min(...loads)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...loads)).toBeLessThanOrEqual(1);
    expect(Math.max(...loads) - Math.min(...loads)).toBeGreaterThan(0.5);
    expect(meanLoad(curve, labTime, 6000)).toBeCloseTo(0.4, 0);
  });

  it('let counters grow with them and never fall', () => {
    const counted = moments.map((_, index) => countedSeconds(curve, index * 10));
    expect(counted.every((value, index) => index === 0 || value > (counted[index - 1] ?? 0))).toBe(true);
    expect(countedSeconds(curve, 6000)).toBeCloseTo(6000, 0);
  });
});

describe('calendar events', () => {
  const friday = Date.parse('2026-11-20T21:21:09Z') / 1000;
  it.each([
    ['02:30', 'UTC', '2026-11-21T02:30:00Z'],
    ['02:30', 'Europe/Vienna', '2026-11-21T01:30:00Z'],
    ['sat 18:15', 'UTC', '2026-11-21T18:15:00Z'],
    ['mon..fri 21:00', 'UTC', '2026-11-23T21:00:00Z'],
    ['*/15', 'UTC', '2026-11-20T21:30:00Z'],
    ['*:0/15', 'UTC', '2026-11-20T21:30:00Z'],
    ['hourly', 'UTC', '2026-11-20T22:00:00Z'],
    ['daily', 'UTC', '2026-11-21T00:00:00Z'],
    ['monthly', 'UTC', '2026-12-01T00:00:00Z'],
    ['8..18/2:00', 'UTC', '2026-11-21T08:00:00Z'],
    ['2,22:10', 'UTC', '2026-11-20T22:10:00Z'],
    ['*-12-24 12:00', 'UTC', '2026-12-24T12:00:00Z'],
    ['sun 2027-*-* 00:00', 'UTC', '2027-01-03T00:00:00Z'],
  ])('%s in %s happens next at %s', (event, timezone, expected) => {
    expect(nextEvent(event, friday, timezone)).toBe(Date.parse(expected) / 1000);
  });

  it('never happen on a day that there is not', () => {
    expect(nextEvent('*-02-30 12:00', friday, 'UTC')).toBeUndefined();
  });
});

const fixture = `
cluster: { name: lab }
nodes: { pve1: {}, pve2: {} }
guests:
  101: { type: lxc, node: pve1, running: 1, config: { hostname: a, rootfs: 'local:101/vm-101-disk-0.raw,size=4G', tags: flapping } }
  102: { type: lxc, node: pve1, config: { hostname: b, rootfs: 'local:102/vm-102-disk-0.raw,size=4G' } }
storages: { local: { config: { type: dir, path: /var/lib/vz, content: 'rootdir,backup' }, places: { pve1: { total: 100G }, pve2: { total: 100G } } } }
backupJobs:
  often: { schedule: '*:0/15', vmid: '102', storage: local, mode: snapshot, enabled: 1 }
  off: { schedule: '*:0/15', vmid: '101', storage: local, enabled: 0 }
`;

const types = (lab: ClusterLab): string[] => lab.world.tasks.map((task) => `${task.type}:${task.id}`);
// labTime is 21:06:40; a quarter past is 500 s later.
const beforeQuarter = 490;
const afterQuarter = 505;

describe('a living cluster', () => {
  it('runs backup jobs when they are due, and only those that are enabled', async () => {
    const lab = new ClusterLab(fixture);
    await lab.live(400, beforeQuarter);
    expect(types(lab).filter((type) => type.startsWith('vzdump'))).toEqual([]);
    await lab.live(beforeQuarter, afterQuarter);
    expect(types(lab).filter((type) => type.startsWith('vzdump'))).toEqual(['vzdump:102']);
    expect(await lab.rows('GET /nodes/pve1/storage/local/content', { content: 'backup' })).toHaveLength(1);
  });

  it('lets a guest fall over and come up again', async () => {
    const lab = new ClusterLab(fixture);
    const states: (boolean | undefined)[] = [];
    for (let minute = 0; minute < 6; minute += 1) {
      await lab.live(minute * 120, (minute + 1) * 120);
      states.push(lab.world.guests.get(101)?.running);
    }
    expect(states).toEqual([false, true, false, true, false, true]);
  });

  it('gives the same events to the same seed and others to another', async () => {
    const story = async (seed: number): Promise<unknown> => {
      const lab = new ClusterLab(fixture);
      for (let step = 0; step < 40; step += 1) await lab.live(step * 20, (step + 1) * 20, seed);
      return [...lab.world.nodes.values()].map((node) => node.syslog);
    };
    const [first, again, other] = [await story(1), await story(1), await story(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('brings a guest under HA to the state that was asked for', async () => {
    const lab = new ClusterLab(fixture);
    await lab.ask('POST /cluster/ha/resources', { sid: 'ct:102', state: 'started' });
    await lab.live(0, 10);
    expect(lab.world.guests.get(102)?.running).toBe(true);
    await lab.ask('PUT /cluster/ha/resources/ct:102', { state: 'stopped' });
    await lab.live(10, 20);
    await lab.live(20, 30);
    expect(lab.world.guests.get(102)?.running).toBe(false);
    expect(await lab.row('GET /cluster/resources', 'vmid', 102)).toMatchObject({ hastate: 'stopped' });
  });

  it('leaves a guest alone that ended in an error, until somebody takes it out of service', async () => {
    const lab = new ClusterLab(fixture);
    await lab.ask('POST /cluster/ha/resources', { sid: 'ct:102', state: 'started' });
    const resource = lab.world.ha.resources.get('ct:102');
    if (resource !== undefined) resource.crmState = 'error';
    await lab.live(0, 10);
    expect(lab.world.guests.get(102)?.running).toBe(false);
    expect(await lab.row('GET /cluster/resources', 'vmid', 102)).toMatchObject({ hastate: 'error' });
    await lab.ask('PUT /cluster/ha/resources/ct:102', { state: 'disabled' });
    await lab.live(10, 20);
    await lab.ask('PUT /cluster/ha/resources/ct:102', { state: 'started' });
    await lab.live(20, 30);
    expect(lab.world.guests.get(102)?.running).toBe(true);
  });

  it('wakes a node that can be woken', async () => {
    const lab = new ClusterLab(fixture);
    const node = lab.world.nodes.get('pve2');
    if (node) node.online = false;
    expect((await lab.ask('POST /nodes/pve2/wakeonlan')).reason).toContain('No wake on LAN MAC address');
    if (node) node.facts['config'] = { wakeonlan: 'mac=BC:24:11:00:00:02' };
    expect((await lab.ask('POST /nodes/pve2/wakeonlan')).data).toBe('BC:24:11:00:00:02');
    await lab.live(0, 61);
    expect(node?.online).toBe(true);
  });
});
