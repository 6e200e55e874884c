import { createStore, type StoreApi } from 'zustand/vanilla';
import type { History, Snapshot } from '../inventory/types.ts';
import type { Guest } from '../models/cluster.ts';
import { GuestIndex } from './guestIndex.ts';
import type { Session } from './session.ts';
import type { LiveState } from './state.ts';
import type { Watching } from './watching.ts';

const noHistory: History = { cpu: [], mem: [] };

/** The cluster that the screens look at: its session, its picture and how old that is. */
export class LiveCluster {
  readonly store: StoreApi<LiveState>;
  readonly #watching: Watching;
  readonly #now: () => number;
  readonly #still: () => boolean;
  readonly #changed: () => void;
  readonly #guests = new GuestIndex();
  #session: Session | undefined;
  #unsubscribe: (() => void) | undefined;
  /** Whose history was looked at. */
  #looked = new Set<string>();

  constructor(parts: {
    readonly contextName: string;
    readonly snapshot: Snapshot;
    readonly watching: Watching;
    readonly now: () => number;
    /** Whether nothing may tick. */
    readonly still: () => boolean;
    readonly changed: () => void;
  }) {
    const { contextName, snapshot, now } = parts;
    this.#watching = parts.watching;
    this.#now = now;
    this.#still = parts.still;
    this.#changed = parts.changed;
    this.store = createStore<LiveState>(() => ({
      contextName,
      prod: false,
      readOnly: false,
      snapshot,
      connection: { state: 'connecting' },
      parts: undefined,
      automatic: true,
      version: 0,
      ageSeconds: ageOf(snapshot, now()),
      callsPerMinute: { poll: 0, person: 0 },
    }));
  }

  /** Undefined until the first one is attached. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** From now on the store follows this session's inventory. */
  attach(session: Session): void {
    this.close();
    this.#session = session;
    this.#looked.clear();
    const { inventory, facts } = session;
    const take = (): void => {
      this.store.setState((state) => ({
        contextName: session.contextName,
        prod: session.prod,
        readOnly: session.readOnly,
        snapshot: inventory.snapshot,
        connection: inventory.connection,
        parts: inventory.parts,
        automatic: inventory.automatic,
        version: state.version + 1,
        ageSeconds: this.#ageOf(inventory.snapshot),
        callsPerMinute: session.calls.perMinute(this.#now()),
      }));
    };
    const ends = [inventory.subscribe(take), facts.subscribe(take)];
    this.#unsubscribe = () => ends.forEach((end) => end());
    take();
  }

  /** Once a second: the age of the data and the calls a minute. Changes nothing when neither did. */
  tick(): void {
    const { ageSeconds, callsPerMinute, snapshot } = this.store.getState();
    const age = this.#ageOf(snapshot);
    const calls = this.#session?.calls.perMinute(this.#now()) ?? callsPerMinute;
    const sameCalls = calls.poll === callsPerMinute.poll && calls.person === callsPerMinute.person;
    if (age === ageSeconds && sameCalls) return;
    this.store.setState({ ageSeconds: age, callsPerMinute: sameCalls ? callsPerMinute : calls });
  }

  /** Asks for the picture now, whatever the cadence. */
  async refresh(): Promise<void> {
    await this.#session?.inventory.refresh();
  }

  /** Whether it is refreshed by itself from now on; undefined while there is no session. */
  toggleAutomatic(): boolean | undefined {
    const inventory = this.#session?.inventory;
    if (inventory === undefined) return undefined;
    inventory.automatic = !inventory.automatic;
    this.store.setState({ automatic: inventory.automatic });
    return inventory.automatic;
  }

  /** Short history of a node or guest; empty until it is known. The first look at one asks the cluster, after `dwellMs`. */
  history(id: string, dwellMs = 0): History {
    const session = this.#session;
    if (session === undefined) return noHistory;
    if (dwellMs > 0 && !this.#looked.has(id)) {
      this.#watching.look(`history ${id}`, dwellMs, () => {
        this.#looked.add(id);
        this.#changed();
        return () => undefined;
      });
      return noHistory;
    }
    this.#looked.add(id);
    return session.inventory.history(id);
  }

  /** Guests of a node. One pass over all guests a snapshot, whoever asks. */
  guestsOfNode(node: string): readonly Guest[] {
    return this.#guests.onNode(this.store.getState().snapshot.guests, node);
  }

  /** Name of a guest by its vmid as text, and by its context where several are shown together; undefined for what is no guest. */
  guestName(vmid: string, context?: string): string | undefined {
    return this.#guests.name(this.store.getState().snapshot.guests, vmid, context);
  }

  /** The store follows nobody any more. */
  close(): void {
    this.#unsubscribe?.();
  }

  /** Seconds since a picture was taken; whole minutes where nothing may tick. */
  #ageOf(snapshot: Snapshot): number | undefined {
    const seconds = ageOf(snapshot, this.#now());
    return this.#still() && seconds !== undefined ? seconds - (seconds % 60) : seconds;
  }
}

const ageOf = (snapshot: Snapshot, now: number): number | undefined =>
  snapshot.at === 0 ? undefined : Math.max(0, Math.floor((now - snapshot.at) / 1000));
