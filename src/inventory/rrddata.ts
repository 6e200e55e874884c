import * as z from 'zod';
import type { ClusterNode, Guest } from '../models/cluster.ts';
import type { ProxmoxClient } from '../proxmox/types.ts';
import type { Load } from './rings.ts';

/** What of `rrddata` a sparkline needs: load at a time, in milliseconds since 1970. */
export type PastLoad = Load & { readonly at: number };

/** Numbers may come as strings; a point without data lacks its keys (contract §5.3, §9.2). */
const figure = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i)
    .transform(Number),
]);
const point = z.object({
  time: figure,
  cpu: figure.nullish(),
  mem: figure.nullish(),
  maxmem: figure.nullish(),
  memused: figure.nullish(),
  memtotal: figure.nullish(),
});

/**
 * `GET /nodes/{node}/rrddata` or `/nodes/{node}/{type}/{vmid}/rrddata`: the last hour, one point a minute. Points that
 * cannot be understood are left out. Throws what the client throws.
 */
export const pastLoad = async (
  client: Pick<ProxmoxClient, 'request'>,
  row: ClusterNode | Guest,
  signal: AbortSignal,
): Promise<readonly PastLoad[]> => {
  const node = encodeURIComponent(row.node);
  const path = row.type === 'node' ? `/nodes/${node}/rrddata` : `/nodes/${node}/${row.type}/${row.vmid}/rrddata`;
  const { data } = await client.request(
    'GET',
    path,
    { timeframe: 'hour', cf: 'AVERAGE' },
    { origin: 'person', signal },
  );
  return z.array(z.unknown()).parse(data).flatMap(loadOf);
};

const loadOf = (raw: unknown): PastLoad[] => {
  const { success, data } = point.safeParse(raw);
  if (!success) return [];
  const { time, cpu, mem, maxmem, memused, memtotal } = data;
  return [{ at: time * 1_000, cpu: cpu ?? Number.NaN, mem: share(mem ?? memused, maxmem ?? memtotal) }];
};

const share = (used: number | null | undefined, total: number | null | undefined): number =>
  used === null || used === undefined || !total ? Number.NaN : used / total;
