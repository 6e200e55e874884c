/** At most this often a frame is drawn, in milliseconds: a screen of 60 Hz shows no more, and a log of 5,000 lines a second needs no more. */
const frameMs = 16;

/** Draws after changes: a lone one at once, at the end of the turn that made it; in a storm of them once a frame. */
export class Painter {
  readonly #draw: () => void;
  readonly #now: () => number;
  #last = -Infinity;
  #wanted = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(draw: () => void, now: () => number) {
    this.#draw = draw;
    this.#now = now;
  }

  /** Something changed. */
  request(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    const wait = this.#last + frameMs - this.#now();
    if (wait <= 0) queueMicrotask(() => this.flush());
    else this.#timer = setTimeout(() => this.#paint(), wait);
  }

  /** What changed is drawn now: a person waits for it. */
  flush(): void {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    this.#paint();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closed = true;
  }

  #paint(): void {
    this.#wanted = false;
    if (this.#closed) return;
    this.#last = this.#now();
    this.#draw();
  }
}
