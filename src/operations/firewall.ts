import * as z from 'zod';
import { operation, type Privilege } from './operation.ts';
import { figure, flag, maybe, readData, readRows, word } from './rows.ts';

const needs = (): readonly Privilege[] => [{ path: '/', privilege: 'Sys.Audit' }];

const options = z.looseObject({
  /** Nothing of the firewall works anywhere unless this is set. */
  enable: maybe(flag),
  /** ACCEPT, DROP, REJECT; DROP where it is left out. */
  policy_in: maybe(z.string()),
  /** ACCEPT where it is left out. */
  policy_out: maybe(z.string()),
  policy_forward: maybe(z.string()),
  ebtables: maybe(flag),
  log_ratelimit: maybe(z.string()),
});

/** Shows the options of the firewall of the datacenter: `GET /cluster/firewall/options`. */
export const showFirewallOptions = operation({
  name: 'firewall.options',
  summary: 'Show the options of the firewall',
  risk: 'read',
  input: z.object({}),
  needs,
  async *run(context) {
    return options.parse((await readData(context, '/cluster/firewall/options')) ?? {});
  },
});

const rule = z.looseObject({
  pos: figure,
  /** in, out, forward, group */
  type: z.string(),
  /** ACCEPT, DROP, REJECT, or the name of a security group. */
  action: z.string(),
  enable: maybe(flag),
  macro: maybe(z.string()),
  proto: maybe(word),
  source: maybe(z.string()),
  dest: maybe(z.string()),
  sport: maybe(word),
  dport: maybe(word),
  iface: maybe(z.string()),
  log: maybe(z.string()),
  comment: maybe(word),
});

/** Lists rules of the firewall, those of the datacenter or of a security group, in the order in which they are tried. */
export const listFirewallRules = operation({
  name: 'firewall.rules',
  summary: 'List the rules of the firewall',
  risk: 'read',
  input: z.object({ group: z.string().exactOptional().describe('of this security group') }),
  columns: [
    { field: 'pos', title: 'POS' },
    { field: 'enable', title: 'ON' },
    { field: 'type', title: 'DIRECTION' },
    { field: 'action', title: 'ACTION' },
    { field: 'macro', title: 'MACRO' },
    { field: 'proto', title: 'PROTO' },
    { field: 'source', title: 'SOURCE' },
    { field: 'dest', title: 'DESTINATION' },
    { field: 'dport', title: 'PORT' },
    { field: 'iface', title: 'INTERFACE' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context, _resolved, { group }) {
    const path = group === undefined ? 'rules' : `groups/${encodeURIComponent(group)}`;
    return readRows(context, `/cluster/firewall/${path}`, rule);
  },
});

const group = z.looseObject({ group: z.string(), comment: maybe(word) });

/** Lists security groups: `GET /cluster/firewall/groups`. */
export const listFirewallGroups = operation({
  name: 'firewall.groups',
  summary: 'List the security groups of the firewall',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'group', title: 'GROUP' },
    { field: 'comment', title: 'COMMENT' },
  ],
  async *run(context) {
    return readRows(context, '/cluster/firewall/groups', group);
  },
});

const alias = z.looseObject({ name: z.string(), cidr: maybe(z.string()), comment: maybe(word) });

/** Lists names of addresses: `GET /cluster/firewall/aliases`. */
export const listFirewallAliases = operation({
  name: 'firewall.aliases',
  summary: 'List the aliases of the firewall',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'ALIAS' },
    { field: 'cidr', title: 'ADDRESS' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context) {
    return readRows(context, '/cluster/firewall/aliases', alias);
  },
});

const ipset = z.looseObject({ name: z.string(), comment: maybe(word) });

/** Lists IP sets: `GET /cluster/firewall/ipset`. */
export const listIpSets = operation({
  name: 'firewall.ipsets',
  summary: 'List the IP sets of the firewall',
  risk: 'read',
  input: z.object({}),
  columns: [
    { field: 'name', title: 'SET' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context) {
    return readRows(context, '/cluster/firewall/ipset', ipset);
  },
});

const member = z.looseObject({ cidr: z.string(), nomatch: maybe(flag), comment: maybe(word) });

/** Lists what is in an IP set: `GET /cluster/firewall/ipset/{name}`. */
export const listIpSet = operation({
  name: 'firewall.ipset',
  summary: 'List the addresses of an IP set',
  risk: 'read',
  input: z.object({ name: z.string().min(1).describe('name of an IP set').meta({ positional: true }) }),
  columns: [
    { field: 'cidr', title: 'ADDRESS' },
    { field: 'nomatch', title: 'EXCEPT' },
    { field: 'comment', title: 'COMMENT' },
  ],
  needs,
  async *run(context, _resolved, { name }) {
    return readRows(context, `/cluster/firewall/ipset/${encodeURIComponent(name)}`, member);
  },
});
