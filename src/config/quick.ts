import { configFile, type Environment } from './paths.ts';
import { readStored, stampOfFile, writeStored } from './stored.ts';

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
}

/** The answer of the last loadConfig is good for exactly that file and those variables. */
const stampOf = (env: Environment): string =>
  [stampOfFile(configFile(env)), env['PROXDECK_URL'], isFromEnvironment(env)].join(' ');

/**
 * Returns what the first frame needs, without YAML and zod, which cost more than that frame may take: loadConfig left it in a
 * small file. Undefined on the first start and after a change of configuration; loadConfig knows then.
 */
export const quickConfig = (env: Environment): QuickConfig | undefined =>
  readStored<QuickConfig>(env, 'start.json', stampOf(env));

/** Leaves the answer for the next start. */
export const storeQuickConfig = (env: Environment, quick: QuickConfig): void =>
  writeStored(env, 'start.json', stampOf(env), quick);
