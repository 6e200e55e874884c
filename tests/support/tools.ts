import { spawnSync } from 'node:child_process';
import { findProgram } from '../../src/stacks/validate/programs.ts';

/** A real tool for a test. Where it is missing the test is skipped, and fails where PROXDECK_REQUIRE_TOOLS is set. */

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Tool {
  readonly path: string | undefined;
  /** For `it.runIf`: it is there, or it has to be. */
  readonly wanted: boolean;
  readonly run: (args: readonly string[], options?: RunOptions) => Ran;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end. */
export const run = (program: string, args: readonly string[], { cwd, env, input }: RunOptions = {}): Ran => {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    cwd,
    env: { ...process.env, ...env },
    input: input ?? '',
    encoding: 'utf8',
  });
  return { code: status ?? -1, out: stdout, err: stderr };
};

/** Returns a tool by its name, from the folder of the tools or from PATH. */
export const tool = async (name: string): Promise<Tool> => {
  const path = await findProgram(name, process.env);
  const isRequired = process.env['PROXDECK_REQUIRE_TOOLS'] === '1';
  return {
    path,
    wanted: path !== undefined || isRequired,
    run: (args, options) => {
      if (path === undefined) throw new Error(`${name} is missing: tests/validators/install brings it`);
      return run(path, args, options);
    },
  };
};
