import { entry, type Section } from '../shared/ini.ts';
import type { Unit } from '../shared/systemdUnits.ts';

type Entries = Section['entries'];

/** Capabilities that are needed after all: asked for, or for a port below 1024. */
const capabilitiesOf = ({ definition, extension }: Unit): readonly string[] => {
  const ports = (definition.ports ?? []).map(({ target }) => target);
  const asked = [...extension.capabilities, ...(definition.cap_add ?? [])].filter((name) => name !== 'ALL');
  const low = ports.some((port) => port < 1_024) ? ['NET_BIND_SERVICE'] : [];
  return [...new Set([...asked, ...low].map((name) => `CAP_${name.replace(/^CAP_/, '')}`))].toSorted();
};

/** Who never talks to the internet may only talk to its machine, and to its own networks where others come to it. */
const addressEntries = ({ definition, extension }: Unit): Entries => {
  if (definition.network_mode === 'none') return [['PrivateNetwork', 'yes']];
  if (extension.internet) return [];
  const open = (definition.ports ?? []).length > 0;
  return [
    ['IPAddressDeny', 'any'],
    ['IPAddressAllow', open ? 'localhost link-local 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7' : 'localhost'],
  ];
};

/**
 * Returns the sandbox of a native unit: systemd.exec(5). `systemd-analyze security` counts at most 2.0 for it, for 252 as for 257. What a
 * runtime that writes its own code cannot live with is left off: `MemoryDenyWriteExecute`, and `ProcSubset`, since .NET and Java size
 * their heaps by /proc/meminfo.
 */
export const hardeningEntries = (unit: Unit, systemd: number): Entries => {
  const { justInTime } = unit.extension.systemd;
  const capabilities = capabilitiesOf(unit);
  const devices = unit.definition.devices ?? [];
  return [
    { comment: 'The sandbox: systemd-analyze security shows what each line is worth.' },
    ['UMask', '0077'],
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', capabilities.join(' ')],
    ['AmbientCapabilities', capabilities.join(' ')],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    // A private /tmp that shares nothing with the machine's, not even its file system.
    ['PrivateTmp', systemd >= 257 ? 'disconnected' : 'yes'],
    ...(devices.length === 0
      ? ([['PrivateDevices', 'yes']] as const)
      : devices.map(({ source, permissions }) => ['DeviceAllow', `${source} ${permissions ?? 'rw'}`] as const)),
    ['DevicePolicy', 'closed'],
    ...entry('PrivateUsers', capabilities.length === 0 && devices.length === 0 ? 'yes' : undefined),
    ['ProtectClock', 'yes'],
    ['ProtectControlGroups', 'yes'],
    ['ProtectHostname', 'yes'],
    ['ProtectKernelLogs', 'yes'],
    ['ProtectKernelModules', 'yes'],
    ['ProtectKernelTunables', 'yes'],
    ['ProtectProc', 'invisible'],
    ...entry('ProcSubset', justInTime ? undefined : 'pid'),
    ['RestrictNamespaces', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
    ...addressEntries(unit),
    ['LockPersonality', 'yes'],
    ...(justInTime
      ? [{ comment: 'No MemoryDenyWriteExecute: the runtime compiles while it runs.' }]
      : ([['MemoryDenyWriteExecute', 'yes']] as const)),
    ['RemoveIPC', 'yes'],
    ['KeyringMode', 'private'],
    ['SystemCallArchitectures', 'native'],
    ['SystemCallFilter', '@system-service'],
    ['SystemCallFilter', '~@privileged @resources'],
    ['SystemCallErrorNumber', 'EPERM'],
  ];
};
