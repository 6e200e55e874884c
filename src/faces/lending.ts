import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { ProxdeckError } from '../models/error.ts';
import { childEnvironment, modesBefore } from './handover.ts';

/**
 * Runs a program on the terminal, without a shell. `before` is written last of all before it: what is typed after it is the program's.
 * Returns its exit code, 0 when Ctrl-C ended it. Rejects with `not-found` for a program that cannot be run.
 */
export const runOnTerminal = async (words: readonly string[], before: string): Promise<number> => {
  const [program = '', ...args] = words;
  await stopReading();
  if (modesBefore !== undefined) spawnSync('stty', [modesBefore], { stdio: 'inherit' });
  process.stdout.write(before);
  return untouched(() =>
    ended(spawn(program, args, { stdio: 'inherit', shell: false, env: childEnvironment() }), program),
  );
};

/** Leaves what is typed to another process. A stream stops reading on its way from flowing to paused, and a turn after each step. */
const stopReading = async (): Promise<void> => {
  await setImmediate();
  process.stdin.resume();
  process.stdin.pause();
  await setImmediate();
};

const ended = (child: ChildProcess, program: string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ProxdeckError('not-found', `${program} cannot be run: ${cause.message}`, { cause })),
    );
    // Ended by Ctrl-C: that was what the person wanted.
    child.once('close', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 0 : 1)));
  });

/** The launcher passes on the Ctrl-C that it got too, when its shell comes to it; in milliseconds. */
const lateSignalMs = 1000;

/** Ctrl-C reaches every process on the terminal; while a program has it, it is meant for that one. */
const untouched = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const ours = process.listeners('SIGINT');
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  for (const listener of ours) process.off('SIGINT', listener);
  try {
    return await work();
  } finally {
    setTimeout(() => {
      for (const listener of ours) process.on('SIGINT', listener);
      process.off('SIGINT', ignore);
    }, lateSignalMs).unref();
  }
};
