import * as z from 'zod';
import type { ClusterNode } from '../models/cluster.ts';
import type { Event } from './event.ts';
import { blindness } from './blind.ts';
import { operation, type Column } from './operation.ts';
import { figure, flag, maybe } from './rows.ts';
import { nodeName, selectNode } from './select.ts';

export const nodeColumns: readonly Column[] = [
  { field: 'node', title: 'NODE' },
  { field: 'status', title: 'STATUS' },
  { field: 'cpu', title: 'CPU', unit: 'fraction' },
  { field: 'maxcpu', title: 'CORES' },
  { field: 'mem', title: 'MEM', unit: 'bytes' },
  { field: 'maxmem', title: 'MAXMEM', unit: 'bytes' },
  { field: 'disk', title: 'ROOT', unit: 'bytes' },
  { field: 'maxdisk', title: 'MAXROOT', unit: 'bytes' },
  { field: 'uptime', title: 'UPTIME', unit: 'seconds' },
];

/** Lists the nodes of the cluster, from `GET /cluster/resources`. */
export const listNodes = operation({
  name: 'node.list',
  summary: 'List nodes',
  risk: 'read',
  input: z.object({}),
  columns: nodeColumns,
  async *run(context) {
    const resources = await context.resources();
    const blind = blindness(resources);
    if (blind !== undefined) yield blind;
    return resources.nodes;
  },
});

/** `GET /nodes/{node}/status` (contract §9.1): what a person looks at is typed; load averages are strings there. */
const nodeStatus = z
  .looseObject({
    loadavg: z.array(z.coerce.string()),
    kversion: z.string(),
    pveversion: z.string(),
    cpuinfo: z.looseObject({ model: z.string().default(''), sockets: maybe(figure), cores: maybe(figure) }),
    swap: z.looseObject({ used: z.coerce.number(), total: z.coerce.number() }),
    'boot-info': z.looseObject({ mode: maybe(z.string()), secureboot: maybe(flag) }),
  })
  .partial();

interface NodeStatus {
  readonly loadavg?: readonly string[] | undefined;
  readonly kversion?: string | undefined;
  readonly pveversion?: string | undefined;
  readonly cpuinfo?:
    | { readonly model: string; readonly sockets?: number | undefined; readonly cores?: number | undefined }
    | undefined;
  readonly 'boot-info'?: { readonly mode?: string | undefined; readonly secureboot?: boolean | undefined } | undefined;
  readonly swap?: { readonly used: number; readonly total: number } | undefined;
}

/** Shows one node: its row of `GET /cluster/resources` and, when it is online, `GET /nodes/{node}/status`. */
export const showNode = operation({
  name: 'node.show',
  summary: 'Show one node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: nodeColumns,
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Audit' }],
  async *run(context, row): AsyncGenerator<Event, NodeStatus & ClusterNode, void> {
    if (row.status !== 'online') {
      yield {
        type: 'warning',
        code: 'offline',
        message: `${row.node} is ${row.status}: this is what the cluster still knows of it.`,
      };
      return row;
    }
    const { data } = await context
      .proxmox()
      .request('GET', `/nodes/${row.node}/status`, {}, { signal: context.signal, origin: 'person' });
    return { ...nodeStatus.parse(data), ...row };
  },
});
