import { ApiFailure, badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { PoolState } from '../world.ts';
import { acmeRoutes } from './cluster-acme.ts';
import { backupRoutes } from './cluster-backup.ts';
import { haRoutes } from './cluster-ha.ts';
import { metricsRoutes } from './cluster-metrics.ts';
import { optionsRoutes } from './cluster-options.ts';
import { sdnRoutes } from './cluster-sdn.ts';
import { sectionRoutes } from './cluster-sections.ts';
import { clusterFirewallRoutes } from './firewall.ts';
import { integer, text } from './params.ts';
import { guestRow, haActive, nodeRow, storageRows } from './resource-rows.ts';
import { poolsByGuest, sampleAt } from '../pvestatd.ts';
import type { Row } from '../pvestatd.ts';

interface PoolSum {
  cpu: number;
  maxcpu: number;
  mem: number;
  maxmem: number;
  uptime: number;
}

const number = (row: Row, key: string): number => Number(row[key] ?? 0);

/** A pool shows what its running guests take together; `cpu` is the mean weighted by their cores. */
const addToPool = (sums: Map<string, PoolSum>, pool: string, row: Row): void => {
  if (number(row, 'uptime') === 0) return;
  const sum = sums.get(pool) ?? { cpu: 0, maxcpu: 0, mem: 0, maxmem: 0, uptime: 0 };
  sums.set(pool, sum);
  const cores = sum.maxcpu + number(row, 'maxcpu');
  sum.cpu = cores === 0 ? 0 : (sum.cpu * sum.maxcpu + number(row, 'cpu') * number(row, 'maxcpu')) / cores;
  sum.maxcpu = cores;
  sum.mem += number(row, 'mem');
  sum.maxmem += number(row, 'maxmem');
  sum.uptime = Math.max(sum.uptime, number(row, 'uptime'));
};

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

/** Vmids in the server's order: sorted as texts. Kept until guests come or go, for sorting ten thousand is not free. */
const orders = new WeakMap<ApiCall['world'], readonly number[]>();

const guestOrder = (call: ApiCall): readonly number[] => {
  const { guests } = call.world;
  const known = orders.get(call.world);
  if (known && known.length === guests.size && known.every((vmid) => guests.has(vmid))) return known;
  const fresh = [...guests.keys()].map(String).toSorted(byText).map(Number);
  orders.set(call.world, fresh);
  return fresh;
};

const visiblePools = (call: ApiCall): PoolState[] =>
  [...call.world.pools.values()].filter((pool) => call.may(`/pool/${pool.poolid}`, 'Pool.Audit'));

const guestRows = (call: ApiCall, pools: readonly PoolState[], sums: Map<string, PoolSum>): Row[] => {
  const poolOf = poolsByGuest(pools);
  const sample = sampleAt(call.world, call.now());
  const rows: Row[] = [];
  for (const vmid of guestOrder(call)) {
    const guest = call.world.guests.get(vmid);
    if (!guest) continue;
    const pool = poolOf.get(vmid);
    const row = guestRow(call.world, sample, guest, pool);
    if (pool !== undefined) addToPool(sums, pool, row);
    if (call.may(`/vms/${vmid}`, 'VM.Audit')) rows.push(row);
  }
  return rows;
};

const nodeRows = (call: ApiCall): Row[] => {
  const active = haActive(call.world);
  return [...call.world.nodes.values()].map((node) => ({
    ...nodeRow(call, node),
    ...(node.online ? { 'cgroup-mode': 2 } : {}),
    ...(active ? { hastate: node.online ? 'online' : 'unknown' } : {}),
  }));
};

const localZone = 'localnetwork';

const networkRows = (call: ApiCall): Row[] => {
  const zones = [localZone, ...(call.world.sections['sdn-zones']?.keys() ?? [])];
  const seen = zones.filter((zone) => call.may(`/sdn/zones/${zone}`, 'SDN.Audit', 'SDN.Use'));
  return [...call.world.nodes.values()]
    .filter((node) => node.online)
    .flatMap((node) =>
      seen.map((zone) => ({
        id: `network/${node.name}/zone/${zone}`,
        node: node.name,
        type: 'network',
        network: zone,
        'network-type': 'zone',
        status: 'ok',
      })),
    );
};

/** `GET /cluster/resources`: pools, guests, nodes, storages, networks in this order, each only if the caller may see it. */
const readResources = (call: ApiCall): unknown => {
  const type = text(call, 'type');
  const all = type === undefined;
  const pools = visiblePools(call);
  const sums = new Map<string, PoolSum>();
  const guests = all || type === 'vm' ? guestRows(call, pools, sums) : [];
  const poolRows = all
    ? pools
        .map((pool) => ({ id: `/pool/${pool.poolid}`, pool: pool.poolid, type: 'pool', ...sums.get(pool.poolid) }))
        .toSorted((left, right) => byText(left.pool, right.pool))
    : [];
  return [
    ...poolRows,
    ...guests,
    ...(all || type === 'node' ? nodeRows(call) : []),
    ...(all || type === 'storage' ? storageRows(call) : []),
    ...(all ? networkRows(call) : []),
  ];
};

/** `GET /cluster/status`: a standalone host has no cluster row and calls itself node 0. */
const readStatus = (call: ApiCall): unknown => {
  const { cluster, nodes } = call.world;
  const rows = [...nodes.values()].map((node) => ({
    type: 'node',
    id: `node/${node.name}`,
    name: node.name,
    nodeid: cluster ? node.nodeid : 0,
    ip: node.ip,
    local: node.name === call.localNode ? 1 : 0,
    online: node.online ? 1 : 0,
    level: '',
  }));
  if (!cluster) return rows;
  const { name, version, quorate } = cluster;
  return [{ type: 'cluster', id: 'cluster', name, nodes: nodes.size, version, quorate: quorate ? 1 : 0 }, ...rows];
};

const defaultLogEntries = 50;

const readLog = (call: ApiCall): unknown => {
  const all = call.may('/', 'Sys.Syslog');
  return call.world.clusterLog
    .filter((entry) => all || entry.user === call.caller.authid)
    .slice(-(integer(call, 'max') ?? defaultLogEntries))
    .toReversed()
    .map((entry) => ({ ...entry, uid: String(entry.uid), id: `${entry.uid}:${entry.node}` }));
};

const nextIdRange = (call: ApiCall): [number, number] => {
  const option = String(call.world.options['next-id'] ?? '');
  const bound = (name: string, fallback: number): number =>
    Number(new RegExp(`(?:^|,)${name}=(\\d+)`).exec(option)?.[1] ?? fallback);
  return [bound('lower', 100), bound('upper', 1_000_000)];
};

const readNextId = (call: ApiCall): unknown => {
  const { guests } = call.world;
  const wanted = integer(call, 'vmid');
  if (wanted !== undefined) {
    if (guests.has(wanted)) badParameters({ vmid: `VM ${wanted} already exists` });
    return String(wanted);
  }
  const [lower, upper] = nextIdRange(call);
  for (let vmid = lower; vmid < upper; vmid += 1) if (!guests.has(vmid)) return String(vmid);
  return die(`unable to get any free VMID in range [${lower}, ${upper}]`);
};

const readJoin = (call: ApiCall): unknown => {
  const { cluster, nodes } = call.world;
  if (!cluster) throw new ApiFailure(424, 'node is not in a cluster, no join info available!');
  return {
    config_digest: '',
    preferred_node: call.localNode,
    nodelist: [...nodes.values()].map((node) => ({
      name: node.name,
      nodeid: String(node.nodeid),
      pve_addr: node.ip,
      quorum_votes: '1',
      ring0_addr: node.ip,
    })),
    totem: { cluster_name: cluster.name, config_version: String(cluster.version), version: '2' },
  };
};

const readConfigNodes = (call: ApiCall): unknown =>
  call.world.cluster
    ? [...call.world.nodes.values()].map((node) => ({
        node: node.name,
        name: node.name,
        nodeid: String(node.nodeid),
        quorum_votes: '1',
        ring0_addr: node.ip,
      }))
    : [];

/** No Ceph is installed on any simulated node. */
export const noCeph = (): never => die('binary not installed: /usr/bin/ceph-mon');

/** /cluster (PVE::API2::Cluster and what hangs below it). */
export const clusterRoutes: Routes = {
  ...optionsRoutes,
  ...backupRoutes,
  ...haRoutes,
  ...metricsRoutes,
  ...acmeRoutes,
  ...sectionRoutes,
  ...sdnRoutes,
  ...clusterFirewallRoutes,
  'GET /cluster/resources': readResources,
  'GET /cluster/status': readStatus,
  'GET /cluster/log': readLog,
  'GET /cluster/nextid': readNextId,
  'GET /cluster/config/join': readJoin,
  'GET /cluster/config/nodes': readConfigNodes,
  'GET /cluster/bulk-action': () => [{ name: 'guest' }],
  'GET /cluster/ceph/status': noCeph,
};
