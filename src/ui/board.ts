import { scrollInto } from './list.ts';

/** Something on a board that can be chosen, and where it was last drawn. */
export interface Placed {
  readonly id: string;
  readonly section: string;
  /** Line of the board. */
  readonly line: number;
  /** What Enter does. */
  readonly open?: () => void;
  /** What `Y` copies. */
  readonly copy: string;
}

/** Several sections of lines under one selection: which line is chosen, and what part of the board is seen. */
export class BoardModel {
  /** Everything that can be chosen as last drawn, in the order in which it is walked through. */
  entries: readonly Placed[] = [];
  height = 1;
  /** Lines of the whole board as last drawn. */
  total = 0;
  #selected: string | undefined;
  /** Where the selection was: when what was chosen is gone, what took its place is chosen. */
  #lastIndex = 0;
  #top = 0;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Index of what is chosen among the given ids. */
  index(ids: readonly string[] = this.entries.map(({ id }) => id)): number {
    const found = this.#selected === undefined ? 0 : ids.indexOf(this.#selected);
    if (found >= 0) this.#lastIndex = found;
    return found >= 0 ? found : Math.max(0, Math.min(this.#lastIndex, ids.length - 1));
  }

  current(): Placed | undefined {
    return this.entries[this.index()];
  }

  /** Told while drawing what there is now; returns the first line to show. */
  drawn(entries: readonly Placed[], total: number, height: number): number {
    this.entries = entries;
    this.total = total;
    this.height = height;
    const index = this.index();
    const line = entries[index]?.line ?? 0;
    // The first line of a section is shown with its heading.
    const above = entries[index - 1];
    const isFirst = above === undefined || above.section !== entries[index]?.section;
    const seen = scrollInto(this.#top, line, height, total);
    this.#top = isFirst ? scrollInto(seen, Math.max(0, line - 1), height, total) : seen;
    return this.#top;
  }

  move(delta: number): void {
    this.moveTo(this.index() + delta);
  }

  moveTo(index: number): void {
    const at = Math.max(0, Math.min(this.entries.length - 1, index));
    this.#lastIndex = at;
    this.#selected = this.entries[at]?.id;
    this.#changed();
  }

  /** To the first line of the next section, or of the one before; from the last section to the first. */
  turn(step: 1 | -1): void {
    const sections = [...new Set(this.entries.map(({ section }) => section))];
    const at = sections.indexOf(this.current()?.section ?? '');
    const wanted = sections[(at + step + sections.length) % Math.max(1, sections.length)];
    this.moveTo(this.entries.findIndex(({ section }) => section === wanted));
  }
}
