import * as z from 'zod';
import { operation } from './operation.ts';
import { figure, flag, maybe, readRows, word } from './rows.ts';

/** Set while what is written differs from what runs: new, changed, deleted. */
const state = maybe(z.string());
const pending = { pending: 1 };

const zone = z.looseObject({
  zone: z.string(),
  /** simple, vlan, qinq, vxlan, evpn */
  type: maybe(z.string()),
  bridge: maybe(z.string()),
  nodes: maybe(z.string()),
  ipam: maybe(z.string()),
  dhcp: maybe(z.string()),
  mtu: maybe(figure),
  state,
});

/** Lists zones of the software-defined network, with what is not applied yet: `GET /cluster/sdn/zones?pending=1`. */
export const listZones = operation({
  name: 'sdn.zones',
  summary: 'List the zones of the software-defined network',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'zone', title: 'ZONE' },
    { field: 'type', title: 'TYPE' },
    { field: 'state', title: 'NOT APPLIED' },
    { field: 'bridge', title: 'BRIDGE' },
    { field: 'nodes', title: 'NODES' },
    { field: 'ipam', title: 'IPAM' },
  ],
  async *run(context) {
    return readRows(context, '/cluster/sdn/zones', zone, pending);
  },
});

const vnet = z.looseObject({
  vnet: z.string(),
  zone: maybe(z.string()),
  alias: maybe(word),
  tag: maybe(figure),
  vlanaware: maybe(flag),
  state,
});

/** Lists virtual networks, with what is not applied yet: `GET /cluster/sdn/vnets?pending=1`. */
export const listVnets = operation({
  name: 'sdn.vnets',
  summary: 'List the virtual networks of the software-defined network',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'vnet', title: 'VNET' },
    { field: 'zone', title: 'ZONE' },
    { field: 'tag', title: 'TAG' },
    { field: 'state', title: 'NOT APPLIED' },
    { field: 'alias', title: 'ALIAS' },
  ],
  async *run(context) {
    return readRows(context, '/cluster/sdn/vnets', vnet, pending);
  },
});

const subnet = z.looseObject({
  /** `10.20.0.0/24`; the id, `lan-10.20.0.0-24`, is in `subnet`. */
  cidr: maybe(z.string()),
  subnet: z.string(),
  gateway: maybe(z.string()),
  snat: maybe(flag),
  state,
});

/** Lists the subnets of a virtual network: `GET /cluster/sdn/vnets/{vnet}/subnets?pending=1`. */
export const listSubnets = operation({
  name: 'sdn.subnets',
  summary: 'List the subnets of a virtual network',
  risk: 'read',
  input: z.object({ vnet: z.string().min(1).describe('name of a virtual network').meta({ positional: true }) }),
  columns: [
    { field: 'cidr', title: 'SUBNET' },
    { field: 'gateway', title: 'GATEWAY' },
    { field: 'snat', title: 'SNAT' },
    { field: 'state', title: 'NOT APPLIED' },
  ],
  async *run(context, _resolved, input) {
    return readRows(context, `/cluster/sdn/vnets/${encodeURIComponent(input.vnet)}/subnets`, subnet, pending);
  },
});
