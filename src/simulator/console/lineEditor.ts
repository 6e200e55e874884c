/** What comes of typed bytes: a line, Ctrl-C, or Ctrl-D on an empty line. */
export type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupt' | 'end' };

/** Whole escape sequences, one character else; a sequence whose end is still to come is not matched. */
const token = /\u001B\[[\d;]*[A-Za-z~]|\u001BO[A-Za-z]|\u001B(?![[O])|[^\u001B]/suy;

/** Reads lines out of typed bytes as readline does, and echoes what it makes of them. */
export class LineEditor {
  readonly #write: (text: string) => void;
  readonly history: string[] = [];
  #characters: string[] = [];
  #at = 0;
  #recalled = 0;
  #rest = '';
  /** Whether what is typed is shown and remembered: not for a password. */
  shown = true;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** What is typed so far. */
  get text(): string {
    return this.#characters.join('');
  }

  /** Draws prompt and line again, as readline does when the window has another size. */
  redraw(prompt: string): void {
    this.#write(`\r\u001B[K\r${prompt}${this.shown ? this.text : ''}${this.#back()}`);
  }

  /** Takes bytes up to the first that completes something. What is behind it waits for the next call, with or without more bytes. */
  read(more: string): Typed | undefined {
    this.#rest += more;
    token.lastIndex = 0;
    let match = token.exec(this.#rest);
    while (match !== null) {
      const end = token.lastIndex;
      const typed = this.#take(match[0]);
      if (typed !== undefined) {
        this.#rest = this.#rest.slice(end);
        return typed;
      }
      match = token.exec(this.#rest);
      if (match === null) this.#rest = this.#rest.slice(end);
    }
    return undefined;
  }

  #take(key: string): Typed | undefined {
    switch (key) {
      case '\r':
      case '\n':
        return { kind: 'line', text: this.#finish() };
      case '\u0003':
        this.#forget();
        return { kind: 'interrupt' };
      case '\u0004':
        return this.#characters.length === 0 ? { kind: 'end' } : undefined;
      case '\u007F':
      case '\b':
        this.#erase();
        return undefined;
      case '\u0015':
        this.#replace([]);
        return undefined;
      case '\u0001':
      case '\u001B[H':
        return this.#move(0);
      case '\u0005':
      case '\u001B[F':
        return this.#move(this.#characters.length);
      case '\u001B[D':
      case '\u001BOD':
        return this.#move(this.#at - 1);
      case '\u001B[C':
      case '\u001BOC':
        return this.#move(this.#at + 1);
      case '\u001B[A':
      case '\u001BOA':
        return this.#recall(-1);
      case '\u001B[B':
      case '\u001BOB':
        return this.#recall(1);
      default:
        if (key >= ' ' && !key.startsWith('\u001B')) this.#insert(key);
        return undefined;
    }
  }

  #finish(): string {
    const line = this.text;
    if (this.shown && line.trim() !== '') this.history.push(line);
    this.#forget();
    return line;
  }

  #forget(): void {
    this.#characters = [];
    this.#at = 0;
    this.#recalled = this.history.length;
  }

  #insert(character: string): void {
    this.#characters.splice(this.#at, 0, character);
    this.#at += 1;
    if (this.shown) this.#write(character + this.#tail());
  }

  #erase(): void {
    if (this.#at === 0) return;
    this.#at -= 1;
    this.#characters.splice(this.#at, 1);
    if (this.shown) this.#write(`\b\u001B[K${this.#tail()}`);
  }

  /** What stands behind the cursor, and the way back to it. */
  #tail(): string {
    return this.#characters.slice(this.#at).join('') + this.#back();
  }

  #back(): string {
    return '\b'.repeat(this.shown ? this.#characters.length - this.#at : 0);
  }

  #move(to: number): undefined {
    const target = Math.min(this.#characters.length, Math.max(0, to));
    const step = target < this.#at ? '\u001B[D' : '\u001B[C';
    if (this.shown) this.#write(step.repeat(Math.abs(target - this.#at)));
    this.#at = target;
    return undefined;
  }

  #replace(characters: string[]): void {
    this.#move(0);
    this.#characters = characters;
    this.#at = characters.length;
    if (this.shown) this.#write(`\u001B[K${this.text}`);
  }

  #recall(step: 1 | -1): undefined {
    if (!this.shown) return undefined;
    const at = Math.min(this.history.length, Math.max(0, this.#recalled + step));
    this.#recalled = at;
    this.#replace([...(this.history[at] ?? '')]);
    return undefined;
  }
}
