/**
 * Items in the order they came, numbered for good: number 17 stays number 17 when older ones have been dropped. Adding at the
 * end and dropping at the beginning cost the same however many there are.
 */
export class Ring<Item> {
  #items: (Item | undefined)[] = [];
  /** Where the first kept item lies in the array. */
  #head = 0;
  #first: number;

  constructor(first = 0) {
    this.#first = first;
  }

  /** Number of the first item that is kept. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next item will get. */
  get end(): number {
    return this.#first + this.length;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  at(number: number): Item | undefined {
    return number < this.#first ? undefined : this.#items[this.#head + number - this.#first];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Drops the first item and returns it. */
  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    this.#first += 1;
    // The empty places are given back before they are more than the items.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes off the end everything from a number on, and returns it in order. */
  cut(from: number): Item[] {
    const keep = Math.max(0, Math.min(this.length, from - this.#first));
    return this.#items.splice(this.#head + keep).filter((item) => item !== undefined);
  }

  /** Returns the first number whose item passes a test that is false up to some item and true from it on. */
  lowerBound(passes: (item: Item) => boolean): number {
    let low = this.#first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const item = this.at(middle);
      if (item !== undefined && passes(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
