import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { FirewallState } from '../world.ts';
import { digestOf, required, sectionOf, text } from './params.ts';

/** Finds the firewall that a call is about. */
export type Find = (call: ApiCall) => FirewallState;

/** Parameters that name the place and are not part of what is stored. */
export const pathNames = ['node', 'vmid', 'pos', 'group', 'name', 'cidr'];

/** The digest of a firewall file: that of an empty text while nothing stands in it. */
export const fileDigest = (...parts: readonly unknown[]): string => {
  const written = parts.map((part) => JSON.stringify(part)).filter((part) => part !== '[]' && part !== '{}');
  return digestOf(written.join('\n'));
};

const ipVersion = (cidr: unknown): number => (String(cidr).includes(':') ? 6 : 4);

const aliasOf = (call: ApiCall, find: Find): Record<string, unknown> => {
  const name = required(call, 'name').toLowerCase();
  return find(call).aliases.get(name) ?? badParameters({ name: `no such alias '${name}'` });
};

const withDigest = (call: ApiCall, find: Find, row: Record<string, unknown>): Record<string, unknown> => ({
  ...row,
  digest: fileDigest([...find(call).aliases], [...find(call).ipsets.keys()]),
});

const addAlias = (call: ApiCall, find: Find): null => {
  const name = required(call, 'name');
  const { aliases } = find(call);
  if (aliases.has(name.toLowerCase())) badParameters({ name: `alias '${name}' already exists` });
  aliases.set(name.toLowerCase(), {
    name,
    ipversion: ipVersion(text(call, 'cidr')),
    ...sectionOf(call, ['node', 'vmid']),
  });
  return null;
};

const changeAlias = (call: ApiCall, find: Find): null => {
  const alias = aliasOf(call, find);
  const { aliases } = find(call);
  const renamed = text(call, 'rename');
  Object.assign(alias, sectionOf(call, [...pathNames.filter((key) => key !== 'cidr'), 'digest', 'rename']));
  alias['ipversion'] = ipVersion(alias['cidr']);
  if (renamed === undefined) return null;
  aliases.delete(required(call, 'name').toLowerCase());
  alias['name'] = renamed;
  aliases.set(renamed.toLowerCase(), alias);
  return null;
};

/** Named addresses. */
export const aliasRoutes = (path: string, find: Find): Routes => ({
  [`GET ${path}`]: (call) => [...find(call).aliases.values()].map((alias) => withDigest(call, find, alias)),
  [`POST ${path}`]: (call) => addAlias(call, find),
  [`GET ${path}/{name}`]: (call) => withDigest(call, find, aliasOf(call, find)),
  [`PUT ${path}/{name}`]: (call) => changeAlias(call, find),
  [`DELETE ${path}/{name}`]: (call) => {
    aliasOf(call, find);
    find(call).aliases.delete(required(call, 'name').toLowerCase());
    return null;
  },
});

type Entry = Record<string, unknown>;

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null;

/** The members that a set (or group) keeps under `entries`. */
export const entriesOf = (set: Record<string, unknown>): Entry[] => {
  const kept = set['entries'];
  const entries = Array.isArray(kept) ? kept.filter(isEntry) : [];
  set['entries'] = entries;
  return entries;
};

const setOf = (call: ApiCall, find: Find): Record<string, unknown> => {
  const name = required(call, 'name');
  return find(call).ipsets.get(name) ?? die(`no such IPSet '${name}'`);
};

const addSet = (call: ApiCall, find: Find): null => {
  const name = required(call, 'name');
  const { ipsets } = find(call);
  const renamed = text(call, 'rename');
  const known = ipsets.get(renamed ?? name);
  if (renamed === undefined && known) badParameters({ name: `IPSet '${name}' already exists` });
  const comment = text(call, 'comment');
  const set = { ...(known ?? { entries: [] }), name, ...(comment === undefined ? {} : { comment }) };
  if (renamed !== undefined) ipsets.delete(renamed);
  ipsets.set(name, set);
  return null;
};

const entryOf = (call: ApiCall, find: Find): Entry => {
  const cidr = required(call, 'cidr');
  return entriesOf(setOf(call, find)).find((entry) => entry['cidr'] === cidr) ?? die('no such IP/Network');
};

const addEntry = (call: ApiCall, find: Find): null => {
  const cidr = required(call, 'cidr');
  const entries = entriesOf(setOf(call, find));
  if (entries.some((entry) => entry['cidr'] === cidr)) badParameters({ cidr: `address '${cidr}' already exists` });
  entries.unshift(sectionOf(call, ['node', 'vmid', 'name']));
  return null;
};

const removeEntry = (call: ApiCall, find: Find): null => {
  const entry = entryOf(call, find);
  const entries = entriesOf(setOf(call, find));
  entries.splice(entries.indexOf(entry), 1);
  return null;
};

/** IP sets and their members. */
export const setRoutes = (path: string, find: Find): Routes => ({
  [`GET ${path}`]: (call) =>
    [...find(call).ipsets.values()].map(({ entries: _members, ...row }) => withDigest(call, find, row)),
  [`POST ${path}`]: (call) => addSet(call, find),
  [`GET ${path}/{name}`]: (call) => entriesOf(setOf(call, find)).map((entry) => withDigest(call, find, entry)),
  [`POST ${path}/{name}`]: (call) => addEntry(call, find),
  [`DELETE ${path}/{name}`]: (call) => {
    const { length } = entriesOf(setOf(call, find));
    if (length > 0 && Number(call.params['force'] ?? 0) !== 1) die(`IPSet '${required(call, 'name')}' is not empty`);
    find(call).ipsets.delete(required(call, 'name'));
    return null;
  },
  [`GET ${path}/{name}/{cidr}`]: (call) => entryOf(call, find),
  [`PUT ${path}/{name}/{cidr}`]: (call) => {
    Object.assign(entryOf(call, find), sectionOf(call, [...pathNames, 'digest']));
    return null;
  },
  [`DELETE ${path}/{name}/{cidr}`]: (call) => removeEntry(call, find),
});
