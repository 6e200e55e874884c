import type { Surroundings } from '../../../src/faces/cli/execute.ts';
import { faceCommands } from '../../../src/faces/cli/faceCommands.ts';
import { runProgram } from '../../../src/faces/cli/program.ts';
import { execute, reportError } from '../../../src/faces/cli/execute.ts';
import { createOutput } from '../../../src/faces/cli/output.ts';
import { showCluster } from '../../../src/operations/cluster.ts';

/** What a command wrote and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, against what the variables name, with answers for the questions a terminal would show. */
export const runLine = async (
  line: readonly string[],
  env: Surroundings['env'],
  answers?: readonly string[],
  over: Partial<Surroundings> = {},
): Promise<Ran & { asked: string[] }> => {
  const written = { stdout: '', stderr: '' };
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const answer = async (question: string): Promise<string> => {
    asked.push(question);
    return left.shift() ?? '';
  };
  const surroundings: Surroundings = {
    env,
    signal: new AbortController().signal,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    terminal: answers === undefined ? undefined : { ask: answer, askSecret: answer },
    colour: false,
    ...over,
  };
  const run = async (): Promise<number> => {
    try {
      return await runProgram(
        line,
        faceCommands(surroundings),
        (wanted) => execute(wanted, surroundings),
        (globals) => execute({ operation: showCluster, input: {}, secretFiles: {}, globals }, surroundings),
      );
    } catch (error) {
      return reportError(
        createOutput({ format: 'table', style: { colour: false, ascii: false }, work: false, ...surroundings }),
        error,
        env,
      );
    }
  };
  const code = await run();
  return { code, ...written, asked };
};
