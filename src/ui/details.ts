import { scrollInto } from './list.ts';

/** A line of a details pane. What can be done with it stands with it. */
export interface Line {
  readonly text: string;
  /** What Enter does on it. */
  readonly open?: () => void;
  /** What `x` does on it, where it is about something of its own. */
  readonly act?: () => void;
  /** What `Y` copies; the text itself where it is not given. */
  readonly copy?: string;
}

/** The details pane of one screen: which tab, which line, whether the keys go there. Lines are composed anew at each drawing. */
export class DetailsModel {
  /** As last drawn. */
  lines: readonly Line[] = [];
  height = 1;
  /** What left and right do in the tab that is drawn, where they do something. */
  sideways: ((step: 1 | -1) => void) | undefined;
  #tabs: readonly string[] = [];
  #tab: string | undefined;
  #focused = false;
  #cursor = 0;
  #top = 0;
  #of: string | undefined;
  /** Turns typed before anything was drawn. */
  #ahead = 0;
  readonly #changed: () => void;

  constructor(changed: () => void, tab?: string) {
    this.#changed = changed;
    this.#tab = tab;
  }

  /** Whether the keys go to the details instead of the list. */
  get focused(): boolean {
    return this.#focused;
  }

  /** The tab that is shown; undefined when there is none. */
  get tab(): string | undefined {
    return this.tabAmong(this.#tabs);
  }

  /** Which of these tabs would be shown. */
  tabAmong(tabs: readonly string[]): string | undefined {
    return tabs.includes(this.#tab ?? '') ? this.#tab : tabs[0];
  }

  /** Told while drawing: whose details these are, and with which tabs. Another row or tab begins at its first line. */
  drawing(of: string, tabs: readonly string[], height: number): void {
    this.#tabs = tabs;
    this.height = height;
    if (this.#ahead !== 0) this.#tab = this.#turned(this.#ahead);
    this.#ahead = 0;
    const key = `${of}\u0000${this.tab ?? ''}`;
    if (this.#of === key) return;
    this.#of = key;
    this.#cursor = 0;
    this.#top = 0;
  }

  /** The first line to draw, so that the cursor is seen. */
  top(): number {
    return scrollInto(this.#top, this.cursor(), this.height, this.lines.length);
  }

  cursor(): number {
    return Math.max(0, Math.min(this.#cursor, this.lines.length - 1));
  }

  current(): Line | undefined {
    return this.lines[this.cursor()];
  }

  focus(focused: boolean): void {
    if (focused === this.#focused) return;
    this.#focused = focused;
    this.#changed();
  }

  move(delta: number): void {
    this.moveTo(this.cursor() + delta);
  }

  moveTo(index: number): void {
    const cursor = Math.max(0, Math.min(this.lines.length - 1, index));
    this.#top = scrollInto(this.top(), cursor, this.height, this.lines.length);
    this.#cursor = cursor;
    this.#changed();
  }

  /** The next tab, or the one before; from the last one to the first. */
  turn(step: 1 | -1): void {
    if (this.#tabs.length === 0) this.#ahead += step;
    else this.choose(this.#turned(step));
  }

  #turned(steps: number): string {
    const count = Math.max(1, this.#tabs.length);
    const at = this.#tabs.indexOf(this.tab ?? '') + steps;
    return this.#tabs[((at % count) + count) % count] ?? '';
  }

  choose(tab: string): void {
    this.#tab = tab;
    this.#changed();
  }
}
