import { timeframes, type Timeframe } from '../models/timeframe.ts';

/** How graphs are looked at: which span of time, and which moment of it. One for all graphs, so that they can be compared. */
export class GraphModel {
  /** Columns of the graphs as last drawn. */
  columns = 1;
  #frame: Timeframe = 'hour';
  /** Columns back from the newest one; undefined while nothing is pointed at. */
  #back: number | undefined;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get frame(): Timeframe {
    return this.#frame;
  }

  /** The column that is pointed at, counted from the left. */
  get cursor(): number | undefined {
    return this.#back === undefined ? undefined : Math.max(0, this.columns - 1 - this.#back);
  }

  /** Looks further back, or less far: from hours to years. */
  lengthen(step: 1 | -1): void {
    const at = timeframes.indexOf(this.#frame) + step;
    this.#frame = timeframes[Math.max(0, Math.min(timeframes.length - 1, at))] ?? this.#frame;
    this.#back = undefined;
    this.#changed();
  }

  /** Points at a moment before or after the one that is pointed at; beyond the newest one nothing is any more. */
  point(step: 1 | -1): void {
    const back = (this.#back ?? -1) - step;
    this.#back = back < 0 ? undefined : Math.min(this.columns - 1, back);
    this.#changed();
  }
}
