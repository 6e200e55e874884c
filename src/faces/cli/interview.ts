import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/paths.ts';
import { ProxdeckError } from '../../models/error.ts';
import { fieldsOf } from '../../operations/fields.ts';
import { ProxmoxError } from '../../proxmox/errors.ts';
import type { Wanted } from './program.ts';
import type { Terminal } from './terminal.ts';

type Input = Readonly<Record<string, unknown>>;

/** A secret has three ways in, none of them argv: its file, its variable, the terminal without echo. */
const variables: Readonly<Record<string, string>> = { token: 'PROXDECK_TOKEN', password: 'PROXDECK_PASSWORD' };

/** Whether a secret stands in a file that was named, or in its variable. */
export const saysSecret = (key: string, { secretFiles }: Pick<Wanted, 'secretFiles'>, env: Environment): boolean =>
  secretFiles[key] !== undefined || (env[variables[key] ?? ''] ?? '') !== '';

/** `-` is the standard input. */
const readSecretFile = async (file: string): Promise<string> => {
  try {
    // Not by the name /dev/stdin: what another program hands over may be a socket, which cannot be opened.
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch (error) {
    throw new ProxdeckError('usage', `${file} cannot be read.`, {
      hint: 'It must hold the secret and nothing else.',
      cause: error,
    });
  }
};

const question: Readonly<Record<string, string>> = {
  token: 'API token (USER@REALM!ID=SECRET): ',
  password: 'Password: ',
};

/** A secret that was said in its file or in its variable. Throws `usage` for a file that cannot be read. */
export const givenSecret = async (
  key: string,
  { secretFiles }: Pick<Wanted, 'secretFiles'>,
  env: Environment,
): Promise<string | undefined> => {
  const file = secretFiles[key];
  if (file !== undefined) return (await readSecretFile(file)).trim();
  return env[variables[key] ?? ''] || undefined;
};

/** The error of a secret that was not said, where nobody can be asked. */
export const missingSecret = (key: string): ProxdeckError =>
  new ProxdeckError('usage', `The ${key} is missing, and there is no terminal to ask on.`, {
    hint: `Set ${variables[key] ?? ''}, or name a file with --${key}-file. It is never taken from the command line, where others could read it.`,
  });

/**
 * Completes an input with its secrets: each from the file that was named for it, without the line end behind it; one that is needed and
 * was not said is asked for. Throws `usage` where nobody can be asked.
 */
export const withSecretFields = async (
  { operation, input, secretFiles }: Pick<Wanted, 'operation' | 'input' | 'secretFiles'>,
  terminal: Terminal | undefined,
): Promise<Input> => {
  const secrets: Record<string, string> = {};
  for (const { key, flag, secret, required, description } of fieldsOf(operation)) {
    if (!secret) continue;
    const file = secretFiles[key];
    if (file !== undefined) secrets[key] = (await readSecretFile(file)).replace(/\r?\n$/, '');
    else if (required && terminal !== undefined) secrets[key] = await terminal.askSecret(`${description}: `);
    else if (required)
      throw new ProxdeckError('usage', `The ${key} is missing, and there is no terminal to ask on.`, {
        hint: `Name a file with --${flag}-file, or \`-\` for the standard input. It is never taken from the command line, where others could read it.`,
      });
  }
  return { ...input, ...secrets };
};

/** Completes the input of `context add` with its secret: a password with `--user`, else a token. */
export const withSecret = async (
  wanted: Wanted,
  config: Config,
  env: Environment,
  terminal: Terminal | undefined,
): Promise<Input> => {
  const { input } = wanted;
  const key = input['user'] === undefined ? 'token' : 'password';
  const value = await givenSecret(key, wanted, env);
  if (value !== undefined) return { ...input, [key]: value };
  const name = String(input['name']);
  if (key === 'token' && Object.hasOwn(config.contexts, name)) return input;
  if (terminal !== undefined) return { ...input, [key]: await terminal.askSecret(question[key] ?? '') };
  throw missingSecret(key);
};

/**
 * Trust on first use: shows the fingerprint of a certificate that nobody vouches for, and returns the input with it when a
 * person says yes. Undefined when it is not for a person to say: another error, or a certificate that changed.
 */
export const withTrust = async (
  input: Input,
  thrown: unknown,
  terminal: Terminal | undefined,
): Promise<Input | undefined> => {
  if (!(thrown instanceof ProxmoxError) || terminal === undefined) return undefined;
  const { certificate } = thrown;
  if (certificate === undefined || certificate.expected !== undefined) return undefined;
  const answer = await terminal.ask(
    `No known authority vouches for ${certificate.address}.\nIts certificate has the SHA-256 fingerprint\n  ${certificate.presented}\n` +
      'Compare it with `pvenode cert info` on the node. Trust it? [y/N] ',
  );
  return /^y(es)?$/i.test(answer) ? { ...input, fingerprint: certificate.presented } : undefined;
};
