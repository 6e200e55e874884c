import { privilegesAt, type Permissions } from './privileges.ts';

/** What a login may do, in the words of a person: the things that Proxdeck shows and does, and the privilege each one takes. */

interface Ability {
  /** The thing as an order: `start and stop guests`. */
  readonly what: string;
  /** What it is about. */
  readonly area: 'guests' | 'storage' | 'nodes' | 'cluster' | 'access';
  /** Where the privilege is looked for: `/vms` stands for every guest, `/` for the cluster itself. */
  readonly path: string;
  /** One of several as `A|B`. */
  readonly privilege: string;
}

const guests = (what: string, privilege: string): Ability => ({ what, area: 'guests', path: '/vms', privilege });
const storage = (what: string, privilege: string): Ability => ({ what, area: 'storage', path: '/storage', privilege });
const nodes = (what: string, privilege: string): Ability => ({ what, area: 'nodes', path: '/nodes', privilege });
const cluster = (what: string, privilege: string, path = '/'): Ability => ({ what, area: 'cluster', path, privilege });
const access = (what: string, privilege: string, path: string): Ability => ({ what, area: 'access', path, privilege });

/** Everything in the order in which a person meets it: seeing, running, changing. Privileges by contract §6.6. */
const abilities: readonly Ability[] = [
  guests('see guests and settings', 'VM.Audit'),
  guests('start, stop, reboot guests', 'VM.PowerMgmt'),
  guests('open consoles of guests', 'VM.Console'),
  guests('take and delete snapshots', 'VM.Snapshot'),
  guests('roll guests back', 'VM.Snapshot|VM.Snapshot.Rollback'),
  guests('back up and restore guests', 'VM.Backup'),
  guests('ask the agent inside VMs', 'VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted|VM.Monitor'),
  guests('change processors', 'VM.Config.CPU'),
  guests('change memory', 'VM.Config.Memory'),
  guests('change and resize disks', 'VM.Config.Disk'),
  guests('change network devices', 'VM.Config.Network'),
  guests('change options and tags', 'VM.Config.Options'),
  guests('migrate guests', 'VM.Migrate'),
  guests('clone guests', 'VM.Clone'),
  guests('create and destroy guests', 'VM.Allocate'),
  storage('see storages and content', 'Datastore.Audit|Datastore.AllocateSpace'),
  storage('store disks and backups', 'Datastore.AllocateSpace'),
  storage('upload images and templates', 'Datastore.AllocateTemplate'),
  storage('remove volumes and storages', 'Datastore.Allocate'),
  nodes('see load and state of nodes', 'Sys.Audit'),
  nodes('read the logs of nodes', 'Sys.Syslog'),
  nodes('open a shell on nodes', 'Sys.Console'),
  nodes('change network and services', 'Sys.Modify'),
  nodes('reboot and shut down nodes', 'Sys.PowerMgmt'),
  cluster('see all tasks, jobs and HA', 'Sys.Audit'),
  cluster('read the log of the cluster', 'Sys.Syslog'),
  cluster('change jobs and options', 'Sys.Modify'),
  cluster('change HA', 'Sys.Console'),
  cluster('see pools', 'Pool.Audit', '/pool'),
  cluster('change pools', 'Pool.Allocate', '/pool'),
  cluster('see networks of the SDN', 'SDN.Audit|SDN.Use', '/sdn'),
  cluster('plug guests into networks', 'SDN.Use', '/sdn'),
  access('see users and groups', 'Sys.Audit|User.Modify|Group.Allocate', '/access/groups'),
  access('see who may do what', 'Sys.Audit|Permissions.Modify', '/access'),
  access('change users and tokens', 'User.Modify', '/access/groups'),
  access('give and take permissions', 'Permissions.Modify', '/access'),
];

/** How far an ability reaches. */
export interface Reach extends Ability {
  /** `most`: everywhere but on the places of `except`; `some`: only on the places of `only`. */
  readonly allowed: 'yes' | 'most' | 'some' | 'no';
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** What stands for any member of a path that no entry names. */
const unnamed = '/?';
/** Paths that are things themselves; on the others the privilege counts on what lies below. */
const wholes: ReadonlySet<string> = new Set(['/', '/access', '/access/groups']);

const reachOf = (permissions: Permissions, ability: Ability): Reach => {
  const { path, privilege } = ability;
  const wanted = privilege.split('|');
  const holds = (at: string): boolean => {
    const held = privilegesAt(permissions, at);
    return wanted.some((one) => held.has(one));
  };
  if (wholes.has(path)) return { ...ability, allowed: holds(path) ? 'yes' : 'no', only: [], except: [] };
  const below = Object.keys(permissions).filter((one) => one.startsWith(`${path}/`));
  const everywhere = holds(path + unnamed);
  const only = everywhere ? [] : below.filter(holds);
  const except = everywhere ? below.filter((one) => !holds(one)) : [];
  if (everywhere) return { ...ability, allowed: except.length === 0 ? 'yes' : 'most', only, except };
  return { ...ability, allowed: only.length === 0 ? 'no' : 'some', only, except };
};

/** Returns what these permissions (`GET /access/permissions`) allow of everything that Proxdeck can show and do. */
export const reaches = (permissions: Permissions): readonly Reach[] =>
  abilities.map((ability) => reachOf(permissions, ability));
