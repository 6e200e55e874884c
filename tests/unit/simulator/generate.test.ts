import { describe, expect, it } from 'vitest';
import { assetPath } from '../../../src/simulator/assets.ts';
import { loadFixture } from '../../../src/simulator/fixture.ts';
import { generateWorld } from '../../../src/simulator/generate.ts';
import { ClusterLab, labTime } from '../../support/cluster-lab.ts';

describe('a made-up cluster', () => {
  const world = generateWorld({ nodes: 3, guests: 1000, seed: 5 }, labTime);
  const guests = [...world.guests.values()];

  it('is of the size that was asked for, and the same for the same seed', () => {
    expect([world.nodes.size, world.guests.size]).toEqual([3, 1000]);
    expect(generateWorld({ nodes: 3, guests: 1000, seed: 5 }, labTime)).toEqual(world);
    expect(generateWorld({ nodes: 3, guests: 1000, seed: 6 }, labTime)).not.toEqual(world);
  });

  it('has both kinds, most of them running, some in pools, templates among them', () => {
    const share = (test: (guest: (typeof guests)[number]) => boolean): number =>
      guests.filter(test).length / guests.length;
    expect(share((guest) => guest.type === 'lxc')).toBeCloseTo(0.6, 1);
    expect(share((guest) => guest.running)).toBeCloseTo(0.85, 1);
    expect(share((guest) => guest.config['template'] === 1)).toBeGreaterThan(0);
    const pooled = [...world.pools.values()].reduce((sum, pool) => sum + pool.vms.size, 0);
    expect(pooled / guests.length).toBeCloseTo(0.67, 1);
    expect(new Set(guests.map((guest) => guest.node))).toEqual(new Set(['pve1', 'pve2', 'pve3']));
    expect(new Set(guests.map((guest) => guest.config['hostname'] ?? guest.config['name'])).size).toBe(1000);
  });

  it('answers as any other, and a guest of it starts', async () => {
    const lab = new ClusterLab(world);
    expect(await lab.rows('GET /cluster/resources', { type: 'vm' })).toHaveLength(1000);
    const stopped = guests.find(
      (guest) => !guest.running && guest.config['template'] === undefined && guest.config['lock'] === undefined,
    );
    const { node, type, vmid } = stopped ?? { node: '', type: '', vmid: 0 };
    expect((await lab.run(`POST /nodes/${node}/${type}/${vmid}/status/start`)).exitstatus).toBe('OK');
  });

  it('draws the rows of a cycle once', async () => {
    const lab = new ClusterLab(generateWorld({ nodes: 1, guests: 50, seed: 1 }, labTime));
    const [guest] = lab.world.guests.values();
    const before = await lab.row('GET /cluster/resources', 'vmid', 100);
    if (guest) guest.cpu = { mean: 1, amplitude: 0, periodSeconds: 0, seed: 1 };
    expect(await lab.row('GET /cluster/resources', 'vmid', 100)).toEqual(before);
  });
});

describe('the homelab of the demo', () => {
  const lab = new ClusterLab(loadFixture(assetPath('demo/homelab.yaml'), labTime));

  it('has two of three nodes and is still quorate', async () => {
    const [cluster, ...nodes] = await lab.rows('GET /cluster/status');
    expect(cluster).toMatchObject({ name: 'homelab', quorate: 1 });
    expect(nodes.map((node) => node['online'])).toEqual([1, 1, 0]);
  });

  it('has about forty guests in every state that a list must show', async () => {
    const rows = await lab.rows('GET /cluster/resources', { type: 'vm' });
    expect(rows.length).toBeGreaterThan(40);
    expect(new Set(rows.map((row) => row['status']))).toEqual(new Set(['running', 'stopped', 'paused', 'unknown']));
    for (const key of ['hastate', 'lock', 'pool', 'tags'])
      expect(rows.some((row) => row[key] !== undefined)).toBe(true);
    expect(rows.filter((row) => row['template'] === 1)).toHaveLength(3);
  });

  it('keeps its nodes busy but not drowned at any time of the day', async () => {
    for (const node of ['pve1', 'pve2']) {
      const loads = (await lab.rows(`GET /nodes/${node}/rrddata`, { timeframe: 'day' })).map((row) =>
        Number(row['cpu']),
      );
      expect(Math.max(...loads)).toBeLessThan(1);
      expect(Math.min(...loads)).toBeGreaterThan(0.1);
    }
  });

  it('has a slow storage that is nearly full, and a backup that failed for it', async () => {
    const nas = await lab.row('GET /cluster/resources', 'storage', 'nas');
    expect(Number(nas['disk']) / Number(nas['maxdisk'])).toBeGreaterThan(0.95);
    expect(lab.world.storages.get('nas')?.places.get('')?.delayMs).toBeGreaterThan(0);
    const failed = await lab.row('GET /cluster/tasks', 'status', 'job errors');
    const log = await lab.rows(`GET /nodes/pve2/tasks/${String(failed['upid'])}/log`, { limit: 0 });
    expect(log.some((line) => String(line['t']).includes('storage is full'))).toBe(true);
  });

  it('dates its backups by their age', async () => {
    const backups = await lab.rows('GET /nodes/pve1/storage/pbs/content');
    expect(backups).toContainEqual(
      expect.objectContaining({ volid: 'pbs:backup/ct/101/2026-11-20T11:06:40Z', vmid: 101, ctime: labTime - 36_000 }),
    );
  });

  it('shows each of its people what is theirs', async () => {
    const seenBy = async (who: string): Promise<unknown[]> =>
      (await lab.rows('GET /cluster/resources', { type: 'vm' }, who)).map((row) => row['vmid']);
    expect(await seenBy('ben@pve')).toEqual([153]);
    expect(await seenBy('ci@pve!deploy')).toEqual([140, 141, 142]);
    expect((await seenBy('anna@pve')).length).toBeGreaterThan(40);
  });
});
