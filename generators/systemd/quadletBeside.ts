import type { ComposeNetwork, ComposeVolume } from '../../src/models/compose.ts';
import type { Stack } from '../../src/models/stack.ts';
import { argument, entry, literal, unitText } from '../shared/ini.ts';
import { pairs } from './quadlet.ts';

/** What containers have beside them: volumes and networks. */

/** Returns a volume as a quadlet; one that is external is somebody else's. */
export const volumeQuadlet = (stack: Stack, key: string, volume: ComposeVolume): string => {
  const { type, device, o, ...others } = volume.driver_opts ?? {};
  return unitText(
    [`The volume ${key} of the stack ${stack.name}. It stays when the stack is taken away.`],
    [
      { name: 'Unit', entries: [['Description', literal(`Volume ${key} of ${stack.name}`)]] },
      {
        name: 'Volume',
        entries: [
          ['VolumeName', volume.name],
          ...entry('Driver', volume.driver === 'local' ? undefined : volume.driver),
          ...entry('Type', type),
          ...entry('Device', device),
          ...entry('Options', o),
          ...Object.entries(others).map(([name, value]) => ['PodmanArgs', argument(`--opt=${name}=${value}`)] as const),
          ...pairs('Label', volume.labels),
        ],
      },
    ],
  );
};

/** Returns a network as a quadlet. */
export const networkQuadlet = (stack: Stack, key: string, network: ComposeNetwork): string =>
  unitText(
    [`The network ${key} of the stack ${stack.name}.`],
    [
      { name: 'Unit', entries: [['Description', literal(`Network ${key} of ${stack.name}`)]] },
      {
        name: 'Network',
        entries: [
          ['NetworkName', network.name],
          ...entry('Driver', network.driver === 'default' ? undefined : network.driver),
          ...entry('Internal', network.internal === true ? 'true' : undefined),
          ...entry('IPv6', network.enable_ipv6 === true ? 'true' : undefined),
          ...entry('IPAMDriver', network.ipam?.driver === 'default' ? undefined : network.ipam?.driver),
          ...(network.ipam?.config ?? []).flatMap(({ subnet, gateway, ip_range: range }) => [
            ...entry('Subnet', subnet),
            ...entry('Gateway', gateway),
            ...entry('IPRange', range),
          ]),
          ...pairs('Options', network.driver_opts),
          ...pairs('Label', network.labels),
        ],
      },
    ],
  );
