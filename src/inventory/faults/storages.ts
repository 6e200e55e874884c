import { storageKey, type Storage } from '../../models/cluster.ts';
import { bytes, percent } from '../../models/units.ts';
import type { Fact, Facts } from '../facts.ts';
import { forecastOf, type Growth } from '../growth.ts';
import type { Snapshot } from '../types.ts';
import { listed, type Fault } from './fault.ts';

/** Faults of storages: not there, nearly full, full soon. */

/** From this share on a storage is worth a line, and from that on it is trouble. */
const warnShare = 0.85;
const errorShare = 0.95;
/** Full within so many days is worth a line, and within so many it is trouble. */
const warnDays = 14;
const errorDays = 4;

/** `full in about 3 days (+41 GB a day)`; empty when its history says nothing of the sort. */
export const fillingText = (growth: Growth | undefined, used: number, size: number): string => {
  const days = daysLeft(growth, used, size);
  if (growth === undefined || days === undefined) return '';
  const when = days < 1 ? 'within a day' : days < 1.5 ? 'in about a day' : `in about ${String(Math.round(days))} days`;
  return `full ${when} (+${bytes(growth.bytesADay)} a day)`;
};

/** Days until a storage is full, when its history is even enough to say so. */
const daysLeft = (growth: Growth | undefined, used: number, size: number): number | undefined => {
  if (growth === undefined || size <= 0) return undefined;
  const forecast = forecastOf(growth, used, size);
  return forecast.kind === 'filling' ? forecast.days : undefined;
};

/** One row of each storage, a shared one once, and the nodes on which it is not available. */
export const distinctStorages = ({
  storages,
  nodes,
}: Pick<Snapshot, 'storages' | 'nodes'>): readonly {
  readonly storage: Storage;
  readonly awayOn: readonly string[];
}[] => {
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const rows = Map.groupBy(
    storages.filter(({ node }) => online.has(node)),
    storageKey,
  );
  return [...rows.values()].flatMap((places) => {
    const storage = places.find(({ status }) => status === 'available') ?? places[0];
    if (storage === undefined) return [];
    return [{ storage, awayOn: places.filter(({ status }) => status !== 'available').map(({ node }) => node) }];
  });
};

/** `nas`; a storage of the same name on every node is told with its node. */
const storageLabel = ({ storage, node, shared }: Storage): string => (shared ? storage : `${storage} on ${node}`);

const awayFault = (storage: Storage, awayOn: readonly string[]): Fault => ({
  id: `storage-away ${storageKey(storage)}`,
  kind: 'storage-away',
  severity: 'error',
  subject: storage.storage,
  storage: storage.id,
  text: `is not available on ${listed(awayOn)}: what lies there can neither be read nor written`,
});

const fullFault = (storage: Storage, trend: Fact<Growth> | undefined): readonly Fault[] => {
  const used = storage.maxdisk > 0 ? storage.disk / storage.maxdisk : 0;
  const days = daysLeft(trend?.value, storage.disk, storage.maxdisk) ?? Number.POSITIVE_INFINITY;
  if (used < warnShare && days > warnDays) return [];
  const filling = fillingText(trend?.value, storage.disk, storage.maxdisk);
  const rest = filling === '' ? `${bytes(storage.maxdisk - storage.disk)} of ${bytes(storage.maxdisk)} left` : filling;
  return [
    {
      id: `storage-full ${storageKey(storage)}`,
      kind: 'storage-full',
      severity: used >= errorShare || Math.round(days) <= errorDays ? 'error' : 'warn',
      subject: storageLabel(storage),
      storage: storage.id,
      text: `${percent(used)} used, ${rest}`,
    },
  ];
};

/** Storages that are away or nearly full; the one that is full first comes first. */
export const storageFaults = (snapshot: Snapshot, facts: Facts): readonly Fault[] => {
  const storages = distinctStorages(snapshot);
  const away = storages
    .filter(({ awayOn }) => awayOn.length > 0)
    .map(({ storage, awayOn }) => awayFault(storage, awayOn));
  const urgency = ({ storage }: { readonly storage: Storage }): number =>
    daysLeft(facts.trendOf(storage)?.value, storage.disk, storage.maxdisk) ?? 1000 - storage.disk / storage.maxdisk;
  const full = storages
    .filter(({ storage }) => storage.status === 'available' && storage.maxdisk > 0)
    .toSorted((a, b) => urgency(a) - urgency(b))
    .flatMap(({ storage }) => fullFault(storage, facts.trendOf(storage)));
  return [...away, ...full];
};
