import { grantsAt } from '../acl.ts';
import { badParameters, die, forbidden } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { AccessState, AclEntry } from '../world.ts';
import { flag, integer, list, required, text } from './params.ts';

/** PVE::AccessControl::check_path: the paths that an ACL may stand on. */
const aclPath = new RegExp(
  [
    '/',
    '/access',
    '/access/groups(?:/[^/]+)?',
    '/access/realm(?:/[^/]+)?',
    '/nodes(?:/[^/]+)?',
    '/pool(?:/[^/]+){0,3}',
    '/sdn',
    '/sdn/(?:controllers|dns|ipams|fabrics|zones)(?:/[^/]+)?',
    '/sdn/zones/[^/]+/[^/]+(?:/[0-9]+)?',
    '/storage(?:/[^/]+)?',
    '/vms(?:/[1-9][0-9]{2,})?',
    '/mapping(?:/(?:dir|pci|usb|notifications)(?:/[^/]+)?)?',
  ]
    .map((path) => `(?:${path})`)
    .join('|')
    .replace(/^/, '^(?:')
    .concat(')$'),
);

const normalPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;

const modifiers: Readonly<Record<string, readonly string[]>> = {
  storage: ['Permissions.Modify', 'Datastore.Allocate'],
  vms: ['Permissions.Modify', 'VM.Allocate'],
  pool: ['Permissions.Modify', 'Pool.Allocate'],
};

const mayModify = (call: ApiCall, path: string): boolean =>
  call.may(path, ...(modifiers[path.split('/')[1] ?? ''] ?? ['Permissions.Modify']));

const readAcl = (call: ApiCall): unknown => {
  const all = call.may('/access', 'Sys.Audit', 'Permissions.Modify');
  return call.world.access.acl
    .filter((entry) => all || mayModify(call, entry.path))
    .map(({ path, type, ugid, roleid, propagate }) => ({ path, type, ugid, roleid, propagate: propagate ? 1 : 0 }));
};

const refuse = (trouble: string): never => die(`ACL update failed: ${trouble}`);

const checkHolder = (access: AccessState, type: AclEntry['type'], ugid: string): void => {
  if (type === 'group' && !access.groups.has(ugid)) refuse(`group '${ugid}' does not exist`);
  if (type === 'user' && !access.users.has(ugid)) refuse(`user '${ugid}' does not exist`);
  if (type !== 'token') return;
  const [userid = '', tokenid = ''] = ugid.split('!');
  if (access.users.get(userid)?.tokens.has(tokenid) !== true) refuse(`no such token '${tokenid}' for user '${userid}'`);
};

/** Without Permissions.Modify only roles may be given away whose privileges one holds oneself. */
const checkRole = (call: ApiCall, path: string, roleid: string): void => {
  const role = call.world.access.roles.get(roleid) ?? refuse(`role '${roleid}' does not exist`);
  if (call.caller.root || call.may(path, 'Permissions.Modify')) return;
  const own = grantsAt(call.world, call.caller.authid, path);
  for (const privilege of role.privileges) if (!own.has(privilege)) forbidden(`${path}, ${privilege}`);
};

const holders = (call: ApiCall): { type: AclEntry['type']; ugid: string }[] => [
  ...list(call, 'groups').map((ugid) => ({ type: 'group' as const, ugid })),
  ...list(call, 'users').map((ugid) => ({ type: 'user' as const, ugid })),
  ...list(call, 'tokens').map((ugid) => ({ type: 'token' as const, ugid })),
];

const updateAcl = (call: ApiCall): null => {
  const given = required(call, 'path');
  const path = normalPath(given);
  if (!aclPath.test(path)) badParameters({ path: `invalid ACL path '${given}'` });
  const wanted = holders(call);
  if (wanted.length === 0) {
    const trouble = "either 'users', 'groups' or 'tokens' is required.";
    badParameters({ users: trouble, groups: trouble, tokens: trouble });
  }
  const { access } = call.world;
  const propagate = integer(call, 'propagate') !== 0;
  for (const roleid of list(call, 'roles')) {
    checkRole(call, path, roleid);
    for (const { type, ugid } of wanted) {
      const index = access.acl.findIndex(
        (entry) => entry.path === path && entry.type === type && entry.ugid === ugid && entry.roleid === roleid,
      );
      if (!flag(call, 'delete')) checkHolder(access, type, ugid);
      if (index >= 0) access.acl.splice(index, 1);
      if (!flag(call, 'delete')) access.acl.push({ path, type, ugid, roleid, propagate });
    }
  }
  return null;
};

const topPaths = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];

/** Every path that can make a difference: the top ones, those with ACLs, and the members of pools. */
const telling = (call: ApiCall): Set<string> => {
  const paths = new Set(topPaths);
  for (const entry of call.world.access.acl) paths.add(entry.path);
  for (const pool of call.world.pools.values()) {
    for (const vmid of pool.vms) paths.add(`/vms/${vmid}`);
    for (const storage of pool.storages) paths.add(`/storage/${storage}`);
  }
  return paths;
};

const readPermissions = (call: ApiCall): unknown => {
  const authid = text(call, 'userid') ?? call.caller.authid;
  const own = authid === call.caller.authid || authid.startsWith(`${call.caller.authid}!`);
  if (!own) call.require('/access', 'Sys.Audit');
  const path = text(call, 'path');
  const paths = path === undefined ? [...telling(call)] : [normalPath(path)];
  const found: Record<string, Record<string, number>> = {};
  for (const each of paths) {
    const grants = grantsAt(call.world, authid, each);
    if (grants.size === 0 && path === undefined) continue;
    found[each] = Object.fromEntries([...grants].map(([privilege, propagate]) => [privilege, propagate ? 1 : 0]));
  }
  return found;
};

/** /access/acl and /access/permissions (PVE::API2::ACL, PVE::RPCEnvironment::get_effective_permissions). */
export const aclRoutes: Routes = {
  'GET /access/acl': readAcl,
  'PUT /access/acl': updateAcl,
  'GET /access/permissions': readPermissions,
};
