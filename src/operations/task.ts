import * as z from 'zod';
import { taskSucceeded, type Task } from '../models/cluster.ts';
import { parseUpid } from '../models/upid.ts';
import type { Context } from './context.ts';
import { followTask } from './follow.ts';
import { operation, type Column } from './operation.ts';
import { selectNode } from './select.ts';

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

const nodeTasks = z.array(
  z.looseObject({
    upid: z.string(),
    node: z.string(),
    type: z.string(),
    id: z.string(),
    user: z.string(),
    starttime: z.coerce.number(),
  }),
);
type TaskRow = Omit<Task, 'tokenid'> | z.output<typeof nodeTasks>[number];

/** The cluster's list knows 25 finished tasks a node; a node's own list knows about a thousand (contract §7.3, §7.4). */
const readTasks = async (context: Context, node: string | undefined, limit: number): Promise<readonly TaskRow[]> => {
  const options = { signal: context.signal, origin: 'person' } as const;
  if (node === undefined) return context.proxmox().tasks(options);
  const { node: name } = await selectNode(context, node);
  const { data } = await context.proxmox().request('GET', `/nodes/${name}/tasks`, { source: 'all', limit }, options);
  return nodeTasks.parse(data);
};

const isRunning = ({ endtime }: TaskRow): boolean => endtime === undefined;

/** Lists tasks, newest first: `GET /cluster/tasks`, or with a node `GET /nodes/{node}/tasks`. */
export const listTasks = operation({
  name: 'task.list',
  summary: 'List tasks',
  risk: 'read',
  input: z.object({
    node: z.string().exactOptional().describe('only of this node, and further back').meta({ completes: 'node' }),
    running: z.boolean().default(false).describe('only those that run'),
    errors: z.boolean().default(false).describe('only those that failed'),
    limit: z.coerce.number().int().min(1).max(5000).default(200).describe('at most so many'),
  }),
  columns: taskColumns,
  async *run(context, _resolved, { node, running, errors, limit }) {
    const all = await readTasks(context, node, limit);
    return all
      .filter((task) => {
        const failed = typeof task.status === 'string' && !isRunning(task) && !taskSucceeded(task.status);
        return (!running || isRunning(task)) && (!errors || failed);
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
