import { pathTable, rows, type PathTable } from './pathTable.ts';
import type { TreeScalar } from './tree.ts';

/**
 * Where a text becomes a number or a yes or no once its variables are replaced: `tty: ${TTY:-true}` (compose-go, `loader/interpolate.go`).
 * A text written with quotes is cast as well.
 */

export interface Cast {
  /** What is wanted, for the error: `a whole number`. */
  readonly wanted: string;
  /** Undefined when the text is none. */
  readonly of: (text: string) => TreeScalar | undefined;
  /** Words that are understood, but should be written otherwise. */
  readonly old?: (text: string) => string | undefined;
}

const wholeNumber: Cast = {
  wanted: 'a whole number',
  of: (text) => (/^[-+]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
};

const number: Cast = {
  wanted: 'a number',
  of: (text) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined),
};

const yes = new Set(['true', 'y', 'yes', 'on']);
const no = new Set(['false', 'n', 'no', 'off']);

const flag: Cast = {
  wanted: '`true` or `false`',
  of: (text) => (yes.has(text.toLowerCase()) ? true : no.has(text.toLowerCase()) ? false : undefined),
  old: (text) => {
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') return undefined;
    return yes.has(word) ? 'true' : 'false';
  },
};

const service = 'services.*.';

/** The casts of a whole Compose file. */
export const composeCasts: PathTable<Cast> = pathTable([
  ...rows(service, 'cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares', wholeNumber),
  ...rows(service, 'oom_score_adj pids_limit scale healthcheck.retries ports.*.target deploy.replicas', wholeNumber),
  ...rows(`${service}deploy.`, 'update_config.parallelism rollback_config.parallelism', wholeNumber),
  ...rows(`${service}deploy.`, 'restart_policy.max_attempts placement.max_replicas_per_node', wholeNumber),
  ...rows(`${service}ulimits.`, '* *.hard *.soft', wholeNumber),
  ...rows(service, 'cpu_percent cpus', number),
  ...rows(`${service}deploy.`, 'update_config.max_failure_ratio rollback_config.max_failure_ratio', number),
  ...rows(service, 'init oom_kill_disable privileged read_only stdin_open tty healthcheck.disable', flag),
  ...rows(service, 'depends_on.*.required depends_on.*.restart volumes.*.read_only volumes.*.volume.nocopy', flag),
  ...rows('networks.*.', 'external internal attachable enable_ipv4 enable_ipv6', flag),
  ...rows('', 'volumes.*.external secrets.*.external configs.*.external', flag),
]);
