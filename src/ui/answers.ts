import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import type { InputOf, OperationName, ResultOf } from '../operations/catalog.ts';
import type { Session } from './session.ts';
import type { Watching } from './watching.ts';

/** What is known of the answer to a read operation. The value of the last success stays beside a later error. */
export interface Answer<Value> {
  readonly value?: Value;
  readonly error?: ProxdeckError;
  /** Milliseconds since 1970 when the value came. */
  readonly at?: number;
}

export interface Looking {
  /** Asked only after it has been looked at for this long, in milliseconds. */
  readonly dwellMs?: number;
  /** Asked again this often while it is looked at, in milliseconds; 0 asks once. */
  readonly everyMs?: number;
}

const none: Answer<never> = {};
/** Answers kept for going back to: a guest's tabs are a dozen. */
const kept = 300;

/** Answers of the cluster to what screens look at: asked when seen, kept for coming back, never asked for what nobody sees. */
export class Answers {
  readonly #session: () => Session | undefined;
  readonly #watching: Watching;
  readonly #now: () => number;
  readonly #changed: () => void;
  #known = new Map<string, Answer<unknown>>();

  constructor(parts: {
    readonly session: () => Session | undefined;
    readonly watching: Watching;
    readonly now: () => number;
    readonly changed: () => void;
  }) {
    this.#session = parts.session;
    this.#watching = parts.watching;
    this.#now = parts.now;
    this.#changed = parts.changed;
  }

  /** Called while drawing: returns what is known now, and asks for it as long as it is drawn. */
  look<Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    { dwellMs = 300, everyMs = 0 }: Looking = {},
  ): Answer<ResultOf<Name>> {
    const key = `${name} ${JSON.stringify(input)}`;
    if (this.#session() !== undefined) this.#watching.look(key, dwellMs, () => this.#ask(key, name, input, everyMs));
    return (this.#known.get(key) as Answer<ResultOf<Name>> | undefined) ?? none;
  }

  /** Forgets everything: another cluster is shown now. */
  clear(): void {
    this.#known.clear();
  }

  #ask<Name extends OperationName>(key: string, name: Name, input: InputOf<Name>, everyMs: number): () => void {
    const stop = new AbortController();
    const session = this.#session();
    let timer: NodeJS.Timeout | undefined;
    const once = async (): Promise<void> => {
      if (session === undefined) return;
      try {
        const value = await session.ask(name, input, stop.signal);
        if (!stop.signal.aborted) this.#keep(key, { value, at: this.#now() });
      } catch (thrown) {
        if (!stop.signal.aborted) this.#keep(key, { ...this.#known.get(key), error: asProxdeckError(thrown) });
      }
      if (!stop.signal.aborted && everyMs > 0) timer = setTimeout(() => void once(), everyMs);
    };
    void once();
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }

  #keep(key: string, answer: Answer<unknown>): void {
    this.#known.delete(key);
    this.#known.set(key, answer);
    const [oldest] = this.#known.keys();
    if (this.#known.size > kept && oldest !== undefined) this.#known.delete(oldest);
    this.#changed();
  }
}
