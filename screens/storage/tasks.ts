import { wrapWords } from '../../components/text.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { openLog } from '../log.ts';
import { taskLine } from '../tasks/line.ts';
import { awayText, type StorageRow } from './rows.ts';

const everyMs = 30_000;
/** So far back in the history of the node; tasks of one storage are few among those of its guests. */
const limit = 500;

/** Whether a task is about a storage: its id is the storage, or `vmid@storage` where a volume of a guest was removed. */
const isOf = (id: string, storage: string): boolean => id === storage || id.endsWith(`@${storage}`);

/** What was done on a storage by its own tasks: pruning, removals, downloads. Backups are tasks of the guests. */
const lines = (row: StorageRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, now, width } = drawing;
  const away = awayText(row, 'what was done here');
  if (away !== undefined) return wrapWords(away, width).map((line) => look.paint('muted', line));
  const { storage, node } = row.place;
  const answer = app.look('task.list', { node, limit }, { everyMs });
  const own = (answer.value ?? []).filter(({ id }) => isOf(id, storage));
  const said = answerLines(answer, drawing);
  if (answer.value !== undefined && own.length === 0)
    return [
      ...said,
      look.paint('muted', `no task of its own among the last ${String(answer.value.length)} of ${node}`),
    ];
  const rows = own.map((task): Line => ({
    text: taskLine(task, now, width, look),
    open: () => openLog(app, task.upid),
    copy: task.upid,
  }));
  return [...said, ...rows];
};

export const tasksTab: Tab<StorageRow> = { id: 'tasks', title: 'tasks', lines };
