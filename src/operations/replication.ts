import * as z from 'zod';
import { asProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { eachByNode } from './each-by-node.ts';
import type { Event } from './event.ts';
import { operation } from './operation.ts';
import { figure, flag, linesOf, maybe, readRows, word } from './rows.ts';
import { nodeName, selectNode } from './select.ts';

const job = z.looseObject({
  /** `101-0`: guest and number. */
  id: z.string(),
  guest: maybe(figure),
  source: maybe(z.string()),
  target: maybe(z.string()),
  schedule: maybe(z.string()),
  /** MB a second. */
  rate: maybe(figure),
  disable: maybe(flag),
  comment: maybe(word),
  /** Seconds since 1970; 0 when it never was. */
  last_sync: maybe(figure),
  last_try: maybe(figure),
  next_sync: maybe(figure),
  /** Seconds that the last one took. */
  duration: maybe(figure),
  fail_count: maybe(figure),
  error: maybe(z.string()),
});

type ReplicationJob = z.output<typeof job>;

interface NodeJobs {
  readonly node: string;
  readonly jobs: readonly ReplicationJob[];
  readonly trouble?: string;
}

const jobsOf = async (context: Context, node: string): Promise<NodeJobs> => {
  try {
    return { node, jobs: await readRows(context, `/nodes/${node}/replication`, job) };
  } catch (thrown) {
    return { node, jobs: [], trouble: asProxdeckError(thrown).message };
  }
};

const guestOf = ({ id, guest }: ReplicationJob): number => guest ?? Number(id.split('-')[0]);

/**
 * Lists replication jobs with how they go: `GET /cluster/replication`, and of each node that is there
 * `GET /nodes/{node}/replication`. A node that does not answer is a warning; its jobs are listed without how they go.
 */
export const listReplication = operation({
  name: 'replication.list',
  summary: 'List replication jobs and how they go',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'id', title: 'JOB' },
    { field: 'source', title: 'FROM' },
    { field: 'target', title: 'TO' },
    { field: 'schedule', title: 'SCHEDULE' },
    { field: 'last_sync', title: 'LAST', unit: 'moment' },
    { field: 'next_sync', title: 'NEXT', unit: 'moment' },
    { field: 'fail_count', title: 'FAILED' },
    { field: 'error', title: 'ERROR' },
  ],
  async *run(context): AsyncGenerator<Event, readonly ReplicationJob[], void> {
    const configured = await readRows(context, '/cluster/replication', job);
    if (configured.length === 0) return [];
    const { nodes, guests } = await context.resources();
    const online = nodes.filter(({ status }) => status === 'online');
    const known = new Map<string, ReplicationJob>();
    for await (const { node, jobs, trouble } of eachByNode(online, 1, context.signal, ({ node: name }) =>
      jobsOf(context, name),
    )) {
      if (trouble !== undefined) yield { type: 'warning', code: 'partial', message: `${node}: ${trouble}` };
      for (const one of jobs) known.set(one.id, one);
    }
    return configured.map((one) => {
      const guest = guestOf(one);
      const source = guests.find(({ vmid }) => vmid === guest)?.node;
      return { ...one, guest, ...(source === undefined ? {} : { source }), ...known.get(one.id) };
    });
  },
});

const line = z.looseObject({ t: z.string() });

/** Shows the log of the last run of a replication job: `GET /nodes/{node}/replication/{id}/log`. */
export const showReplicationLog = operation({
  name: 'replication.log',
  summary: 'Show the log of the last run of a replication job',
  risk: 'read',
  input: z.object({
    node: nodeName.describe('node that the guest is on'),
    id: z.string().min(1).describe('id of a job, as in 101-0').meta({ positional: true }),
  }),
  columns: [{ field: 't', title: '' }],
  resolve: (context, { node }) => selectNode(context, node),
  async *run(context, { node }, { id }) {
    const rows = await readRows(context, `/nodes/${node}/replication/${id}/log`, line, { limit: 1000 });
    return rows.flatMap(({ t }) => linesOf(t));
  },
});
