import type { ComposeHealthcheck } from '../../src/models/compose.ts';
import type { Loss } from '../../src/models/artifact.ts';
import type { Check } from '../../src/models/stack.ts';
import { missingTools } from '../shared/health.ts';
import { secondsOf } from '../shared/units.ts';
import type { Workload } from './plan.ts';
import type { TreeMap } from './tree.ts';

/**
 * Probes. Liveness restarts a container, so it asks the container alone; what a health check of the Compose file asks may include those it
 * depends on, so it only decides about readiness. The kubelet asks HTTP and TCP by itself: no tool in the image is needed for them.
 */

interface Asked {
  readonly action: TreeMap;
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

interface Probes {
  /** `startupProbe`, `readinessProbe`, `livenessProbe`: those there are. */
  readonly keys: TreeMap;
  readonly losses: readonly Loss[];
}

const seconds = (duration: string | undefined, otherwise: number): number =>
  Math.max(1, Math.round(secondsOf(duration) ?? otherwise));

const loopback = /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(\/[^\s"'|;&)]*)?/;

/** The question of a command that only asks its own container over HTTP: `curl -f http://localhost:8080/health`. */
const httpOf = (words: readonly string[]): TreeMap | undefined => {
  const text = words.join(' ');
  if (
    !/(^|[\s/])(curl|wget)\s/.test(text) ||
    /\bgrep\b|--data|-d\s|-X\s|--request|-H\s|--header|--user|-u\s/.test(text)
  )
    return undefined;
  const match = loopback.exec(text);
  if (match === null) return undefined;
  const isTls = match[0].startsWith('https');
  const port = Number(match[1] ?? (isTls ? 443 : 80));
  return { httpGet: { path: match[2] ?? '/', port, ...(isTls ? { scheme: 'HTTPS' } : {}) } };
};

const ofCompose = (check: ComposeHealthcheck): Asked | undefined => {
  const [form, ...words] = check.test ?? [];
  if (check.disable === true || form === undefined || form === 'NONE') return undefined;
  const command = form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
  return {
    action: httpOf(words) ?? { exec: { command } },
    interval: seconds(check.interval, 30),
    timeout: seconds(check.timeout, 30),
    retries: check.retries ?? 3,
    startPeriod: seconds(check.start_period, 0),
  };
};

const ofCheck = (check: Check): Asked => {
  const action =
    check.http !== undefined
      ? { httpGet: { path: check.http.path, port: check.http.port } }
      : check.tcp !== undefined
        ? { tcpSocket: { port: check.tcp.port } }
        : { exec: { command: check.command ?? [] } };
  return {
    action,
    interval: seconds(check.interval, 30),
    timeout: seconds(check.timeout, 5),
    retries: check.retries,
    startPeriod: seconds(check.startPeriod, 30),
  };
};

const probe = ({ action, interval, timeout, retries }: Asked): TreeMap => ({
  ...action,
  periodSeconds: interval,
  timeoutSeconds: timeout,
  failureThreshold: retries,
});

/** How often a start is asked for. */
const startupInterval = 5;

/** Asked often until it answers once; until then neither of the others is. */
const startup = (asked: Asked): TreeMap => ({
  ...asked.action,
  periodSeconds: startupInterval,
  timeoutSeconds: asked.timeout,
  // As long as Compose would have waited before it calls it unhealthy, at least half a minute.
  failureThreshold: Math.ceil(Math.max(30, asked.startPeriod + asked.interval * asked.retries) / startupInterval),
});

const lossesOf = (path: string, check: Check | undefined): readonly Loss[] => {
  const http = check?.http;
  if (http === undefined) return [];
  const losses: Loss[] = [];
  if (http.contains !== undefined)
    losses.push({
      path: `${path}.http.contains`,
      message: 'The kubelet looks at the status of an answer only, not at its text.',
    });
  if (http.status < 200 || http.status > 399)
    losses.push({
      path: `${path}.http.status`,
      message: 'The kubelet takes 200 to 399 for a success; the port is asked instead.',
    });
  return losses;
};

/** A status that the kubelet takes for a failure is no question it can ask. */
const askable = (check: Check): Asked => {
  const { http } = check;
  const asked = ofCheck(check);
  return http !== undefined && (http.status < 200 || http.status > 399)
    ? { ...asked, action: { tcpSocket: { port: http.port } } }
    : asked;
};

/** Returns the probes of a workload that is meant to stay. */
export const probesOf = (workload: Workload): Probes => {
  const { compose, extension, service, ports } = workload;
  const { health, ready } = extension;
  const path = `services.${service}`;
  const [port] = ports.filter(({ protocol }) => protocol === 'TCP');
  const missing = compose.healthcheck?.test === undefined ? [] : missingTools(compose.healthcheck.test, workload.facts);
  const losses: Loss[] = [
    ...lossesOf(`${path}.x-proxdeck.health`, health),
    ...lossesOf(`${path}.x-proxdeck.ready`, ready),
  ];
  const written = compose.healthcheck === undefined ? undefined : ofCompose(compose.healthcheck);
  const isExec = written !== undefined && 'exec' in written.action;
  if (isExec && missing.length > 0)
    losses.push({
      path: `${path}.healthcheck.test`,
      message: `Its image carries no ${missing.join(' and no ')}: ${port === undefined ? 'nothing is asked' : `port ${port.number} is asked instead`}.`,
    });
  const fromCompose = isExec && missing.length > 0 ? undefined : written;

  const knock: Asked | undefined =
    port === undefined
      ? undefined
      : { action: { tcpSocket: { port: port.number } }, interval: 30, timeout: 5, retries: 3, startPeriod: 30 };
  const alive = health === undefined ? knock : askable(health);
  const works =
    ready !== undefined ? askable(ready) : (fromCompose ?? (health === undefined ? knock : askable(health)));
  const starts = alive ?? works;
  return {
    keys: {
      ...(starts === undefined
        ? {}
        : {
            startupProbe: startup(
              health === undefined && works !== undefined ? { ...works, action: starts.action } : starts,
            ),
          }),
      ...(works === undefined ? {} : { readinessProbe: probe(works) }),
      ...(alive === undefined ? {} : { livenessProbe: probe(alive) }),
    },
    losses,
  };
};
