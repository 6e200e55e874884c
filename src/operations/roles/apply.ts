import * as z from 'zod';
import type { AccessRules } from '../../config/access.ts';
import { ProxdeckError } from '../../models/error.ts';
import type { Event } from '../event.ts';
import { operation, type Privilege } from '../operation.ts';
import { planned, shown, takeAll, type Step } from '../steps.ts';
import { auditorRole, groupIdOf, pathsOfRole, privilegesOfRole, roleIdOf, rolesInUse, type Member } from './grants.ts';
import { requireRules, standingOf, type Standing } from './standing.ts';

/** A call that makes something so, and the privilege it takes. */
interface Work extends Step {
  readonly needs: readonly Privilege[];
  /** What it takes away of what was made before. */
  readonly hazard?: string;
}

interface Plan {
  readonly work: readonly Work[];
  /** Roles of people whom no user of Proxmox VE is named for. */
  readonly unheld: readonly string[];
}

const mark = 'Made by proxdeck access apply';

const list = (names: readonly string[]): string => names.join(',');

const conflict = (what: string): ProxdeckError =>
  new ProxdeckError('conflict', `${what} is there already, and Proxdeck did not make it.`, {
    hint: 'It is left alone. Rename it, or name the role of access.yaml otherwise.',
  });

/** Makes the role, or gives it exactly these privileges. One of that name without a group of ours is somebody else's. */
const roleWork = (name: string, privileges: readonly string[], { roles, groups }: Standing): readonly Work[] => {
  const roleid = roleIdOf(name);
  const needs = [{ path: '/access', privilege: 'Sys.Modify' }];
  const known = roles.find((role) => role.roleid === roleid);
  if (known === undefined) {
    const call = planned('POST', '/access/roles', { roleid, privs: list(privileges) });
    return [{ title: `make the role ${roleid}`, call, needs }];
  }
  const lost = known.privs.filter((one) => !privileges.includes(one));
  if (lost.length === 0 && privileges.every((one) => known.privs.includes(one))) return [];
  if (!groups.some(({ groupid }) => groupid === groupIdOf(name))) throw conflict(`The role ${roleid}`);
  return [
    {
      title: `change the role ${roleid}`,
      call: planned('PUT', `/access/roles/${roleid}`, { privs: list(privileges) }),
      needs,
      ...(lost.length > 0 && { hazard: `${roleid} loses ${lost.join(', ')}.` }),
    },
  ];
};

const poolWork = (names: readonly string[], { pools }: Standing): readonly Work[] =>
  names
    .filter((pool) => !pools.some(({ poolid }) => poolid === pool))
    .map((pool) => ({
      title: `make the pool ${pool}`,
      call: planned('POST', '/pools', { poolid: pool, comment: mark }),
      needs: [{ path: `/pool/${pool}`, privilege: 'Pool.Allocate' }],
    }));

const groupWork = (name: string, { groups }: Standing): readonly Work[] => {
  const groupid = groupIdOf(name);
  const known = groups.find((group) => group.groupid === groupid);
  if (known === undefined)
    return [
      {
        title: `make the group ${groupid}`,
        call: planned('POST', '/access/groups', { groupid, comment: `${mark}: the role ${name}` }),
        needs: [{ path: '/access/groups', privilege: 'Group.Allocate' }],
      },
    ];
  if (known.comment?.startsWith(mark) !== true) throw conflict(`The group ${groupid}`);
  return [];
};

/** Makes users that are missing, without a password, and puts each into the group of their role and out of those of other roles. */
const memberWork = (
  name: string,
  members: readonly Member[],
  { users, groups }: Standing,
  ours: ReadonlySet<string>,
): readonly Work[] =>
  members.flatMap(({ userid, email }): Work[] => {
    const groupid = groupIdOf(name);
    const known = users.find((user) => user.userid === userid);
    const modify = { path: '/access/groups', privilege: 'User.Modify' };
    if (known === undefined) {
      const realm = userid.slice(userid.lastIndexOf('@') + 1);
      return [
        {
          title: `make the user ${userid}, who has no password`,
          call: planned('POST', '/access/users', { userid, email, groups: groupid, comment: mark }),
          needs: [{ path: `/access/realm/${realm}`, privilege: 'Realm.AllocateUser' }, modify],
        },
      ];
    }
    const now = groups.filter((group) => group.users.includes(userid)).map((group) => group.groupid);
    const wrong = now.filter((one) => ours.has(one) && one !== groupid);
    if (wrong.length === 0 && now.includes(groupid)) return [];
    const wanted = [...now.filter((one) => !wrong.includes(one) && one !== groupid), groupid];
    return [
      {
        title: `put ${userid} into ${groupid}`,
        call: planned('PUT', `/access/users/${encodeURIComponent(userid)}`, { groups: list(wanted) }),
        needs: [modify],
        ...(wrong.length > 0 && { hazard: `${userid} leaves ${wrong.join(', ')}.` }),
      },
    ];
  });

