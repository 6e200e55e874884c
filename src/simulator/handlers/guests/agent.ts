import { badParameters, die } from '../../handler.ts';
import type { ApiCall, Handler, Routes } from '../../handler.ts';
import type { GuestState } from '../../world.ts';
import { guestName } from '../guest-rows.ts';
import { integer, required, text } from '../params.ts';
import { guestOf } from './guest.ts';
import { isNet, splitOption } from './options.ts';
import { end } from './run-state.ts';

/** The VM when its agent answers. Throws the texts of PVE::QemuServer::Agent::agent_available. */
const answering = (call: ApiCall): GuestState => {
  const guest = guestOf(call, 'qemu');
  const configured = /^(enabled=)?(1|on|yes|true)\b/i.test(String(guest.config['agent'] ?? ''));
  if (!configured) die('No QEMU guest agent configured');
  if (!guest.running) die(`VM ${guest.vmid} is not running`);
  if (guest.agent?.running !== true) die('QEMU guest agent is not running');
  return guest;
};

const address = (cidr: string): Record<string, unknown> => {
  const [ip = '', prefix = ''] = cidr.split('/');
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  return { 'ip-address': ip, 'ip-address-type': family, prefix: Number(prefix || (family === 'ipv6' ? 64 : 24)) };
};

const loopback = {
  name: 'lo',
  'hardware-address': '00:00:00:00:00:00',
  'ip-addresses': [address('127.0.0.1/8'), address('::1/128')],
};

const interfaces = (guest: GuestState): unknown => {
  const nets = Object.keys(guest.config).filter(isNet).toSorted();
  const cards = nets.map((key, index) => {
    const { macaddr = '' } = splitOption('qemu', key, String(guest.config[key]));
    // The fixture lists the addresses of the guest; they sit on its first card.
    const own = index === 0 ? (guest.agent?.addresses ?? []) : [];
    return { name: `eth${index}`, 'hardware-address': macaddr.toLowerCase(), 'ip-addresses': own.map(address) };
  });
  return [loopback, ...cards];
};

const debian = {
  id: 'debian',
  name: 'Debian GNU/Linux',
  'pretty-name': 'Debian GNU/Linux 13 (trixie)',
  version: '13 (trixie)',
  'version-id': '13',
  machine: 'x86_64',
  'kernel-release': '6.12.48+deb13-amd64',
  'kernel-version': '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1',
};

const vcpus = (guest: GuestState): number => Number(guest.config['sockets'] ?? 1) * Number(guest.config['cores'] ?? 1);

const fileSystem = (guest: GuestState): Record<string, unknown> => ({
  name: 'sda1',
  mountpoint: '/',
  type: 'ext4',
  'total-bytes': 32 * 2 ** 30,
  'used-bytes': guest.diskUsedBytes,
  disk: [{ dev: '/dev/sda1', 'bus-type': 'scsi', bus: 0, target: 0, unit: 0 }],
});

const version = '10.0.2';

/** What the agent answers to each command (QEMU Guest Agent Protocol Reference). */
const commands: Readonly<Record<string, (guest: GuestState, call: ApiCall) => unknown>> = {
  'fsfreeze-freeze': () => 1,
  'fsfreeze-status': () => 'thawed',
  'fsfreeze-thaw': () => 1,
  fstrim: () => ({ paths: [{ path: '/', minimum: 0, trimmed: 0 }] }),
  'get-fsinfo': (guest) => [fileSystem(guest)],
  'get-host-name': (guest) => ({ 'host-name': guestName(guest) }),
  'get-memory-block-info': () => ({ size: 128 * 2 ** 20 }),
  'get-memory-blocks': (guest) =>
    Array.from({ length: Math.ceil(Number.parseInt(String(guest.config['memory'] ?? 512), 10) / 128) }, (_, index) => ({
      'phys-index': index,
      online: true,
      'can-offline': true,
    })),
  'get-osinfo': (guest) => guest.agent?.os ?? debian,
  'get-time': (_guest, call) => call.now() * 1_000_000_000,
  'get-timezone': () => ({ zone: 'UTC', offset: 0 }),
  'get-users': () => [],
  'get-vcpus': (guest) =>
    Array.from({ length: vcpus(guest) }, (_, index) => ({
      'logical-id': index,
      online: true,
      'can-offline': index > 0,
    })),
  info: () => ({ version, supported_commands: [{ name: 'guest-ping', enabled: true, 'success-response': true }] }),
  'network-get-interfaces': interfaces,
  ping: () => ({}),
  shutdown: (guest, call) => {
    end(call, guest);
    return {};
  },
  'suspend-disk': () => ({}),
  'suspend-hybrid': () => ({}),
  'suspend-ram': (guest) => {
    guest.qmpstatus = 'suspended';
    return {};
  },
};

