import { cutStyled, styledWidth, withoutColours } from '../../components/styled.ts';
import { wrapHard } from '../../components/text.ts';

/** One row of the terminal of a text. */
export interface TextRow {
  readonly text: string;
  /** Which line of the text it belongs to. */
  readonly line: number;
}

/** Looking at a text that may be composed anew at each drawing: where one is in it, what is looked for, how long lines are shown. */
export class TextModel {
  /** Rows of the terminal that it has; set while drawing. */
  height = 1;
  #rows: readonly TextRow[] = [];
  #lines: readonly string[] = [];
  #top = 0;
  #wrap = true;
  #find = '';
  #found: number | undefined;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The text as last drawn, without colours. */
  get text(): string {
    return this.#lines.map(withoutColours).join('\n');
  }

  get lineCount(): number {
    return this.#lines.length;
  }

  get wrap(): boolean {
    return this.#wrap;
  }

  get find(): string {
    return this.#find;
  }

  /** The line that was found last. */
  get found(): number | undefined {
    return this.#found;
  }

  /** Takes the text to draw at a size and returns the rows that are seen. */
  draw(lines: readonly string[], width: number, height: number): readonly TextRow[] {
    this.#lines = lines;
    this.height = height;
    this.#rows = lines.flatMap((text, line) =>
      this.#wrap && styledWidth(text) > width
        ? wrapHard(withoutColours(text), width).map((part) => ({ text: part, line }))
        : [{ text: cutStyled(text, width), line }],
    );
    // What is looked for may come with an answer that was not there yet.
    if (this.#find !== '' && this.#found === undefined) this.#goTo((this.#rows[this.top]?.line ?? 0) - 1, 1);
    return this.#rows.slice(this.top, this.top + height);
  }

  /** Index of the first row seen. */
  get top(): number {
    return Math.max(0, Math.min(this.#top, this.#rows.length - this.height));
  }

  /** Rows that are below what is seen. */
  get below(): number {
    return Math.max(0, this.#rows.length - this.top - this.height);
  }

  scroll(delta: number): void {
    this.scrollTo(this.top + delta);
  }

  scrollTo(row: number): void {
    this.#top = Math.max(0, Math.min(row, this.#rows.length - this.height));
    this.#changed();
  }

  toggleWrap(): void {
    this.#wrap = !this.#wrap;
    this.#changed();
  }

  /** Looks for a word from what is seen on. */
  setFind(find: string): void {
    this.#find = find;
    this.#found = undefined;
    if (find !== '') this.#goTo((this.#rows[this.top]?.line ?? 0) - 1, 1);
    this.#changed();
  }

  /** Goes to the next line in `direction` that holds the word; round the end. Returns whether there is one. */
  findNext(direction: 1 | -1): boolean {
    const at = this.#found ?? this.#rows[this.top]?.line ?? 0;
    const there = this.#find !== '' && this.#goTo(at, direction);
    this.#changed();
    return there;
  }

  #goTo(from: number, direction: 1 | -1): boolean {
    const word = this.#find.toLowerCase();
    const count = this.#lines.length;
    for (let step = 1; step <= count; step += 1) {
      const line = (((from + step * direction) % count) + count) % count;
      if (
        !withoutColours(this.#lines[line] ?? '')
          .toLowerCase()
          .includes(word)
      )
        continue;
      this.#found = line;
      const row = this.#rows.findIndex((one) => one.line === line);
      if (row < this.top || row >= this.top + this.height) this.#top = Math.max(0, row - Math.floor(this.height / 3));
      return true;
    }
    this.#found = undefined;
    return false;
  }
}
