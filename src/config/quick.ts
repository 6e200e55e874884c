import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, configFile, type Environment } from './paths.ts';

/** The name of the context that the `PROXDECK_*` variables form. */
export const environmentContext = 'environment';

const variables = ['PROXDECK_URL', 'PROXDECK_TOKEN', 'PROXDECK_FINGERPRINT', 'PROXDECK_USER', 'PROXDECK_PASSWORD'];

/** Whether a `PROXDECK_*` variable changes which server is talked to, or how. */
export const isFromEnvironment = (env: Environment): boolean => variables.some((name) => (env[name] ?? '') !== '');

/** What the first frame needs of the configuration. Holds no secret. */
export interface QuickConfig {
  readonly contextName: string;
  /** The first address of the context, as it is written: with the name it tells one cluster from another. */
  readonly address: string;
  readonly prod: boolean;
  readonly theme?: string;
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
}

/** The answer of the last loadConfig, good for exactly that file and those variables. */
interface Stored {
  readonly stamp: string;
  readonly quick: QuickConfig;
}

const storedFile = (env: Environment): string => path.join(cacheFolder(env), 'start.json');

/** Changes whenever the file is written or the variables say something else. */
const stampOf = (env: Environment): string => {
  const { mtimeNs, size, ino } = statSync(configFile(env), { bigint: true, throwIfNoEntry: false }) ?? {};
  return [mtimeNs, size, ino, env['PROXDECK_URL'], isFromEnvironment(env)].join(' ');
};

const read = (env: Environment): Stored | undefined => {
  try {
    return JSON.parse(readFileSync(storedFile(env), 'utf8')) as Stored;
  } catch {
    // Not there yet, or cut off by a crash: a cache may always be absent.
    return undefined;
  }
};

/**
 * Returns what the first frame needs, without YAML and zod, which cost more than that frame may take: loadConfig left it in a
 * small file. Undefined on the first start and after a change of configuration; loadConfig knows then.
 */
export const quickConfig = (env: Environment): QuickConfig | undefined => {
  const stored = read(env);
  return stored?.stamp === stampOf(env) ? stored.quick : undefined;
};

/** Leaves the answer for the next start; does nothing when it is there already. */
export const storeQuickConfig = (env: Environment, quick: QuickConfig): void => {
  const stored: Stored = { stamp: stampOf(env), quick };
  const text = JSON.stringify(stored);
  if (JSON.stringify(read(env)) === text) return;
  try {
    mkdirSync(cacheFolder(env), { recursive: true, mode: 0o700 });
    writeFileSync(storedFile(env), text, { mode: 0o600 });
  } catch {
    // A home that cannot be written to costs speed at the next start, nothing else.
  }
};
