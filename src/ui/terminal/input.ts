import { EventEmitter } from 'node:events';
import { keysOfText, sequenceKeys } from '../keys.ts';
import { Replies } from './replies.ts';
import { standIn } from './standIn.ts';

/** The pieces of an answer of the terminal follow each other faster than this, in milliseconds. */
const piecesMs = 20;

/**
 * Standard input, read by us until Ink is there and handed to Ink from then on. Ink takes 60 ms to load and draw: somebody who
 * types at once is answered meanwhile. What takes more knowledge than letters, arrows and control keys waits for Ink.
 */
export class Input {
  readonly #stdin: NodeJS.ReadStream;
  readonly #events = new EventEmitter();
  readonly #onKeys: (keys: readonly string[]) => void;
  readonly #onMore: () => void;
  readonly #onRaw: (text: string) => boolean;
  readonly #replies = new Replies();
  #release: NodeJS.Timeout | undefined;
  #waiting: string[] = [];

  /** `onMore` is told that something came which only Ink can read. What `onRaw` takes is no key for anybody else. */
  constructor(
    stdin: NodeJS.ReadStream,
    onKeys: (keys: readonly string[]) => void,
    onMore: () => void,
    onRaw: (text: string) => boolean = () => false,
  ) {
    this.#stdin = stdin;
    this.#onKeys = onKeys;
    this.#onMore = onMore;
    this.#onRaw = onRaw;
  }

  /** Begins to read, in raw mode: keys come one by one, Ctrl-C among them. */
  begin(): void {
    if (this.#stdin.isTTY) this.#stdin.setRawMode(true);
    this.#stdin.ref();
    // Decoded here, so that a character whose bytes come in two reads is one character.
    this.#stdin.setEncoding('utf8');
    this.#stdin.addListener('readable', this.#take);
  }

  /** Reads no more, and keeps the process alive no longer. */
  end(): void {
    clearTimeout(this.#release);
    this.#stdin.removeListener('readable', this.#take);
    this.#stdin.unref();
  }

  /** The same input as a stream for Ink; from its first listener on everything goes there. */
  get stream(): NodeJS.ReadStream {
    return standIn(this.#stdin, {
      read: (): string | null => this.#waiting.shift() ?? null,
      addListener: (event: string, listener: (...args: unknown[]) => void): void => {
        if (event !== 'readable') {
          this.#stdin.addListener(event, listener);
          return;
        }
        this.#events.addListener(event, listener);
        if (this.#waiting.length > 0) setImmediate(() => this.#events.emit('readable'));
      },
      removeListener: (event: string, listener: (...args: unknown[]) => void): void => {
        if (event === 'readable') this.#events.removeListener(event, listener);
        else this.#stdin.removeListener(event, listener);
      },
    });
  }

  readonly #take = (): void => {
    for (;;) {
      const chunk: unknown = this.#stdin.read();
      if (chunk === null) return;
      clearTimeout(this.#release);
      this.#give(this.#replies.without(String(chunk)));
      if (this.#replies.held !== '') this.#release = setTimeout(() => this.#give(this.#replies.release()), piecesMs);
    }
  };

  #give(chunk: string): void {
    if (chunk === '' || (this.#waiting.length === 0 && this.#onRaw(chunk))) return;
    const keys = chunk.includes('\u001B') ? sequenceKeys.get(chunk) : keysOfText(chunk);
    const ink = this.#events.listenerCount('readable') > 0;
    if (!ink && this.#waiting.length === 0 && keys !== undefined) return this.#onKeys(keys);
    this.#waiting.push(chunk);
    if (ink) this.#events.emit('readable');
    else this.#onMore();
  }
}
