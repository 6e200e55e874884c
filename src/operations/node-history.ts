import * as z from 'zod';
import { operation } from './operation.ts';
import { readRrd, rrdInput, type RrdPoint } from './rrd.ts';
import { nodeName, selectNode } from './select.ts';

/** Shows the history of a node's load: `GET /nodes/{node}/rrddata`; every node keeps all, so it works for one that is away. */
export const showNodeHistory = operation({
  name: 'node.rrd',
  summary: 'Show the history of load of a node',
  risk: 'read',
  input: z.object({ node: nodeName, ...rrdInput }),
  columns: [
    { field: 'time', title: 'TIME', unit: 'moment' },
    { field: 'cpu', title: 'CPU', unit: 'fraction' },
    { field: 'iowait', title: 'IO WAIT', unit: 'fraction' },
    { field: 'loadavg', title: 'LOAD' },
    { field: 'memused', title: 'MEM', unit: 'bytes' },
    { field: 'rootused', title: 'ROOT', unit: 'bytes' },
    { field: 'netin', title: 'IN/S', unit: 'bytes' },
    { field: 'netout', title: 'OUT/S', unit: 'bytes' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Audit' }],
  async *run(context, { node }, wanted): AsyncGenerator<never, readonly RrdPoint[], void> {
    return readRrd(context, `/nodes/${node}`, wanted);
  },
});
