/**
 * The whole state of a simulated cluster: plain data that handlers read and write and from which every answer is computed.
 * Names follow the files of a real node (user.cfg, storage.cfg, guest .conf, datacenter.cfg, jobs.cfg).
 */

export interface World {
  /** What `GET /version` says; behaviour that differs by version asks `release`. */
  readonly version: { readonly version: string; readonly release: string; readonly repoid: string };
  /** Absent on a standalone host. */
  cluster?: { name: string; version: number; quorate: boolean };
  readonly nodes: Map<string, NodeState>;
  readonly guests: Map<number, GuestState>;
  readonly storages: Map<string, StorageState>;
  readonly pools: Map<string, PoolState>;
  readonly access: AccessState;
  /** datacenter.cfg, as keys and values (property strings stay strings). */
  readonly options: Record<string, ConfigValue>;
  readonly backupJobs: Map<string, Record<string, ConfigValue>>;
  readonly ha: HaState;
  /** cluster.fw; absent while nobody has written it. */
  firewall?: FirewallState;
  /** Cluster-wide objects that are only kept and given back: replication jobs, SDN, firewall, mappings, notifications … by section. */
  readonly sections: Record<string, Map<string, Record<string, unknown>>>;
  readonly tasks: TaskState[];
  readonly clusterLog: ClusterLogEntry[];
}

export type ConfigValue = string | number;

export interface NodeState {
  readonly name: string;
  readonly nodeid: number;
  ip: string;
  /** A dead node answers nothing: calls to it are 595 and its guests become unknown. */
  online: boolean;
  /** Seconds since 1970 when it went away, where that is known. */
  downSince?: number;
  /** Seconds since 1970. */
  bootedAt: number;
  cpus: number;
  cpuModel: string;
  memoryBytes: number;
  rootBytes: number;
  rootUsedBytes: number;
  swapBytes: number;
  kernel: string;
  /** Load of the host itself, without its guests: mean of `cpu` as a fraction. */
  load: LoadProfile;
  readonly services: Map<string, { desc: string; active: boolean; state: string; unitState: string }>;
  readonly interfaces: Map<string, Record<string, unknown>>;
  /** interfaces.new: what is pending until it is applied. */
  pendingInterfaces: Map<string, Record<string, unknown>> | undefined;
  readonly disks: Record<string, unknown>[];
  /** dns, time, hosts, config, subscription, apt, certificates …: facts by name. */
  readonly facts: Record<string, unknown>;
  readonly firewall: FirewallState;
  /** Lines behind the node's name; `unit` where the text does not begin with its service. */
  readonly syslog: { at: number; text: string; unit?: string }[];
  /** What was ordered of the machine, and when (seconds since 1970) it happens. */
  powerOrder?: { readonly command: 'reboot' | 'shutdown' | 'wake'; readonly at: number };
}

/** A deterministic curve: `mean` of the limit, swings of `amplitude` with period `periodSeconds`, noise by `seed`. */
export interface LoadProfile {
  mean: number;
  amplitude: number;
  periodSeconds: number;
  seed: number;
}

export interface GuestState {
  readonly vmid: number;
  readonly type: 'lxc' | 'qemu';
  node: string;
  /** The configuration as in the .conf file, without digest. */
  config: Record<string, ConfigValue>;
  /** Pending changes: key → new value, or `null` for a pending delete. */
  pending: Map<string, ConfigValue | null>;
  readonly snapshots: Map<string, SnapshotState>;
  /** running or stopped; a paused VM is running with `qmpstatus` paused. */
  running: boolean;
  qmpstatus: string;
  /** Seconds since 1970; 0 when stopped. */
  startedAt: number;
  pid: number;
  cpu: LoadProfile;
  memory: LoadProfile;
  /** Used bytes of the root file system (containers). */
  diskUsedBytes: number;
  /** Bytes a second: in, out, read, write. */
  traffic: { netin: number; netout: number; diskread: number; diskwrite: number };
  agent: { running: boolean; addresses: string[]; os?: Record<string, unknown> } | undefined;
  readonly firewall: FirewallState;
}

