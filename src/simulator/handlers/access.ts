import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { ConfigValue } from '../world.ts';
import { aclRoutes } from './access-acl.ts';
import { userRoutes } from './access-users.ts';
import { deleteKeys, digestOf, list, required, sectionOf, text } from './params.ts';

const readGroups = (call: ApiCall): unknown =>
  [...call.world.access.groups]
    .filter(([groupid]) => call.may(`/access/groups/${groupid}`, 'User.Modify', 'Sys.Audit', 'Group.Allocate'))
    .map(([groupid, group]) => ({
      groupid,
      users: [...group.members].join(','),
      ...(group.comment === undefined ? {} : { comment: group.comment }),
    }));

const groupOf = (call: ApiCall, prefix = ''): { comment?: string; readonly members: Set<string> } => {
  const groupid = required(call, 'groupid');
  return call.world.access.groups.get(groupid) ?? die(`${prefix}group '${groupid}' does not exist`);
};

const readGroup = (call: ApiCall): unknown => {
  const group = groupOf(call);
  return {
    members: [...group.members],
    ...(group.comment === undefined ? {} : { comment: group.comment }),
  };
};

const createGroup = (call: ApiCall): null => {
  const groupid = required(call, 'groupid');
  const { groups } = call.world.access;
  if (groups.has(groupid)) die(`create group failed: group '${groupid}' already exists`);
  const comment = text(call, 'comment');
  groups.set(groupid, { members: new Set(), ...(comment === undefined ? {} : { comment }) });
  return null;
};

const updateGroup = (call: ApiCall): null => {
  const group = groupOf(call, 'update group failed: ');
  const comment = text(call, 'comment');
  if (comment !== undefined) group.comment = comment;
  return null;
};

const removeGroup = (call: ApiCall): null => {
  groupOf(call, 'delete group failed: ');
  const groupid = required(call, 'groupid');
  const { access } = call.world;
  access.groups.delete(groupid);
  access.acl.splice(
    0,
    access.acl.length,
    ...access.acl.filter((entry) => entry.type !== 'group' || entry.ugid !== groupid),
  );
  return null;
};

const realmPlugins: Readonly<Record<string, string>> = {
  pam: 'PVE::Auth::PAM',
  pve: 'PVE::Auth::PVE',
  ad: 'PVE::Auth::AD',
  ldap: 'PVE::Auth::LDAP',
  openid: 'PVE::Auth::OpenId',
};

const builtinComments: Readonly<Record<string, string>> = {
  pam: 'Linux PAM standard authentication',
  pve: 'Proxmox VE authentication server',
};

const realmComment = (realm: string, config: Readonly<Record<string, ConfigValue>>): Record<string, ConfigValue> => {
  const comment = config['comment'] ?? builtinComments[realm];
  return comment === undefined ? {} : { comment };
};

const readRealms = (call: ApiCall): unknown =>
  [...call.world.access.realms].map(([realm, config]) => ({
    realm,
    type: config['type'] ?? realm,
    ...realmComment(realm, config),
    ...(Number(config['default'] ?? 0) === 1 ? { default: 1 } : {}),
    ...(config['tfa'] === undefined ? {} : { tfa: String(config['tfa']).replace(/^(?:type=)?([^,]+).*$/, '$1') }),
  }));

const realmOf = (call: ApiCall, trouble: string): Record<string, ConfigValue> =>
  call.world.access.realms.get(required(call, 'realm')) ?? die(trouble);

/** The text of domains.cfg decides its digest; the built-in realms stand in it only once they were changed. */
const realmDigest = (call: ApiCall): string => {
  const written = [...call.world.access.realms].filter(([realm, config]) =>
    Object.keys(config).some((key) => key !== 'type' && !(key === 'comment' && config[key] === builtinComments[realm])),
  );
  return digestOf(written.length === 0 ? '' : JSON.stringify(written));
};

