import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import os from 'node:os';
import path from 'node:path';
import { tokenSchema } from '../config/schema.ts';
import type { AskPassphrase } from '../config/age.ts';
import { identityFileOf } from '../config/paths.ts';
import { contextNamed, type Config, type ContextConfig } from '../config/config.ts';
import type { Resources } from '../models/cluster.ts';
import { ProxdeckError } from '../models/error.ts';
import { createClient } from '../proxmox/client.ts';
import type { Credential, ProxmoxClient, Trust } from '../proxmox/types.ts';
import type { State } from '../state/state.ts';
import { workspacePlace, type WorkspacePlace } from '../workspace/find.ts';
import type { Context } from './context.ts';
import type { Permissions } from './privileges.ts';
import { roleReader } from './roles/reading.ts';

export interface SessionOptions {
  readonly config: Config;
  /** The context to talk to; the configured one without it. */
  readonly contextName?: string;
  readonly readOnly: boolean;
  readonly signal: AbortSignal;
  /** Where `state.db` lies. */
  readonly stateFolder: string;
  /** Where a workspace is looked for; without it as the process says: its variables, else its folder. */
  readonly place?: WorkspacePlace;
  /** Asks a person for a second factor, again when one was `refused`; absent where nobody can be asked. */
  readonly secondFactor?: (kinds: readonly string[], refused: boolean) => Promise<string>;
  /** Asks a person for the passphrase of a secret that is encrypted; absent where nobody can be asked. */
  readonly passphrase?: AskPassphrase;
  /** Told when the database was corrupt: where it lies now, a new one having been made. */
  readonly onSetAside?: (path: string) => void;
}

/** A context that was opened, and what must be closed after it. */
export interface Session extends Context {
  close(): Promise<void>;
}

interface ConnectOptions {
  readonly secondFactor?: SessionOptions['secondFactor'];
  readonly passphrase?: AskPassphrase | undefined;
  /** File of the identities that open what is encrypted. */
  readonly identityFile?: string;
  /** Where the context is written, for what is told of it: `config.yaml:7`. */
  readonly place?: string;
  readonly signal?: AbortSignal;
}

/** Asks once; a failure is asked again. */
const once = (ask: () => Promise<string>): (() => Promise<string>) => {
  let answer: Promise<string> | undefined;
  return () => {
    answer ??= ask().catch((thrown: unknown) => {
      answer = undefined;
      throw thrown;
    });
    return answer;
  };
};

const credentialOf = (
  name: string,
  context: ContextConfig,
  { secondFactor, passphrase, identityFile = '', place, signal }: ConnectOptions,
): Credential => {
  const { token, token_command: command, username, password, sealed_token, sealed_password } = context;
  const opened = (sealed: string, what: string): (() => Promise<string>) =>
    once(async () => {
      const { unseal } = await import('../config/age.ts');
      return unseal(sealed, `the ${what} of ${name}`, {
        identityFile,
        ...(passphrase !== undefined && { passphrase }),
      });
    });
  if (sealed_token !== undefined) {
    const ask = opened(sealed_token, 'token');
    return { kind: 'asked-token', ask: async () => tokenIn(await ask(), name) };
  }
  if (token !== undefined) return { kind: 'token', token };
  if (command !== undefined) {
    const from = { place: place ?? `the context ${name}`, ...(signal !== undefined && { signal }) };
    return {
      kind: 'asked-token',
      ask: async () => (await import('./token-command.ts')).readTokenCommand(command, from),
    };
  }
  const secret = sealed_password === undefined ? password : opened(sealed_password, 'password');
  if (username !== undefined && secret !== undefined) {
    return { kind: 'password', username, password: secret, ...(secondFactor !== undefined && { secondFactor }) };
  }
  throw new ProxdeckError('auth', `The context ${name} has no ${username === undefined ? 'token' : 'password'}.`, {
    hint: 'Set PROXDECK_TOKEN (USER@REALM!ID=SECRET), or sign in anew with `proxdeck connect`.',
  });
};

const tokenIn = (text: string, name: string): string => {
  const token = tokenSchema.safeParse(text);
  if (token.success) return token.data;
  throw new ProxdeckError('config', `The token of ${name} was decrypted, and is no API token.`, {
    hint: 'What is encrypted must be USER@REALM!ID=SECRET.',
  });
};

