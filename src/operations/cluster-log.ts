import * as z from 'zod';
import { operation } from './operation.ts';
import { understood } from './understood.ts';

/** A line of the cluster's log (contract §8.2); `uid` comes as text or as number. */
const logRow = z.looseObject({
  time: z.coerce.number(),
  node: z.string(),
  msg: z.string(),
  tag: z.string().default(''),
  pri: z.coerce.number().default(6),
  user: z.string().default(''),
  uid: z.coerce.string().default(''),
});

/**
 * Shows the newest lines of the log of the cluster, oldest first: `GET /cluster/log`. Without Sys.Syslog on `/` a login sees its
 * own lines only.
 */
export const showClusterLog = operation({
  name: 'cluster.log',
  summary: 'Show the newest lines of the log of the cluster',
  risk: 'read',
  input: z.object({
    lines: z.coerce.number().int().min(1).max(5000).default(50).describe('at most so many, the newest'),
  }),
  columns: [
    { field: 'time', title: 'TIME', unit: 'moment' },
    { field: 'node', title: 'NODE' },
    { field: 'tag', title: 'SOURCE' },
    { field: 'user', title: 'USER' },
    { field: 'msg', title: 'MESSAGE' },
  ],
  async *run(context, _resolved, { lines }) {
    const options = { signal: context.signal, origin: 'person' } as const;
    const { data } = await context.proxmox().request('GET', '/cluster/log', { max: lines }, options);
    return understood(logRow, data).toReversed();
  },
});
