import type { ComposeService } from '../../src/models/compose.ts';
import { entry, type Section } from '../shared/ini.ts';
import { bytesOf, secondsOf, sizeText } from '../shared/units.ts';
import type { Unit } from '../shared/systemdUnits.ts';

type Entries = Section['entries'];

/** Two decimals are enough for a share of a processor, and none is printed where none is needed. */
const percent = (cpus: number): string => `${Number((cpus * 100).toFixed(2))}%`;

const sizeOf = (size: string | undefined): string | undefined => {
  const bytes = bytesOf(size);
  return bytes === undefined || bytes <= 0 ? undefined : sizeText(bytes);
};

/** systemd counts weights from 1 to 10,000 around 100; Docker shares around 1,024 and block weights around 500. */
const weight = (value: number, usual: number): number =>
  Math.min(10_000, Math.max(1, Math.round((value / usual) * 100)));

const cpusOf = ({ cpus, cpu_quota: quota, cpu_period: period, deploy }: ComposeService): number | undefined => {
  if (deploy?.resources?.limits?.cpus !== undefined) return deploy.resources.limits.cpus;
  if (cpus !== undefined && cpus > 0) return cpus;
  // Microseconds of each period, which is a tenth of a second where none is named.
  return quota === undefined || Number(quota) <= 0 ? undefined : Number(quota) / (Number(period ?? 0) || 100_000);
};

const swapOf = ({ memswap_limit: both, mem_limit: memory }: ComposeService): string | undefined => {
  const [all, main] = [bytesOf(both), bytesOf(memory)];
  // Compose counts memory and swap together; -1 is no limit.
  return all === undefined || all < 0 ? undefined : sizeText(Math.max(0, all - (main ?? 0)));
};

interface BlockLimit {
  readonly path: string;
  readonly rate: string | number;
}
const isBlockLimit = (item: unknown): item is BlockLimit =>
  typeof item === 'object' && item !== null && 'path' in item && typeof item.path === 'string' && 'rate' in item;
const blockKeys = {
  device_read_bps: 'IOReadBandwidthMax',
  device_write_bps: 'IOWriteBandwidthMax',
  device_read_iops: 'IOReadIOPSMax',
  device_write_iops: 'IOWriteIOPSMax',
} as const;

const blockEntries = ({ blkio_config: config }: ComposeService): Entries => {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return [];
  const given: Readonly<Record<string, unknown>> = { ...config };
  const usual = typeof given['weight'] === 'number' && given['weight'] > 0 ? weight(given['weight'], 500) : undefined;
  return [
    ...entry('IOWeight', usual),
    ...Object.entries(blockKeys).flatMap(([key, setting]): Entries => {
      const limits: unknown = given[key];
      return Array.isArray(limits)
        ? limits
            .filter(isBlockLimit)
            .map(({ path, rate }) => [setting, `${path} ${sizeText(bytesOf(rate) ?? 0)}`] as const)
        : [];
    }),
  ];
};

/** Returns limits of memory, processors, processes and disks: systemd.resource-control(5). They hold for containers as for programs. */
export const resourceEntries = (service: ComposeService): Entries => {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const shares = service.cpu_shares ?? 0;
  const tasks = limits?.pids ?? service.pids_limit ?? 0;
  return [
    ...entry('MemoryMax', sizeOf(limits?.memory ?? service.mem_limit)),
    ...entry('MemoryLow', sizeOf(reservations?.memory ?? service.mem_reservation)),
    ...entry('MemorySwapMax', swapOf(service)),
    ...entry('CPUQuota', cpusOf(service) === undefined ? undefined : percent(cpusOf(service) ?? 1)),
    ...entry('CPUQuotaPeriodSec', (service.cpu_period ?? 0) > 0 ? `${service.cpu_period}us` : undefined),
    ...entry('CPUWeight', shares > 0 ? weight(shares, 1_024) : undefined),
    ...entry('AllowedCPUs', service.cpuset),
    ...entry('TasksMax', tasks > 0 ? tasks : undefined),
    ...blockEntries(service),
    ...entry('OOMScoreAdjust', service.oom_score_adj),
  ];
};

/** Returns limits of a process as systemd names them: `nofile` is `LimitNOFILE`. -1 is none. */
export const limitEntries = ({ ulimits }: ComposeService): Entries =>
  Object.entries(ulimits ?? {}).map(([name, limit]) => {
    const said = (value: number): string => (value < 0 ? 'infinity' : `${value}`);
    const value = typeof limit === 'number' ? said(limit) : `${said(limit.soft)}:${said(limit.hard)}`;
    return [`Limit${name.toUpperCase()}`, value] as const;
  });

/** Seconds as systemd writes them, never 0: that would be no limit at all. */
export const secondsText = (duration: string | undefined): string | undefined => {
  const seconds = secondsOf(duration);
  return seconds === undefined || seconds <= 0 ? undefined : `${Math.max(1, Math.ceil(seconds))}s`;
};

const attemptsOf = ({ restart, deploy }: ComposeService): number | undefined => {
  const counted = /^on-failure:(\d+)$/.exec(restart ?? '');
  return deploy?.restart_policy?.max_attempts ?? (counted === null ? undefined : Number(counted[1]));
};

/**
 * Returns `Restart=`. A program that ends by itself and without an error is done (`unless-stopped` becomes `on-failure`); a container
 * that ends is started again, as Docker does it.
 */
const restartOf = ({ definition, way }: Unit): string => {
  const said = definition.deploy?.restart_policy?.condition ?? definition.restart?.split(':')[0] ?? 'unless-stopped';
  if (said === 'no' || said === 'none') return 'no';
  if (said === 'on-failure') return 'on-failure';
  return said === 'unless-stopped' && way === 'native' ? 'on-failure' : 'always';
};

/** What belongs to `[Unit]`: where starts are counted. systemd.unit(5); in `[Service]` these two were ignored. */
export const startLimitEntries = (unit: Unit): Entries =>
  unit.oneshot
    ? []
    : [
        ['StartLimitIntervalSec', secondsText(unit.definition.deploy?.restart_policy?.window) ?? '5min'],
        ['StartLimitBurst', attemptsOf(unit.definition) ?? 5],
      ];

/** Returns how a unit comes back after a failure: later each time where systemd can (254 and newer). */
export const restartEntries = (unit: Unit, systemd: number): Entries => {
  const restart = restartOf(unit);
  if (unit.oneshot || restart === 'no') return [['Restart', 'no']];
  return [
    ['Restart', restart],
    ['RestartSec', secondsText(unit.definition.deploy?.restart_policy?.delay) ?? '10s'],
    ...(systemd >= 254
      ? ([
          ['RestartSteps', 5],
          ['RestartMaxDelaySec', '40s'],
        ] as const)
      : []),
  ];
};
