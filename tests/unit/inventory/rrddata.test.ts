import { expect, test } from 'vitest';
import { pastLoad } from '../../../src/inventory/rrddata.ts';
import { FakeCluster, guest, node } from './fakes.ts';

const { signal } = new AbortController();

test('a guest is asked for by its node, as a person would', async () => {
  const cluster = new FakeCluster(() => 0);
  cluster.rrddata = [{ time: 60, cpu: 0.5, mem: 256, maxmem: 1_024 }];
  expect(await pastLoad(cluster.client, guest(200, { type: 'qemu', node: 'pve 2' }), signal)).toEqual([
    { at: 60_000, cpu: 0.5, mem: 0.25 },
  ]);
  expect(cluster.calls).toEqual([
    { what: 'GET /nodes/pve%202/qemu/200/rrddata {"timeframe":"hour","cf":"AVERAGE"}', at: 0, origin: 'person' },
  ]);
});

test('a node names its memory otherwise; figures may be strings, points empty, and what is no point is left out', async () => {
  const cluster = new FakeCluster(() => 0);
  cluster.rrddata = [
    { time: '60', cpu: '0.5', memused: '1e3', memtotal: 4_000 },
    { time: 120 },
    { time: 180, cpu: null, memused: 1, memtotal: 0 },
    'nonsense',
    { cpu: 1 },
    { time: 240, cpu: '' },
  ];
  const gap = { cpu: Number.NaN, mem: Number.NaN };
  expect(await pastLoad(cluster.client, node('pve1'), signal)).toEqual([
    { at: 60_000, cpu: 0.5, mem: 0.25 },
    { at: 120_000, ...gap },
    { at: 180_000, ...gap },
  ]);
  expect(cluster.calls[0]?.what).toMatch(/^GET \/nodes\/pve1\/rrddata /);
});
