import { createStore, type StoreApi } from 'zustand/vanilla';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { clean, wrapHard } from '../../components/text.ts';
import { scrollInto } from './list.ts';
import type { Session } from './session.ts';

export interface TaskLogState {
  readonly lines: readonly string[];
  /** Lines before the first one kept. */
  readonly dropped: number;
  readonly running: boolean | undefined;
  readonly exitstatus: string | undefined;
  readonly error: ProxdeckError | undefined;
  readonly follow: boolean;
  readonly wrap: boolean;
  /** First line shown when it is not followed. */
  readonly top: number;
  readonly find: string;
}

/** Lines kept of one log; older ones are dropped and counted. */
const keptLines = 20_000;
const pageLines = 1000;
/** Between two looks at a log that is being followed, in milliseconds. */
const followMs = 1000;
/** A log that says nothing for this many looks is asked for its status: the worker may have been killed. */
const quietLooks = 5;
const lastLine = /^TASK (?:OK$|ERROR: |WARNINGS: \d+$)/;

/** The log of one task: read from its beginning, followed until the task ends. */
export class TaskLogModel {
  readonly upid: string;
  readonly store: StoreApi<TaskLogState>;
  /** Terminal rows and columns of the view; set by the layout. */
  height = 1;
  width = 80;
  #session: Pick<Session, 'taskLog' | 'taskStatus'>;
  #stop = new AbortController();

  constructor(session: Pick<Session, 'taskLog' | 'taskStatus'>, upid: string) {
    this.upid = upid;
    this.#session = session;
    this.store = createStore<TaskLogState>(() => ({
      lines: [],
      dropped: 0,
      running: undefined,
      exitstatus: undefined,
      error: undefined,
      follow: true,
      wrap: false,
      top: 0,
      find: '',
    }));
  }

  get state(): TaskLogState {
    return this.store.getState();
  }

  /** Reads until the task has ended or `close` is called. Errors are shown and tried again: a node may come back. */
  async follow(): Promise<void> {
    let have = 0;
    let quiet = 0;
    let ended = false;
    const { signal } = this.#stop;
    const options = { signal, origin: 'person' } as const;
    while (!signal.aborted) {
      try {
        const { lines } = await this.#session.taskLog(this.upid, { start: have, limit: pageLines }, options);
        // A log that is still empty answers one line of its own (contract §7.3); it is not part of the log.
        const fresh = have === 0 && lines.length === 1 && lines[0]?.t === 'no content' ? [] : lines;
        have += fresh.length;
        quiet = fresh.length === 0 ? quiet + 1 : 0;
        this.#append(fresh.map((line) => clean(line.t)));
        if (ended && fresh.length === 0) return;
        if (fresh.length === pageLines) continue;
        if (
          !ended &&
          (this.state.running === undefined || quiet >= quietLooks || lastLine.test(fresh.at(-1)?.t ?? ''))
        ) {
          const status = await this.#session.taskStatus(this.upid, options);
          ended = status.status === 'stopped';
          quiet = 0;
          this.store.setState({ running: !ended, exitstatus: status.exitstatus });
          // Once more after the end: lines may have been written between the two questions.
          if (ended) continue;
        }
      } catch (thrown) {
        if (signal.aborted) return;
        this.store.setState({ error: asProxdeckError(thrown) });
      }
      await sleep(followMs, signal);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  /** The lines to draw now, at most `height`, broken or cut to the width by the caller's choice of `wrap`. */
  visible(): readonly string[] {
    const { lines, wrap, follow } = this.state;
    if (!wrap) return lines.slice(this.top(), this.top() + this.height);
    if (follow) {
      const shown: string[] = [];
      for (let at = lines.length - 1; at >= 0 && shown.length < this.height; at -= 1)
        shown.unshift(...wrapHard(lines[at] ?? '', this.width));
      return shown.slice(-this.height);
    }
    const shown: string[] = [];
    for (let at = this.top(); at < lines.length && shown.length < this.height; at += 1)
      shown.push(...wrapHard(lines[at] ?? '', this.width));
    return shown.slice(0, this.height);
  }

  /** Index of the first line shown. */
  top(): number {
    const { lines, follow, top } = this.state;
    const last = Math.max(0, lines.length - this.height);
    return follow ? last : Math.min(top, last);
  }

  scroll(delta: number): void {
    this.scrollTo(this.top() + delta);
  }

  scrollTo(line: number): void {
    const last = Math.max(0, this.state.lines.length - this.height);
    const top = Math.max(0, Math.min(last, line));
    this.store.setState({ top, follow: line >= last && this.state.running !== false });
  }

  toggleFollow(): void {
    this.store.setState({ top: this.top(), follow: !this.state.follow });
  }

  toggleWrap(): void {
    this.store.setState({ top: this.top(), wrap: !this.state.wrap });
  }

  setFind(find: string): void {
    this.store.setState({ find });
    if (find !== '') this.findNext(1, this.top());
  }

  /** Goes to the next line in `direction` that holds the word; round the end. Returns whether there is one. */
  findNext(direction: 1 | -1, from = this.top() + direction): boolean {
    const { lines, find } = this.state;
    const word = find.toLowerCase();
    if (word === '') return false;
    for (let step = 0; step < lines.length; step += 1) {
      const at = (((from + step * direction) % lines.length) + lines.length) % lines.length;
      if (lines[at]?.toLowerCase().includes(word)) {
        this.store.setState({
          top: scrollInto(at, at, this.height, Math.max(lines.length, at + this.height)),
          follow: false,
        });
        return true;
      }
    }
    return false;
  }

  #append(fresh: readonly string[]): void {
    if (fresh.length === 0) {
      if (this.state.error !== undefined) this.store.setState({ error: undefined });
      return;
    }
    this.store.setState((state) => {
      const all = [...state.lines, ...fresh];
      const over = Math.max(0, all.length - keptLines);
      return {
        lines: over === 0 ? all : all.slice(over),
        dropped: state.dropped + over,
        top: Math.max(0, state.top - over),
        error: undefined,
      };
    });
  }
}

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
