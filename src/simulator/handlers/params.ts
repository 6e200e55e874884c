import { createHash } from 'node:crypto';
import type { ApiCall } from '../handler.ts';
import type { ConfigValue, NodeState, World } from '../world.ts';

/** A parameter as text; undefined when it was not sent. */
export const text = (call: ApiCall, name: string): string | undefined => {
  const value = call.params[name];
  if (value === undefined) return undefined;
  return typeof value === 'object' ? value.join(',') : String(value);
};

/** A parameter that the schema requires, as text. */
export const required = (call: ApiCall, name: string): string => text(call, name) ?? '';

/** A parameter as a number; undefined when it was not sent. */
export const integer = (call: ApiCall, name: string): number | undefined => {
  const value = text(call, name);
  return value === undefined ? undefined : Number(value);
};

/** A boolean parameter; false when it was not sent. */
export const flag = (call: ApiCall, name: string): boolean => Number(call.params[name] ?? 0) === 1;

/** Splits a list as PVE::Tools::split_list does: commas, semicolons, blanks and NUL separate. */
export const splitList = (value: ConfigValue | undefined): string[] =>
  value === undefined
    ? []
    : String(value)
        .split(/[,;\s\0]+/)
        .filter((part) => part !== '');

/** A `…-list` or array parameter as its items. */
export const list = (call: ApiCall, name: string): string[] => splitList(text(call, name));

/** SHA-1 in hex of a configuration file's text, which Proxmox VE calls digest. */
export const digestOf = (content: string): string => createHash('sha1').update(content).digest('hex');

/** The node that the simulator speaks for: the first that is online. */
export const localNode = (world: World): NodeState => {
  for (const node of world.nodes.values()) if (node.online) return node;
  const first = world.nodes.values().next().value;
  if (!first) throw new Error('a world without nodes');
  return first;
};

/** The node in the path; `localhost` is the one that is spoken to. Whether it exists and lives was checked before. */
export const nodeOf = (call: ApiCall): NodeState =>
  call.world.nodes.get(required(call, 'node')) ?? localNode(call.world);

/** Parameters as a configuration section keeps them: without those of the path and the call itself. */
export const sectionOf = (call: ApiCall, without: readonly string[]): Record<string, ConfigValue> => {
  const section: Record<string, ConfigValue> = {};
  for (const name of Object.keys(call.params)) {
    const value = call.params[name];
    if (value === undefined || without.includes(name)) continue;
    section[name] = typeof value === 'object' ? value.join(',') : value;
  }
  return section;
};

/** Removes the keys named by the parameter `delete`. */
export const deleteKeys = (call: ApiCall, section: Record<string, unknown>): void => {
  for (const key of list(call, 'delete')) delete section[key];
};
