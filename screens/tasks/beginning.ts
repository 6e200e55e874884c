import type { Task } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { asProxdeckError } from '../../src/models/error.ts';
import { taskCommand } from '../../src/ui/taskCommand.ts';

/** What a task was asked to do, as its log tells at its beginning. */

const firstLines = 30;
const dwellMs = 300;

/** Types whose command stands in the log, not in the name of the task. */
export const toldByLog = new Set(['vzdump', 'qmigrate', 'vzmigrate']);

interface Beginning {
  readonly upid: string;
  readonly lines: readonly string[];
}

/** The beginning that was read last, of each model. */
const beginnings = new WeakMap<AppModel, Beginning>();

const read = async (app: AppModel, { upid, type }: Task, signal?: AbortSignal): Promise<readonly string[]> => {
  if (!toldByLog.has(type) || app.session === undefined) return [];
  const options = { origin: 'person', ...(signal === undefined ? {} : { signal }) } as const;
  const { lines } = await app.session.taskLog(upid, { start: 0, limit: firstLines }, options);
  return lines.map(({ t }) => t);
};

/** The command that would do the same, as far as is known; asked while drawing, where the log tells it. */
export const commandOf = (app: AppModel, task: Task): string | undefined => {
  if (toldByLog.has(task.type))
    app.watch(`beginning ${task.upid}`, dwellMs, () => {
      const stop = new AbortController();
      read(app, task, stop.signal)
        .then((lines) => {
          beginnings.set(app, { upid: task.upid, lines });
          app.changed();
        })
        .catch((thrown: unknown) => {
          if (!stop.signal.aborted) app.notify({ token: 'warn', text: asProxdeckError(thrown).message });
        });
      return () => stop.abort();
    });
  const known = beginnings.get(app);
  return taskCommand(task, known?.upid === task.upid ? known.lines : []);
};

/** Copies the command that would do the same, or says that the task does not tell it. */
export const copyCommand = async (app: AppModel, task: Task): Promise<void> => {
  try {
    const command = taskCommand(task, await read(app, task));
    if (command !== undefined) app.copy(command);
    else app.notify({ token: 'muted', text: 'what it was asked to do is not in the task: there is nothing to copy' });
  } catch (thrown) {
    app.notify({ token: 'warn', text: asProxdeckError(thrown).message });
  }
};
