/** How much a token of Proxdeck's own may do. */
export const levels = ['viewer', 'operator', 'manager'] as const;
export type Level = (typeof levels)[number];

/** What each level adds to the one before it; `*` stands for any end (contract §6.6). `viewer` begins with the role PVEAuditor. */
const added: Readonly<Record<Level, readonly string[]>> = {
  viewer: ['Sys.Syslog'],
  operator: [
    'VM.PowerMgmt',
    'VM.Console',
    'VM.Snapshot',
    'VM.Snapshot.Rollback',
    'VM.Backup',
    'Datastore.AllocateSpace',
  ],
  manager: [
    'VM.Allocate',
    'VM.Clone',
    'VM.Config.*',
    'VM.Migrate',
    'VM.Replicate',
    'VM.GuestAgent.*',
    'VM.Monitor',
    'Datastore.AllocateTemplate',
    'Datastore.Allocate',
    'SDN.Use',
    'Pool.Allocate',
    'Sys.Modify',
    'Sys.Console',
    'Sys.AccessNetwork',
  ],
};

const matches = (pattern: string, privilege: string): boolean =>
  pattern.endsWith('*') ? privilege.startsWith(pattern.slice(0, -1)) : privilege === pattern;

/** The name of the role of a level in Proxmox VE. */
export const roleIdOf = (level: Level): string => `Proxdeck${level[0]?.toUpperCase() ?? ''}${level.slice(1)}`;

/**
 * Returns the privileges of a level, of those that this server knows: one unknown privilege would make it refuse the whole role.
 * `all` are those of its role Administrator, which holds every one there is, `auditor` those of its PVEAuditor.
 */
export const privilegesOf = (
  level: Level,
  { all, auditor }: { readonly all: readonly string[]; readonly auditor: readonly string[] },
): readonly string[] => {
  const patterns = levels.slice(0, levels.indexOf(level) + 1).flatMap((one) => added[one]);
  return all
    .filter((privilege) => auditor.includes(privilege) || patterns.some((pattern) => matches(pattern, privilege)))
    .toSorted();
};
