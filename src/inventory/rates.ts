import type { Guest } from '../models/cluster.ts';
import type { Rates } from './types.ts';

/** Two pictures of one running guest whose counters were read at different times. */
interface Pair {
  readonly before: Guest | undefined;
  readonly after: Guest;
  /** Milliseconds since 1970 when `after` was first seen. */
  readonly at: number;
}

/** pvestatd renews the counters every 10 s; when they stand still for three rounds nobody knows the rate any more. */
const staleMs = 30_000;

/** Turns the totals of `/cluster/resources` into rates. */
export interface RateMeter {
  /** Takes the guests of one answer. */
  update(guests: readonly Guest[], at: number): void;
  rates(id: string): Rates | undefined;
}

/**
 * Returns a meter. The time between two readings is taken from the guest's uptime, which the server reads together with
 * the counters: asking more often than they are renewed then gives neither zeros nor peaks. A restart (uptime or a
 * counter went back) starts anew.
 */
export const createRateMeter = (): RateMeter => {
  const pairs = new Map<string, Pair>();
  let lastAt = 0;
  return {
    update: (guests, at) => {
      let running = 0;
      for (const guest of guests) {
        if (guest.uptime <= 0) continue;
        running += 1;
        const pair = pairs.get(guest.id);
        const next = advance(pair, guest, at);
        if (next !== pair) pairs.set(guest.id, next);
      }
      lastAt = at;
      if (pairs.size > running) prune(pairs, guests);
    },
    rates: (id) => {
      const pair = pairs.get(id);
      return pair === undefined || lastAt - pair.at > staleMs ? undefined : ratesBetween(pair);
    },
  };
};

/** Forgets who runs no more. Seldom: a new table of 10,000 guests every ten seconds would cost as much as reading them. */
const prune = (pairs: Map<string, Pair>, guests: readonly Guest[]): void => {
  const running = new Set(guests.filter(({ uptime }) => uptime > 0).map(({ id }) => id));
  for (const id of pairs.keys()) if (!running.has(id)) pairs.delete(id);
};

const advance = (pair: Pair | undefined, guest: Guest, at: number): Pair => {
  if (pair === undefined) return { before: undefined, after: guest, at };
  if (guest.uptime === pair.after.uptime) return pair;
  return { before: guest.uptime > pair.after.uptime ? pair.after : undefined, after: guest, at };
};

const ratesBetween = ({ before, after }: Pair): Rates | undefined => {
  if (before === undefined) return undefined;
  const seconds = after.uptime - before.uptime;
  const rates = {
    netin: (after.netin - before.netin) / seconds,
    netout: (after.netout - before.netout) / seconds,
    diskread: (after.diskread - before.diskread) / seconds,
    diskwrite: (after.diskwrite - before.diskwrite) / seconds,
  };
  return Object.values(rates).some((rate) => rate < 0) ? undefined : rates;
};
