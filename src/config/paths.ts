import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** XDG Base Directory Specification: a relative path in these variables is invalid and ignored. */
const base = (env: Environment, variable: string, fallback: string): string => {
  const value = env[variable];
  return value !== undefined && path.isAbsolute(value) ? value : path.join(env['HOME'] ?? homedir(), fallback);
};

/** Returns the path of the configuration: `$XDG_CONFIG_HOME/proxdeck/config.yaml`. */
export const configFile = (env: Environment): string =>
  path.join(base(env, 'XDG_CONFIG_HOME', '.config'), 'proxdeck', 'config.yaml');

/** Returns the path of the rules of who may do what: beside the configuration. */
export const accessFile = (config: string): string => path.join(path.dirname(config), 'access.yaml');

/** Returns the path of the schedules of snapshots: beside the configuration. */
export const schedulesFile = (config: string): string => path.join(path.dirname(config), 'schedules.yaml');

/** Returns the folder of what the program remembers (database, crash logs): `$XDG_STATE_HOME/proxdeck`. */
export const stateFolder = (env: Environment): string =>
  path.join(base(env, 'XDG_STATE_HOME', '.local/state'), 'proxdeck');

/** Returns the folder of what may be deleted at any time: `$XDG_CACHE_HOME/proxdeck`. */
export const cacheFolder = (env: Environment): string => path.join(base(env, 'XDG_CACHE_HOME', '.cache'), 'proxdeck');

/** Returns the file of identities: the configured one, else the one beside the configuration. */
export const identityFileOf = (config: { readonly file: string; readonly age_identity?: string }): string =>
  config.age_identity ?? path.join(path.dirname(config.file), 'age-identity.txt');

/** Returns the folder of the program itself, which holds `package.json` and `assets/`: the same for sources and bundle. */
export const productFolder = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return folder;
};
