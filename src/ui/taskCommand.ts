import type { Upid } from '../models/upid.ts';
import { shellWord } from './shellWords.ts';

/** The command that would do again what a task did, as far as a task and its log tell. */

const guestVerbs: Readonly<Record<string, string>> = {
  vzstart: 'start',
  qmstart: 'start',
  vzstop: 'stop',
  qmstop: 'stop',
  vzshutdown: 'shutdown',
  qmshutdown: 'shutdown',
  vzreboot: 'reboot',
  qmreboot: 'reboot',
};

/** Calls of the API whose path holds all that there is to say, by the type of the task. */
const calls: Readonly<Record<string, (task: Pick<Upid, 'node' | 'id'>) => readonly [verb: string, path: string]>> = {
  qmreset: ({ node, id }) => ['create', `/nodes/${node}/qemu/${id}/status/reset`],
  qmresume: ({ node, id }) => ['create', `/nodes/${node}/qemu/${id}/status/resume`],
  qmpause: ({ node, id }) => ['create', `/nodes/${node}/qemu/${id}/status/suspend`],
  vzsuspend: ({ node, id }) => ['create', `/nodes/${node}/lxc/${id}/status/suspend`],
  vzresume: ({ node, id }) => ['create', `/nodes/${node}/lxc/${id}/status/resume`],
  vztemplate: ({ node, id }) => ['create', `/nodes/${node}/lxc/${id}/template`],
  qmtemplate: ({ node, id }) => ['create', `/nodes/${node}/qemu/${id}/template`],
  vzdestroy: ({ node, id }) => ['delete', `/nodes/${node}/lxc/${id}`],
  qmdestroy: ({ node, id }) => ['delete', `/nodes/${node}/qemu/${id}`],
  prunebackups: ({ node, id }) => ['delete', `/nodes/${node}/storage/${id}/prunebackups`],
  aptupdate: ({ node }) => ['create', `/nodes/${node}/apt/update`],
  startall: ({ node }) => ['create', `/nodes/${node}/startall`],
  stopall: ({ node }) => ['create', `/nodes/${node}/stopall`],
  srvstart: ({ node, id }) => ['create', `/nodes/${node}/services/${id}/start`],
  srvstop: ({ node, id }) => ['create', `/nodes/${node}/services/${id}/stop`],
  srvrestart: ({ node, id }) => ['create', `/nodes/${node}/services/${id}/restart`],
  srvreload: ({ node, id }) => ['create', `/nodes/${node}/services/${id}/reload`],
};

/** vzdump says in its first line how it was called. */
const vzdumpCall = /^INFO: starting new backup job: (vzdump(?: \S.*)?)$/;
/** A snapshot's task says nothing of its name; a migration says where it goes. */
const migrationCall = /^(?:[\d-]+ [\d:]+ )?starting migration of (?:CT|VM) \d+ to node '([^']+)'/;

/**
 * Returns the command, for Proxdeck where it has the operation, else for a shell on the node. Undefined where a task does not
 * tell enough, as of a snapshot whose name is not in it. `log`: lines of its beginning.
 */
export const taskCommand = (task: Pick<Upid, 'node' | 'id' | 'type'>, log: readonly string[]): string | undefined => {
  const { type, id } = task;
  const verb = guestVerbs[type];
  if (verb !== undefined) return `proxdeck guest ${verb} ${shellWord(id)}`;
  if (type === 'vzdump') return firstMatch(log, vzdumpCall)?.split(' ').map(shellWord).join(' ');
  if (type === 'qmigrate' || type === 'vzmigrate') {
    const target = firstMatch(log, migrationCall);
    const kind = type === 'qmigrate' ? 'qemu' : 'lxc';
    return target === undefined
      ? undefined
      : `pvesh create ${shellWord(`/nodes/${task.node}/${kind}/${id}/migrate`)} --target ${shellWord(target)}`;
  }
  const call = calls[type]?.(task);
  return call === undefined ? undefined : `pvesh ${call[0]} ${shellWord(call[1])}`;
};

const firstMatch = (lines: readonly string[], form: RegExp): string | undefined => {
  for (const line of lines) {
    const found = form.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
};
