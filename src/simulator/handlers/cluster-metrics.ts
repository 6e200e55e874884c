import type { ApiCall, Routes } from '../handler.ts';
import { cycleSeconds, sampleAt } from '../pvestatd.ts';
import type { Row } from '../pvestatd.ts';
import { isDisabled, placeOf, storageOnNode } from '../usage.ts';
import type { NodeState } from '../world.ts';

type Kind = 'gauge' | 'derive';

interface Metric {
  readonly id: string;
  readonly metric: string;
  readonly type: Kind;
  readonly value: number;
  readonly timestamp: number;
}

const metricsOf = (id: string, timestamp: number, values: readonly [string, Kind, number][]): Metric[] =>
  values.map(([metric, type, value]) => ({ id, metric, type, value, timestamp }));

const number = (row: Row, key: string): number => Number(row[key] ?? 0);

const nodeMetrics = (call: ApiCall, node: NodeState, timestamp: number): Metric[] => {
  const sample = sampleAt(call.world, call.now());
  const usage = sample.nodes.get(node.name);
  if (!usage) return [];
  const guests = [...sample.guests.values()].filter((row) => row['node'] === node.name);
  const sum = (key: string): number => guests.reduce((total, row) => total + number(row, key), 0);
  return metricsOf(`node/${node.name}`, timestamp, [
    ['uptime', 'gauge', usage.uptime],
    ['net_in', 'derive', sum('netin')],
    ['net_out', 'derive', sum('netout')],
    ['cpu_avg1', 'gauge', usage.loadavg[0]],
    ['cpu_avg5', 'gauge', usage.loadavg[1]],
    ['cpu_avg15', 'gauge', usage.loadavg[2]],
    ['cpu_max', 'gauge', node.cpus],
    ['cpu_current', 'gauge', usage.cpu],
    ['cpu_iowait', 'gauge', usage.wait],
    ['mem_total', 'gauge', node.memoryBytes],
    ['mem_used', 'gauge', usage.mem],
    ['swap_total', 'gauge', node.swapBytes],
    ['swap_used', 'gauge', usage.swap],
    ['disk_total', 'gauge', node.rootBytes],
    ['disk_used', 'gauge', usage.disk],
  ]);
};

const guestMetrics = (row: Row, timestamp: number): Metric[] =>
  metricsOf(String(row['id']), timestamp, [
    ['uptime', 'gauge', number(row, 'uptime')],
    ['cpu_max', 'gauge', number(row, 'maxcpu')],
    ['cpu_current', 'gauge', number(row, 'cpu')],
    ['mem_total', 'gauge', number(row, 'maxmem')],
    ['mem_used', 'gauge', number(row, 'mem')],
    ['disk_total', 'gauge', number(row, 'maxdisk')],
    ['disk_used', 'gauge', number(row, 'disk')],
    ['net_in', 'derive', number(row, 'netin')],
    ['net_out', 'derive', number(row, 'netout')],
    ['disk_read', 'derive', number(row, 'diskread')],
    ['disk_write', 'derive', number(row, 'diskwrite')],
  ]);

const storageMetrics = (call: ApiCall, node: NodeState, timestamp: number): Metric[] =>
  [...call.world.storages.values()].flatMap((storage) => {
    const place = placeOf(storage, node.name);
    if (!place?.active || isDisabled(storage) || !storageOnNode(storage, node.name)) return [];
    return metricsOf(`storage/${node.name}/${storage.storage}`, timestamp, [
      ['disk_total', 'gauge', place.totalBytes],
      ['disk_used', 'gauge', place.usedBytes],
    ]);
  });

/** `GET /cluster/metrics/export`: the last cycle of every node, its guests and storages. */
const exportMetrics = (call: ApiCall): unknown => {
  const sample = sampleAt(call.world, call.now());
  const timestamp = Math.floor(sample.at / cycleSeconds) * cycleSeconds;
  const online = [...call.world.nodes.values()].filter((node) => node.online);
  const data = online.flatMap((node) => [
    ...nodeMetrics(call, node, timestamp),
    ...[...sample.guests.values()]
      .filter((row) => row['node'] === node.name)
      .flatMap((row) => guestMetrics(row, timestamp)),
    ...storageMetrics(call, node, timestamp),
  ]);
  return { data };
};

/** /cluster/metrics/export; metric servers are among the sections (PVE::API2::Cluster::MetricServer). */
export const metricsRoutes: Routes = {
  'GET /cluster/metrics/export': exportMetrics,
};
