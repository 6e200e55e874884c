import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { FirewallState } from '../world.ts';
import { firewallMacros } from './firewall-macros.ts';
import { aliasRoutes, entriesOf, fileDigest, pathNames, setRoutes } from './firewall-sets.ts';
import type { Find } from './firewall-sets.ts';
import { deleteKeys, digestOf, integer, nodeOf, required, sectionOf, text } from './params.ts';

type Rule = Record<string, unknown>;

/** SHA-1 over keys and values of all rules, keys sorted (PVE::Firewall::copy_list_with_digest). */
const rulesDigest = (rules: readonly Rule[]): string => {
  const lines = rules.flatMap((rule) =>
    Object.keys(rule)
      .toSorted()
      .map((key) => `${key}:${String(rule[key])}\n`),
  );
  return digestOf(lines.join(''));
};

const checkDigest = (call: ApiCall, actual: string): void => {
  const given = text(call, 'digest');
  if (given !== undefined && given !== actual) {
    die('detected modified configuration - file changed by other user? Try again.');
  }
};

const ruleRow = (rules: readonly Rule[], pos: number): Rule => ({ ...rules[pos], pos, digest: rulesDigest(rules) });

const ruleAt = (call: ApiCall, rules: readonly Rule[]): number => {
  const pos = integer(call, 'pos') ?? -1;
  return rules[pos] ? pos : die(`no rule at position ${pos}`);
};

/** A new rule lands at position 0 and does nothing until it is enabled (contract §14.4). */
const addRule = (call: ApiCall, rules: Rule[]): null => {
  checkDigest(call, rulesDigest(rules));
  rules.unshift({ enable: 0, ...sectionOf(call, [...pathNames, 'digest']) });
  return null;
};

const changeRule = (call: ApiCall, rules: Rule[]): null => {
  checkDigest(call, rulesDigest(rules));
  const pos = ruleAt(call, rules);
  const target = integer(call, 'moveto');
  if (target !== undefined) {
    const [rule] = rules.splice(pos, 1);
    // The place is counted in the list as it was before.
    if (rule) rules.splice(target > pos ? target - 1 : target, 0, rule);
    return null;
  }
  const rule = rules[pos] ?? {};
  deleteKeys(call, rule);
  Object.assign(rule, sectionOf(call, [...pathNames, 'digest', 'delete', 'moveto']));
  return null;
};

const removeRule = (call: ApiCall, rules: Rule[]): null => {
  checkDigest(call, rulesDigest(rules));
  rules.splice(ruleAt(call, rules), 1);
  return null;
};

const ruleRoutes = (path: string, rulesOf: (call: ApiCall) => Rule[]): Routes => ({
  [`GET ${path}`]: (call) => rulesOf(call).map((_, pos) => ruleRow(rulesOf(call), pos)),
  [`POST ${path}`]: (call) => addRule(call, rulesOf(call)),
  // Alone, a rule's position is the text it was asked with.
  [`GET ${path}/{pos}`]: (call) => ({
    ...ruleRow(rulesOf(call), ruleAt(call, rulesOf(call))),
    pos: required(call, 'pos'),
  }),
  [`PUT ${path}/{pos}`]: (call) => changeRule(call, rulesOf(call)),
  [`DELETE ${path}/{pos}`]: (call) => removeRule(call, rulesOf(call)),
});

const optionRoutes = (path: string, find: Find): Routes => ({
  [`GET ${path}`]: (call) => ({ ...find(call).options, digest: fileDigest(find(call).rules, find(call).options) }),
  [`PUT ${path}`]: (call) => {
    const { options } = find(call);
    deleteKeys(call, options);
    Object.assign(options, sectionOf(call, [...pathNames, 'digest', 'delete']));
    return null;
  },
});

