import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from './config/paths.ts';
import { chooseFace, type Choice } from './faces/choose.ts';
import { leavePicture } from './faces/handover.ts';
import type { TuiOptions } from './faces/tui/start.ts';
import type { OpenedSession } from './faces/tui/connect.ts';

/** The full screen loads nothing of the other faces, and they nothing of it: Ink and React cost 100 ms, commander and zod 30. */
const openScreen = async ({
  demo,
  demoLogin,
  contextName,
  workspace,
  readOnly,
  allContexts,
  looks,
}: Extract<Choice, { face: 'tui' }>): Promise<number> => {
  const { env } = process;
  const options = {
    env,
    stateFolder: stateFolder(env),
    ...(contextName !== undefined && { contextName }),
    ...(workspace !== undefined && { workspace }),
    readOnly,
    allContexts,
    looks,
  };
  // With no picture of a last run the cluster is asked first: it thinks while the screen is being loaded.
  const cold = !demo && !existsSync(path.join(options.stateFolder, 'state.db'));
  const early = cold ? await connectEarly(options) : undefined;
  const { startTui } = await import('./faces/tui/start.ts');
  if (!demo) return startTui({ ...options, ...(early !== undefined && { early }) });
  const { demoOptions } = await import('./faces/tui/demo.ts');
  return startTui(demoOptions(options, demoLogin));
};

/** What a TLS handshake with a neighbour takes at most, in milliseconds: a cluster further away is asked while the screen loads. */
const handshakeMs = 60;

/** Resolves when the first call has gone out: loading the screen holds the event loop, which the handshake needs. */
const firstCallSent = (): Promise<void> =>
  new Promise((resolve) => {
    const sent = (): void => {
      unsubscribe('http.client.request.start', sent);
      setImmediate(resolve);
    };
    subscribe('http.client.request.start', sent);
    setTimeout(sent, handshakeMs);
  });

const connectEarly = async (options: TuiOptions): Promise<OpenedSession | undefined> => {
  try {
    const { connectSession } = await import('./faces/tui/connect.ts');
    const session = await connectSession(options, undefined);
    await firstCallSent();
    return session;
  } catch (thrown) {
    // Mostly that there is no context yet. Whatever it is, it happens again behind the first frame and is told there.
    if (!(thrown instanceof Error)) throw thrown;
    return undefined;
  }
};

const open = async (choice: Choice, args: readonly string[]): Promise<number> => {
  if (choice.face === 'tui') return openScreen(choice);
  const { runCli } = await import('./faces/cli/cli.ts');
  return runCli(args);
};

/** The last line of defence: whatever gets here was not expected. The terminal is restored before anything is said. */
const crash = async (thrown: unknown): Promise<never> => {
  leavePicture();
  const { saveCrash } = await import('./faces/crash.ts');
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  process.stderr.write(`proxdeck: ${message} ${saveCrash(thrown, process.env)}\n`);
  return process.exit(1);
};

/** Errors that were expected are told as such; those of the full screen come here, since no screen is left to show them. */
const tell = async (thrown: unknown): Promise<number> => {
  const { ProxdeckError, exitCodeOf } = await import('./models/error.ts');
  if (!(thrown instanceof ProxdeckError) || thrown.code === 'internal') return crash(thrown);
  leavePicture();
  process.stderr.write(`proxdeck: ${thrown.message}\n${thrown.hint === undefined ? '' : `${thrown.hint}\n`}`);
  return exitCodeOf(thrown);
};

process.on('uncaughtException', (thrown) => void crash(thrown));
process.on('unhandledRejection', (thrown) => void crash(thrown));

const args = process.argv.slice(2);
const choice = chooseFace(args, { interactive: process.stdin.isTTY && process.stdout.isTTY, env: process.env });
try {
  process.exitCode = await open(choice, args);
} catch (thrown) {
  process.exitCode = await tell(thrown);
}
