/**
 * Rows as a row of numbers: a number stands for itself, a text for its place in a table in which each text stands once.
 * Reading 10,000 guests is then one JSON.parse of their texts and one walk over a Float64Array.
 *
 * Layout: format and length of the JSON (two Uint32), the JSON `[texts, lists]`, blanks up to a multiple of 8, the cells.
 */
const format = 1;
const headerBytes = 8;

/** Writes cells one after the other. */
export class CellWriter {
  #cells = new Float64Array(4_096);
  #length = 0;
  readonly #texts = new Map<string, number>();
  readonly #lists = new Map<string, number>();

  number(value: number | undefined): void {
    if (this.#length === this.#cells.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells[this.#length] = value ?? Number.NaN;
    this.#length += 1;
  }

  flag(value: boolean): void {
    this.number(value ? 1 : 0);
  }

  text(value: string | undefined): void {
    this.number(value === undefined ? undefined : placeIn(this.#texts, value));
  }

  list(values: readonly string[]): void {
    this.number(placeIn(this.#lists, values.length === 0 ? '[]' : JSON.stringify(values)));
  }

  /** Returns all that was written. */
  bytes(): Uint8Array {
    const json = Buffer.from(`[${JSON.stringify([...this.#texts.keys()])},[${[...this.#lists.keys()].join(',')}]]`);
    const start = aligned(headerBytes + json.length);
    const bytes = new Uint8Array(start + 8 * this.#length).fill(0x20, headerBytes, start);
    new Uint32Array(bytes.buffer, 0, 2).set([format, json.length]);
    bytes.set(json, headerBytes);
    new Float64Array(bytes.buffer, start).set(this.#cells.subarray(0, this.#length));
    return bytes;
  }
}

/** Reads cells in the order they were written. Every method throws RangeError when the cell is not what it should be. */
export class CellReader {
  readonly #cells: Float64Array;
  readonly #texts: readonly string[];
  readonly #lists: readonly (readonly string[])[];
  #next = 0;

  /** Throws RangeError when the bytes are of another format or cut off, SyntaxError when the JSON is damaged. */
  constructor(given: Uint8Array) {
    // A typed array begins at a multiple of its element's size; a blob of SQLite may lie anywhere in its buffer.
    const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
    const [found, jsonLength = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
    if (found !== format) throw new RangeError(`the picture has format ${found}, this program reads ${format}`);
    const start = aligned(headerBytes + jsonLength);
    const json = Buffer.from(bytes.buffer, bytes.byteOffset + headerBytes, jsonLength).toString();
    const [texts, lists] = JSON.parse(json) as [readonly string[], readonly (readonly string[])[]];
    this.#texts = texts;
    this.#lists = lists;
    this.#cells = new Float64Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) / 8);
  }

  number(): number {
    const value = this.#cell();
    if (Number.isNaN(value)) throw new RangeError(`cell ${this.#next - 1} holds no number`);
    return value;
  }

  optionalNumber(): number | undefined {
    const value = this.#cell();
    return Number.isNaN(value) ? undefined : value;
  }

  flag(): boolean {
    return this.#cell() === 1;
  }

  text(): string {
    const text = this.#texts[this.#cell()];
    if (text === undefined) throw new RangeError(`cell ${this.#next - 1} points at no text`);
    return text;
  }

  optionalText(): string | undefined {
    const place = this.#cell();
    return Number.isNaN(place) ? undefined : this.#texts[place];
  }

  /** Equal lists are one object. */
  list(): readonly string[] {
    const list = this.#lists[this.#cell()];
    if (list === undefined) throw new RangeError(`cell ${this.#next - 1} points at no list`);
    return list;
  }

  #cell(): number {
    const value = this.#cells[this.#next];
    if (value === undefined) throw new RangeError('the picture is cut off');
    this.#next += 1;
    return value;
  }
}

const placeIn = (table: Map<string, number>, text: string): number => {
  const known = table.get(text);
  if (known !== undefined) return known;
  table.set(text, table.size);
  return table.size - 1;
};

const aligned = (length: number): number => Math.ceil(length / 8) * 8;
