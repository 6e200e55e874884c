import { fit, wordStart } from './fuzzy.ts';

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
/** What a match in the text around a name is worth: less than any but the loosest in the name. */
const aboutWord = 400;
const aboutPart = 250;
/** What the last choice is worth; each one before it a little less. */
const recentBonus = 60;

const aboutScore = (word: string, about: string): number => {
  const at = about.indexOf(word);
  return at === -1 ? 0 : wordStart(about, at) ? aboutWord : aboutPart;
};

const scoreOf = (words: readonly string[], { names, about }: Entry): number | undefined => {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const name of names) best = Math.max(best, fit(word, name) ?? 0);
    // Around a name only whole parts count: letters in order would find everything in a long text.
    if (best === 0) best = aboutScore(word, about);
    if (best === 0) return undefined;
    total += best;
  }
  return total / words.length;
};

interface Scored {
  readonly entry: Entry;
  readonly score: number;
}

/** Those among which the `most` best are: sorting ten thousand for the sake of a hundred would take longer than finding them. */
const bestOf = (scored: readonly Scored[]): readonly Scored[] => {
  if (scored.length <= most) return scored;
  const counts = new Uint32Array(2048);
  const step = ({ score }: Scored): number => Math.max(0, Math.min(counts.length - 1, Math.floor(score)));
  for (const one of scored) counts[step(one)] = (counts[step(one)] ?? 0) + 1;
  let least = counts.length;
  for (let left = most; left > 0 && least > 0; left -= counts[least] ?? 0) least -= 1;
  return scored.filter((one) => step(one) >= least);
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
    const scored: Scored[] = [];
    const candidates = narrower ? this.#left : entries;
    for (const entry of candidates) {
      const score = scoreOf(words, entry);
      if (score === undefined) continue;
      left.push(entry);
      scored.push({ entry, score: score + (bonus.get(entry.id) ?? 0) - (entry.impossible === undefined ? 0 : 40) });
    }
    this.#remember(entries, wanted, left);
    return bestOf(scored)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, most)
      .map(({ entry }) => entry);
  }

  #remember(entries: readonly Entry[], query: string, left: readonly Entry[]): void {
    this.#entries = entries;
    this.#query = query;
    this.#left = left;
  }
}
