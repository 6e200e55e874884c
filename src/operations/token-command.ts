import { execFile } from 'node:child_process';
import { tokenSchema } from '../config/schema.ts';
import { ProxdeckError } from '../models/error.ts';
import { splitLine } from './words.ts';

interface Source {
  /** Where the command is written: `/home/ada/.config/proxdeck/config.yaml:7`. */
  readonly place: string;
  readonly signal?: AbortSignal;
}

/** Long enough for a person to type the passphrase of a key, in milliseconds. */
const patienceMs = 60_000;

/** The last line that a command said in its own defence; foreign text, whoever shows it cleans it. */
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.slice(0, 200) ?? '';

const failure = (program: string, { place }: Source, error: Error, stderr: string): ProxdeckError => {
  const code = 'code' in error ? error.code : undefined;
  if (error.name === 'AbortError') return new ProxdeckError('cancelled', 'Cancelled.', { cause: error });
  const why =
    code === 'ENOENT'
      ? 'there is no such program'
      : 'killed' in error && error.killed === true
        ? `it did not end within ${String(patienceMs / 1000)} s`
        : `it ended with ${String(code)}${lastLine(stderr) === '' ? '' : `: ${lastLine(stderr)}`}`;
  return new ProxdeckError('auth', `${place}: token_command “${program}” told no token: ${why}.`, {
    cause: error,
    hint: 'Run it yourself. No shell reads it; where you want one, say so: token_command: [sh, -c, "…"].',
  });
};

/**
 * Runs the command of a context that tells its API token (`pass show proxmox/home`) and returns the first line it writes. No shell
 * reads it and nothing is written to it. What it says is never kept or shown.
 * Throws `auth` with the place of the command when it fails, takes too long, or tells something else.
 */
export const readTokenCommand = async (command: string | readonly string[], source: Source): Promise<string> => {
  const [program = '', ...words] = typeof command === 'string' ? splitLine(command).words : command;
  const told = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      program,
      words,
      { timeout: patienceMs, maxBuffer: 65_536, ...(source.signal !== undefined && { signal: source.signal }) },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(failure(program, source, error, stderr));
      },
    );
    child.stdin?.end();
  });
  const token = tokenSchema.safeParse(told.split('\n')[0]);
  if (token.success) return token.data;
  throw new ProxdeckError('auth', `${source.place}: token_command “${program}” told something that is no API token.`, {
    hint: 'Its first line must be USER@REALM!ID=SECRET.',
  });
};
