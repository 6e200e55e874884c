import type { ComposeHealthcheck, ComposeService } from '../../src/models/compose.ts';
import { checkOf, healthCommand, missingTools } from '../shared/health.ts';
import { told, without, type Place, type Step } from './step.ts';

/** Health checks whose program is in the image. */

const testOf = (command: readonly string[]): readonly string[] => {
  const [shell, flag, script] = command;
  return shell === 'sh' && flag === '-c' && script !== undefined && command.length === 3
    ? ['CMD-SHELL', script]
    : ['CMD', ...command];
};

/** The check of `x-proxdeck`, as Compose writes one. */
const described = ({ extension, facts }: Place): ComposeHealthcheck | undefined => {
  const check = extension.health;
  if (check === undefined) return undefined;
  const command = healthCommand(check, facts?.tools ?? []);
  return command === undefined
    ? undefined
    : {
        test: testOf(command),
        interval: check.interval,
        timeout: check.timeout,
        retries: check.retries,
        start_period: check.startPeriod,
      };
};

/** The same question with a program that is there: `curl -f http://localhost:8080/health` by what the image carries. */
const translated = (healthcheck: ComposeHealthcheck, { facts }: Place): ComposeHealthcheck | undefined => {
  const check = checkOf(healthcheck.test ?? []);
  const command = check === undefined ? undefined : healthCommand(check, facts?.tools ?? []);
  return command === undefined ? undefined : { ...healthcheck, test: testOf(command) };
};

const isOff = (healthcheck: ComposeHealthcheck | undefined): boolean =>
  healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';

const replaced = (service: ComposeService, place: Place, missing: readonly string[]): ReturnType<Step> => {
  const healthcheck = service.healthcheck ?? {};
  const other = translated(healthcheck, place) ?? described(place);
  const tools = missing.join(' and ');
  return other === undefined
    ? {
        service: without(service, 'healthcheck'),
        losses: [
          told(
            place,
            'healthcheck',
            `Left out: the image carries no ${tools}, so the check could only fail, and nothing else in it can ask.`,
          ),
        ],
      }
    : {
        service: { ...service, healthcheck: other },
        losses: [
          told(place, 'healthcheck.test', `The image carries no ${tools}; it is asked by what is there instead.`),
        ],
      };
};

/** Keeps a check that can work, asks in another way where its program is missing, and takes the one of `x-proxdeck` where none is. */
export const health: Step = (service, place) => {
  const { extension, facts } = place;
  const { healthcheck } = service;
  if (isOff(healthcheck)) return { service, losses: [] };
  if (healthcheck?.test !== undefined) {
    const missing = missingTools(healthcheck.test, facts);
    return missing.length === 0 ? { service, losses: [] } : replaced(service, place, missing);
  }
  const own = described(place);
  if (own !== undefined) return { service: { ...service, healthcheck: { ...own, ...healthcheck } }, losses: [] };
  if (extension.once) return { service, losses: [] };
  const message =
    extension.health === undefined
      ? 'There is no health check: whether it works is not known, and others can only wait for its start.'
      : 'Nothing that the image is known to carry can ask this, so there is no health check in the container.';
  return { service, losses: [told(place, 'healthcheck', message)] };
};

/** Waits for health where there is a check, and for the end of what runs once. */
export const waiting = (
  service: ComposeService,
  all: Readonly<Record<string, ComposeService>>,
  once: (name: string) => boolean,
): ComposeService => {
  const dependencies = Object.entries(service.depends_on ?? {});
  if (dependencies.length === 0) return service;
  const hasCheck = (name: string): boolean => all[name]?.healthcheck !== undefined && !isOff(all[name].healthcheck);
  return {
    ...service,
    depends_on: Object.fromEntries(
      dependencies.map(([name, dependency]) => {
        if (once(name)) return [name, { ...dependency, condition: 'service_completed_successfully' }];
        if (hasCheck(name)) return [name, { ...dependency, condition: 'service_healthy' }];
        return [
          name,
          dependency.condition === 'service_healthy' ? { ...dependency, condition: 'service_started' } : dependency,
        ];
      }),
    ),
  };
};
