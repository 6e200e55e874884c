import type { Environment } from '../../config/paths.ts';
import { showCluster } from '../../operations/cluster.ts';
import { execute, reportError, type Surroundings } from './execute.ts';
import { faceCommands } from './faceCommands.ts';
import { outputFormats } from './globals.ts';
import { createOutput } from './output.ts';
import { runProgram, type FaceCommand } from './program.ts';
import { openTerminal } from './terminal.ts';

/** Ctrl-C asks the work to end; a second one does not wait for it. */
const listenToSignals = (abort: AbortController): void => {
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

/** A reader that has enough (`| head`) closes the pipe: no error. What was begun on the server goes on. */
const allowClosedPipes = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
};

/** NO_COLOR (no-color.org): any value that is not empty. */
const wantsColour = (env: Environment): boolean =>
  process.stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

/** Errors before the flags are parsed are written as JSON when the words ask for it. */
const askedFormat = (args: readonly string[]) => {
  const at = args.indexOf('--output');
  const value =
    args.find((arg) => arg.startsWith('--output='))?.slice('--output='.length) ?? (at < 0 ? undefined : args[at + 1]);
  return outputFormats.find((one) => one === value) ?? 'table';
};

/** What the completion scripts ask: `__complete -- WORD…`. */
const printCandidates = async (
  words: readonly string[],
  commands: readonly FaceCommand[],
  { env, stdout }: Surroundings,
): Promise<number> => {
  const { complete, completionLines } = await import('./complete.ts');
  stdout.write(completionLines(await complete(words, { env, faceCommands: commands })));
  return 0;
};

/** Runs plain mode with the arguments behind the program's name. Returns the exit code. */
export const runCli = async (args: readonly string[]): Promise<number> => {
  const abort = new AbortController();
  listenToSignals(abort);
  allowClosedPipes();
  const { stdout, stderr, env } = process;
  const surroundings: Surroundings = {
    env,
    signal: abort.signal,
    stdout,
    stderr,
    terminal: openTerminal(),
    colour: wantsColour(env),
  };
  const commands = faceCommands(surroundings);
  try {
    if (args[0] === '__complete') return await printCandidates(args.slice(2), commands, surroundings);
    return await runProgram(
      args,
      commands,
      (wanted) => execute(wanted, surroundings),
      (globals) => execute({ operation: showCluster, input: {}, secretFiles: {}, globals }, surroundings),
    );
  } catch (error) {
    const output = createOutput({
      format: askedFormat(args),
      style: { colour: false, ascii: false },
      work: false,
      stdout,
      stderr,
    });
    return reportError(output, error, env);
  }
};
