import type { Setting, Stack } from '../../src/models/stack.ts';
import { code, plain } from '../shared/markdown.ts';
import { unitsOf } from '../shared/systemdUnits.ts';

/** What the documents say of a stack, read from the model in one place: so no document can say something else than another. */

export const titleOf = (stack: Stack): string => plain(stack.extension.title ?? stack.name);
export const namespaceOf = (stack: Stack): string => stack.extension.kubernetes.namespace ?? stack.name;

/** Services whose environment has a setting, by its name. */
export const usersOf = (stack: Stack, setting: string): readonly string[] =>
  Object.entries(stack.environment).flatMap(([service, variables]) =>
    Object.values(variables).some((parts) => parts.some((part) => typeof part === 'object' && part.setting === setting))
      ? [service]
      : [],
  );

/** Settings by their groups, in the order in which they are written. */
export const groupsOf = (stack: Stack): ReadonlyMap<string, readonly (readonly [name: string, setting: Setting])[]> =>
  Map.groupBy(Object.entries(stack.extension.settings), ([, { group }]) => group);

export const sensitiveSettings = (stack: Stack): readonly string[] =>
  Object.entries(stack.extension.settings).flatMap(([name, { sensitive }]) => (sensitive ? [name] : []));

export const requiredSettings = (stack: Stack): readonly string[] =>
  Object.entries(stack.extension.settings).flatMap(([name, { required }]) => (required ? [name] : []));

/** Where the stack answers on the machine: what is published, and where a question after its health is answered. */
export const addressesOf = (stack: Stack): readonly string[] =>
  Object.entries(stack.project.services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap(({ published, target, host_ip: address }) => {
      if (published === undefined || !/^\d+$/.test(published)) return [];
      const check = stack.services[service]?.health?.http;
      const path = check?.port === target ? check.path : '/';
      return [`http://${address === undefined || address === '0.0.0.0' ? 'localhost' : address}:${published}${path}`];
    }),
  );

export const hostsOf = (stack: Stack): readonly string[] => [
  ...new Set(stack.extension.routes.flatMap(({ host }) => host ?? [])),
];

/** Services that keep data, with their volumes. */
export const keptData = (stack: Stack): readonly (readonly [service: string, volume: string])[] =>
  Object.entries(stack.project.services).flatMap(([service, { volumes = [] }]) =>
    volumes.flatMap(({ type, source }) =>
      type === 'volume' && source !== undefined ? [[service, source] as const] : [],
    ),
  );

/** The least hardware, in words. */
export const hardwareOf = ({ extension }: Stack): string =>
  extension.requires === undefined
    ? 'what the limits of its services add up to'
    : `${extension.requires.cores} cores, ${extension.requires.memory} memory, ${extension.requires.disk} disk`;

/** The unit that people look at first. */
export const firstUnit = (stack: Stack): string =>
  unitsOf(stack).find(({ way, oneshot }) => way !== 'provided' && !oneshot)?.unit ?? `${stack.name}.service`;

export const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
