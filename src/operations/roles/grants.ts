import { matchesOperation, type AccessRules } from '../../config/access.ts';
import type { Role } from '../../config/accessRoles.ts';
import { operations } from '../catalog.ts';

/** What a role of Proxdeck's own needs in Proxmox VE, so that the cluster holds people to it too. */

const configPrivileges = ['CPU', 'Memory', 'Disk', 'Network', 'Options', 'HWType', 'CDROM', 'Cloudinit'].map(
  (part) => `VM.Config.${part}`,
);

/** Operations and what they need (contract §6.6). Of calls of one's own making nothing can be said. */
const needed: readonly (readonly [pattern: RegExp, privileges: readonly string[]])[] = [
  [/^guest\.(?:start|stop|shutdown|reboot|reset|suspend|resume)$/, ['VM.PowerMgmt']],
  [/^guest\.console$/, ['VM.Console']],
  [/^guest\.create$/, ['VM.Allocate', ...configPrivileges, 'VM.PowerMgmt', 'Datastore.AllocateSpace', 'SDN.Use']],
  [/^guest\.set$/, [...configPrivileges, 'Datastore.AllocateSpace', 'SDN.Use']],
  [/^guest\.clone$/, ['VM.Clone', 'VM.Allocate', 'Datastore.AllocateSpace', 'SDN.Use']],
  [/^guest\.(?:resize|move-disk)$/, ['VM.Config.Disk', 'VM.Config.Options', 'Datastore.AllocateSpace']],
  [/^guest\.(?:delete|template)$/, ['VM.Allocate']],
  [/^guest\.migrate$/, ['VM.Migrate']],
  [/^snapshot\.(?:create|delete|due)$/, ['VM.Snapshot']],
  [/^snapshot\.rollback$/, ['VM.Snapshot', 'VM.Snapshot.Rollback']],
  [/^pool\./, ['Pool.Allocate']],
  [/^(?:template\.download|storage\.upload)$/, ['Datastore.AllocateTemplate']],
  [/^storage\.download-url$/, ['Datastore.AllocateTemplate', 'Sys.AccessNetwork']],
  [/^storage\.delete-content$/, ['Datastore.Allocate']],
  [/^node\.(?:reboot|shutdown|wake)$/, ['Sys.PowerMgmt']],
  [/^node\.evacuate$/, ['VM.Migrate']],
  [/^node\.console$/, ['Sys.Console']],
  [/^task\.stop$/, ['Sys.Modify']],
  [
    /^access\.apply$/,
    ['Sys.Modify', 'Permissions.Modify', 'Group.Allocate', 'User.Modify', 'Realm.AllocateUser', 'Pool.Allocate'],
  ],
  [/^api\./, []],
];

/** Operations of the cluster that change something. */
export const actingOperations: readonly string[] = operations.flatMap(({ name, risk, local }) =>
  risk === 'read' || local === true ? [] : [name],
);

/** Returns the privileges that an operation needs; undefined for one that nothing is known of. */
export const privilegesFor = (operation: string): readonly string[] | undefined =>
  needed.find(([pattern]) => pattern.test(operation))?.[1];

/** Whoever may act somewhere must see what is there. */
const seeing = ['VM.Audit', 'Datastore.Audit', 'Pool.Audit', 'SDN.Audit', 'Sys.Audit'];

/** Whether a role allows an operation, by its patterns alone. */
export const allows = ({ may, may_not: mayNot }: Role, operation: string): boolean =>
  may.some((pattern) => matchesOperation(pattern, operation)) &&
  !mayNot.some((pattern) => matchesOperation(pattern, operation));

/** Returns the privileges of a role, sorted, of those that this server knows; `*` without bounds is all of them. */
export const privilegesOfRole = (role: Role, known: readonly string[]): readonly string[] => {
  if (role.may.includes('*') && role.may_not.length === 0 && role.pools === undefined) return known.toSorted();
  const wanted = new Set([
    ...seeing,
    ...actingOperations.filter((name) => allows(role, name)).flatMap((name) => privilegesFor(name) ?? []),
  ]);
  return known.filter((privilege) => wanted.has(privilege)).toSorted();
};

/** Where a role is given, by ACL path. What lies outside of pools (storages, networks, nodes) is given whole where it is needed. */
export const pathsOfRole = ({ pools }: Role, privileges: readonly string[]): readonly string[] => {
  if (pools === undefined) return ['/'];
  const acts = (area: string): boolean =>
    privileges.some((one) => one.startsWith(`${area}.`) && !one.endsWith('.Audit'));
  return [
    ...pools.map((pool) => `/pool/${pool}`),
    ...(acts('Datastore') ? ['/storage'] : []),
    ...(acts('SDN') ? ['/sdn/zones'] : []),
    ...(acts('Sys') ? ['/nodes'] : []),
  ];
};

/** The names that a role has in Proxmox VE. */
export const roleIdOf = (name: string): string => `Proxdeck-${name}`;
export const groupIdOf = (name: string): string => `proxdeck-${name}`;

/** The role of Proxmox VE that lets somebody see everything. */
export const auditorRole = 'PVEAuditor';

/** A user of Proxmox VE, and the role that the file gives to them. */
export interface Member {
  readonly userid: string;
  readonly email?: string;
}

/** Returns the roles that people have, each with its users; people without a user are held to it by Proxdeck alone. */
export const rolesInUse = ({ people }: AccessRules): ReadonlyMap<string, readonly Member[]> => {
  const found = new Map<string, Member[]>();
  for (const { role, user, email } of Object.values(people)) {
    const members = found.get(role) ?? [];
    if (user !== undefined) members.push({ userid: user, ...(email !== undefined && { email }) });
    found.set(role, members);
  }
  return found;
};
