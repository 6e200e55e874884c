import { existsSync } from 'node:fs';
import { configFile, type Environment } from './paths.ts';
import { readStored, stampOfFile, writeStored } from './stored.ts';

/** What a person configured about how the screen looks and which keys count: what the first frame needs of it. */
export interface Looks {
  readonly theme?: string;
  readonly symbols?: 'auto' | 'unicode' | 'ascii';
  readonly reduced_motion?: boolean;
  /** Which keys do what; names not checked. */
  readonly keys?: {
    readonly preset?: string;
    readonly bindings?: Readonly<Record<string, readonly string[]>>;
  };
}

const name = 'looks.json';
const stampOf = (env: Environment): string => stampOfFile(configFile(env));

/** Returns what the file says, as the last loadConfig read it, without YAML. Undefined when the file has changed since. */
export const quickLooks = (env: Environment): Looks | undefined =>
  readStored<Looks>(env, name, stampOf(env)) ?? (existsSync(configFile(env)) ? undefined : {});

/** Leaves the looks for the next start. */
export const storeLooks = (env: Environment, { theme, symbols, reduced_motion, keys }: Looks): void => {
  if (!existsSync(configFile(env))) return;
  const looks: Looks = {
    ...(theme !== undefined && { theme }),
    ...(symbols !== undefined && { symbols }),
    ...(reduced_motion !== undefined && { reduced_motion }),
    ...(keys !== undefined && { keys }),
  };
  writeStored(env, name, stampOf(env), looks);
};
