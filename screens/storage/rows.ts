import { clean } from '../../components/text.ts';
import { storageId, type ClusterNode, type Storage } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { fractionOf, type Condition } from '../condition.ts';

/** A storage as a person thinks of it: a shared one once with the nodes that see it, others once a node. */
export interface StorageRow {
  /** `storage/nas`, or `storage/pve1/local` for one that is not shared. */
  readonly id: string;
  /** As the best placed node sees it: online, with the storage available. */
  readonly place: Storage;
  /** As each node sees it, by name of the node. */
  readonly places: readonly Storage[];
  readonly condition: Condition;
}

/** From here on a storage is nearly full: backups and snapshots of the next night may not fit. */
const nearlyFull = 0.9;
const almostNothingLeft = 0.95;

/** Returns the rows of a cluster, by name and node. */
export const storageRows = (storages: readonly Storage[], nodes: readonly ClusterNode[]): readonly StorageRow[] => {
  const away = new Set(nodes.filter(({ status }) => status !== 'online').map(({ node }) => node));
  const groups = Map.groupBy(storages, storageId);
  return [...groups]
    .map(([id, group]) => rowOf(id, group, away))
    .toSorted((a, b) => order(a.place.storage, b.place.storage) || order(a.place.node, b.place.node));
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const rowOf = (id: string, group: readonly Storage[], away: ReadonlySet<string>): StorageRow => {
  const places = group.toSorted((a, b) => order(a.node, b.node));
  const reachable = places.filter(({ node }) => !away.has(node));
  const usable = reachable.filter(({ status }) => status === 'available');
  const place = usable[0] ?? reachable[0] ?? places[0];
  if (place === undefined) throw new Error(`the storage ${id} has no place`);
  return { id, place, places, condition: conditionOf(place, reachable.length, usable.length) };
};

const nodeAway: Condition = { glyph: 'unknown', word: 'node away', token: 'error' };

const conditionOf = (place: Storage, reachable: number, usable: number): Condition => {
  if (reachable === 0) return nodeAway;
  if (usable === 0) return { glyph: 'failed', word: 'unavailable', token: 'error' };
  if (usable < reachable) return { glyph: 'warning', word: 'partly away', token: 'warn' };
  const used = fractionOf(place.disk, place.maxdisk) ?? 0;
  if (used >= almostNothingLeft) return { glyph: 'failed', word: 'nearly full', token: 'error' };
  if (used >= nearlyFull) return { glyph: 'warning', word: 'nearly full', token: 'warn' };
  return { glyph: 'running', word: 'available', token: 'ok' };
};

/** Whether figures of its size mean something: what cannot be reached shows zeros. */
export const isMeasured = ({ place }: StorageRow): boolean => place.status === 'available' && place.maxdisk > 0;

/** What to say instead of asking when no node that has the storage can be asked; undefined when one can. */
export const awayText = ({ place, condition }: StorageRow, what: string): string | undefined =>
  condition === nodeAway ? `node ${clean(place.node)} is away: ${what} is read again when it is back` : undefined;

/** The rows of a model; the same array until storages or nodes changed. */
export const rowsOfModel = (app: AppModel): (() => readonly StorageRow[]) => {
  let known: { storages: readonly Storage[]; nodes: readonly ClusterNode[]; rows: readonly StorageRow[] } | undefined;
  return () => {
    const { storages, nodes } = app.live.getState().snapshot;
    if (known?.storages !== storages || known.nodes !== nodes)
      known = { storages, nodes, rows: storageRows(storages, nodes) };
    return known.rows;
  };
};
