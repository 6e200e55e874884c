import type { ComposeService } from '../../src/models/compose.ts';
import { isTreeMap, type Tree } from './override.ts';
import { withoutLimit } from './readable.ts';
import { literal } from './variables.ts';

/** A service as the values that are written: keys in order, texts as Compose reads them, nothing that says nothing. */

/** In the order in which a person reads a service. Keys that are not named follow, as they come. */
const order = [
  'image',
  'build',
  'pull_policy',
  'platform',
  'profiles',
  'provider',
  'restart',
  'init',
  'user',
  'group_add',
  'working_dir',
  'entrypoint',
  'command',
  'environment',
  'configs',
  'secrets',
  'depends_on',
  'healthcheck',
  'ports',
  'expose',
  'networks',
  'network_mode',
  'volumes',
  'tmpfs',
  'read_only',
  'security_opt',
  'cap_drop',
  'cap_add',
  'deploy',
  'logging',
  'stop_signal',
  'stop_grace_period',
  'labels',
] as const satisfies readonly (keyof ComposeService)[];

export const inOrder = (service: ComposeService): Readonly<Record<string, unknown>> => {
  const known: readonly string[] = order;
  const rest = Object.keys(service).filter((key) => !known.includes(key));
  const values: Readonly<Record<string, unknown>> = { ...service };
  return Object.fromEntries(
    [...known, ...rest]
      .filter((key) => key in values && !isSilent(values[key]) && key !== 'x-proxdeck')
      .map((key) => [key, withoutLimit(key, values[key])]),
  );
};

/** What says nothing: `command: null`, an empty list, `placement: {}`. */
const isSilent = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0) || isEmptyMap(value);

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** Every text with `$` doubled; parts that say nothing (`volume: {}`) left out. */
export const plain = (value: unknown): Tree => {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inside]) => !isEmptyMap(inside))
      .map(([key, inside]) => [key, plain(inside)]),
  );
};

export const asMap = (tree: Tree): Readonly<Record<string, Tree>> => (isTreeMap(tree) ? tree : {});

/** Sections that say nothing are no sections. */
export const pruned = (tree: Readonly<Record<string, Tree>>): Readonly<Record<string, Tree>> =>
  Object.fromEntries(Object.entries(tree).filter(([, value]) => !isSilent(value)));
