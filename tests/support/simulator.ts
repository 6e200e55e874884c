import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '../..');

/** The launcher of the built program. */
export const launcherFile = path.join(root, 'bin/proxdeck');
const programFile = path.join(root, 'dist/main.js');

const announcementSchema = z.object({
  url: z.string(),
  fingerprint: z.string(),
  token: z.string(),
  tokens: z.record(z.string(), z.string()),
});

export interface RunningSimulator extends AsyncDisposable {
  readonly url: string;
  readonly fingerprint: string;
  /** In the header's form: `user@realm!id=secret`. */
  readonly token: string;
  /** Of a viewer, an operator and a manager. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What makes the program talk to it, as environment. */
  readonly env: Readonly<Record<'PROXDECK_URL' | 'PROXDECK_FINGERPRINT' | 'PROXDECK_TOKEN', string>>;
  /** Sends a signal: SIGSTOP makes a server that hangs, SIGKILL one that is gone. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts `proxdeck simulate --output json` of the built program as a process of its own, on a free port, and resolves when
 * it listens. `args` are its other options: `--fixture F`, `--nodes N`, `--guests N`, `--fault F`.
 * Throws with what it said on stderr when it ends instead.
 */
export async function startSimulator(args: readonly string[] = []): Promise<RunningSimulator> {
  const command = [programFile, 'simulate', '--port', '0', '--output', 'json', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (line === undefined) throw new Error(`the simulator did not start: ${complaint}`);
  const { url, fingerprint, token, tokens } = announcementSchema.parse(JSON.parse(String(line[0])));
  return {
    url,
    fingerprint,
    token,
    tokens,
    env: { PROXDECK_URL: url, PROXDECK_FINGERPRINT: fingerprint, PROXDECK_TOKEN: token },
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        const impatience = setTimeout(() => child.kill('SIGKILL'), 3_000);
        await ended;
        clearTimeout(impatience);
      }
    },
  };
}
