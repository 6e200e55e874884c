import type { LogLevel } from '../models/logLine.ts';
import { Ring } from './ring.ts';

/** One line of a log. */
export interface LogEntry {
  /** Free of control characters. */
  readonly text: string;
  readonly level: LogLevel;
  /** Milliseconds since 1970; absent where nobody knows when it was written. */
  readonly at?: number;
  readonly node?: string;
  /** Who wrote it: `pvestatd`, `kernel`, `task`. */
  readonly source?: string;
  /** The task that it is about. */
  readonly upid?: string;
}

export interface LogLimits {
  readonly lines: number;
  /** Of text, as two bytes a character. */
  readonly bytes: number;
}

const usualLimits: LogLimits = { lines: 50_000, bytes: 16 * 2 ** 20 };

const bytesOf = ({ text }: LogEntry): number => text.length * 2;

/**
 * The end of a log of any length in bounded memory: beyond so many lines or bytes the oldest go, and are counted. A test shows
 * only some of the lines; it looks at each new line once, and at all kept ones only when it changes.
 */
export class LogBuffer {
  readonly #limits: LogLimits;
  #kept = new Ring<LogEntry>();
  /** Numbers of the kept lines that pass the test; undefined while all are shown. */
  #passing: Ring<number> | undefined;
  #test: ((entry: LogEntry) => boolean) | undefined;
  #bytes = 0;

  constructor(limits: LogLimits = usualLimits) {
    this.#limits = limits;
  }

  /** Lines that came before the first one kept. */
  get dropped(): number {
    return this.#kept.first;
  }

  /** Lines kept. */
  get lines(): number {
    return this.#kept.length;
  }

  /** Bytes of text kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the first line shown. */
  get first(): number {
    return (this.#passing ?? this.#kept).first;
  }

  /** Number after the last line shown. */
  get end(): number {
    return (this.#passing ?? this.#kept).end;
  }

  /** The line of that number among those shown. */
  at(number: number): LogEntry | undefined {
    if (this.#passing === undefined) return this.#kept.at(number);
    const kept = this.#passing.at(number);
    return kept === undefined ? undefined : this.#kept.at(kept);
  }

  /** All lines shown, oldest first. */
  *shown(): Generator<LogEntry, void, void> {
    for (let number = this.first; number < this.end; number += 1) {
      const entry = this.at(number);
      if (entry !== undefined) yield entry;
    }
  }

  append(batch: readonly LogEntry[]): void {
    for (const entry of batch) this.#push(entry);
    this.#dropOver();
  }

  /**
   * Puts lines of one source among those of the others by their time. What came before the oldest line kept once the buffer
   * was full is left out, as it would be dropped at once.
   */
  merge(batch: readonly LogEntry[]): void {
    const fresh = batch.toSorted((a, b) => timeOf(a) - timeOf(b));
    const [earliest] = fresh;
    if (earliest === undefined) return;
    const from = this.#kept.lowerBound((entry) => timeOf(entry) > timeOf(earliest));
    const later = this.#cut(from);
    let at = 0;
    for (const entry of fresh) {
      for (let next = later[at]; next !== undefined && timeOf(next) <= timeOf(entry); next = later[at]) {
        this.#push(next);
        at += 1;
      }
      this.#push(entry);
    }
    for (const entry of later.slice(at)) this.#push(entry);
    this.#dropOver();
  }

  /** Counts lines that were never read because they could not be kept anyway. Only before the first line. */
  skip(lines: number): void {
    if (this.lines === 0) this.#kept = new Ring(lines);
  }

  clear(): void {
    this.#kept = new Ring();
    this.#bytes = 0;
    if (this.#passing !== undefined) this.#passing = new Ring();
  }

  /** Shows only the lines that pass; without a test all of them. */
  show(test: ((entry: LogEntry) => boolean) | undefined): void {
    this.#test = test;
    this.#passing = test === undefined ? undefined : new Ring();
    if (test === undefined) return;
    for (let number = this.#kept.first; number < this.#kept.end; number += 1) this.#consider(number);
  }

  #consider(number: number): void {
    const entry = this.#kept.at(number);
    if (entry !== undefined && this.#test?.(entry) === true) this.#passing?.push(number);
  }

  #push(entry: LogEntry): void {
    this.#kept.push(entry);
    this.#bytes += bytesOf(entry);
    this.#consider(this.#kept.end - 1);
  }

  #cut(from: number): LogEntry[] {
    const cut = this.#kept.cut(from);
    for (const entry of cut) this.#bytes -= bytesOf(entry);
    this.#passing?.cut(this.#passing.lowerBound((number) => number >= from));
    return cut;
  }

  #dropOver(): void {
    while (this.lines > this.#limits.lines || (this.#bytes > this.#limits.bytes && this.lines > 1)) {
      const gone = this.#kept.shift();
      if (gone !== undefined) this.#bytes -= bytesOf(gone);
    }
    const passing = this.#passing;
    while (passing !== undefined && (passing.at(passing.first) ?? this.#kept.first) < this.#kept.first) passing.shift();
  }
}

const timeOf = (entry: LogEntry): number => entry.at ?? 0;
