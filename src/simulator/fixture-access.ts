import { known } from './known.ts';
import { builtinRoles } from './roles.ts';
import type { Fixture } from './fixture-schema.ts';
import type { AccessState, AclEntry, ConfigValue, UserState } from './world.ts';

const userState = (userid: string, given: Fixture['users'][string]): UserState =>
  known<UserState>({
    userid,
    password: given.password,
    enable: given.enable,
    expire: given.expire,
    firstname: given.firstname,
    lastname: given.lastname,
    email: given.email,
    comment: given.comment,
    tokens: new Map(
      Object.entries(given.tokens).map(([id, token]) => [
        id,
        known<{ secret: string; privsep: boolean; expire: number; comment?: string }>({
          ...token,
          comment: token.comment,
        }),
      ]),
    ),
    tfa: given.tfa.map((entry) => ({ ...entry })),
  });

const aclState = (given: Fixture['acl'][number]): AclEntry => {
  const type = given.token !== undefined ? 'token' : given.group !== undefined ? 'group' : 'user';
  return {
    path: given.path,
    type,
    ugid: given.token ?? given.group ?? given.user ?? '',
    roleid: given.role,
    propagate: given.propagate,
  };
};

const standardRealms: Readonly<Record<string, Record<string, ConfigValue>>> = {
  pam: { type: 'pam', comment: 'Linux PAM standard authentication' },
  pve: { type: 'pve', comment: 'Proxmox VE authentication server' },
};

/** Users, groups, roles and ACLs of a fixture, with what every Proxmox VE has from the beginning. */
export const accessState = (fixture: Fixture): AccessState => {
  const roles = builtinRoles();
  for (const [name, list] of Object.entries(fixture.roles))
    roles.set(name, { privileges: new Set(list), special: false });
  const users = new Map(Object.entries(fixture.users).map(([userid, one]) => [userid, userState(userid, one)]));
  if (!users.has('root@pam'))
    users.set('root@pam', { userid: 'root@pam', enable: true, expire: 0, tokens: new Map(), tfa: [] });
  return {
    realms: new Map(Object.entries(fixture.realms ?? standardRealms).map(([realm, config]) => [realm, { ...config }])),
    users,
    groups: new Map(
      Object.entries(fixture.groups).map(([name, one]) => [
        name,
        known<{ comment?: string; members: Set<string> }>({ comment: one.comment, members: new Set(one.members) }),
      ]),
    ),
    roles,
    acl: fixture.acl.map(aclState),
  };
};
