/** Ctrl-C and a request to end: work is asked to stop, a second time it is not waited for. */
export class Interrupts {
  #abort = new AbortController();
  #resting = false;

  /** Aborted when the work of the moment is to end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Begins to listen to the process. */
  listen(): void {
    const stop = (): void => {
      if (this.#resting || this.#abort.signal.aborted) process.exit(130);
      this.#abort.abort();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  }

  /** The next piece of work: that the one before was interrupted does not end it. Returns its signal. */
  renew(): AbortSignal {
    this.#abort = new AbortController();
    this.#resting = false;
    return this.#abort.signal;
  }

  /** Nothing runs: from now on an interrupt ends the program. */
  rest(): void {
    this.#resting = true;
  }
}
