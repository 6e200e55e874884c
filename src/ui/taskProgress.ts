import type { AppModel } from './app.ts';
import { ProgressReader, tellsProgress, type Progress } from './progress.ts';
import type { Task } from '../models/cluster.ts';
import type { Session } from './session.ts';

/** A running task seen for this long has its log read; in milliseconds. */
const dwellMs = 400;
const everyMs = 3000;
/** Lines at the end of a log that tell how far it is. */
const lastLines = 60;

/** How far running tasks are, out of the end of their logs. Only those are read that are drawn. */
class TaskProgress {
  readonly #app: AppModel;
  #known = new Map<string, Progress>();

  constructor(app: AppModel) {
    this.#app = app;
  }

  /** Called while drawing a running task. */
  of(upid: string): Progress | undefined {
    this.#app.watch(`progress ${upid}`, dwellMs, () => {
      const stop = new AbortController();
      const { session } = this.#app;
      if (session !== undefined) void this.#follow(session, upid, stop.signal);
      return () => {
        stop.abort();
        this.#known.delete(upid);
      };
    });
    return this.#known.get(upid);
  }

  async #follow(session: Session, upid: string, signal: AbortSignal): Promise<void> {
    const reader = new ProgressReader();
    const options = { signal, origin: 'person' } as const;
    let have = 0;
    while (!signal.aborted) {
      try {
        const { lines, total } = await session.taskLog(upid, { start: have, limit: lastLines }, options);
        // Of a long log only the end is read.
        if (have + lines.length < total) {
          have = Math.max(have + lines.length, total - lastLines);
          for (const { t } of lines) reader.read(t);
          continue;
        }
        have += lines.length;
        for (const { t } of lines) reader.read(t);
        this.#tell(upid, reader.progress);
      } catch {
        // The list says itself when the cluster is away; without progress a task is still a running task.
        if (!signal.aborted) this.#tell(upid, undefined);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
  }

  #tell(upid: string, progress: Progress | undefined): void {
    const before = this.#known.get(upid);
    if (before?.fraction === progress?.fraction && before?.step === progress?.step) return;
    if (progress === undefined) this.#known.delete(upid);
    else this.#known.set(upid, progress);
    this.#app.changed();
  }
}

const readers = new WeakMap<AppModel, TaskProgress>();

/** How far a running task is, as far as it is known; called while drawing it. Its log is read only as long as it is drawn. */
export const progressOf = (app: AppModel, task: Pick<Task, 'upid' | 'type' | 'status'>): Progress | undefined => {
  if (task.status !== undefined || !tellsProgress(task.type)) return undefined;
  let reader = readers.get(app);
  if (reader === undefined) {
    reader = new TaskProgress(app);
    readers.set(app, reader);
  }
  return reader.of(task.upid);
};
