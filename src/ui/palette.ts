import { fit } from './fuzzy.ts';

/** What the palette can find, and in which order. Knows nothing of Proxmox: entries come from paletteEntries.ts. */
export interface Entry {
  /** Tells it from all others, over restarts too: what was chosen lately comes first. */
  readonly id: string;
  /** What it is, in a word: `guest`, `screen`, `action`. */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  /** Lower-case names it is looked for by. */
  readonly names: readonly string[];
  /** Lower-case text around it that counts less: node, tags, state. */
  readonly about: string;
  /** The key that does the same. */
  readonly key?: string;
  /** Why it cannot be done now. */
  readonly impossible?: string;
  readonly run: () => void;
}

/** As many are ranked and shown; nobody scrolls further, one types another letter. */
const most = 100;
/** What a match in the text around a name is worth against one in the name. */
const aboutWeight = 0.5;
/** What the last choice is worth; each one before it a little less. */
const recentBonus = 60;

const scoreOf = (words: readonly string[], { names, about }: Entry): number | undefined => {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const name of names) best = Math.max(best, fit(word, name) ?? 0);
    // Around a name only whole parts count: letters in order would find everything in a long text.
    if (best === 0 && about.includes(word)) best = (fit(word, about) ?? 0) * aboutWeight;
    if (best === 0) return undefined;
    total += best;
  }
  return total / words.length;
};

/**
 * Finds entries by a few letters. Each longer query looks only through what the shorter one left, so that typing stays
 * instant among ten thousand guests.
 */
export class PaletteSearch {
  #entries: readonly Entry[] = [];
  #query = '';
  #left: readonly Entry[] = [];

  /** Returns the best entries for a query, best first; without one those chosen lately and then all in their own order. */
  find(entries: readonly Entry[], query: string, recent: readonly string[]): readonly Entry[] {
    const wanted = query.toLowerCase().trim();
    const words = wanted.split(/\s+/).filter((word) => word !== '');
    const bonus = new Map(recent.map((id, at) => [id, Math.max(1, recentBonus - 3 * at)]));
    if (words.length === 0) {
      this.#remember(entries, '', entries);
      const lately = entries.filter(({ id }) => bonus.has(id));
      lately.sort((a, b) => (bonus.get(b.id) ?? 0) - (bonus.get(a.id) ?? 0));
      return [...lately, ...entries.filter(({ id }) => !bonus.has(id))].slice(0, most);
    }
    const narrower = this.#entries === entries && this.#query !== '' && wanted.startsWith(this.#query);
    const left: Entry[] = [];
    const scored: { readonly entry: Entry; readonly score: number }[] = [];
    const candidates = narrower ? this.#left : entries;
    for (const entry of candidates) {
      const score = scoreOf(words, entry);
      if (score === undefined) continue;
      left.push(entry);
      scored.push({ entry, score: score + (bonus.get(entry.id) ?? 0) - (entry.impossible === undefined ? 0 : 40) });
    }
    this.#remember(entries, wanted, left);
    return scored
      .sort((a, b) => b.score - a.score)
      .slice(0, most)
      .map(({ entry }) => entry);
  }

  #remember(entries: readonly Entry[], query: string, left: readonly Entry[]): void {
    this.#entries = entries;
    this.#query = query;
    this.#left = left;
  }
}