/** Names that the source and target of a rule may point at. */
const refsOf = (call: ApiCall, firewalls: readonly { scope: string; state: FirewallState }[]): unknown => {
  const type = text(call, 'type');
  const rows = firewalls.flatMap(({ scope, state }) => [
    ...[...state.aliases.values()].map(({ name, comment }) => ({
      type: 'alias',
      name,
      scope,
      ref: `${scope}/${String(name)}`,
      comment,
    })),
    ...[...state.ipsets.keys()].map((name) => ({
      type: 'ipset',
      name,
      scope,
      ref: `+${scope}/${name}`,
      comment: undefined,
    })),
  ]);
  return rows.filter((row) => type === undefined || row.type === type);
};

/** Nothing is ever logged here, so that the file was never made. */
const readLog = (call: ApiCall): unknown => {
  call.siblings['total'] = 1;
  return [{ n: 1, t: 'unable to open file - No such file or directory' }];
};

/** Rules, options, aliases, IP sets and names of one firewall below `path` (PVE::API2::Firewall). For guests too. */
export const firewallRoutes = (path: string, find: Find): Routes => ({
  ...ruleRoutes(`${path}/rules`, (call) => find(call).rules),
  ...optionRoutes(`${path}/options`, find),
  ...aliasRoutes(`${path}/aliases`, find),
  ...setRoutes(`${path}/ipset`, find),
  [`GET ${path}/refs`]: (call) =>
    refsOf(call, [
      { scope: 'dc', state: clusterFirewall(call) },
      ...(find === clusterFirewall ? [] : [{ scope: 'guest', state: find(call) }]),
    ]),
});

const clusterFirewall: Find = ({ world }) => {
  world.firewall ??= { rules: [], options: {}, aliases: new Map(), ipsets: new Map() };
  return world.firewall;
};

/** Security groups: named lists of rules. */
const groupsOf = (call: ApiCall): Map<string, Record<string, unknown>> => {
  const groups = call.world.sections['firewall-groups'] ?? new Map<string, Record<string, unknown>>();
  call.world.sections['firewall-groups'] = groups;
  return groups;
};

const groupRules = (call: ApiCall): Rule[] => {
  const name = required(call, 'group');
  return entriesOf(groupsOf(call).get(name) ?? die(`no such security group '${name}'`));
};

const addGroup = (call: ApiCall): null => {
  const group = required(call, 'group');
  if (groupsOf(call).has(group)) badParameters({ group: `Security group '${group}' already exists` });
  groupsOf(call).set(group, { ...sectionOf(call, ['digest', 'rename']), entries: [] });
  return null;
};

const readGroups = (call: ApiCall): unknown => {
  const digest = fileDigest([...groupsOf(call)]);
  return [...groupsOf(call).values()].map(({ entries: _rules, ...row }) => ({ ...row, digest }));
};

/** /cluster/firewall. */
export const clusterFirewallRoutes: Routes = {
  ...firewallRoutes('/cluster/firewall', clusterFirewall),
  ...ruleRoutes('/cluster/firewall/groups/{group}', groupRules),
  'GET /cluster/firewall/groups': readGroups,
  'POST /cluster/firewall/groups': addGroup,
  'DELETE /cluster/firewall/groups/{group}': (call) => {
    if (groupRules(call).length > 0) die(`Security group '${required(call, 'group')}' is not empty`);
    groupsOf(call).delete(required(call, 'group'));
    return null;
  },
  'GET /cluster/firewall/macros': () => Object.entries(firewallMacros).map(([macro, descr]) => ({ macro, descr })),
};

const nodeFirewall: Find = (call) => nodeOf(call).firewall;

/** /nodes/{node}/firewall: nodes have no aliases and IP sets of their own. */
export const nodeFirewallRoutes: Routes = {
  ...ruleRoutes('/nodes/{node}/firewall/rules', (call) => nodeFirewall(call).rules),
  ...optionRoutes('/nodes/{node}/firewall/options', nodeFirewall),
  'GET /nodes/{node}/firewall/log': readLog,
};
