import { wrapWords } from '../../components/text.ts';
import { counted } from '../../components/units.ts';
import { taskSucceeded, type Guest, type Task } from '../../src/models/cluster.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { TabBody } from '../lateTab.ts';
import { openLog } from '../log.ts';
import { taskLine } from '../tasks/line.ts';
import { recentTasks } from './recentTasks.ts';

/** What a guest's node remembers of it is asked again this often while it is looked at, in milliseconds. */
const everyMs = 30_000;

/** Both lists as one, newest first, each task once; the poll is the newer of the two. */
const merged = (recent: readonly Task[], remembered: readonly Task[]): readonly Task[] => {
  const byUpid = new Map([...remembered, ...recent].map((task) => [task.upid, task]));
  return [...byUpid.values()].toSorted((a, b) => b.starttime - a.starttime);
};

const failed = ({ status }: Task): boolean => status !== undefined && !taskSucceeded(status);

/** Everything that was done to a guest, newest first; Enter opens the log. */
const lines = (guest: Guest, place: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, now, width } = place;
  const answer = app.look('guest.tasks', { guest: guest.id }, { everyMs });
  const tasks = merged(recentTasks(app, guest), answer.value ?? []);
  const shown: (string | Line)[] = [...answerLines(answer, place)];
  if (answer.value !== undefined && tasks.length === 0)
    shown.push(...wrapWords('its node remembers no task of it', width).map((line) => look.paint('muted', line)));
  if (tasks.length > 0) {
    const bad = tasks.filter(failed).length;
    const count = counted(tasks.length, 'task');
    shown.push(
      look.paint('muted', count) +
        (bad === 0 ? '' : look.paint('error', `  ${look.glyphs.failed} ${String(bad)} failed`)),
      '',
    );
  }
  for (const task of tasks)
    shown.push({ text: taskLine(task, now, width, look), open: () => openLog(app, task.upid), copy: task.upid });
  return shown;
};

export const tasksTab: TabBody<Guest> = { lines };
