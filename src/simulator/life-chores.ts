import { noise } from './load.ts';
import type { AsRoot } from './as-root.ts';
import type { GuestState, NodeState, World } from './world.ts';

interface Turn {
  readonly world: World;
  readonly asRoot: AsRoot;
  readonly seed: number;
  /** Number of the turn since 1970. */
  readonly slot: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Something that happens again and again. */
interface Chore {
  readonly everySeconds: number;
  run(turn: Turn): Promise<void>;
}

const pick = <T>(items: readonly T[], { seed, slot }: Turn, salt: number): T | undefined =>
  items[Math.floor(noise(seed + salt, slot) * items.length)];

const onlineNodes = (world: World): NodeState[] => [...world.nodes.values()].filter((node) => node.online);

/** Lines that keep coming on any node; `{vmid}` is a running guest of it. */
const usualLines = [
  'pvestatd[1213]: status update time (5.316 seconds)',
  'pmxcfs[1021]: [status] notice: received log',
  "pvedaemon[1892]: <root@pam> successful auth for user 'root@pam'",
  'CRON[48213]: pam_unix(cron:session): session opened for user root(uid=0) by root(uid=0)',
  'CRON[48213]: pam_unix(cron:session): session closed for user root',
  'systemd[1]: Starting logrotate.service - Rotate log files...',
  'smartd[884]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 66 to 65',
  'kernel: fwbr{vmid}i0: port 2(veth{vmid}i0) entered forwarding state',
  'postfix/qmgr[1340]: 4C1D22A0B: removed',
  'corosync[1105]:   [KNET  ] link: Resetting MTU for link 0 because host 2 joined',
];

/** More than this nobody reads back, and a demo may run for days. */
const keptLines = 2000;

const writeSyslog = async (turn: Turn): Promise<void> => {
  const { world, at } = turn;
  const node = pick(onlineNodes(world), turn, 1);
  const line = pick(usualLines, turn, 2);
  if (!node || line === undefined) return;
  const guests = [...world.guests.values()].filter((guest) => guest.running && guest.node === node.name).slice(0, 50);
  node.syslog.push({ at, text: line.replaceAll('{vmid}', String(pick(guests, turn, 3)?.vmid ?? 100)) });
  if (node.syslog.length > keptLines) node.syslog.splice(0, node.syslog.length - keptLines);
};

/** A guest with this tag does not stay up. */
const flapTag = /(?:^|;)flapping(?:;|$)/;

const flapping = (world: World): GuestState[] =>
  [...world.guests.values()].filter((guest) => flapTag.test(String(guest.config['tags'] ?? '')));

/** Crashes what runs and brings up what lies, in turns. */
const flap = async ({ world, asRoot }: Turn): Promise<void> => {
  for (const guest of flapping(world)) {
    if (guest.config['lock'] !== undefined || world.nodes.get(guest.node)?.online !== true) continue;
    await asRoot(
      'POST',
      `/nodes/${guest.node}/${guest.type}/${guest.vmid}/status/${guest.running ? 'stop' : 'start'}`,
      {},
    );
  }
};

/** pveupdate.timer: one node after the other refreshes its package lists. */
const refreshPackages = async (turn: Turn): Promise<void> => {
  const nodes = onlineNodes(turn.world);
  const node = nodes[turn.slot % Math.max(1, nodes.length)];
  if (node) await turn.asRoot('POST', `/nodes/${node.name}/apt/update`, {});
};

/** What recurs without anybody asking, in the rhythm of a demo rather than of a data centre. */
export const chores: readonly Chore[] = [
  { everySeconds: 20, run: writeSyslog },
  { everySeconds: 120, run: flap },
  { everySeconds: 1500, run: refreshPackages },
];
