import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ProxdeckError } from '../models/error.ts';
import type { Context } from './context.ts';
import { maybe, readRows } from './rows.ts';

const run = promisify(execFile);

/** How long OpenSSH may take to read its configuration, in milliseconds. */
const readMs = 5000;

/** What `ssh -G` says of a host: where it goes and as whom, with the user's own configuration counted in. */
interface SshHost {
  readonly hostname: string;
  readonly user: string;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const known = async (name: string, signal: AbortSignal): Promise<SshHost> => {
  try {
    const { stdout } = await run('ssh', ['-G', '--', name], { timeout: readMs, signal });
    const setting = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
    return { hostname: setting('hostname'), user: setting('user') };
  } catch (error) {
    throw isMissing(error)
      ? new ProxdeckError('not-found', 'There is no ssh on this machine.', {
          hint: 'Install OpenSSH, or use a login that the API lets in.',
          cause: error,
        })
      : new ProxdeckError('config', `ssh does not read its configuration for ${name}.`, {
          hint: `\`ssh -G ${name}\` says why.`,
          cause: error,
        });
  }
};

const memberSchema = z.looseObject({ type: z.string(), name: maybe(z.string()), ip: maybe(z.string()) });

/** The address of a node as the cluster knows it (`GET /cluster/status`). */
const addressOf = async (context: Context, node: string): Promise<string> => {
  const members = await readRows(context, '/cluster/status', memberSchema);
  return members.find(({ type, name }) => type === 'node' && name === node)?.ip ?? node;
};

/**
 * The command that opens a terminal on a node by the system's OpenSSH. A name that the user's configuration knows is taken as it is,
 * with its user and jump hosts; else the address that the cluster tells, as root. Rejects with `not-found` where there is no ssh.
 */
export const sshCommand = async (
  context: Context,
  node: string,
  remote: readonly string[],
): Promise<readonly string[]> => {
  const { hostname, user } = await known(node, context.signal);
  const host = hostname === node ? await addressOf(context, node) : node;
  const login = user === '' || user === os.userInfo().username ? 'root' : user;
  return ['ssh', '-t', `${login}@${host}`, ...(remote.length === 0 ? [] : ['--', ...remote])];
};