export interface SnapshotState {
  readonly name: string;
  snaptime: number;
  description?: string;
  parent?: string;
  vmstate?: boolean;
  snapstate?: string;
  config: Record<string, ConfigValue>;
}

export interface FirewallState {
  readonly rules: Record<string, unknown>[];
  readonly options: Record<string, unknown>;
  readonly aliases: Map<string, Record<string, unknown>>;
  readonly ipsets: Map<string, Record<string, unknown>>;
}

export interface StorageState {
  readonly storage: string;
  /** storage.cfg: type, path, content, nodes, shared, disable, prune-backups … */
  readonly config: Record<string, ConfigValue>;
  /** Per node (or `''` for a shared one): sizes and what lies there. */
  readonly places: Map<string, StoragePlace>;
}

export interface StoragePlace {
  totalBytes: number;
  usedBytes: number;
  /** Bytes that it grew by each day; a small share of what it holds where nothing is said. */
  readonly growthADay?: number;
  /** Unreachable: `active: 0`. */
  active: boolean;
  /** Milliseconds that every call touching it takes longer; Infinity hangs until 596. */
  delayMs: number;
  readonly volumes: Map<string, VolumeState>;
}

export interface VolumeState {
  /** `local:iso/debian-13.iso` */
  readonly volid: string;
  readonly content: string;
  readonly format: string;
  sizeBytes: number;
  usedBytes?: number;
  ctime: number;
  vmid?: number;
  parent?: string;
  notes?: string;
  protected?: boolean;
  subtype?: string;
  verification?: Record<string, unknown>;
  /** For backups: the guest's configuration and snapshots of that moment, so that a restore has something to restore. */
  archive?: { config: Record<string, ConfigValue>; type: 'lxc' | 'qemu' };
}

export interface PoolState {
  readonly poolid: string;
  comment?: string;
  readonly vms: Set<number>;
  readonly storages: Set<string>;
}

export interface AccessState {
  readonly realms: Map<string, Record<string, ConfigValue>>;
  readonly users: Map<string, UserState>;
  readonly groups: Map<string, { comment?: string; readonly members: Set<string> }>;
  readonly roles: Map<string, { readonly privileges: Set<string>; readonly special: boolean }>;
  readonly acl: AclEntry[];
}

export interface UserState {
  readonly userid: string;
  password?: string;
  enable: boolean;
  /** Seconds since 1970, 0 for never. */
  expire: number;
  firstname?: string;
  lastname?: string;
  email?: string;
  comment?: string;
  readonly tokens: Map<string, { secret: string; privsep: boolean; expire: number; comment?: string }>;
  /** Second factors: entries as `GET /access/tfa/{userid}` lists them, with the secret beside. */
  readonly tfa: { id: string; type: string; description: string; created: number; enable: boolean; secret: string }[];
}

export interface AclEntry {
  path: string;
  type: 'user' | 'group' | 'token';
  ugid: string;
  roleid: string;
  propagate: boolean;
}

export interface HaState {
  readonly resources: Map<
    string,
    {
      sid: string;
      state: string;
      group?: string;
      max_restart: number;
      max_relocate: number;
      comment?: string;
      crmState?: string;
    }
  >;
  readonly rules: Map<string, Record<string, unknown>>;
  /** Set with the first resource and never taken back: from then on nodes and guests carry a `hastate`. */
  active?: boolean;
}

export interface TaskState {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  /** Seconds since 1970. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  /** `root@pam` or `root@pam!token` */
  readonly user: string;
  readonly log: string[];
  endtime?: number;
  /** `OK` or the error text. */
  exitstatus?: string;
  /** Asks the worker to stop (SIGTERM). */
  readonly abort?: AbortController;
}

interface ClusterLogEntry {
  readonly uid: number;
  readonly time: number;
  readonly pri: number;
  readonly tag: string;
  readonly pid: number;
  readonly node: string;
  readonly user: string;
  readonly msg: string;
}