/** Reads a certificate authority, PEM. Throws `config` when it cannot be read. */
export const readCertificate = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ProxdeckError('config', `The certificate authority ${file} cannot be read.`, {
      hint: 'Copy /etc/pve/pve-root-ca.pem from a node, or pin the fingerprint instead.',
      cause: error,
    });
  }
};

/** What a context trusts. Throws `config` for an authority that cannot be read. */
export const trustOf = ({ fingerprint, ca }: ContextConfig): Trust => ({
  ...(fingerprint !== undefined && { fingerprint }),
  ...(ca !== undefined && { ca: readCertificate(ca) }),
});

/** Opens the client of a context. Nothing is sent yet. Throws `auth` without a credential, `config` for what is written wrongly. */
export const connect = (name: string, context: ContextConfig, options: ConnectOptions = {}): ProxmoxClient =>
  createClient({
    addresses: context.addresses,
    credential: credentialOf(name, context, options),
    tls: trustOf(context),
    ...(context.ssh_jump !== undefined && { jump: context.ssh_jump }),
  });

const identityOf = ({ token, username }: ContextConfig): string | undefined =>
  token?.slice(0, token.lastIndexOf('=')) ?? username;

const who = (context: ContextConfig | undefined): string => {
  const account = process.env['USER'] ?? os.userInfo().username;
  const identity = context === undefined ? undefined : identityOf(context);
  return identity === undefined ? account : `${account} as ${identity}`;
};

const cancellableSleep =
  (signal: AbortSignal): Context['sleep'] =>
  async (ms) => {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      throw new ProxdeckError('cancelled', 'Cancelled.', { cause: error });
    }
  };

/** Where the token_command of a context is written. */
const placeOf = (config: Config, name: string): string => {
  const line = config.lines?.[`contexts.${name}.token_command`];
  return line === undefined ? config.file : `${config.file}:${String(line)}`;
};

/** Opens what operations work with. Client and database are made on first use and closed by `close`. */
export const openSession = (options: SessionOptions): Session => {
  const { config, contextName = config.current, signal, stateFolder } = options;
  let client: ProxmoxClient | undefined;
  let state: Promise<State> | undefined;
  let resources: Promise<Resources> | undefined;
  let permissions: Promise<Permissions> | undefined;
  const context =
    contextName === undefined || !Object.hasOwn(config.contexts, contextName)
      ? undefined
      : config.contexts[contextName];

  const proxmox = (): ProxmoxClient => {
    client ??= connect(contextName ?? '', contextNamed(config, contextName), {
      secondFactor: options.secondFactor,
      passphrase: options.passphrase,
      identityFile: identityFileOf(config),
      place: placeOf(config, contextName ?? ''),
      signal,
    });
    return client;
  };
  const open = async (): Promise<State> => {
    const { openState } = await import('../state/state.ts');
    const opened = await openState(path.join(stateFolder, 'state.db'));
    if (opened.setAside !== undefined) options.onSetAside?.(opened.setAside);
    return opened;
  };
  const readResources = async (): Promise<Resources> => {
    const answer = await proxmox().resources({ signal, origin: 'person' });
    proxmox().setOfflineNodes(
      new Set(answer.nodes.filter(({ status }) => status === 'offline').map(({ node }) => node)),
    );
    return answer;
  };
  const askPermissions = async (): Promise<Permissions> => {
    const { readPermissions } = await import('./access.ts');
    return readPermissions({ proxmox, signal }, { origin: 'person' });
  };

  return {
    now: Date.now,
    sleep: cancellableSleep(signal),
    signal,
    readOnly: options.readOnly,
    config,
    contextName: contextName ?? '',
    place: options.place ?? workspacePlace(process.env, process.cwd()),
    who: who(context),
    proxmox,
    resources: () => (resources ??= readResources()),
    learnPermissions: () => (permissions ??= askPermissions()),
    role: roleReader(config.file, contextName ?? ''),
    state: () => (state ??= open()),
    ...(options.secondFactor !== undefined && { secondFactor: options.secondFactor }),
    ...(options.passphrase !== undefined && { passphrase: options.passphrase }),
    close: async () => {
      client?.close();
      if (state !== undefined) await (await state).close();
    },
  };
};
