/** A task's name, taken apart (contract §7.1). */
export interface Upid {
  /** The node that runs the task and keeps its log. */
  readonly node: string;
  readonly pid: number;
  /** Seconds since 1970. */
  readonly starttime: number;
  readonly type: string;
  /** Usually a vmid; may be empty. */
  readonly id: string;
  /** `root@pam` or a full token id. */
  readonly user: string;
}

const form =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

/** Takes a UPID apart; undefined when the text is none. */
export const parseUpid = (text: string): Upid | undefined => {
  const [, node, pid, starttime, type, id, user] = form.exec(text) ?? [];
  if (node === undefined || pid === undefined || starttime === undefined) return undefined;
  if (type === undefined || id === undefined || user === undefined) return undefined;
  return { node, pid: Number.parseInt(pid, 16), starttime: Number.parseInt(starttime, 16), type, id, user };
};

/** Whom a task type is about, and what it does; the subject is put before the id. */
const labels = new Map<string, readonly [subject: string, action: string]>(
  Object.entries({
    vzcreate: ['CT', 'create'],
    vzrestore: ['CT', 'restore'],
    vzstart: ['CT', 'start'],
    vzstop: ['CT', 'stop'],
    vzshutdown: ['CT', 'shut down'],
    vzreboot: ['CT', 'reboot'],
    vzsuspend: ['CT', 'suspend'],
    vzresume: ['CT', 'resume'],
    vzdestroy: ['CT', 'destroy'],
    vzclone: ['CT', 'clone'],
    vzmigrate: ['CT', 'migrate'],
    vzmtunnel: ['CT', 'receive migration'],
    vzsnapshot: ['CT', 'snapshot'],
    vzdelsnapshot: ['CT', 'delete snapshot'],
    vzrollback: ['CT', 'roll back'],
    vztemplate: ['CT', 'make template'],
    move_volume: ['CT', 'move volume'],
    push_file: ['CT', 'push file'],
    pull_file: ['CT', 'pull file'],
    qmcreate: ['VM', 'create'],
    qmrestore: ['VM', 'restore'],
    qmstart: ['VM', 'start'],
    qmstop: ['VM', 'stop'],
    qmshutdown: ['VM', 'shut down'],
    qmreboot: ['VM', 'reboot'],
    qmreset: ['VM', 'reset'],
    qmpause: ['VM', 'pause'],
    qmsuspend: ['VM', 'hibernate'],
    qmresume: ['VM', 'resume'],
    qmdestroy: ['VM', 'destroy'],
    qmclone: ['VM', 'clone'],
    qmigrate: ['VM', 'migrate'],
    qmtunnel: ['VM', 'receive migration'],
    qmmove: ['VM', 'move disk'],
    qmsnapshot: ['VM', 'snapshot'],
    qmdelsnapshot: ['VM', 'delete snapshot'],
    qmrollback: ['VM', 'roll back'],
    qmtemplate: ['VM', 'make template'],
    qmconfig: ['VM', 'configure'],
    resize: ['Guest', 'resize disk'],
    hastart: ['HA', 'request start'],
    hastop: ['HA', 'request stop'],
    hamigrate: ['HA', 'request migration'],
    harelocate: ['HA', 'request relocation'],
    vncproxy: ['Guest', 'console'],
    spiceproxy: ['Guest', 'console (SPICE)'],
    vncshell: ['Shell', 'open'],
    spiceshell: ['Shell', 'open (SPICE)'],
    vzdump: ['Backup', 'run'],
    prunebackups: ['Backups', 'prune'],
    imgdel: ['Volume', 'delete'],
    imgcopy: ['Volume', 'copy'],
    download: ['File', 'download'],
    ociregistrypull: ['Image', 'pull'],
    'pbs-download': ['Backup', 'download file'],
    srvstart: ['Service', 'start'],
    srvstop: ['Service', 'stop'],
    srvrestart: ['Service', 'restart'],
    srvreload: ['Service', 'reload'],
    aptupdate: ['Packages', 'refresh lists'],
    startall: ['Guests', 'start all'],
    stopall: ['Guests', 'shut down all'],
    suspendall: ['Guests', 'suspend all'],
    migrateall: ['Guests', 'migrate all'],
    reloadnetworkall: ['Network', 'reload everywhere'],
    diskinit: ['Disk', 'initialise'],
    wipedisk: ['Disk', 'wipe'],
    dircreate: ['Directory', 'create'],
    dirremove: ['Directory', 'remove'],
    lvmcreate: ['LVM group', 'create'],
    lvmremove: ['LVM group', 'remove'],
    lvmthincreate: ['LVM thin pool', 'create'],
    lvmthinremove: ['LVM thin pool', 'remove'],
    zfscreate: ['ZFS pool', 'create'],
    zfsremove: ['ZFS pool', 'remove'],
    'bulk-start': ['Guests', 'start'],
    'bulk-shutdown': ['Guests', 'shut down'],
    'bulk-suspend': ['Guests', 'suspend'],
    'bulk-migrate': ['Guests', 'migrate'],
    clustercreate: ['Cluster', 'create'],
    clusterjoin: ['Cluster', 'join'],
    'auth-realm-sync': ['Realm', 'synchronise'],
    acmenewcert: ['Certificate', 'order'],
    acmerenew: ['Certificate', 'renew'],
    acmerevoke: ['Certificate', 'revoke'],
  } as const),
);

/** Says what a task is about: `CT 101 - start`, `Packages - refresh lists`. A type that is not known stands as it is. */
export const taskLabel = (type: string, id: string): string => {
  const known = labels.get(type);
  if (known === undefined) return id === '' ? type : `${type} ${id}`;
  const [subject, action] = known;
  return id === '' ? `${subject} - ${action}` : `${subject} ${id} - ${action}`;
};
