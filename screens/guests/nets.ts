import type { GuestConfig } from '../../src/operations/guest-config.ts';
import type { GuestInterface } from '../../src/operations/guest-network.ts';
import { propertiesOf } from './configGroups.ts';

/** Network cards of a guest: what is configured, and what the guest itself tells. Pure. */

/** One configured card. */
export interface Net {
  /** `net0` */
  readonly key: string;
  /** `eth0`, as a container calls it. */
  readonly name?: string;
  /** `virtio`, of a VM. */
  readonly model?: string;
  /** Upper case. */
  readonly mac?: string;
  readonly bridge?: string;
  readonly vlan?: string;
  readonly firewall: boolean;
  /** The cable is pulled. */
  readonly down: boolean;
  /** Configured addresses: `192.0.2.4/24`, `dhcp`. */
  readonly configured: readonly string[];
  readonly gateways: readonly string[];
  /** Everything else, as it is written. */
  readonly rest: readonly string[];
}

const told = new Set(['name', 'type', 'hwaddr', 'macaddr', 'model', 'bridge', 'tag', 'firewall', 'link_down']);
const addressKeys = ['ip', 'ip6'];
const gatewayKeys = ['gw', 'gw6'];
const macForm = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

const netOf = (key: string, raw: string, addresses: ReadonlyMap<string, string>): Net => {
  const { pairs } = propertiesOf(raw);
  // A VM writes its card as `virtio=BC:24:…`.
  const card = [...pairs].find(([, value]) => macForm.test(value));
  const isVm = card !== undefined && card[0] !== 'hwaddr' && card[0] !== 'macaddr';
  const model = isVm ? card[0] : pairs.get('model');
  const known = {
    name: pairs.get('name'),
    mac: card?.[1].toUpperCase(),
    bridge: pairs.get('bridge'),
    vlan: pairs.get('tag'),
  };
  const listed = (keys: readonly string[]): string[] =>
    keys.flatMap((one) => pairs.get(one) ?? addresses.get(one) ?? []);
  return {
    key,
    ...(known.name !== undefined && { name: known.name }),
    ...(model !== undefined && { model }),
    ...(known.mac !== undefined && { mac: known.mac }),
    ...(known.bridge !== undefined && { bridge: known.bridge }),
    ...(known.vlan !== undefined && { vlan: known.vlan }),
    firewall: pairs.get('firewall') === '1',
    down: pairs.get('link_down') === '1',
    configured: listed(addressKeys),
    gateways: listed(gatewayKeys),
    rest: [...pairs]
      .filter(([name]) => !told.has(name) && name !== card?.[0] && ![...addressKeys, ...gatewayKeys].includes(name))
      .map(([name, value]) => `${name}=${value}`),
  };
};

/** The cards of a configuration, in their order; what cloud-init is told (`ipconfigN`) stands with the card. */
export const netsOf = (config: GuestConfig): readonly Net[] =>
  Object.entries(config)
    .filter(([key]) => /^net\d+$/.test(key))
    .toSorted(([a], [b]) => Number(a.slice(3)) - Number(b.slice(3)))
    .map(([key, raw]) => netOf(key, String(raw), propertiesOf(String(config[`ipconfig${key.slice(3)}`] ?? '')).pairs));

/** The interface that a card is inside of the guest: by its hardware address. */
export const insideOf = ({ mac }: Net, interfaces: readonly GuestInterface[]): GuestInterface | undefined =>
  interfaces.find((one) => mac !== undefined && one['hardware-address']?.toUpperCase() === mac);

/** Interfaces that are no configured card: bridges of Docker, tunnels; without loopback. */
export const ownInterfaces = (
  nets: readonly Net[],
  interfaces: readonly GuestInterface[],
): readonly GuestInterface[] => {
  const cards = new Set(nets.map((net) => insideOf(net, interfaces)));
  return interfaces.filter((one) => one.name !== 'lo' && !cards.has(one));
};