const readRealm = (call: ApiCall): unknown => {
  const realm = required(call, 'realm');
  const config = realmOf(call, `domain '${realm}' does not exist`);
  const type = String(config['type'] ?? realm);
  return {
    ...config,
    ...realmComment(realm, config),
    type,
    plugin: realmPlugins[type] ?? type,
    digest: realmDigest(call),
  };
};

const createRealm = (call: ApiCall): null => {
  const realm = required(call, 'realm');
  const { realms } = call.world.access;
  if (realms.has(realm)) die(`add auth server failed: domain '${realm}' already exists`);
  realms.set(realm, sectionOf(call, ['realm', 'check-connection', 'password']));
  return null;
};

const updateRealm = (call: ApiCall): null => {
  const realm = required(call, 'realm');
  const config = realmOf(call, `update auth server failed: domain '${realm}' does not exist`);
  deleteKeys(call, config);
  Object.assign(config, sectionOf(call, ['realm', 'delete', 'digest', 'check-connection', 'password']));
  return null;
};

const removeRealm = (call: ApiCall): null => {
  const realm = required(call, 'realm');
  realmOf(call, `delete auth server failed: domain '${realm}' does not exist`);
  call.world.access.realms.delete(realm);
  return null;
};

const roleOf = (call: ApiCall, prefix = ''): { readonly privileges: Set<string>; readonly special: boolean } => {
  const roleid = required(call, 'roleid');
  return call.world.access.roles.get(roleid) ?? die(`${prefix}role '${roleid}' does not exist`);
};

const readRoles = (call: ApiCall): unknown =>
  [...call.world.access.roles].map(([roleid, role]) => ({
    roleid,
    privs: [...role.privileges].toSorted().join(','),
    special: role.special ? 1 : 0,
  }));

const readRole = (call: ApiCall): unknown =>
  Object.fromEntries([...roleOf(call).privileges].map((privilege) => [privilege, 1]));

const createRole = (call: ApiCall): null => {
  const roleid = required(call, 'roleid');
  const { roles } = call.world.access;
  if (roles.has(roleid)) die(`create role failed: role '${roleid}' already exists`);
  if (/^pve/i.test(roleid)) {
    badParameters({
      roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace",
    });
  }
  roles.set(roleid, { privileges: new Set(list(call, 'privs')), special: false });
  return null;
};

const updateRole = (call: ApiCall): null => {
  const roleid = required(call, 'roleid');
  const role = roleOf(call, 'update role failed: ');
  if (role.special) die(`update role failed: auto-generated role '${roleid}' cannot be modified`);
  if (Number(call.params['append'] ?? 0) !== 1) role.privileges.clear();
  for (const privilege of list(call, 'privs')) role.privileges.add(privilege);
  return null;
};

const removeRole = (call: ApiCall): null => {
  const roleid = required(call, 'roleid');
  if (roleOf(call, 'delete role failed: ').special) {
    die(`delete role failed: auto-generated role '${roleid}' cannot be deleted`);
  }
  call.world.access.roles.delete(roleid);
  return null;
};

/** /access without tickets: groups, realms and roles here, users and tokens, ACLs beside (PVE::API2::AccessControl). */
export const accessRoutes: Routes = {
  ...userRoutes,
  ...aclRoutes,
  'GET /access/groups': readGroups,
  'POST /access/groups': createGroup,
  'GET /access/groups/{groupid}': readGroup,
  'PUT /access/groups/{groupid}': updateGroup,
  'DELETE /access/groups/{groupid}': removeGroup,
  'GET /access/domains': readRealms,
  'POST /access/domains': createRealm,
  'GET /access/domains/{realm}': readRealm,
  'PUT /access/domains/{realm}': updateRealm,
  'DELETE /access/domains/{realm}': removeRealm,
  'GET /access/roles': readRoles,
  'POST /access/roles': createRole,
  'GET /access/roles/{roleid}': readRole,
  'PUT /access/roles/{roleid}': updateRole,
  'DELETE /access/roles/{roleid}': removeRole,
};
