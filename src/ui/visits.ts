import type { ListState } from './list.ts';
import type { ScreenName } from './state.ts';

/** Where a person was: a screen, what of it was looked at, and how. */
export interface Place {
  readonly screen: ScreenName;
  readonly list: Pick<ListState, 'selected' | 'filter' | 'faultsOnly'> | undefined;
  readonly tab: string | undefined;
  readonly detailsOpen: boolean;
  readonly focused: boolean;
}

/** More than this many steps nobody goes back. */
const kept = 100;

const same = (a: Place, b: Place): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The places visited, as a browser keeps them: back and forward, and a new way from where one is. */
export class Visits {
  #places: Place[] = [];
  /** Index of the place that one is at; equal to the length while it was not left yet. */
  #at = 0;

  /** Told when one leaves `place` for somewhere new: what was ahead is forgotten. */
  leave(place: Place): void {
    const before = this.#places.slice(0, this.#at);
    const last = before.at(-1);
    this.#places = [...before, ...(last !== undefined && same(last, place) ? [] : [place])].slice(-kept);
    this.#at = this.#places.length;
  }

  /** Returns the place before, keeping `place`, where one is now, to come forward to; undefined at the first one. */
  back(place: Place): Place | undefined {
    return this.#step(place, -1);
  }

  forward(place: Place): Place | undefined {
    return this.#step(place, 1);
  }

  #step(place: Place, step: 1 | -1): Place | undefined {
    const next = this.#places[this.#at + step];
    if (next === undefined) return undefined;
    this.#places[this.#at] = place;
    this.#at += step;
    return next;
  }
}
