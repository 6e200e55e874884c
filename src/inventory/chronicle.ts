import type { ClusterNode, Guest } from '../models/cluster.ts';
import type { LoadSample } from '../state/history.ts';
import type { PastLoad } from './rrddata.ts';
import { createRings, sampleMs, samples, type Load } from './rings.ts';
import type { History } from './types.ts';

type Row = ClusterNode | Guest;

/** The rows of one answer. */
interface Population {
  readonly nodes: readonly ClusterNode[];
  readonly guests: readonly Guest[];
  find(id: string): Row | undefined;
}

export interface ChronicleOptions {
  /** Samples of earlier runs, from `since` on. */
  readonly stored: (id: string, since: number) => Promise<readonly LoadSample[]>;
  /** The server's own history. */
  readonly past: (row: Row) => Promise<readonly PastLoad[]>;
  /** Keeps the samples of a minute that is over. */
  readonly store: (samples: readonly LoadSample[]) => Promise<void>;
  /** Called when a history came. */
  readonly changed: () => void;
  /** Called when one could not be had; it is tried again when asked for a minute later. */
  readonly failed: (thrown: unknown) => void;
  readonly now: () => number;
}

/** The last hour of each node and guest that is alive, and of each that somebody looked at. */
export interface Chronicle {
  /** Takes the rows of one answer. */
  record(population: Population, at: number): Promise<void>;
  history(id: string): History;
}

const seedsAtOnce = 2;
/** Who scrolls through 10,000 guests waits for the last ones he saw, not for all that passed. */
const seedsWaiting = 64;
const retryMs = 60_000;

/** Returns an empty chronicle. */
export const createChronicle = ({ stored, past, store, changed, failed, now }: ChronicleOptions): Chronicle => {
  const rings = createRings();
  /** Ids that somebody asked for; the time is when seeding failed. */
  const asked = new Map<string, { readonly failedAt?: number }>();
  const waiting: string[] = [];
  let seeding = 0;
  let find: Population['find'] = () => undefined;
  /** The same object until the next change, so that a screen sees by identity that nothing moved. */
  let views = new Map<string, History>();
  let recordedAt = 0;

  const seed = async (row: Row): Promise<void> => {
    try {
      for (const sample of await stored(row.id, now() - samples * sampleMs)) rings.fill(row.id, sample.at, sample);
      for (const sample of await past(row)) rings.fill(row.id, sample.at, sample);
    } catch (thrown) {
      if (asked.has(row.id)) asked.set(row.id, { failedAt: now() });
      failed(thrown);
    }
    views.delete(row.id);
    changed();
  };

  /** The newest wish first. Before the first answer nothing is asked: nobody knows yet whether the cluster is there. */
  const drain = (): void => {
    while (seeding < seedsAtOnce && recordedAt > 0) {
      const id = waiting.pop();
      if (id === undefined) return;
      const row = find(id);
      if (row === undefined) continue;
      seeding += 1;
      void seed(row).finally(() => {
        seeding -= 1;
        drain();
      });
    }
  };

  const wish = (id: string): void => {
    const known = asked.get(id);
    if (known !== undefined && (known.failedAt === undefined || now() - known.failedAt < retryMs)) return;
    asked.set(id, {});
    waiting.push(id);
    const dropped = waiting.length > seedsWaiting ? waiting.shift() : undefined;
    if (dropped !== undefined) asked.delete(dropped);
    drain();
  };

  /** What is kept of the minute that ended with the last record; nothing while it lasts. */
  const finishedMinute = (at: number): LoadSample[] => {
    const minute = Math.floor(recordedAt / sampleMs);
    if (recordedAt === 0 || minute === Math.floor(at / sampleMs)) return [];
    return [...asked.keys()].flatMap((id) => {
      const load = rings.latest(id);
      const known = load !== undefined && !(Number.isNaN(load.cpu) && Number.isNaN(load.mem));
      return known ? [{ id, at: minute * sampleMs, ...load }] : [];
    });
  };

  return {
    record: async (population, at) => {
      const finished = finishedMinute(at);
      find = population.find;
      rings.advance(at);
      let alive = 0;
      for (const rows of [population.nodes, population.guests]) {
        for (const row of rows) {
          if (!isAlive(row)) continue;
          alive += 1;
          rings.add(row.id, loadOf(row));
        }
      }
      for (const id of asked.keys()) if (find(id) === undefined) asked.delete(id);
      // Most answers have the same rows as the one before: looking for each of 10,000 would be for nothing.
      if (rings.size > alive) rings.prune((id) => asked.has(id) || isAlive(find(id)));
      views = new Map();
      recordedAt = at;
      drain();
      if (finished.length > 0) await store(finished);
    },
    history: (id) => {
      wish(id);
      const view = views.get(id) ?? rings.history(id);
      views.set(id, view);
      return view;
    },
  };
};

const isAlive = (row: Row | undefined): boolean => row?.status === 'online' || row?.status === 'running';

const loadOf = ({ cpu, mem, maxmem }: Row): Load => ({
  cpu: cpu ?? Number.NaN,
  mem: mem === undefined || !maxmem ? Number.NaN : mem / maxmem,
});