const ask = (call: ApiCall, command: string): unknown => {
  const guest = answering(call);
  return { result: commands[command]?.(guest, call) ?? {} };
};

/** Programs that ran inside: their output by pid. Only `echo`, `hostname` and `true` do anything; others are not found. */
const finished = new WeakMap<GuestState, Map<number, Record<string, unknown>>>();

const outcome = (guest: GuestState, command: readonly string[]): Record<string, unknown> => {
  const [program = '', ...rest] = command;
  const done = { exited: 1, exitcode: 0 };
  if (/(^|\/)true$/.test(program)) return done;
  if (/(^|\/)echo$/.test(program)) return { ...done, 'out-data': `${rest.join(' ')}\n` };
  if (/(^|\/)hostname$/.test(program)) return { ...done, 'out-data': `${guestName(guest)}\n` };
  return { exited: 1, exitcode: 127, 'err-data': `sh: 1: ${program}: not found\n` };
};

const execute: Handler = (call) => {
  const guest = answering(call);
  const { command } = call.params;
  const words = Array.isArray(command) ? command.map(String) : [String(command)];
  const known = finished.get(guest) ?? new Map<number, Record<string, unknown>>();
  finished.set(guest, known);
  const pid = 1000 + known.size;
  known.set(pid, outcome(guest, words));
  return { pid };
};

const executeStatus: Handler = (call) => {
  const guest = answering(call);
  const pid = integer(call, 'pid') ?? 0;
  return finished.get(guest)?.get(pid) ?? die(`Agent error: PID ${pid} does not exist`);
};

const files = new WeakMap<GuestState, Map<string, string>>();

const readFile: Handler = (call) => {
  const guest = answering(call);
  const path = required(call, 'file');
  const hostname = path === '/etc/hostname' ? `${guestName(guest)}\n` : undefined;
  const content = files.get(guest)?.get(path) ?? hostname;
  return content === undefined
    ? die(`Agent error: failed to open file '${path}': No such file or directory`)
    : { content };
};

const writeFile: Handler = (call) => {
  const guest = answering(call);
  const content = required(call, 'content');
  const plain = Number(call.params['encode'] ?? 1) === 1 ? content : Buffer.from(content, 'base64').toString();
  const known = files.get(guest) ?? new Map<string, string>();
  files.set(guest, known);
  known.set(required(call, 'file'), plain);
  return null;
};

const setPassword: Handler = (call) => {
  answering(call);
  return {};
};

const below = '/nodes/{node}/qemu/{vmid}/agent';

const reading = /^(get-|info$|network-get-interfaces$)/;

const commandRoutes = Object.fromEntries(
  Object.keys(commands).map((command): [string, Handler] => [
    `${reading.test(command) ? 'GET' : 'POST'} ${below}/${command}`,
    (call) => ask(call, command),
  ]),
);

export const agentRoutes: Routes = {
  ...commandRoutes,
  [`POST ${below}`]: (call) =>
    ask(call, text(call, 'command') ?? badParameters({ command: 'property is missing and it is not optional' })),
  [`GET ${below}`]: () =>
    [...Object.keys(commands), 'exec', 'exec-status', 'file-read', 'file-write', 'set-user-password'].map((name) => ({
      name,
    })),
  [`POST ${below}/exec`]: execute,
  [`GET ${below}/exec-status`]: executeStatus,
  [`GET ${below}/file-read`]: readFile,
  [`POST ${below}/file-write`]: writeFile,
  [`POST ${below}/set-user-password`]: setPassword,
};
