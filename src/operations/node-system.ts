import * as z from 'zod';
import { operation } from './operation.ts';
import { figure, flag, linesOf, maybe, readData, readRows, word } from './rows.ts';
import { nodeName, selectNode } from './select.ts';

const networkInterface = z.looseObject({
  iface: z.string(),
  /** bridge, bond, eth, vlan, alias, OVSBridge … */
  type: maybe(z.string()),
  /** Only while the link is up. */
  active: maybe(flag),
  autostart: maybe(flag),
  /** A physical port that is there. */
  exists: maybe(flag),
  /** static, manual, dhcp */
  method: maybe(z.string()),
  cidr: maybe(z.string()),
  cidr6: maybe(z.string()),
  gateway: maybe(z.string()),
  gateway6: maybe(z.string()),
  bridge_ports: maybe(z.string()),
  bridge_vlan_aware: maybe(flag),
  bridge_vids: maybe(word),
  slaves: maybe(z.string()),
  bond_mode: maybe(z.string()),
  'vlan-id': maybe(figure),
  'vlan-raw-device': maybe(z.string()),
  mtu: maybe(figure),
  comments: maybe(z.string()),
});

/** Lists the network interfaces of a node as they will be once pending changes are applied: `GET /nodes/{node}/network`. */
export const listInterfaces = operation({
  name: 'node.network',
  summary: 'List the network interfaces of a node',
  risk: 'read',
  input: z.object({
    node: nodeName,
    bridges: z.boolean().default(false).describe('only those that a guest can be plugged into, SDN networks too'),
  }),
  columns: [
    { field: 'iface', title: 'INTERFACE' },
    { field: 'type', title: 'TYPE' },
    { field: 'active', title: 'UP' },
    { field: 'cidr', title: 'ADDRESS' },
    { field: 'gateway', title: 'GATEWAY' },
    { field: 'bridge_ports', title: 'PORTS' },
    { field: 'slaves', title: 'SLAVES' },
    { field: 'vlan-id', title: 'VLAN' },
    { field: 'comments', title: 'COMMENT' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  async *run(context, { node }, { bridges }) {
    return readRows(context, `/nodes/${node}/network`, networkInterface, bridges ? { type: 'any_bridge' } : {});
  },
});

/** Shows what was changed in a node's network and is not applied yet, as a unified diff; empty when nothing is pending. */
export const showNetworkChanges = operation({
  name: 'node.network-changes',
  summary: 'Show network changes of a node that are not applied yet',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: [{ field: 't', title: '' }],
  resolve: (context, { node }) => selectNode(context, node),
  async *run(context, { node }) {
    const options = { signal: context.signal, origin: 'person' } as const;
    const { changes } = await context.proxmox().request('GET', `/nodes/${node}/network`, {}, options);
    return changes === undefined ? [] : linesOf(changes);
  },
});

const service = z.looseObject({
  service: z.string(),
  name: maybe(z.string()),
  desc: maybe(z.string()),
  /** systemd's sub-state: running, dead, exited, failed … */
  state: maybe(z.string()),
  'active-state': maybe(z.string()),
  /** enabled, disabled, static, masked, not-found */
  'unit-state': maybe(z.string()),
});

/** Lists the services of a node that Proxmox VE looks after: `GET /nodes/{node}/services`. */
export const listServices = operation({
  name: 'node.services',
  summary: 'List the services of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: [
    { field: 'service', title: 'SERVICE' },
    { field: 'state', title: 'STATE' },
    { field: 'unit-state', title: 'AT BOOT' },
    { field: 'desc', title: 'DESCRIPTION' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Audit' }],
  async *run(context, { node }) {
    return readRows(context, `/nodes/${node}/services`, service);
  },
});

const update = z.looseObject({
  Package: z.string(),
  Title: maybe(z.string()),
  Origin: maybe(z.string()),
  OldVersion: maybe(word),
  Version: maybe(word),
  Section: maybe(z.string()),
  Priority: maybe(z.string()),
});

/** Lists the packages that can be upgraded on a node: `GET /nodes/{node}/apt/update`, as of the last `apt update` there. */
export const listUpdates = operation({
  name: 'node.updates',
  summary: 'List the pending updates of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: [
    { field: 'Package', title: 'PACKAGE' },
    { field: 'OldVersion', title: 'INSTALLED' },
    { field: 'Version', title: 'NEW' },
    { field: 'Origin', title: 'FROM' },
    { field: 'Title', title: 'WHAT IT IS' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Modify' }],
  async *run(context, { node }) {
    return readRows(context, `/nodes/${node}/apt/update`, update);
  },
});

/** Shows what changed in a package: `GET /nodes/{node}/apt/changelog`; the node fetches it from the internet. */
export const showChangelog = operation({
  name: 'node.changelog',
  summary: 'Show what changed in a package',
  risk: 'read',
  input: z.object({
    node: nodeName,
    package: z.string().min(1).describe('name of a package').meta({ positional: true }),
    version: z.string().exactOptional().describe('of this version instead of the newest'),
  }),
  columns: [{ field: 't', title: '' }],
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Modify' }],
  async *run(context, { node }, { package: name, version }) {
    return linesOf(String(await readData(context, `/nodes/${node}/apt/changelog`, { name, version })));
  },
});

const subscription = z.looseObject({
  /** notfound, active, expired, invalid, new, suspended */
  status: z.string(),
  message: maybe(z.string()),
  productname: maybe(z.string()),
  level: maybe(z.string()),
  nextduedate: maybe(z.string()),
  serverid: maybe(z.string()),
});

/** Shows the subscription of a node: `GET /nodes/{node}/subscription`. */
export const showSubscription = operation({
  name: 'node.subscription',
  summary: 'Show the subscription of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  resolve: (context, { node }) => selectNode(context, node),
  async *run(context, { node }) {
    return subscription.parse(await readData(context, `/nodes/${node}/subscription`));
  },
});

const certificate = z.looseObject({
  filename: z.string(),
  subject: maybe(z.string()),
  issuer: maybe(z.string()),
  fingerprint: maybe(z.string()),
  notbefore: maybe(figure),
  notafter: maybe(figure),
});

/** Lists the certificates of a node: `GET /nodes/{node}/certificates/info`. */
export const listCertificates = operation({
  name: 'node.certificates',
  summary: 'List the certificates of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  columns: [
    { field: 'filename', title: 'FILE' },
    { field: 'notafter', title: 'VALID UNTIL', unit: 'moment' },
    { field: 'subject', title: 'SUBJECT' },
    { field: 'fingerprint', title: 'FINGERPRINT' },
  ],
  resolve: (context, { node }) => selectNode(context, node),
  async *run(context, { node }) {
    return readRows(context, `/nodes/${node}/certificates/info`, certificate);
  },
});

const nodeConfig = z.looseObject({ description: maybe(z.string()), wakeonlan: maybe(z.string()) });

/** Shows the settings of a node: `GET /nodes/{node}/config`; its notes are `description`. */
export const showNodeConfig = operation({
  name: 'node.config',
  summary: 'Show the notes and settings of a node',
  risk: 'read',
  input: z.object({ node: nodeName }),
  resolve: (context, { node }) => selectNode(context, node),
  needs: ({ node }) => [{ path: `/nodes/${node}`, privilege: 'Sys.Audit' }],
  async *run(context, { node }) {
    return nodeConfig.parse((await readData(context, `/nodes/${node}/config`)) ?? {});
  },
});
