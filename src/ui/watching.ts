interface Watched {
  round: number;
  timer: NodeJS.Timeout | undefined;
  stop: (() => void) | undefined;
}

/**
 * Work that goes on only while somebody looks at what it is for. Drawing a thing says that it is looked at; what a drawing
 * did not mention is stopped after it. So a tab that is not open asks the cluster nothing, and scrolling past a row neither.
 */
export class Watching {
  #round = 0;
  #watched = new Map<string, Watched>();

  /** Called while drawing. The work starts once the thing has been looked at for `dwellMs`; it returns how to stop it. */
  look(key: string, dwellMs: number, start: () => () => void): void {
    const known = this.#watched.get(key);
    if (known !== undefined) {
      known.round = this.#round;
      return;
    }
    const watched: Watched = { round: this.#round, timer: undefined, stop: undefined };
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      watched.stop = start();
    }, dwellMs);
    this.#watched.set(key, watched);
  }

  /** Called after each drawing of everything that can be looked at. */
  drawn(): void {
    for (const [key, watched] of this.#watched) if (watched.round !== this.#round) this.#end(key, watched);
    this.#round += 1;
  }

  close(): void {
    for (const [key, watched] of this.#watched) this.#end(key, watched);
  }

  #end(key: string, watched: Watched): void {
    clearTimeout(watched.timer);
    watched.stop?.();
    this.#watched.delete(key);
  }
}
