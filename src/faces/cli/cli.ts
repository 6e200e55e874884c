import type { Environment } from '../../config/paths.ts';
import { showCluster } from '../../operations/cluster.ts';
import { execute, reportError, type Surroundings } from './execute.ts';
import { faceCommands } from './faceCommands.ts';
import { outputFormats, type Globals } from './globals.ts';
import { Interrupts } from './interrupts.ts';
import { createOutput } from './output.ts';
import { runProgram, type FaceCommand } from './program.ts';
import { openSeat } from './seat.ts';
import { openTerminal } from './terminal.ts';

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

/** Without a command: on a terminal the console, elsewhere the cluster at a glance. */
const bare = async (
  globals: Globals,
  surroundings: Surroundings,
  commands: readonly FaceCommand[],
): Promise<number> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    return execute({ operation: showCluster, input: {}, secretFiles: {}, globals }, surroundings);
  const { runConsole } = await import('./console.ts');
  return runConsole(globals, surroundings, commands);
};

/** Runs plain mode with the arguments behind the program's name. Returns the exit code. */
export const runCli = async (args: readonly string[]): Promise<number> => {
  const interrupts = new Interrupts();
  interrupts.listen();
  allowClosedPipes();
  const { stdout, stderr, env } = process;
  const seat = openSeat();
  const surroundings: Surroundings = {
    env,
    signal: interrupts.signal,
    interrupts,
    stdout,
    stderr,
    terminal: openTerminal(),
    ...(seat !== undefined && { seat }),
    colour: wantsColour(env) && env['INK_SCREEN_READER'] !== 'true',
    linear: env['INK_SCREEN_READER'] === 'true',
  };
  const commands = faceCommands(surroundings);
  try {
    if (args[0] === '__complete') return await printCandidates(args.slice(2), commands, surroundings);
    return await runProgram(
      args,
      commands,
      (wanted) => execute(wanted, surroundings),
      (globals) => bare(globals, surroundings, commands),
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
