import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './terminal.ts';

/** Longer than Ink holds an Esc back; in milliseconds. */
const afterEscapeMs = 40;

/** Somebody at the keyboard, whose presses are counted: a key is one, and a text that is typed is one. */
export class Hands {
  readonly #terminal: Terminal;
  #presses = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get presses(): number {
    return this.#presses;
  }

  /** Presses keys one after another, written as the terminal takes them: `j`, `<enter>`, `<C-k>`. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (key.length > 1 && !/^<[^>]+>$/.test(key)) throw new Error(`${key} is more than one key: type it`);
      this.#presses += 1;
      this.#terminal.press(key);
      if (key === '<escape>') await sleep(afterEscapeMs);
    }
  }

  /** Types a text. */
  type(text: string): void {
    this.#presses += 1;
    this.#terminal.press(text);
  }
}
