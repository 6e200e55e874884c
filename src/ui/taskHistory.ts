import type { Task } from '../models/cluster.ts';
import { asProxdeckError } from '../models/error.ts';
import type { AppModel } from './app.ts';
import type { Session } from './session.ts';

/** Tasks of one call to a node: about what fits on a large screen, and cheap for the node, which reads its whole index anyway. */
const pageTasks = 100;
const dwellMs = 200;

/**
 * Tasks beyond the 25 finished ones a node that the poll brings: read from the nodes' own lists, a page at a time, when
 * somebody has scrolled to the end.
 */
export class TaskHistory {
  readonly #app: AppModel;
  #session: Session | undefined;
  #older = new Map<string, Task>();
  /** Tasks read of each node; undefined once there are no more. */
  #read = new Map<string, number | undefined>();
  #pages = 0;
  #all: { recent: readonly Task[]; pages: number; rows: readonly Task[] } | undefined;

  constructor(app: AppModel) {
    this.#app = app;
  }

  /** All tasks that are known: running ones, then newest first. The same array until something is different. */
  rows(): readonly Task[] {
    this.#ofThisSession();
    const recent = this.#app.live.getState().snapshot.tasks;
    if (this.#older.size === 0) return recent;
    if (this.#all?.recent === recent && this.#all.pages === this.#pages) return this.#all.rows;
    const known = new Set(recent.map(({ upid }) => upid));
    const older = [...this.#older.values()].filter(({ upid }) => !known.has(upid));
    const running = recent.filter(({ status }) => status === undefined);
    const ended = [...recent.filter(({ status }) => status !== undefined), ...older];
    const rows = [...running, ...ended.toSorted((a, b) => b.starttime - a.starttime)];
    this.#all = { recent, pages: this.#pages, rows };
    return rows;
  }

  /** Called while drawing when the end of the list is seen: reads a page more of every node, once it was seen for a moment. */
  seeEnd(): void {
    if (this.#session === undefined || this.#waiting().length === 0) return;
    this.#app.watch(`older tasks ${String(this.#pages)}`, dwellMs, () => {
      const stop = new AbortController();
      void this.#readPage(stop.signal);
      return () => stop.abort();
    });
  }

  /** Nodes that can be asked and have more to tell. */
  #waiting(): readonly string[] {
    return this.#app.live
      .getState()
      .snapshot.nodes.filter(({ status }) => status === 'online')
      .map(({ node }) => node)
      .filter((node) => !this.#read.has(node) || this.#read.get(node) !== undefined);
  }

  async #readPage(signal: AbortSignal): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    await Promise.all(this.#waiting().map((node) => this.#readNode(session, node, signal)));
    if (signal.aborted || session !== this.#session) return;
    this.#pages += 1;
    this.#app.changed();
  }

  /** A node that cannot tell is left out from then on, and that is said: the others go on. */
  async #readNode(session: Session, node: string, signal: AbortSignal): Promise<void> {
    const start = this.#read.get(node) ?? 0;
    try {
      const rows = await session.ask('task.list', { node, start, limit: pageTasks }, signal);
      if (signal.aborted || session !== this.#session) return;
      for (const task of rows) if (task.endtime !== undefined) this.#older.set(task.upid, task);
      this.#read.set(node, rows.length < pageTasks ? undefined : start + rows.length);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#read.set(node, undefined);
      this.#app.notify({ token: 'warn', text: `older tasks of ${node}: ${asProxdeckError(thrown).message}` });
    }
  }

  /** Another cluster is shown: its nodes tell theirs. */
  #ofThisSession(): void {
    if (this.#session === this.#app.session) return;
    this.#session = this.#app.session;
    this.#older.clear();
    this.#read.clear();
    this.#pages = 0;
  }
}
