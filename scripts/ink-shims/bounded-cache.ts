/**
 * A cache of at most `2 × generationSize` entries that forgets what was not asked for lately.
 *
 * Two maps instead of a linked list: when the young one is full it becomes the old one, and what is still
 * asked for moves back. That is the cheapest "least recently used" for hot strings.
 */
export class BoundedCache<Value> {
  readonly #generationSize: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(generationSize: number) {
    this.#generationSize = generationSize;
  }

  /** The value of `key`, made by `make` if it is not kept. */
  get(key: string, make: (key: string) => Value): Value {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const value = this.#old.get(key) ?? make(key);
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
