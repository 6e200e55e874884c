import { wrapHard } from '../../components/text.ts';
import type { LogBuffer, LogEntry } from './logBuffer.ts';

/** How the time of a line is shown. */
export type TimeFormat = 'clock' | 'age' | 'off';

/** One row of the terminal of a log. */
export interface LogRow {
  readonly entry: LogEntry;
  readonly text: string;
  /** Whether it begins a line; the others go on with the one above. */
  readonly begins: boolean;
  readonly current: boolean;
}

const nextTime: Record<TimeFormat, TimeFormat> = { clock: 'age', age: 'off', off: 'clock' };

/**
 * Looking at a log: which line is current, what is seen of it, following, wrapping, finding. Whatever its length, only the
 * rows that are seen are composed.
 */
export class LogPane {
  readonly buffer: LogBuffer;
  /** Rows of the terminal and columns of the text; set by the layout while drawing. */
  height = 1;
  width = 80;
  readonly #changed: () => void;
  #cursor = 0;
  /** The first row seen: a line, and how many of its rows are above. */
  #top = { line: 0, row: 0 };
  #follow = true;
  #wrap = false;
  #time: TimeFormat;
  #find = '';
  #found = true;
  /** Whether any line has had a time. */
  #timed = false;

  constructor(buffer: LogBuffer, changed: () => void, time: TimeFormat = 'clock') {
    this.buffer = buffer;
    this.#time = time;
    this.#changed = changed;
  }

  get follow(): boolean {
    return this.#follow;
  }

  get wrap(): boolean {
    return this.#wrap;
  }

  /** How times are shown: not at all as long as no line has one. */
  get shownTime(): TimeFormat {
    return this.#timed ? this.#time : 'off';
  }

  get find(): string {
    return this.#find;
  }

  /** Whether any line held the word when it was last looked for. */
  get found(): boolean {
    return this.#found;
  }

  /** Number of the current line. */
  get cursor(): number {
    const { first, end } = this.buffer;
    return this.#follow ? Math.max(first, end - 1) : Math.max(first, Math.min(this.#cursor, end - 1));
  }

  current(): LogEntry | undefined {
    return this.buffer.at(this.cursor);
  }

  append(batch: readonly LogEntry[]): void {
    this.buffer.append(batch);
    this.#timed ||= batch.some(({ at }) => at !== undefined);
    this.#changed();
  }

  /** Puts lines among the others by their time; the current line stays the same one. */
  merge(batch: readonly LogEntry[]): void {
    const held = this.current();
    const { cursor } = this;
    this.buffer.merge(batch);
    this.#timed ||= batch.length > 0;
    this.#cursor = this.#search(cursor, (entry) => entry === held, batch.length + 1) ?? cursor;
    this.#top = { ...this.#top, line: this.#top.line + this.#cursor - cursor };
    this.#changed();
  }

  /** Forgets all lines: the log is another one now. */
  clear(): void {
    this.buffer.clear();
    this.#cursor = 0;
    this.#top = { line: 0, row: 0 };
    this.#follow = true;
    this.#changed();
  }

  /** Shows only the lines that pass; the current line stays, or the nearest one after it. */
  show(test: ((entry: LogEntry) => boolean) | undefined): void {
    const held = this.current();
    this.buffer.show(test);
    const { first, end } = this.buffer;
    this.#cursor = this.#search(first, (entry) => entry === held, end - first) ?? end - 1;
    this.#top = { line: Math.max(first, this.#cursor - Math.floor(this.height / 2)), row: 0 };
    this.#changed();
  }

