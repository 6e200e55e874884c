import { createStore, type StoreApi } from 'zustand/vanilla';
import { asProxdeckError, type ProxdeckError } from '../models/error.ts';
import { levelOf } from '../models/logLine.ts';
import type { AppModel } from './app.ts';
import { LogBuffer, type LogEntry } from './logBuffer.ts';
import { LogPane } from './logPane.ts';
import { cleanLine } from './logText.ts';
import type { Milestone } from './estimate.ts';
import { ProgressReader, type Progress } from './progress.ts';
import type { Session } from './session.ts';

export interface TaskLogState {
  readonly running: boolean | undefined;
  readonly exitstatus: string | undefined;
  readonly error: ProxdeckError | undefined;
  readonly progress: Progress | undefined;
  /** Where the step that runs now was first seen. */
  readonly since: Milestone | undefined;
}

/** Lines kept of one log. */
const usualLines = 50_000;
const usualBytes = 16 * 2 ** 20;
/** Lines of one call; once more are known to be waiting than that, the larger one. */
const pageLines = 1000;
const largePageLines = 5000;
/** Between two looks at a log that is being followed, in milliseconds. */
const followMs = 1000;
/** A log that says nothing for this many looks is asked for its status: the worker may have been killed. */
const quietLooks = 5;
const lastLine = /^TASK (?:OK$|ERROR: |WARNINGS: \d+$)/;

export interface TaskLogOptions {
  readonly now: () => number;
  /** Told when something that can be seen is different. */
  readonly changed: () => void;
  /** At most so many lines are read and kept: the last ones. */
  readonly lines?: number;
}

/** The log of one task, followed until the task ends: from its beginning, or as much of its end as can be kept. */
export class TaskLogModel {
  readonly upid: string;
  readonly store: StoreApi<TaskLogState>;
  readonly pane: LogPane;
  readonly #session: Pick<Session, 'taskLog' | 'taskStatus'>;
  readonly #options: TaskLogOptions;
  readonly #lines: number;
  readonly #progress = new ProgressReader();
  #stop = new AbortController();
  /** Lines asked for and got, those not kept among them. */
  #have = 0;
  #quiet = 0;
  #ended = false;

  constructor(session: Pick<Session, 'taskLog' | 'taskStatus'>, upid: string, options: TaskLogOptions) {
    this.upid = upid;
    this.#session = session;
    this.#options = options;
    this.#lines = options.lines ?? usualLines;
    // Few of its lines have a time: a column of blanks is nothing to begin with.
    this.pane = new LogPane(new LogBuffer({ lines: this.#lines, bytes: usualBytes }), options.changed, 'off');
    this.store = createStore<TaskLogState>(() => ({
      running: undefined,
      exitstatus: undefined,
      error: undefined,
      progress: undefined,
      since: undefined,
    }));
    this.store.subscribe(options.changed);
  }

  get state(): TaskLogState {
    return this.store.getState();
  }

  /** Reads until the task has ended or `close` is called. Errors are shown and tried again: a node may come back. */
  async follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const next = await this.#look(signal);
        if (next === 'end') return;
        if (next === 'more') continue;
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

  /** One look: the lines that are new, and the status where it may have changed. Tells whether to look again at once. */
  async #look(signal: AbortSignal): Promise<'end' | 'more' | 'later'> {
    const options = { signal, origin: 'person' } as const;
    const limit = this.#have === 0 ? Math.min(pageLines, this.#lines) : largePageLines;
    const { lines, total } = await this.#session.taskLog(this.upid, { start: this.#have, limit }, options);
    // A log that is still empty answers one line of its own (contract §7.3); it is not part of the log.
    const fresh = this.#have === 0 && lines.length === 1 && lines[0]?.t === 'no content' ? [] : lines;
    if (this.#have === 0 && total > Math.max(this.#lines, limit)) {
      this.#have = total - this.#lines;
      this.pane.buffer.skip(this.#have);
      return 'more';
    }
    this.#take(fresh.map((line) => line.t));
    if (fresh.length > 0 && this.#have < total) return 'more';
    if (this.#ended && fresh.length === 0) return 'end';
    if (fresh.length === limit) return 'more';
    const asks = this.state.running === undefined || this.#quiet >= quietLooks || lastLine.test(fresh.at(-1)?.t ?? '');
    if (this.#ended || !asks) return 'later';
    const { status, exitstatus } = await this.#session.taskStatus(this.upid, options);
    this.#ended = status === 'stopped';
    this.#quiet = 0;
    this.store.setState({ running: !this.#ended, exitstatus });
    // Once more after the end: lines may have been written between the two questions.
    return this.#ended ? 'more' : 'later';
  }

  #take(lines: readonly string[]): void {
    const { error, running, progress: before } = this.state;
    if (error !== undefined) this.store.setState({ error: undefined });
    this.#quiet = lines.length === 0 ? this.#quiet + 1 : 0;
    this.#have += lines.length;
    if (lines.length === 0) return;
    // The log itself carries no times: only what is seen to arrive has one.
    const at = running === true ? { at: this.#options.now() } : {};
    for (const line of lines) this.#progress.read(line);
    this.pane.append(lines.map((line): LogEntry => entryOf(cleanLine(line), at)));
    const { progress } = this.#progress;
    if (progress === undefined) return this.store.setState({ progress, since: undefined });
    const goesOn = before !== undefined && progress.step === before.step && progress.fraction >= before.fraction;
    const since = { fraction: progress.fraction, at: this.#options.now() };
    this.store.setState(goesOn ? { progress } : { progress, since });
  }
}

/** The log of a task of the cluster that is shown, not read yet; undefined while there is no session. */
export const taskLogOf = (app: AppModel, upid: string, lines?: number): TaskLogModel | undefined => {
  const { session, now } = app;
  if (session === undefined) return undefined;
  return new TaskLogModel(session, upid, {
    now,
    changed: () => app.changed(),
    ...(lines === undefined ? {} : { lines }),
  });
};

const entryOf = (text: string, at: Pick<LogEntry, 'at'>): LogEntry => ({ text, level: levelOf(text), ...at });

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
