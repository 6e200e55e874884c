import { randomUUID } from 'node:crypto';
import { builtinRoles, privileges } from './roles.ts';
import type { World } from './world.ts';

type RoleName = 'viewer' | 'operator' | 'manager';

/** A token for each of three sets of privileges that people give to a tool like this one (contract §6.6): see, run, manage. */
export type RoleTokens = Readonly<Record<RoleName, string>>;

const viewer = [...(builtinRoles().get('PVEAuditor')?.privileges ?? []), 'Sys.Syslog'];
const operator = [
  ...viewer,
  'VM.PowerMgmt',
  'VM.Console',
  'VM.Snapshot',
  'VM.Snapshot.Rollback',
  'VM.Backup',
  'Datastore.AllocateSpace',
];
const manager = [
  ...operator,
  ...[...privileges].filter((name) => name.startsWith('VM.')),
  'Datastore.AllocateTemplate',
  'Datastore.Allocate',
  'SDN.Use',
  'Pool.Allocate',
  'Sys.Modify',
  'Sys.Console',
  'Sys.AccessNetwork',
];
const held: Readonly<Record<RoleName, readonly string[]>> = { viewer, operator, manager };

/** Makes a user, a role and a token for each of them in a world, all with rights on `/`; returns the tokens. */
export const plantRoleTokens = ({ access }: World): RoleTokens => {
  const plant = (name: RoleName): string => {
    const userid = `proxdeck-${name}@pve`;
    const roleid = `Proxdeck-${name}`;
    const secret = randomUUID();
    access.roles.set(roleid, { privileges: new Set(held[name]), special: false });
    access.users.set(userid, {
      userid,
      enable: true,
      expire: 0,
      comment: `a ${name}, made by \`proxdeck simulate\``,
      tokens: new Map([['simulate', { secret, privsep: false, expire: 0 }]]),
      tfa: [],
    });
    access.acl.push({ path: '/', type: 'user', ugid: userid, roleid, propagate: true });
    return `${userid}!simulate=${secret}`;
  };
  return { viewer: plant('viewer'), operator: plant('operator'), manager: plant('manager') };
};
