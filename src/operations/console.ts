import { asProxdeckError, ProxdeckError, type ErrorCode } from '../models/error.ts';
import { sshCommand } from './console-ssh.ts';
import type { Context } from './context.ts';
import type { Event } from './event.ts';
import type { Seat } from './seat.ts';

/** Where a console leads, by the API and by SSH. */
export interface ConsoleDoor {
  /** `104 relay-dev`, `node pve1` */
  readonly title: string;
  readonly node: string;
  /** `/nodes/pve1/lxc/104` */
  readonly path: string;
  /** Of a VM: its serial line. */
  readonly serial?: string;
  /** What SSH runs on the node; nothing for a shell of the node itself. */
  readonly remote: readonly string[];
}

/** How a visit went. */
export interface ConsoleVisit {
  readonly console: string;
  readonly way: 'api' | 'ssh';
  readonly ended: string;
}

/** The terminal that a console needs. Throws `usage` where nobody sits at one. */
export const seatOf = ({ seat }: Context): Seat => {
  if (seat !== undefined) return seat;
  throw new ProxdeckError('usage', 'A console needs a terminal, and there is none here: input or output is a pipe.', {
    hint: 'Run it in a terminal. For a script, `ssh root@NODE pct exec VMID -- COMMAND` runs a command in a container.',
  });
};

/** What became of a console that ended by itself. Throws `unreachable` when the server went away under it. */
const endOf = async (context: Context, upid: string, { title }: ConsoleDoor): Promise<string> => {
  try {
    const { exitstatus = 'OK' } = await context.proxmox().taskStatus(upid, { signal: context.signal });
    return exitstatus === 'OK' ? 'it ended' : `it ended: ${exitstatus}`;
  } catch (thrown) {
    const { code } = asProxdeckError(thrown);
    if (code === 'cancelled') throw thrown;
    if (code !== 'unreachable' && code !== 'timeout') return 'it ended';
    throw new ProxdeckError('unreachable', `The server went away under the console of ${title}.`, {
      cause: thrown,
      hint: 'What was begun there goes on. Come back when the server answers again.',
    });
  }
};

const byApi = async (context: Context, door: ConsoleDoor, seat: Seat, onIn: () => void): Promise<ConsoleVisit> => {
  const { title, path, serial } = door;
  const line = await context.proxmox().openConsole(path, {
    size: seat.size,
    signal: context.signal,
    ...(serial !== undefined && { serial }),
  });
  onIn();
  try {
    const left = await seat.show(line, { title, way: 'by the API' });
    const ended = left === 'left' ? 'left: what runs there goes on' : await endOf(context, line.upid, door);
    return { console: title, way: 'api', ended };
  } finally {
    line.close();
  }
};

/** What OpenSSH ends with when it did not come through itself. */
const sshFailed = 255;

const bySsh = async (context: Context, door: ConsoleDoor, seat: Seat, why?: string): Promise<ConsoleVisit> => {
  const { title, node, remote } = door;
  const command = await sshCommand(context, node, remote);
  const code = await seat.lend(command, { title, way: why === undefined ? 'by ssh' : `by ssh. ${why}` });
  if (code === sshFailed)
    throw new ProxdeckError('unreachable', `\`${command.join(' ')}\` did not come through.`, {
      hint: `It takes an SSH login on ${node} as root; ~/.ssh/config may name another user, key or jump host for ${node}.`,
    });
  return { console: title, way: 'ssh', ended: code === 0 ? 'it ended' : `it ended with ${String(code)}` };
};

/** Refusals after which SSH may do: the server did not open the console. Who lacks the privilege is not led around it. */
const ofTheServer: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['auth', 'server', 'timeout', 'unreachable']);

/**
 * Goes into a console: by the API, and where the server does not open it by `ssh -t`, saying why. Throws what the API said when SSH is
 * no way round it, and both reasons when neither way works.
 */
export async function* visit(
  context: Context,
  door: ConsoleDoor,
  via: 'api' | 'ssh' | undefined,
): AsyncGenerator<Event, ConsoleVisit, void> {
  const seat = seatOf(context);
  if (via === 'ssh') return await bySsh(context, door, seat);
  let isIn = false;
  try {
    return await byApi(context, door, seat, () => {
      isIn = true;
    });
  } catch (thrown) {
    const error = asProxdeckError(thrown);
    if (isIn || via === 'api' || !ofTheServer.has(error.code)) throw error;
    yield { type: 'warning', code: 'console', message: `Going by ssh: ${error.message}` };
    return await roundAbout(context, door, seat, error);
  }
}

const roundAbout = async (
  context: Context,
  door: ConsoleDoor,
  seat: Seat,
  refused: ProxdeckError,
): Promise<ConsoleVisit> => {
  try {
    return await bySsh(context, door, seat, refused.message);
  } catch (thrown) {
    const error = asProxdeckError(thrown);
    if (error.code === 'cancelled') throw error;
    throw new ProxdeckError(
      refused.code,
      `Neither way into ${door.title} works. By the API: ${refused.message} By ssh: ${error.message}`,
      { cause: error, hint: [refused.hint, error.hint].filter((hint) => hint !== undefined).join(' ') },
    );
  }
};
