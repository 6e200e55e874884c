import type { MissingPermission } from './errors.ts';
import type { Identity } from './identity.ts';

/** Built-in roles from the least powerful on, and which privileges they hold (contract §6.3). */
const roles: readonly (readonly [string, RegExp])[] = [
  ['PVEAuditor', /^(?:Datastore|Mapping|Pool|SDN|Sys|VM|VM\.GuestAgent)\.Audit$/],
  ['PVETemplateUser', /^VM\.Clone$/],
  ['PVEVMUser', /^VM\.(?:Backup|Config\.(?:CDROM|Cloudinit)|Console|GuestAgent\.File\w+|PowerMgmt)$/],
  ['PVEVMAdmin', /^VM\./],
  ['PVEDatastoreUser', /^Datastore\.AllocateSpace$/],
  ['PVEDatastoreAdmin', /^Datastore\./],
  ['PVESysAdmin', /^Sys\.(?:Console|Syslog)$/],
  ['PVEPoolAdmin', /^Pool\./],
  ['PVESDNUser', /^SDN\.Use$/],
  ['PVESDNAdmin', /^SDN\./],
  ['PVEMappingUser', /^Mapping\.Use$/],
  ['PVEUserAdmin', /^(?:User\.Modify|Group\.Allocate|Realm\.AllocateUser)$/],
];

const roleWith = (privileges: readonly string[]): string =>
  roles.find(([, holds]) => privileges.some((privilege) => holds.test(privilege)))?.[0] ?? 'Administrator';

/**
 * The command that grants what is missing, for a shell on a node. A token with privilege separation needs the role itself and its
 * user needs it too (contract §3.5), so both are named.
 */
export const grantCommand = ({ path, privileges }: MissingPermission, { user, token }: Identity): string => {
  const to = token === undefined ? `--users ${user}` : `--users ${user} --tokens '${token}'`;
  return `pveum acl modify ${path} --roles ${roleWith(privileges)} ${to}`;
};