/** Gives the group its role where it counts, and takes it away where it does not any more. */
const grantWork = (
  name: string,
  grants: readonly { readonly path: string; readonly role: string }[],
  { acl }: Standing,
): readonly Work[] => {
  const groupid = groupIdOf(name);
  const has = acl.filter(({ type, ugid }) => type === 'group' && ugid === groupid);
  const put = (title: string, path: string, role: string, gone: boolean): Work => ({
    title,
    call: planned('PUT', '/access/acl', {
      path,
      groups: groupid,
      roles: role,
      ...(gone ? { delete: true } : { propagate: true }),
    }),
    needs: [{ path, privilege: 'Permissions.Modify' }],
    ...(gone && { hazard: `${groupid} loses ${role} on ${path}.` }),
  });
  const missing = grants.filter(
    ({ path, role }) => !has.some((one) => one.path === path && one.roleid === role && one.propagate !== false),
  );
  const stale = has.filter(({ path, roleid }) => !grants.some((one) => one.path === path && one.role === roleid));
  return [
    ...missing.map(({ path, role }) => put(`give ${role} on ${path} to ${groupid}`, path, role, false)),
    ...stale.map(({ path, roleid }) => put(`take ${roleid} on ${path} from ${groupid}`, path, roleid, true)),
  ];
};

/** What is to be done so that the cluster holds people to the rules; nothing where it does. Throws `conflict` for names that are taken. */
export const planOf = (rules: AccessRules, standing: Standing): Plan => {
  const used = rolesInUse(rules);
  const ours = new Set([...used.keys(), ...Object.keys(rules.roles)].map(groupIdOf));
  const work = [...used].flatMap(([name, members]): readonly Work[] => {
    const role = rules.roles[name];
    if (role === undefined || members.length === 0) return [];
    const privileges = privilegesOfRole(role, standing.privileges);
    const grants = pathsOfRole(role, privileges).map((path) => ({ path, role: roleIdOf(name) }));
    const sees = role.sees === 'all' && role.pools !== undefined ? [{ path: '/', role: auditorRole }] : [];
    return [
      ...roleWork(name, privileges, standing),
      ...poolWork(role.pools ?? [], standing),
      ...groupWork(name, standing),
      ...memberWork(name, members, standing, ours),
      ...grantWork(name, [...sees, ...grants], standing),
    ];
  });
  const once = work.filter(({ title }, index) => work.findIndex((one) => one.title === title) === index);
  return { work: once, unheld: [...used].flatMap(([name, members]) => (members.length === 0 ? [name] : [])) };
};

/** What came of it. */
interface Applied {
  readonly changed: readonly string[];
  readonly result: string;
}

/**
 * Makes the roles of access.yaml real in the cluster: role, pools, group, users and ACL of each role that a person with a user has.
 * What is so already is left as it is; nothing that somebody else made is touched. Throws `conflict` where a name is taken.
 */
export const applyAccess = operation({
  name: 'access.apply',
  summary: 'Make the roles of access.yaml real in the cluster',
  risk: 'change',
  input: z.object({}),
  columns: [{ field: 'changed', title: 'CHANGED' }],
  needsFirst: () => [{ path: '/access', privilege: 'Sys.Audit' }],
  resolve: async (context): Promise<Plan> => {
    const rules = await requireRules(context);
    return planOf(rules, await standingOf(context));
  },
  needs: ({ work }) => work.flatMap(({ needs }) => needs),
  hazards: (_context, { work, unheld }) => [
    ...work.flatMap(({ hazard }) => (hazard === undefined ? [] : [hazard])),
    ...unheld.map((name) => `Nobody with the role ${name} has a user of Proxmox VE: only Proxdeck holds them to it.`),
  ],
  preview: ({ work }) => shown(work),
  async *run(context, { work }): AsyncGenerator<Event, Applied, void> {
    yield* takeAll(context, work);
    const changed = work.map(({ title }) => title);
    return { changed, result: changed.length === 0 ? 'the cluster is as access.yaml says' : 'OK' };
  },
});
