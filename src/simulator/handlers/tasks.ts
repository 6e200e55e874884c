import { badParameters, RawAnswer } from '../handler.ts';
import { parseUpid } from '../upid.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { TaskState } from '../world.ts';

/** How many tasks a node publishes to the cluster, the running ones among them. */
const publishedTasks = 25;

type Row = Record<string, unknown>;

/** The stored user is split: `root@pam!main` becomes user and tokenid. */
const userOf = (task: TaskState): { user: string; tokenid?: string } => {
  const [user = '', tokenid] = task.user.split('!');
  return tokenid === undefined ? { user } : { user, tokenid };
};

const isRunning = (task: TaskState): boolean => task.endtime === undefined;

const identity = (task: TaskState): Row => ({
  upid: task.upid,
  node: task.node,
  pid: task.pid,
  pstart: task.pstart,
  starttime: task.starttime,
  type: task.type,
  id: task.id,
  ...userOf(task),
});

const nodeRow = (task: TaskState): Row =>
  isRunning(task)
    ? { ...identity(task), status: 'RUNNING' }
    : { ...identity(task), endtime: task.endtime, status: task.exitstatus };

const statusClass = (task: TaskState): string => {
  if (isRunning(task)) return 'unknown';
  const status = task.exitstatus ?? '';
  if (status === 'OK') return 'ok';
  if (/^WARNINGS: \d+$/.test(status)) return 'warning';
  return status === 'unexpected status' ? 'unknown' : 'error';
};

const number = (call: ApiCall, name: string, fallback: number): number => Number(call.params[name] ?? fallback);

const text = (call: ApiCall, name: string): string | undefined =>
  call.params[name] === undefined ? undefined : String(call.params[name]);

/** Newest first; of those that began together, the one that ended last. */
const newestFirst = (tasks: readonly TaskState[]): TaskState[] =>
  [...tasks]
    .reverse()
    .sort((a, b) => b.starttime - a.starttime || (b.endtime ?? Infinity) - (a.endtime ?? Infinity) || 0);

/** The filters of GET /nodes/{node}/tasks (contract §7.3). */
const filters = (call: ApiCall): ((task: TaskState) => boolean)[] => {
  const [user, type, vmid, classes] = ['userfilter', 'typefilter', 'vmid', 'statusfilter'].map((name) =>
    text(call, name),
  );
  const since = call.params['since'];
  const until = call.params['until'];
  const errors = number(call, 'errors', 0) === 1;
  const wanted = classes?.split(/[,;\s]+/);
  return [
    (task) => user === undefined || userOf(task).user.toLowerCase().includes(user.toLowerCase()),
    (task) => type === undefined || task.type === type,
    (task) => vmid === undefined || task.id === vmid,
    (task) => !errors || (task.exitstatus !== 'OK' && !isRunning(task)),
    (task) => errors || wanted === undefined || wanted.includes(statusClass(task)),
    (task) => since === undefined || task.starttime >= Number(since),
    (task) => until === undefined || task.starttime <= Number(until),
  ];
};

const nodeTasks = (call: ApiCall): Row[] => {
  const node = String(call.params['node']);
  const source = text(call, 'source') ?? 'archive';
  const seesAll = call.may(`/nodes/${node}`, 'Sys.Audit');
  const tests = filters(call);
  const matching = newestFirst(call.world.tasks)
    .filter((task) => task.node === node && (seesAll || userOf(task).user === call.caller.userid))
    .filter((task) => source === 'all' || (source === 'active') === isRunning(task))
    .filter((task) => tests.every((passes) => passes(task)));
  const ordered = [...matching.filter(isRunning), ...matching.filter((task) => !isRunning(task))];
  // An empty list comes without its total.
  if (ordered.length > 0) call.siblings['total'] = ordered.length;
  const start = number(call, 'start', 0);
  const limit = number(call, 'limit', 50);
  return ordered.slice(start, start + limit).map(nodeRow);
};

const clusterRow = (task: TaskState): Row => {
  const { pid, pstart: _pstart, ...rest } = identity(task);
  return isRunning(task)
    ? { ...rest, pid, saved: '0' }
    : { ...rest, endtime: task.endtime, status: task.exitstatus, saved: '1' };
};

/** The running tasks of each node and its last ended ones. A token sees none of its own without Sys.Audit: a bug of the real one (contract §7.4). */
const clusterTasks = (call: ApiCall): Row[] => {
  const seesAll = call.may('/', 'Sys.Audit');
  const counts = new Map<string, number>();
  const newest = newestFirst(call.world.tasks);
  const published = [...newest.filter(isRunning), ...newest.filter((task) => !isRunning(task))].filter((task) => {
    const count = (counts.get(task.node) ?? 0) + 1;
    counts.set(task.node, count);
    return count <= publishedTasks;
  });
  return published.filter((task) => seesAll || userOf(task).user === call.caller.authid).map(clusterRow);
};

const checkedUpid = (call: ApiCall): string => {
  const upid = String(call.params['upid']);
  if (parseUpid(upid) === undefined) badParameters({ upid: 'unable to parse worker upid' });
  return upid;
};

const find = (call: ApiCall, upid: string): TaskState | undefined =>
  call.world.tasks.find((task) => task.upid === upid);

/** The owner may look at a task and stop it; others need the privilege on its node. */
const checkOwner = (call: ApiCall, upid: string, privilege: string): void => {
  const owner = parseUpid(upid)?.user.split('!')[0];
  if (owner !== call.caller.userid) call.require(`/nodes/${String(call.params['node'])}`, privilege);
};

const status = (call: ApiCall): Row => {
  const upid = checkedUpid(call);
  checkOwner(call, upid, 'Sys.Audit');
  const task = find(call, upid) ?? badParameters({ upid: 'no such task' });
  return isRunning(task)
    ? { ...identity(task), status: 'running' }
    : { ...identity(task), status: 'stopped', exitstatus: task.exitstatus };
};

/** The lines of a log file as PVE::Tools::dump_logfile numbers them. */
const page = (lines: readonly string[], start: number, limit: number): Row[] => {
  if (lines.length === 0) return [{ n: 1, t: 'no content' }];
  const end = limit === 0 ? lines.length : start + limit;
  return lines.slice(start, end).map((line, index) => ({ n: start + index + 1, t: line }));
};

const log = (call: ApiCall): unknown => {
  const upid = checkedUpid(call);
  checkOwner(call, upid, 'Sys.Audit');
  const task = find(call, upid);
  if (Number(call.params['download'] ?? 0) === 1)
    return new RawAnswer('text/plain', `${(task?.log ?? []).join('\n')}\n`, {
      'Content-Disposition': `attachment; filename="task-${task?.node ?? 'unknown'}.log"`,
    });
  if (task === undefined) {
    call.siblings['total'] = 1;
    return [{ n: 1, t: 'unable to open file - No such file or directory' }];
  }
  call.siblings['total'] = Math.max(1, task.log.length);
  return page(task.log, number(call, 'start', 0), number(call, 'limit', 50));
};

const stop = (call: ApiCall): null => {
  const upid = checkedUpid(call);
  checkOwner(call, upid, 'Sys.Modify');
  find(call, upid)?.abort?.abort();
  return null;
};

/** Task lists, status, log and stop (contract §7). */
export const taskRoutes: Routes = {
  'GET /cluster/tasks': clusterTasks,
  'GET /nodes/{node}/tasks': nodeTasks,
  'GET /nodes/{node}/tasks/{upid}/status': status,
  'GET /nodes/{node}/tasks/{upid}/log': log,
  'DELETE /nodes/{node}/tasks/{upid}': stop,
};
