/**
 * Takes out of the input what a terminal says by itself and nobody typed: answers to questions of some program before us (its colours, its
 * name), mouse reports of 1986, control sequences of eight bits. Read as keys, `ESC ] 11;rgb:14/14/14 BEL` would go to the nodes and filter them.
 *
 * An answer may come in pieces. Its beginning may also be keys (Esc and `]` in one read), so whoever holds one back must ask for it again.
 */

/** OSC, DCS and APC strings (ECMA-48 §5.6) as terminals send them, X10 mouse reports, eight-bit CSI. */
const whole =
  /\u001B\]\d+;[^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001BP[\d;]*[>!|$+=][^\u001B]*\u001B\\|\u001B_G[^\u001B]*\u001B\\|\u001B\[M[^]{3}|\u009B[0-?]*[ -/]*[@-~]/g;

/** The same, not ended yet. What is longer than any answer is none. */
const begun =
  /\u001B(?:\](?:\d+(?:;[^\u0007\u001B]{0,1024}\u001B?)?)?|P[\d;]*(?:[>!|$+=][^\u001B]{0,1024}\u001B?)?|_(?:G[^\u001B]{0,1024}\u001B?)?|\[M[^]{0,2})$/;

/** Beginnings that no keys look like. */
const certain = /^\u001B(?:\]\d+;|P[\d;]*[>!|$+=]|_G|\[M)/;

/** Sorts the input of one terminal; it keeps the beginning of an answer until the rest has come. */
export class Replies {
  #held = '';

  /** The beginning of what may be an answer. */
  get held(): string {
    return this.#held;
  }

  /** Returns what of the input is keys and pastes. */
  without(chunk: string): string {
    const text = (this.#held + chunk).replaceAll(whole, '');
    this.#held = begun.exec(text)?.[0] ?? '';
    return text.slice(0, text.length - this.#held.length);
  }

  /** The rest did not come: returns what was held back if it can have been keys. */
  release(): string {
    const held = this.#held;
    this.#held = '';
    return certain.test(held) ? '' : held;
  }
}
