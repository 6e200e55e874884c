import { die } from '../handler.ts';
import type { ApiCall, Routes } from '../handler.ts';
import { flag, required } from './params.ts';
import { routesOfSection } from './sections.ts';

type Row = Record<string, unknown>;

/** Kinds of objects of the software-defined network: part of the path and name of the key. */
const kinds = { zones: 'zone', vnets: 'vnet', controllers: 'controller', ipams: 'ipam', dns: 'dns' } as const;

const sectionOf = (kind: string): string => `sdn-${kind}`;

const tableOf = (call: ApiCall, section: string): Map<string, Row> => {
  const table = call.world.sections[section] ?? new Map<string, Row>();
  call.world.sections[section] = table;
  return table;
};

/**
 * A row carries `state` (new, changed, deleted) as long as it is not applied. Told with `pending=1`; without it the row is
 * what is written, and what is deleted there is gone.
 */
const shownRows = (call: ApiCall, rows: Iterable<Row>): unknown => {
  if (flag(call, 'pending')) return [...rows];
  return [...rows].filter((row) => row['state'] !== 'deleted').map(({ state: _state, ...row }) => row);
};

const markChanged = (row: Row | undefined): void => {
  if (row !== undefined) row['state'] ??= 'changed';
};

/** The routes of one kind: kept and given back, with what a change does to its state until it is applied. */
const kindRoutes = (kind: string, key: string): Routes => {
  const path = `/cluster/sdn/${kind}`;
  const item = `${path}/{${key}}`;
  const kept = routesOfSection({ section: sectionOf(kind), path, key });
  const table = (call: ApiCall): Map<string, Row> => tableOf(call, sectionOf(kind));
  const rowOf = (call: ApiCall): Row | undefined => table(call).get(required(call, key));
  return {
    ...kept,
    [`GET ${path}`]: (call) => shownRows(call, table(call).values()),
    [`POST ${path}`]: async (call) => {
      const answer = await kept[`POST ${path}`]?.(call);
      Object.assign(rowOf(call) ?? {}, { state: 'new' });
      return answer;
    },
    [`PUT ${item}`]: async (call) => {
      const answer = await kept[`PUT ${item}`]?.(call);
      markChanged(rowOf(call));
      return answer;
    },
    [`DELETE ${item}`]: (call) => {
      const row = rowOf(call);
      if (row === undefined || row['state'] === 'new') return kept[`DELETE ${item}`]?.(call);
      row['state'] = 'deleted';
      return null;
    },
  };
};

const readSubnets = (call: ApiCall): unknown => {
  const vnet = required(call, 'vnet');
  if (!tableOf(call, sectionOf('vnets')).has(vnet)) die(`sdn '${vnet}' does not exist`);
  return shownRows(
    call,
    [...tableOf(call, sectionOf('subnets')).values()].filter((row) => row['vnet'] === vnet),
  );
};

/** From now on what is written is what runs. */
const settle = (call: ApiCall): void => {
  for (const kind of [...Object.keys(kinds), 'subnets']) {
    const table = tableOf(call, sectionOf(kind));
    for (const [id, row] of table) {
      if (row['state'] === 'deleted') table.delete(id);
      else delete row['state'];
    }
  }
};

const apply = (call: ApiCall): string =>
  call.fork(call.localNode, 'reloadnetworkall', '', async (worker) => {
    for (const node of call.world.nodes.values()) {
      worker.log(`${node.name}: reloading network config`);
      await worker.sleep(400);
    }
    settle(call);
  });

/** /cluster/sdn (PVE::API2::Network::SDN): written at once, in effect once it is applied. */
export const sdnRoutes: Routes = {
  ...Object.fromEntries(Object.entries(kinds).flatMap(([kind, key]) => Object.entries(kindRoutes(kind, key)))),
  'PUT /cluster/sdn': apply,
  'GET /cluster/sdn/vnets/{vnet}/subnets': readSubnets,
};
