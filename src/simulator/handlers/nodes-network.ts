import { badParameters } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { interfacesDiff } from '../interfaces-file.ts';
import type { NodeState } from '../world.ts';
import { deleteKeys, nodeOf, required, sectionOf, text } from './params.ts';

type Interface = Record<string, unknown>;
type Interfaces = Map<string, Interface>;

/** What the file says now: pending changes go first. */
const written = (node: NodeState): Interfaces => node.pendingInterfaces ?? node.interfaces;

/** The interfaces to write into: a copy until it is applied. */
const draft = (node: NodeState): Interfaces => {
  node.pendingInterfaces ??= new Map([...node.interfaces].map(([name, iface]) => [name, { ...iface }]));
  return node.pendingInterfaces;
};

const isBridge = (iface: Interface): boolean => iface['type'] === 'bridge' || iface['type'] === 'OVSBridge';

const matches = (iface: Interface, filter: string | undefined): boolean => {
  if (filter === undefined || filter === 'include_sdn') return true;
  if (filter === 'any_bridge' || filter === 'any_local_bridge') return isBridge(iface);
  return iface['type'] === filter;
};

/** A link that exists only in the new file is not up yet. */
const row = (node: NodeState, name: string, iface: Interface): Interface => {
  const { active, ...stored } = iface;
  const up = active !== undefined && node.interfaces.has(name);
  return { iface: name, ...stored, ...(up ? { active } : {}) };
};

/** Set once a configuration was applied: from then on the server has written the file. */
const appliedFact = 'interfacesApplied';

const readAll = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  if (node.pendingInterfaces) {
    const current = { interfaces: node.interfaces, byServer: node.facts[appliedFact] === 1 };
    const changes = interfacesDiff(current, { interfaces: node.pendingInterfaces, byServer: true }, call.now());
    if (changes !== undefined) call.siblings['changes'] = changes;
  }
  return [...written(node)]
    .filter(([, iface]) => matches(iface, text(call, 'type')))
    .filter(([name, iface]) => !isBridge(iface) || call.may(`/sdn/zones/localnetwork/${name}`, 'SDN.Audit', 'SDN.Use'))
    .map(([name, iface]) => row(node, name, iface));
};

const interfaceOf = (call: ApiCall, interfaces: Interfaces): Interface =>
  interfaces.get(required(call, 'iface')) ?? badParameters({ iface: 'interface does not exist' });

const readOne = (call: ApiCall): unknown => {
  const node = nodeOf(call);
  const { iface: _name, ...fields } = row(node, required(call, 'iface'), interfaceOf(call, written(node)));
  return fields;
};

const addressKeys = ['cidr', 'address', 'netmask', 'gateway', 'cidr6', 'address6', 'netmask6', 'gateway6'];

const flagKeys = ['autostart', 'bridge_vlan_aware'];

/** `10.0.2.15` and `24` of `10.0.2.15/24`, or the other way round. */
const addresses = (given: Interface, suffix: '' | '6'): Interface => {
  const cidr = given[`cidr${suffix}`];
  const address = given[`address${suffix}`];
  const netmask = given[`netmask${suffix}`];
  if (cidr !== undefined) {
    const [host, length] = String(cidr).split('/');
    return { [`cidr${suffix}`]: cidr, [`address${suffix}`]: host, [`netmask${suffix}`]: length };
  }
  if (address === undefined) return {};
  return {
    [`cidr${suffix}`]: `${String(address)}/${String(netmask)}`,
    [`address${suffix}`]: address,
    [`netmask${suffix}`]: String(netmask),
  };
};

const bridgeDefaults: Interface = { bridge_ports: '', bridge_stp: 'off', bridge_fd: '0' };

/** An interface as the file's reader gives it back. */
const normal = (given: Interface): Interface => {
  const v4 = addresses(given, '');
  const v6 = addresses(given, '6');
  const rest = Object.entries(given).filter(([key]) => !addressKeys.includes(key) || key.startsWith('gateway'));
  const families = ['inet', ...(Object.keys(v6).length > 0 ? ['inet6'] : [])];
  const cleared = rest.filter(([key, value]) => !flagKeys.includes(key) || Number(value) === 1);
  const comments =
    given['comments'] === undefined ? {} : { comments: `${String(given['comments']).replace(/\n$/, '')}\n` };
  return {
    ...(given['type'] === 'bridge' ? bridgeDefaults : {}),
    ...Object.fromEntries(cleared),
    ...v4,
    ...v6,
    ...comments,
    method: Object.keys(v4).length > 0 ? 'static' : 'manual',
    method6: Object.keys(v6).length > 0 ? 'static' : 'manual',
    families,
  };
};

const checkGateway = (call: ApiCall, interfaces: Interfaces): void => {
  const own = required(call, 'iface');
  for (const key of ['gateway', 'gateway6']) {
    if (text(call, key) === undefined) continue;
    for (const [name, iface] of interfaces) {
      if (name !== own && iface[key] !== undefined) {
        badParameters({ [key]: `Default gateway already exists on interface '${name}'.` });
      }
    }
  }
};

const create = (call: ApiCall): null => {
  const node = nodeOf(call);
  const name = required(call, 'iface');
  if (written(node).has(name)) badParameters({ iface: 'interface already exists' });
  checkGateway(call, written(node));
  const interfaces = draft(node);
  const priority = Math.max(2, ...[...interfaces.values()].map((iface) => Number(iface['priority'] ?? 0))) + 1;
  interfaces.set(name, { ...normal(sectionOf(call, ['node', 'iface'])), priority });
  return null;
};

/** Not a partial change for addresses: those that are not sent are gone (contract §9.8). */
const update = (call: ApiCall): null => {
  const node = nodeOf(call);
  interfaceOf(call, written(node));
  checkGateway(call, written(node));
  const interfaces = draft(node);
  const known = interfaceOf(call, interfaces);
  const kept = Object.fromEntries(Object.entries(known).filter(([key]) => !addressKeys.includes(key)));
  deleteKeys(call, kept);
  interfaces.set(required(call, 'iface'), normal({ ...kept, ...sectionOf(call, ['node', 'iface', 'delete']) }));
  return null;
};

const remove = (call: ApiCall): null => {
  const node = nodeOf(call);
  interfaceOf(call, written(node));
  draft(node).delete(required(call, 'iface'));
  return null;
};

const apply = (call: ApiCall): string => {
  const node = nodeOf(call);
  return call.fork(node.name, 'srvreload', 'networking', async (worker) => {
    await worker.sleep(1200);
    const pending = node.pendingInterfaces;
    if (!pending) return;
    node.interfaces.clear();
    for (const [name, iface] of pending) node.interfaces.set(name, { ...iface, active: 1 });
    node.pendingInterfaces = undefined;
    node.facts[appliedFact] = 1;
  });
};

const revert = (call: ApiCall): null => {
  nodeOf(call).pendingInterfaces = undefined;
  return null;
};

/** /nodes/{node}/network (PVE::API2::Network). */
export const networkRoutes: Routes = {
  'GET /nodes/{node}/network': readAll,
  'POST /nodes/{node}/network': create,
  'PUT /nodes/{node}/network': apply,
  'DELETE /nodes/{node}/network': revert,
  'GET /nodes/{node}/network/{iface}': readOne,
  'PUT /nodes/{node}/network/{iface}': update,
  'DELETE /nodes/{node}/network/{iface}': remove,
};
