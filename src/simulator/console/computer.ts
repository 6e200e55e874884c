import { textFact } from '../facts.ts';
import { guestName } from '../handlers/guest-rows.ts';
import type { GuestState, NodeState, World } from '../world.ts';

/** One network card, with its addresses in CIDR notation. */
interface Card {
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** What a shell tells of the computer that it runs on; all of it follows from the state of the cluster at that moment. */
export interface Computer {
  readonly host: string;
  readonly system: System;
  readonly kernel: { readonly release: string; readonly version: string };
  /** Seconds since 1970. */
  readonly now: number;
  readonly bootedAt: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskUsedBytes: number;
  readonly cpus: number;
  readonly cards: readonly Card[];
}

interface System {
  readonly id: string;
  readonly name: string;
  readonly pretty: string;
  readonly version: string;
}

const debian: System = {
  id: 'debian',
  name: 'Debian GNU/Linux',
  pretty: 'Debian GNU/Linux 13 (trixie)',
  version: '13',
};

/** What is inside by `ostype`, the release of this year of each. */
const systems: Readonly<Record<string, System>> = {
  debian,
  ubuntu: { id: 'ubuntu', name: 'Ubuntu', pretty: 'Ubuntu 26.04 LTS', version: '26.04' },
  alpine: { id: 'alpine', name: 'Alpine Linux', pretty: 'Alpine Linux v3.23', version: '3.23' },
  fedora: { id: 'fedora', name: 'Fedora Linux', pretty: 'Fedora Linux 44', version: '44' },
  centos: { id: 'centos', name: 'CentOS Stream', pretty: 'CentOS Stream 10', version: '10' },
  archlinux: { id: 'arch', name: 'Arch Linux', pretty: 'Arch Linux', version: 'rolling' },
  opensuse: { id: 'opensuse-leap', name: 'openSUSE Leap', pretty: 'openSUSE Leap 16.0', version: '16.0' },
};

const kernelOf = (node: NodeState | undefined): Computer['kernel'] =>
  node === undefined
    ? { release: '6.12.48+deb13-amd64', version: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1' }
    : {
        release: node.kernel,
        version: textFact(node, 'kernelVersion', '#1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1 (2026-05-20T10:00Z)'),
      };

const loopback: Card = { name: 'lo', mac: '00:00:00:00:00:00', addresses: ['127.0.0.1/8', '::1/128'] };

const optionsOf = (net: string): ReadonlyMap<string, string> =>
  new Map(
    net.split(',').map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key, value.join('=')];
    }),
  );

/** The cards of a guest: a container's are named in its configuration, a VM's MAC stands behind its model. */
const cardsOf = ({ config, type, agent }: GuestState): readonly Card[] =>
  Object.keys(config)
    .filter((key) => /^net\d+$/.test(key))
    .toSorted()
    .map((key, index) => {
      const net = String(config[key]);
      const options = optionsOf(net);
      const mac = options.get('hwaddr') ?? /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i.exec(net)?.[0] ?? '';
      const fixed = [options.get('ip'), options.get('ip6')].filter((ip) => ip?.includes('/') === true).map(String);
      const known = index === 0 ? (agent?.addresses ?? []) : [];
      return {
        name: type === 'lxc' ? (options.get('name') ?? key) : `ens${String(18 + index)}`,
        mac: mac.toLowerCase(),
        addresses: [...new Set([...fixed, ...known])],
      };
    });

const gibibyte = 2 ** 30;

const sizeOf = (disk: unknown): number => Number(/size=(\d+)G/.exec(String(disk))?.[1] ?? 8) * gibibyte;

/** What a shell in a guest sees. A container has the kernel of its node. */
export const guestComputer = (world: World, guest: GuestState, now: number): Computer => {
  const { type, config } = guest;
  const node = world.nodes.get(guest.node);
  return {
    host: guestName(guest),
    system: systems[String(config['ostype'] ?? 'debian')] ?? debian,
    kernel: kernelOf(type === 'lxc' ? node : undefined),
    now,
    bootedAt: guest.startedAt,
    memoryBytes: Number.parseInt(String(config['memory'] ?? 512), 10) * 2 ** 20,
    diskBytes: sizeOf(config['rootfs'] ?? config['scsi0']),
    diskUsedBytes: guest.diskUsedBytes,
    cpus: Number(config['cores'] ?? 1),
    cards: [loopback, ...cardsOf(guest)],
  };
};

/** What a shell on a node sees. */
export const nodeComputer = (node: NodeState, now: number): Computer => ({
  host: node.name,
  system: debian,
  kernel: kernelOf(node),
  now,
  bootedAt: node.bootedAt,
  memoryBytes: node.memoryBytes,
  diskBytes: node.rootBytes,
  diskUsedBytes: node.rootUsedBytes,
  cpus: node.cpus,
  cards: [
    loopback,
    ...[...node.interfaces].map(([name, { cidr }]) => ({
      name,
      mac: '',
      addresses: typeof cidr === 'string' ? [cidr] : [],
    })),
  ],
});
