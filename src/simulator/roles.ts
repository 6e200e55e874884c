const vm = [
  'Allocate',
  'Audit',
  'Backup',
  'Clone',
  'Config.CDROM',
  'Config.CPU',
  'Config.Cloudinit',
  'Config.Disk',
  'Config.HWType',
  'Config.Memory',
  'Config.Network',
  'Config.Options',
  'Console',
  'GuestAgent.Audit',
  'GuestAgent.FileRead',
  'GuestAgent.FileSystemMgmt',
  'GuestAgent.FileWrite',
  'GuestAgent.Unrestricted',
  'Migrate',
  'PowerMgmt',
  'Replicate',
  'Snapshot',
  'Snapshot.Rollback',
].map((name) => `VM.${name}`);
const datastore = ['Allocate', 'AllocateSpace', 'AllocateTemplate', 'Audit'].map((name) => `Datastore.${name}`);
const sys = ['AccessNetwork', 'Audit', 'Console', 'Incoming', 'Modify', 'PowerMgmt', 'Syslog'].map(
  (name) => `Sys.${name}`,
);
const sdn = ['SDN.Allocate', 'SDN.Audit', 'SDN.Use'];
const pool = ['Pool.Allocate', 'Pool.Audit'];
const mapping = ['Mapping.Audit', 'Mapping.Modify', 'Mapping.Use'];
const people = ['User.Modify', 'Group.Allocate', 'Realm.Allocate', 'Realm.AllocateUser', 'Permissions.Modify'];

/** Every privilege of Proxmox VE 9.2 (contract §6.2). */
export const privileges: ReadonlySet<string> = new Set([
  ...vm,
  ...datastore,
  ...sys,
  ...sdn,
  ...pool,
  ...mapping,
  ...people,
]);

const notForAdmins = new Set([
  'Sys.PowerMgmt',
  'Sys.Modify',
  'Sys.Incoming',
  'Sys.AccessNetwork',
  'Realm.Allocate',
  'Permissions.Modify',
  'Mapping.Modify',
]);

const builtin: Readonly<Record<string, readonly string[]>> = {
  Administrator: [...privileges],
  NoAccess: [],
  PVEAdmin: [...privileges].filter((name) => !notForAdmins.has(name)),
  PVEAuditor: [
    'Datastore.Audit',
    'Mapping.Audit',
    'Pool.Audit',
    'SDN.Audit',
    'Sys.Audit',
    'VM.Audit',
    'VM.GuestAgent.Audit',
  ],
  PVEVMAdmin: vm,
  PVEVMUser: [
    'VM.Audit',
    'VM.Backup',
    'VM.Config.CDROM',
    'VM.Config.Cloudinit',
    'VM.Console',
    'VM.GuestAgent.Audit',
    'VM.GuestAgent.FileRead',
    'VM.GuestAgent.FileSystemMgmt',
    'VM.GuestAgent.FileWrite',
    'VM.PowerMgmt',
  ],
  PVETemplateUser: ['VM.Audit', 'VM.Clone'],
  PVEDatastoreAdmin: datastore,
  PVEDatastoreUser: ['Datastore.AllocateSpace', 'Datastore.Audit'],
  PVESysAdmin: ['Sys.Audit', 'Sys.Console', 'Sys.Syslog'],
  PVEPoolAdmin: pool,
  PVEPoolUser: ['Pool.Audit'],
  PVESDNAdmin: sdn,
  PVESDNUser: ['SDN.Audit', 'SDN.Use'],
  PVEMappingAdmin: mapping,
  PVEMappingUser: ['Mapping.Audit', 'Mapping.Use'],
  PVEUserAdmin: ['Group.Allocate', 'Realm.AllocateUser', 'User.Modify'],
};

/** A fresh table of the roles that every Proxmox VE 9.2 has (contract §6.3). */
export const builtinRoles = (): Map<string, { privileges: Set<string>; special: boolean }> =>
  new Map(Object.entries(builtin).map(([name, list]) => [name, { privileges: new Set(list), special: true }]));
