import type { ComposeJson, ComposeService } from '../../src/models/compose.ts';
import type { Step } from './step.ts';

/** What `docker compose config` 5.1.0 prints and does not read again. */

/** `blkio_config` comes out with `Path` and `Rate`, and only goes in with small letters. */
const lowered = (value: ComposeJson): ComposeJson => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(lowered);
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key.toLowerCase(), lowered(inside)]));
};

const withDependencies = (service: ComposeService, all: readonly string[]): ComposeService => {
  const { depends_on: dependencies } = service;
  if (dependencies === undefined) return service;
  const there = Object.entries(dependencies).filter(([name]) => all.includes(name));
  return there.length === Object.keys(dependencies).length
    ? service
    : { ...service, depends_on: Object.fromEntries(there) };
};

/** Returns the service as Compose reads it; what it waits for and no profile starts is not waited for. */
export const readable: Step = (service, place) => {
  const { project, development } = place.stack;
  const known = [...Object.keys(project.services), ...Object.keys(development?.services ?? {})];
  const waiting = withDependencies(service, known);
  const { blkio_config: blkio } = waiting;
  return { service: blkio === undefined ? waiting : { ...waiting, blkio_config: lowered(blkio) }, losses: [] };
};

/** Without a limit is -1, a number; every other size is a text. */
export const withoutLimit = (key: string, value: unknown): unknown =>
  key === 'memswap_limit' && value === '-1' ? -1 : value;
