import { privileges } from './roles.ts';
import type { AccessState, AclEntry, World } from './world.ts';

/** Name → propagate flag. */
export type Grants = ReadonlyMap<string, boolean>;

const everything: Grants = new Map([...privileges].map((name) => [name, true]));

const levelsOf = (path: string): string[] => {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
};

/** Roles of one level of the path for one kind of holder; undefined when nothing is said there. */
const rolesOf = (entries: readonly AclEntry[], final: boolean): Map<string, boolean> | undefined => {
  const roles = new Map<string, boolean>();
  for (const entry of entries) {
    if (!entry.propagate && !final) continue;
    if (entry.roleid === 'NoAccess') return new Map([['NoAccess', entry.propagate]]);
    roles.set(entry.roleid, entry.propagate);
  }
  return roles.size > 0 ? roles : undefined;
};

const groupsOf = (access: AccessState, userid: string): string[] =>
  [...access.groups].filter(([, group]) => group.members.has(userid)).map(([name]) => name);

/** Splits `root@pam!main` into user and token. */
export const splitAuthid = (authid: string): { userid: string; tokenid?: string } => {
  const mark = authid.indexOf('!');
  return mark < 0 ? { userid: authid } : { userid: authid.slice(0, mark), tokenid: authid.slice(mark + 1) };
};

/** Entries of the level that count: a token beats its user, a user beats the groups. */
const strongest = (
  access: AccessState,
  authid: string,
  level: string,
  final: boolean,
): Map<string, boolean> | undefined => {
  const here = access.acl.filter((entry) => entry.path === level);
  if (authid.includes('!'))
    return rolesOf(
      here.filter((entry) => entry.type === 'token' && entry.ugid === authid),
      final,
    );
  const own = rolesOf(
    here.filter((entry) => entry.type === 'user' && entry.ugid === authid),
    final,
  );
  if (own !== undefined) return own;
  const groups = new Set(groupsOf(access, authid));
  return rolesOf(
    here.filter((entry) => entry.type === 'group' && groups.has(entry.ugid)),
    final,
  );
};

/** PVE::AccessControl::roles: a deeper level replaces what came from above (contract §6.1). */
const rolesAt = (access: AccessState, authid: string, path: string): Map<string, boolean> => {
  const levels = levelsOf(path);
  let roles = new Map<string, boolean>();
  for (const level of levels) roles = strongest(access, authid, level, level === levels.at(-1)) ?? roles;
  return roles.has('NoAccess') ? new Map([['NoAccess', roles.get('NoAccess') ?? true]]) : roles;
};

const poolsOf = (world: World, path: string): string[] => {
  const [, kind, id] = /^\/(vms|storage)\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined) return [];
  return [...world.pools.values()]
    .filter((pool) => (kind === 'vms' ? pool.vms.has(Number(id)) : pool.storages.has(id)))
    .map((pool) => `/pool/${pool.poolid}`);
};

const privilegesOf = (access: AccessState, roles: Grants): Map<string, boolean> => {
  const granted = new Map<string, boolean>();
  for (const [role, propagate] of roles)
    for (const privilege of access.roles.get(role)?.privileges ?? [])
      granted.set(privilege, propagate || granted.get(privilege) === true);
  return granted;
};

const ownGrants = (world: World, authid: string, path: string): Grants => {
  const roles = rolesAt(world.access, authid, path);
  if (!roles.has('NoAccess'))
    for (const pool of poolsOf(world, path))
      for (const [role, propagate] of rolesAt(world.access, authid, pool))
        if (!roles.has(role)) roles.set(role, propagate);
  if (roles.has('NoAccess')) return new Map();
  return privilegesOf(world.access, roles);
};

const both = (a: Grants, b: Grants): Grants =>
  new Map([...a].filter(([name]) => b.has(name)).map(([name, propagate]) => [name, propagate && b.get(name) === true]));

/** What a user or token may do on an ACL path, and whether it reaches below. Separated tokens get what both they and their user have. */
export const grantsAt = (world: World, authid: string, path: string): Grants => {
  if (authid === 'root@pam') return everything;
  const { userid, tokenid } = splitAuthid(authid);
  const user = world.access.users.get(userid);
  if (user === undefined) return new Map();
  if (tokenid === undefined) return ownGrants(world, authid, path);
  const token = user.tokens.get(tokenid);
  if (token === undefined) return new Map();
  const ofUser = grantsAt(world, userid, path);
  return token.privsep ? both(ownGrants(world, authid, path), ofUser) : ofUser;
};

/** True when the caller holds at least one of the privileges on the path. */
export const holdsAny = (world: World, authid: string, path: string, anyOf: readonly string[]): boolean => {
  const grants = grantsAt(world, authid, path);
  return anyOf.some((privilege) => grants.has(privilege));
};
