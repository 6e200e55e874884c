import { createHash } from 'node:crypto';
import { badParameters, die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import type { GuestState, HaState } from '../world.ts';
import { deleteKeys, digestOf, integer, required, sectionOf, splitList, text } from './params.ts';
import { haActive } from './resource-rows.ts';

type Resource = HaState['resources'] extends Map<string, infer R> ? R : never;

/** `101`, `ct:101`, `vm:200` → the sid as resources.cfg has it, and the guest. */
const parseSid = (call: ApiCall, given: string): { sid: string; guest: GuestState | undefined } => {
  const vmid = Number(given.replace(/^\w+:/, ''));
  const guest = call.world.guests.get(vmid);
  const kind = given.includes(':') ? given.split(':')[0] : guest?.type === 'qemu' ? 'vm' : 'ct';
  return { sid: `${kind}:${vmid}`, guest };
};

const digest = (call: ApiCall): string =>
  digestOf([...call.world.ha.resources.values()].map((resource) => JSON.stringify(resource)).join('\n'));

const configRow = (call: ApiCall, resource: Resource): Record<string, unknown> => ({
  sid: resource.sid,
  type: resource.sid.split(':')[0],
  state: resource.state,
  digest: digest(call),
  ...(resource.max_restart === 1 ? {} : { max_restart: resource.max_restart }),
  ...(resource.max_relocate === 1 ? {} : { max_relocate: resource.max_relocate }),
  ...(resource.group === undefined ? {} : { group: resource.group }),
  ...(resource.comment === undefined ? {} : { comment: resource.comment }),
});

const resourceOf = (call: ApiCall, trouble: (sid: string) => string): Resource => {
  const { sid } = parseSid(call, required(call, 'sid'));
  return call.world.ha.resources.get(sid) ?? die(trouble(sid));
};

const missing = (sid: string): string => `no such resource '${sid}'`;

const createResource = (call: ApiCall): null => {
  const { sid, guest } = parseSid(call, required(call, 'sid'));
  const { ha } = call.world;
  const kind = guest?.type === 'qemu' ? 'vm' : 'ct';
  if (!guest || sid !== `${kind}:${guest.vmid}`) return die(`resource '${sid}' does not exist in cluster`);
  if (ha.resources.has(sid)) die(`create resource failed: resource ID '${sid}' already defined`);
  const comment = text(call, 'comment');
  const group = text(call, 'group');
  ha.resources.set(sid, {
    sid,
    state: text(call, 'state') ?? 'started',
    max_restart: integer(call, 'max_restart') ?? 1,
    max_relocate: integer(call, 'max_relocate') ?? 1,
    ...(comment === undefined ? {} : { comment }),
    ...(group === undefined ? {} : { group }),
  });
  ha.active = true;
  return null;
};

const updateResource = (call: ApiCall): null => {
  const resource = resourceOf(call, (sid) => `update resource failed: ${missing(sid)}`);
  resource.state = text(call, 'state') ?? resource.state;
  resource.max_restart = integer(call, 'max_restart') ?? resource.max_restart;
  resource.max_relocate = integer(call, 'max_relocate') ?? resource.max_relocate;
  const comment = text(call, 'comment');
  if (comment !== undefined) resource.comment = comment;
  const removed = splitList(text(call, 'delete'));
  if (removed.includes('comment')) delete resource.comment;
  if (removed.includes('group')) delete resource.group;
  if (removed.includes('max_restart')) resource.max_restart = 1;
  if (removed.includes('max_relocate')) resource.max_relocate = 1;
  return null;
};

const removeResource = (call: ApiCall): null => {
  const { sid } = resourceOf(call, (name) => `delete resource failed: ${missing(name)}`);
  call.world.ha.active = true;
  call.world.ha.resources.delete(sid);
  return null;
};

const guestOf = (call: ApiCall, sid: string): GuestState | undefined =>
  call.world.guests.get(Number(sid.split(':')[1]));

/** Hands the wish to the CRM; the guest moves when the CRM gets to it (contract §14.2). */
const requestMove =
  (type: 'hamigrate' | 'harelocate') =>
  (call: ApiCall): unknown => {
    const { sid } = resourceOf(call, missing);
    const target = required(call, 'node');
    const guest = guestOf(call, sid) ?? die(`resource '${sid}' does not exist in cluster`);
    if (!call.world.nodes.has(target)) badParameters({ node: `no such cluster node '${target}'` });
    if (guest.node !== target) {
      call.fork(call.localNode, type, String(guest.vmid), async (worker) => {
        worker.log(`Requesting HA ${type === 'hamigrate' ? 'migration' : 'relocation'} for ${sid} to node ${target}`);
        await worker.sleep(1000);
        guest.node = target;
      });
    }
    return { sid, 'requested-node': target };
  };

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Fri Nov 20 21:34:23 2026`: as Perl prints localtime. */
const clockText = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  const time = date.toISOString().slice(11, 19);
  return `${weekdays[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${time} ${date.getUTCFullYear()}`;
};

/** The managers report every five seconds. */
const reportSeconds = 5;

const reportedAt = (call: ApiCall): number => Math.floor(call.now() / reportSeconds) * reportSeconds;

const crmState = (resource: Resource): string => resource.crmState ?? resource.state;

const serviceRow = (call: ApiCall, resource: Resource): Record<string, unknown> => {
  const node = guestOf(call, resource.sid)?.node ?? '';
  const state = crmState(resource);
  return {
    id: `service:${resource.sid}`,
    type: 'service',
    sid: resource.sid,
    node,
    state,
    crm_state: state,
    request_state: resource.state,
    status: `${resource.sid} (${node}, ${state})`,
    max_restart: resource.max_restart,
    max_relocate: resource.max_relocate,
    failback: 1,
    ...(resource.group === undefined ? {} : { group: resource.group }),
    ...(resource.comment === undefined ? {} : { comment: resource.comment }),
  };
};

const managerRows = (call: ApiCall, node: string): Record<string, unknown>[] => {
  const timestamp = reportedAt(call);
  return [
    { id: 'master', type: 'master', node, status: `${node} (active, ${clockText(timestamp)})`, timestamp },
    { id: 'fencing', type: 'fencing', node, status: 'armed (CRM watchdog active)', 'armed-state': 'armed' },
    ...[...call.world.nodes.values()].map((each) => {
      const state = each.online ? 'active, watchdog active' : 'old timestamp - dead?';
      // A dead node's manager reported last when it died.
      const at = each.online ? timestamp : (each.downSince ?? timestamp - 3600);
      const status = `${each.name} (${state}, ${clockText(at)})`;
      return { id: `lrm:${each.name}`, type: 'lrm', node: each.name, status, timestamp: at };
    }),
  ];
};

const standby = (node: string): Record<string, unknown> => ({
  id: 'fencing',
  type: 'fencing',
  node,
  status: 'standby (CRM watchdog standby)',
  'armed-state': 'standby',
});

const quorate = (call: ApiCall): boolean => call.world.cluster?.quorate ?? true;

const readCurrent = (call: ApiCall): unknown => {
  const node = call.localNode;
  return [
    {
      id: 'quorum',
      type: 'quorum',
      node,
      status: quorate(call) ? 'OK' : 'No quorum on node',
      quorate: quorate(call) ? 1 : 0,
    },
    ...(haActive(call.world) ? managerRows(call, node) : [standby(node)]),
    ...[...call.world.ha.resources.values()].map((resource) => serviceRow(call, resource)),
  ];
};

/** The manager marks every state it hands out with an id of 22 characters. */
const serviceUid = (resource: Resource): string =>
  createHash('sha256').update(`${resource.sid}${resource.state}`).digest('base64url').slice(0, 22);

const readManagerStatus = (call: ApiCall): unknown => {
  const quorum = { node: call.localNode, quorate: quorate(call) ? '1' : '0' };
  if (!haActive(call.world)) return { manager_status: { node_status: {} }, quorum };
  const timestamp = reportedAt(call);
  const resources = [...call.world.ha.resources.values()];
  const nodes = [...call.world.nodes.values()];
  const on = (node: string): Resource[] => resources.filter((resource) => guestOf(call, resource.sid)?.node === node);
  const result = (resource: Resource): [string, unknown] => [
    serviceUid(resource),
    { sid: resource.sid, state: crmState(resource), exit_code: 0 },
  ];
  return {
    quorum,
    manager_status: {
      master_node: call.localNode,
      timestamp,
      node_status: Object.fromEntries(nodes.map((node) => [node.name, node.online ? 'online' : 'unknown'])),
      service_status: Object.fromEntries(
        resources.map((resource) => [
          resource.sid,
          { node: guestOf(call, resource.sid)?.node, state: crmState(resource), uid: serviceUid(resource) },
        ]),
      ),
    },
    lrm_status: Object.fromEntries(
      nodes
        .filter((node) => node.online)
        .map((node) => [
          node.name,
          { state: 'active', mode: 'active', timestamp, results: Object.fromEntries(on(node.name).map(result)) },
        ]),
    ),
  };
};

const ruleOf = (call: ApiCall): Record<string, unknown> => {
  const rule = required(call, 'rule');
  return call.world.ha.rules.get(rule) ?? die(`no such ha rule '${rule}'`);
};

const createRule = (call: ApiCall): null => {
  const rule = required(call, 'rule');
  if (call.world.ha.rules.has(rule)) badParameters({ rule: `HA rule '${rule}' already defined` });
  call.world.ha.rules.set(rule, { rule, ...sectionOf(call, ['rule']) });
  return null;
};

const updateRule = (call: ApiCall): null => {
  const rule = ruleOf(call);
  deleteKeys(call, rule);
  Object.assign(rule, sectionOf(call, ['rule', 'delete', 'digest']));
  return null;
};

const ruleRow = (call: ApiCall, rule: Record<string, unknown>, order: number): Record<string, unknown> => ({
  ...rule,
  order,
  digest: digestOf(JSON.stringify([...call.world.ha.rules])),
});

const readRules = (call: ApiCall): unknown => {
  const type = text(call, 'type');
  const resource = text(call, 'resource');
  return [...call.world.ha.rules.values()]
    .map((rule, index) => ruleRow(call, rule, index + 1))
    .filter((rule) => type === undefined || rule['type'] === type)
    .filter((rule) => resource === undefined || splitList(String(rule['resources'])).includes(resource));
};

/** Release 9 turned groups into rules; what is left of the old paths says so. */
const migrated = (): never => die('ha groups have been migrated to rules');

const readResources = (call: ApiCall): unknown => {
  const type = text(call, 'type');
  return [...call.world.ha.resources.values()]
    .map((resource) => configRow(call, resource))
    .filter((row) => type === undefined || row['type'] === type);
};

/** /cluster/ha (PVE::API2::HA). */
export const haRoutes: Routes = {
  'GET /cluster/ha/resources': readResources,
  'POST /cluster/ha/resources': createResource,
  'GET /cluster/ha/resources/{sid}': (call) => configRow(call, resourceOf(call, missing)),
  'PUT /cluster/ha/resources/{sid}': updateResource,
  'DELETE /cluster/ha/resources/{sid}': removeResource,
  'POST /cluster/ha/resources/{sid}/migrate': requestMove('hamigrate'),
  'POST /cluster/ha/resources/{sid}/relocate': requestMove('harelocate'),
  'GET /cluster/ha/rules': readRules,
  'POST /cluster/ha/rules': createRule,
  'GET /cluster/ha/rules/{rule}': (call) => ruleRow(call, ruleOf(call), 1),
  'PUT /cluster/ha/rules/{rule}': updateRule,
  'DELETE /cluster/ha/rules/{rule}': (call) => (ruleOf(call), call.world.ha.rules.delete(required(call, 'rule')), null),
  'GET /cluster/ha/groups': migrated,
  'POST /cluster/ha/groups': migrated,
  'GET /cluster/ha/status/current': readCurrent,
  'GET /cluster/ha/status/manager_status': readManagerStatus,
};
