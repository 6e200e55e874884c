import * as z from 'zod';
import { taskSucceeded, type Task } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { parseUpid } from '../models/upid.ts';
import type { Context } from './context.ts';
import { followTask } from './follow.ts';
import { operation, type Column } from './operation.ts';
import { selectNode } from './select.ts';
import { understood } from './understood.ts';

export const taskColumns: readonly Column[] = [
  { field: 'starttime', title: 'STARTED', unit: 'moment' },
  { field: 'node', title: 'NODE' },
  { field: 'type', title: 'TYPE' },
  { field: 'id', title: 'ID' },
  { field: 'user', title: 'USER' },
  { field: 'status', title: 'STATUS' },
  { field: 'upid', title: 'UPID' },
];

const upid = z
  .string()
  .refine((text) => parseUpid(text) !== undefined, 'this is no UPID; `proxdeck task list` shows them')
  .describe('UPID of a task')
  .meta({ positional: true, completes: 'task' });
/** A task belongs to the node that its UPID names, wherever its guest is now. */
const nodeOf = (text: string): string => parseUpid(text)?.node ?? '';

/** A row of a node's list. A running task says `RUNNING` there (contract §7.3) and nothing in the cluster's list: here nothing. */
const nodeTask = z
  .looseObject({
    upid: z.string(),
    node: z.string(),
    type: z.string(),
    id: z.string(),
    user: z.string(),
    tokenid: z.string().exactOptional(),
    starttime: z.coerce.number(),
    endtime: z.coerce.number().exactOptional(),
    status: z.string().exactOptional(),
  })
  .transform(({ upid, node, type, id, user, tokenid, starttime, endtime, status }): Task => ({
    upid,
    node,
    type,
    id,
    user,
    starttime,
    ...(tokenid === undefined ? {} : { tokenid }),
    ...(endtime === undefined ? {} : { endtime, status: status ?? 'unexpected status' }),
  }));

const unitSeconds = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** `2h`, `3d` ago, or a moment such as `2026-11-20` or `2026-11-20 02:00`, as seconds since 1970. Throws `usage`. */
const secondsSince = (text: string, now: number): number => {
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w')
    return Math.floor(now / 1000) - Number(count) * unitSeconds[unit];
  const moment = Date.parse(text);
  if (Number.isFinite(moment)) return Math.floor(moment / 1000);
  throw new ProxdeckError('usage', `${JSON.stringify(text)} is no time.`, {
    hint: 'Write how long ago (30m, 2h, 3d, 1w) or when (2026-11-20, 2026-11-20 02:00).',
  });
};

interface Wanted {
  readonly node?: string;
  readonly start: number;
  readonly limit: number;
  readonly type?: string;
  readonly user?: string;
  readonly since?: number;
}

/** The cluster's list knows 25 finished tasks a node; a node's own list knows about a thousand (contract §7.3, §7.4). */
const readTasks = async (
  context: Context,
  { node, start, limit, type, user, since }: Wanted,
): Promise<readonly Task[]> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  if (node === undefined) return (await context.proxmox().tasks(options)).slice(start);
  const { node: name } = await selectNode(context, node);
  const wanted = { source: 'all', start, limit, typefilter: type, userfilter: user, since };
  const { data } = await context.proxmox().request('GET', `/nodes/${name}/tasks`, wanted, options);
  return understood(nodeTask, data);
};

const isRunning = ({ endtime }: Task): boolean => endtime === undefined;

/** Lists tasks, newest first: `GET /cluster/tasks`, or with a node `GET /nodes/{node}/tasks`. Throws `usage` for a bad time. */
export const listTasks = operation({
  name: 'task.list',
  summary: 'List tasks',
  risk: 'read',
  input: z.object({
    node: z.string().exactOptional().describe('only of this node, and further back').meta({ completes: 'node' }),
    running: z.boolean().default(false).describe('only those that run'),
    errors: z.boolean().default(false).describe('only those that failed'),
    type: z.string().exactOptional().describe('only of this type, such as vzdump'),
    user: z.string().exactOptional().describe('only of users whose name holds this'),
    since: z.string().exactOptional().describe('only begun since: 2h, 3d, 2026-11-20'),
    start: z.coerce.number().int().min(0).default(0).describe('leave out so many of the newest'),
    limit: z.coerce.number().int().min(1).max(5000).default(200).describe('at most so many'),
  }),
  columns: taskColumns,
  async *run(context, _resolved, { node, running, errors, type, user, since: begun, start, limit }) {
    const since = begun === undefined ? undefined : secondsSince(begun, context.now());
    const wanted = { node, start, limit, type, user, since };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const all = await readTasks(context, { start, limit, ...given });
    return all
      .filter((task) => {
        const failed = task.status !== undefined && !taskSucceeded(task.status);
        const isWanted = (type === undefined || task.type === type) && task.starttime >= (since ?? 0);
        const isTheirs = task.user.toLowerCase().includes((user ?? '').toLowerCase());
        return isWanted && isTheirs && (!running || isRunning(task)) && (!errors || failed);
      })
      .slice(0, limit);
  },
});

/** Shows the state of a task: `GET /nodes/{node}/tasks/{upid}/status`. */
export const showTask = operation({
  name: 'task.show',
  summary: 'Show the state of a task',
  risk: 'read',
  input: z.object({ upid }),
  async *run(context, _resolved, input) {
    return context.proxmox().taskStatus(input.upid, { signal: context.signal, origin: 'person' });
  },
});

/** Shows the log of a task: `GET /nodes/{node}/tasks/{upid}/log`; followed, each line is an event until the task has ended. */
export const showTaskLog = operation({
  name: 'task.log',
  summary: 'Show the log of a task',
  risk: 'read',
  input: z.object({
    upid,
    follow: z.boolean().default(false).describe('follow it until the task has ended').meta({ short: 'f' }),
  }),
  columns: [{ field: 't', title: '' }],
  async *run(context, _resolved, input) {
    if (input.follow) return { upid: input.upid, exitstatus: yield* followTask(context, input.upid) };
    const { lines } = await context
      .proxmox()
      .taskLog(input.upid, { start: 0, limit: 0 }, { signal: context.signal, origin: 'person' });
    return lines;
  },
});

/** Stops a running task: `DELETE /nodes/{node}/tasks/{upid}`; blocks up to 5 s. A task that has ended is not an error. */
export const stopTask = operation({
  name: 'task.stop',
  summary: 'Stop a running task',
  risk: 'destroy',
  input: z.object({ upid }),
  resolve: (context, input) => context.proxmox().taskStatus(input.upid, { signal: context.signal, origin: 'person' }),
  needs: (_task, input) => [{ path: `/nodes/${nodeOf(input.upid)}`, privilege: 'Sys.Modify' }],
  hazards: (_context, { type, id, node, status }) =>
    status === 'running'
      ? [`${type} ${id} on ${node} is aborted in the middle of its work.`]
      : ['The task has already ended.'],
  preview: (_task, input) => [{ method: 'DELETE', path: `/nodes/${nodeOf(input.upid)}/tasks/${input.upid}` }],
  async *run(context, task, input) {
    if (task.status === 'stopped') return task;
    const path = `/nodes/${nodeOf(input.upid)}/tasks/${encodeURIComponent(input.upid)}`;
    await context.proxmox().request('DELETE', path, {}, { origin: 'person' });
    yield { type: 'step', id: input.upid, title: `stop ${task.type} ${task.id}`.trim(), state: 'done' };
    return context.proxmox().taskStatus(input.upid, { origin: 'person' });
  },
});
