import * as z from 'zod';
import { seatOf, visit, type ConsoleDoor } from './console.ts';
import { requireOnline } from './guest-checks.ts';
import { operation } from './operation.ts';
import { nodeName } from './select.ts';
import { planned } from './steps.ts';

/** Which way to go; without it the API, and SSH where the server does not open the console. */
export const consoleVia = z.enum(['api', 'ssh']).exactOptional().describe('the way there');

/** Opens a shell of a node on the terminal: `POST /nodes/{node}/termproxy` and its websocket, or `ssh -t`. */
export const nodeConsole = operation({
  name: 'node.console',
  summary: 'Open a shell of a node',
  risk: 'change',
  input: z.object({ node: nodeName, via: consoleVia }),
  needsFirst: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Console' }],
  resolve: async (context, { node }): Promise<ConsoleDoor> => {
    seatOf(context);
    await requireOnline(context, node);
    return { title: `node ${node}`, node, path: `/nodes/${node}`, remote: [] };
  },
  preview: ({ path }) => [planned('POST', `${path}/termproxy`)],
  run: (context, door, { via }) => visit(context, door, via),
});