  /** Rows to draw now, at most `height`. */
  rows(): readonly LogRow[] {
    this.#reveal();
    const rows: LogRow[] = [];
    const { cursor } = this;
    let skip = this.#top.row;
    for (let line = this.#top.line; line < this.buffer.end && rows.length < this.height; line += 1) {
      const entry = this.buffer.at(line);
      if (entry === undefined) continue;
      for (const [row, text] of this.#wrapped(entry).entries())
        if (row >= skip) rows.push({ entry, text, begins: row === 0, current: line === cursor });
      skip = 0;
    }
    return rows.slice(0, this.height);
  }

  /** Moves by lines; through a line that is taller than the screen row by row. */
  move(delta: number): void {
    const { cursor } = this;
    const tall = Math.abs(delta) === 1 && this.#top.line === cursor ? this.#rowsOf(cursor) - this.#top.row : 0;
    if (delta === 1 && tall > this.height) this.#top = { line: cursor, row: this.#top.row + 1 };
    else if (delta === -1 && this.#top.line === cursor && this.#top.row > 0 && this.#rowsOf(cursor) > this.height)
      this.#top = { line: cursor, row: this.#top.row - 1 };
    else return this.moveTo(cursor + delta);
    this.#changed();
  }

  moveTo(line: number): void {
    const { first, end } = this.buffer;
    this.#cursor = Math.max(first, Math.min(line, end - 1));
    this.#follow = line >= end - 1 && end > first;
    this.#changed();
  }

  toggleFollow(): void {
    this.#cursor = this.cursor;
    this.#follow = !this.#follow;
    this.#changed();
  }

  toggleWrap(): void {
    this.#wrap = !this.#wrap;
    this.#top = { ...this.#top, row: 0 };
    this.#changed();
  }

  /** The next way to show times. Returns false when no line has one. */
  nextTime(): boolean {
    if (!this.#timed) return false;
    this.#time = nextTime[this.#time];
    this.#changed();
    return true;
  }

  /** Looks for a word from the current line on. */
  setFind(find: string): void {
    this.#find = find;
    this.#found = find === '' || this.findNext(1, this.cursor);
    this.#changed();
  }

  /** Goes to the next line in `direction` that holds the word; round the end. Returns whether there is one. */
  findNext(direction: 1 | -1, from = this.cursor + direction): boolean {
    const word = this.#find.toLowerCase();
    return word !== '' && this.goTo((entry) => entry.text.toLowerCase().includes(word), direction, from);
  }

  /** Goes to the next line in `direction` that passes; round the end. Returns whether there is one. */
  goTo(test: (entry: LogEntry) => boolean, direction: 1 | -1 = 1, from = this.buffer.first): boolean {
    const { first, end } = this.buffer;
    const count = end - first;
    for (let step = 0; step < count; step += 1) {
      const line = first + ((((from - first + step * direction) % count) + count) % count);
      const entry = this.buffer.at(line);
      if (entry === undefined || !test(entry)) continue;
      this.#cursor = line;
      this.#follow = false;
      this.#changed();
      return true;
    }
    return false;
  }

  /** The first of the next `count` lines that passes. */
  #search(from: number, test: (entry: LogEntry) => boolean, count: number): number | undefined {
    for (let line = from; line < from + count; line += 1) {
      const entry = this.buffer.at(line);
      if (entry !== undefined && test(entry)) return line;
    }
    return undefined;
  }

  #wrapped(entry: LogEntry): readonly string[] {
    return this.#wrap ? wrapHard(entry.text, this.width) : [entry.text];
  }

  #rowsOf(line: number): number {
    const entry = this.buffer.at(line);
    return entry === undefined ? 0 : this.#wrapped(entry).length;
  }

  /** Moves what is seen as little as possible so that the current line is in it, and no room is left after the last one. */
  #reveal(): void {
    const { first, end } = this.buffer;
    const { cursor } = this;
    const top = this.#top.line < first ? { line: first, row: 0 } : this.#top;
    this.#top = top.line > cursor ? { line: cursor, row: 0 } : top;
    if (this.#rowsBetween(this.#top, cursor) > this.height) this.#top = this.#endingAt(cursor);
    if (this.#rowsBetween(this.#top, end - 1) < this.height) this.#top = this.#endingAt(end - 1);
  }

  /** Rows from a place to the end of a line; counts no further than one more than are seen. */
  #rowsBetween(top: { readonly line: number; readonly row: number }, line: number): number {
    // A current line that is taller than the screen is seen from where one has scrolled in it.
    if (top.line === line && this.#rowsOf(line) > this.height) return this.height;
    let rows = -top.row;
    for (let at = top.line; at <= line && rows <= this.height; at += 1) rows += this.#rowsOf(at);
    return rows;
  }

  /** Where to begin so that a line is the last one seen. */
  #endingAt(line: number): { line: number; row: number } {
    let rows = 0;
    let at = line;
    while (at > this.buffer.first && rows + this.#rowsOf(at) < this.height) {
      rows += this.#rowsOf(at);
      at -= 1;
    }
    rows += this.#rowsOf(at);
    return { line: at, row: at === line ? 0 : Math.max(0, rows - this.height) };
  }
}
