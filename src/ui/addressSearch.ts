import type { Guest } from '../models/cluster.ts';
import { asProxdeckError } from '../models/error.ts';
import { eachByNode } from '../operations/each-by-node.ts';
import { reachable } from '../models/reachable.ts';
import type { Session } from './session.ts';

/** Guests asked at once on one node. */
const atOnce = 2;
/** A guest that was asked is not asked again for a search before this time has passed, in milliseconds. */
const freshMs = 300_000;

/** How far a search has come. */
export interface SearchState {
  readonly asked: number;
  readonly total: number;
  /** Guests that did not tell: stopped agents, nodes that are away. */
  readonly silent: number;
  readonly done: boolean;
}

/**
 * Asks guests for their addresses because somebody looks for one. What they tell becomes a fact, so that the next search finds
 * it at once. A guest that told or refused a moment ago is left alone.
 */
export class AddressSearch {
  state: SearchState | undefined;
  #asked = new Map<string, number>();

  /** Begins asking, and tells of each step; returns how to end it. Guests that nobody knows anything of come first. */
  start(session: Session, guests: readonly Guest[], now: () => number, told: (state: SearchState) => void): () => void {
    const stop = new AbortController();
    const ageOf = (guest: Guest): number => now() - (session.facts.addressesOf(guest)?.at ?? Number.NEGATIVE_INFINITY);
    const queue = guests
      .filter((guest) => guest.status === 'running' && this.#isDue(guest, ageOf(guest), now()))
      .toSorted((a, b) => ageOf(b) - ageOf(a) || a.vmid - b.vmid);
    const tell = (state: SearchState): void => {
      this.state = state;
      if (!stop.signal.aborted) told(state);
    };
    void this.#ask(session, queue, { now, tell, signal: stop.signal });
    return () => {
      stop.abort();
      this.state = undefined;
    };
  }

  #isDue(guest: Guest, ageMs: number, now: number): boolean {
    return ageMs > freshMs && now - (this.#asked.get(guest.id) ?? Number.NEGATIVE_INFINITY) > freshMs;
  }

  async #ask(
    session: Session,
    queue: readonly Guest[],
    { now, tell, signal }: { now: () => number; tell: (state: SearchState) => void; signal: AbortSignal },
  ): Promise<void> {
    let state: SearchState = { asked: 0, total: queue.length, silent: 0, done: queue.length === 0 };
    tell(state);
    const ask = async (guest: Guest): Promise<boolean> => {
      try {
        const interfaces = await session.ask('guest.interfaces', { guest: guest.id }, signal);
        this.#asked.set(guest.id, now());
        session.facts.learnAddresses(guest, reachable(interfaces), now());
        return true;
      } catch (thrown) {
        // One that was not asked to its end may be asked again.
        if (asProxdeckError(thrown).code !== 'cancelled' && !signal.aborted) this.#asked.set(guest.id, now());
        return false;
      }
    };
    for await (const answered of eachByNode(queue, atOnce, signal, ask)) {
      const asked = state.asked + 1;
      state = { ...state, asked, silent: state.silent + (answered ? 0 : 1), done: asked === state.total };
      tell(state);
    }
  }
}
