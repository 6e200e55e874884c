import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { z } from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import { storeLooks } from './looks.ts';
import { environmentContext, isFromEnvironment, storeQuickConfig } from './quick.ts';
import { parseConfig } from './document.ts';
import { configFile, type Environment } from './paths.ts';
import {
  addressSchema,
  fingerprintSchema,
  tokenSchema,
  usernameSchema,
  type commandFields,
  type ContextConfig,
  type keysFields,
} from './schema.ts';

export type { ContextConfig } from './schema.ts';

/** What the user configured, with what the `PROXDECK_*` variables say on top. */
export interface Config {
  /** Where it is kept; the file need not exist. */
  readonly file: string;
  /** The context that is used when none is named. */
  readonly current?: string;
  readonly contexts: Readonly<Record<string, ContextConfig>>;
  /** File with the identities of age that open what is encrypted here. */
  readonly age_identity?: string;
  readonly theme?: string;
  readonly symbols?: 'auto' | 'unicode' | 'ascii';
  readonly reduced_motion?: boolean;
  readonly refresh?: 'automatic' | 'manual';
  /** In which line of the file each key stands, by its dotted path: `keys.bindings.refresh`. */
  readonly lines?: Readonly<Record<string, number>>;
  readonly keys?: z.output<typeof keysFields>;
  readonly commands?: Readonly<Record<string, z.output<typeof commandFields>>>;
}

/** How a context signs in. */
export type Login = Pick<
  ContextConfig,
  'token' | 'token_command' | 'username' | 'password' | 'sealed_token' | 'sealed_password'
>;

/** Returns what a context signs in with, and nothing else of it. */
export const loginOf = (context: Login = {}): Login => {
  const { token, token_command, username, password, sealed_token, sealed_password } = context;
  return {
    ...(token !== undefined && { token }),
    ...(token_command !== undefined && { token_command }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(sealed_token !== undefined && { sealed_token }),
    ...(sealed_password !== undefined && { sealed_password }),
  };
};

/** Returns the text of the file, empty when there is none. Throws `config` when it is there and cannot be read. */
export const readConfigText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    const why = error instanceof Error ? error.message : String(error);
    throw new ProxdeckError('config', `${file} cannot be read: ${why}`, {
      hint: 'Give yourself the right to read it.',
      cause: error,
    });
  }
};

const parseVariable = <Output>(env: Environment, name: string, schema: z.ZodType<Output>): Output | undefined => {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProxdeckError('config', `${name}: ${parsed.error.issues[0]?.message ?? 'is not valid'}.`, {
    hint: `Correct or unset ${name}.`,
  });
};

/** How the variables sign in; undefined when they say nothing of it. */
const credentialFrom = (env: Environment): Pick<ContextConfig, 'token' | 'username' | 'password'> | undefined => {
  const token = parseVariable(env, 'PROXDECK_TOKEN', tokenSchema);
  if (token !== undefined) return { token };
  const username = parseVariable(env, 'PROXDECK_USER', usernameSchema);
  const password = env['PROXDECK_PASSWORD'];
  return username === undefined ? undefined : { username, ...(password !== undefined && { password }) };
};

/** The context that the variables form: on its own with PROXDECK_URL, else the current one with what they override. */
const fromEnvironment = (env: Environment, current: ContextConfig | undefined): ContextConfig | undefined => {
  const urls = env['PROXDECK_URL']?.split(',').filter((url) => url.trim() !== '') ?? [];
  const addresses = urls.flatMap((url) => parseVariable({ PROXDECK_URL: url }, 'PROXDECK_URL', addressSchema) ?? []);
  const base = addresses.length > 0 ? { addresses, prod: false, read_only: false } : current;
  if (base === undefined) return undefined;
  const { token: _token, token_command: _command, username: _user, password: _password, ...others } = base;
  const { sealed_token: _sealed, sealed_password: _hidden, ...place }: ContextConfig = others;
  const fingerprint = parseVariable(env, 'PROXDECK_FINGERPRINT', fingerprintSchema);
  return { ...place, ...(credentialFrom(env) ?? loginOf(base)), ...(fingerprint !== undefined && { fingerprint }) };
};

const withEnvironment = (config: Config, env: Environment): Config => {
  if (!isFromEnvironment(env)) return config;
  const environment = fromEnvironment(env, config.current === undefined ? undefined : config.contexts[config.current]);
  if (environment === undefined) return config;
  return {
    ...config,
    current: environmentContext,
    contexts: { ...config.contexts, [environmentContext]: environment },
  };
};

/** Reads the configuration and the variables. Throws `config` with file:line:column and the key, or with the variable. */
export const loadConfig = async (env: Environment): Promise<Config> => {
  const file = configFile(env);
  const { fields, lines } = parseConfig(await readConfigText(file), file);
  const names = Object.keys(fields.contexts);
  const current = fields.current ?? (names.length === 1 ? names[0] : undefined);
  const identity = (env['PROXDECK_AGE_IDENTITY'] || fields.age_identity)?.replace(/^~(?=\/)/, env['HOME'] ?? homedir());
  const config = withEnvironment(
    {
      ...fields,
      file,
      lines,
      ...(current !== undefined && { current }),
      ...(identity !== undefined && { age_identity: identity }),
    },
    env,
  );
  storeLooks(env, config);
  const start = config.current === undefined ? undefined : config.contexts[config.current];
  if (config.current !== undefined && start !== undefined) {
    const [address = ''] = start.addresses;
    storeQuickConfig(env, { contextName: config.current, address, prod: start.prod });
  }
  return config;
};

/** Returns a context by name, the current one without a name. Throws `not-found` for the name, `config` when there is no current one. */
export const contextNamed = (config: Config, name = config.current): ContextConfig => {
  const names = Object.keys(config.contexts);
  if (name === undefined) {
    throw new ProxdeckError('config', 'No cluster is configured.', {
      hint:
        names.length === 0
          ? 'Add one with `proxdeck connect https://HOST:8006`, or try `proxdeck demo`.'
          : `Choose one with \`proxdeck context use NAME\`: ${names.join(', ')}.`,
    });
  }
  const found = Object.hasOwn(config.contexts, name) ? config.contexts[name] : undefined;
  if (found !== undefined) return found;
  throw new ProxdeckError('not-found', `There is no context ${name}.${didYouMean(name, names)}`, {
    hint: names.length === 0 ? 'Add one with `proxdeck connect https://HOST:8006`.' : `There are: ${names.join(', ')}.`,
  });
};
