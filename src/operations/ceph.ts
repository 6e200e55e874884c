import * as z from 'zod';
import { asProxdeckError, ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { operation } from './operation.ts';
import { figure, maybe, readData, readRows, word } from './rows.ts';

/** What a server without Ceph says: `binary not installed: /usr/bin/ceph-mon`; one that was never set up lacks its file. */
const notThere = /not installed|not initialized|not fully configured|ceph\.conf/i;

/** Reads of Ceph; a cluster without it is not in trouble, it just has none. Throws `not-found` then. */
const reading = async <Value>(work: Promise<Value>): Promise<Value> => {
  try {
    return await work;
  } catch (thrown) {
    const error = asProxdeckError(thrown);
    if (error.code !== 'server' || !notThere.test(error.message)) throw error;
    throw new ProxdeckError('not-found', 'Ceph is not installed here.', {
      hint: 'Nothing is wrong with that. `pveceph install` on a node begins it.',
      cause: thrown,
    });
  }
};

const check = z.looseObject({
  severity: maybe(z.string()),
  summary: z
    .looseObject({ message: maybe(z.string()) })
    .optional()
    .catch(undefined),
});
const status = z.looseObject({
  health: z
    .looseObject({
      /** HEALTH_OK, HEALTH_WARN, HEALTH_ERR */
      status: maybe(z.string()),
      checks: z.record(z.string(), check).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  osdmap: z
    .looseObject({ num_osds: maybe(figure), num_up_osds: maybe(figure), num_in_osds: maybe(figure) })
    .optional()
    .catch(undefined),
  monmap: z
    .looseObject({ num_mons: maybe(figure) })
    .optional()
    .catch(undefined),
  quorum_names: z.array(z.string()).optional().catch(undefined),
  pgmap: z
    .looseObject({
      num_pgs: maybe(figure),
      num_pools: maybe(figure),
      bytes_used: maybe(figure),
      bytes_total: maybe(figure),
      read_bytes_sec: maybe(figure),
      write_bytes_sec: maybe(figure),
      pgs_by_state: z
        .array(z.looseObject({ state_name: z.string(), count: figure }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const needs = (): readonly { path: string; privilege: string }[] => [{ path: '/', privilege: 'Sys.Audit' }];

/** Shows the health of Ceph: `GET /cluster/ceph/status`. Throws `not-found` when there is no Ceph. */
export const showCeph = operation({
  name: 'ceph.status',
  summary: 'Show the health of Ceph',
  risk: 'read',
  input: z.object({}),
  needs,
  async *run(context) {
    return status.parse((await reading(readData(context, '/cluster/ceph/status'))) ?? {});
  },
});

/** A node of the cluster that can be asked about Ceph: any that is there. */
const anyNode = async (context: Context): Promise<string> => {
  const { nodes } = await context.resources();
  const online = nodes.find((node) => node.status === 'online');
  if (online !== undefined) return online.node;
  throw new ProxdeckError('unreachable', 'No node of the cluster is online.', { hint: 'Bring one back.' });
};

interface OsdNode {
  readonly name: string;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly device_class?: string | undefined;
  readonly percent_used?: number | undefined;
  readonly total_space?: number | undefined;
  readonly reweight?: number | undefined;
  readonly children?: readonly OsdNode[] | undefined;
}

const osdNode: z.ZodType<OsdNode> = z.looseObject({
  name: z.string(),
  /** root, host, osd */
  type: maybe(z.string()),
  /** up, down */
  status: maybe(z.string()),
  device_class: maybe(z.string()),
  percent_used: maybe(figure),
  total_space: maybe(figure),
  reweight: maybe(figure),
  get children() {
    return z.array(osdNode).optional().catch(undefined);
  },
});
const osdAnswer = z.looseObject({ root: z.looseObject({ children: z.array(osdNode).default([]) }) });

/** An OSD, or what holds some: a root or a host. `depth` is its place in the tree. */
export interface CephOsd extends Omit<OsdNode, 'children'> {
  readonly depth: number;
}

const flat = (nodes: readonly OsdNode[], depth: number): readonly CephOsd[] =>
  nodes.flatMap(({ children = [], ...node }) => [{ ...node, depth }, ...flat(children, depth + 1)]);

/** Lists the tree of OSDs, hosts before their OSDs: `GET /nodes/{node}/ceph/osd`. */
export const listOsds = operation({
  name: 'ceph.osds',
  summary: 'List the OSDs of Ceph by host',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'NAME' },
    { field: 'type', title: 'TYPE' },
    { field: 'status', title: 'STATUS' },
    { field: 'device_class', title: 'CLASS' },
    { field: 'percent_used', title: 'USED %' },
    { field: 'total_space', title: 'SIZE', unit: 'bytes' },
  ],
  needs,
  async *run(context): AsyncGenerator<never, readonly CephOsd[], void> {
    const data = await reading(readData(context, `/nodes/${await anyNode(context)}/ceph/osd`));
    return flat(osdAnswer.parse(data).root.children, 0);
  },
});

const pool = z.looseObject({
  pool_name: z.string(),
  size: maybe(figure),
  min_size: maybe(figure),
  pg_num: maybe(figure),
  pg_autoscale_mode: maybe(z.string()),
  bytes_used: maybe(figure),
  /** Fraction 0…1. */
  percent_used: maybe(figure),
  crush_rule_name: maybe(word),
});

/** Lists the pools of Ceph: `GET /nodes/{node}/ceph/pool`. */
export const listCephPools = operation({
  name: 'ceph.pools',
  summary: 'List the pools of Ceph',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'pool_name', title: 'POOL' },
    { field: 'size', title: 'COPIES' },
    { field: 'min_size', title: 'AT LEAST' },
    { field: 'pg_num', title: 'PGS' },
    { field: 'bytes_used', title: 'USED', unit: 'bytes' },
    { field: 'percent_used', title: 'FULL', unit: 'fraction' },
  ],
  needs,
  async *run(context) {
    return reading(readRows(context, `/nodes/${await anyNode(context)}/ceph/pool`, pool));
  },
});
