import { clean, fit, truncate, wrapWords } from '../../components/text.ts';
import { moment } from '../../components/units.ts';
import { taskSucceeded, type ClusterNode, type Task } from '../../src/models/cluster.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { openLog } from '../log.ts';
import { titleOf } from '../tasks/columns.ts';
import { taskState } from '../tasks/line.ts';
import { awayLines } from './away.ts';

const everyMs = 15_000;
/** So many of its last tasks. */
const limit = 200;

/** The reason of a failure takes so many lines at most. */
const reasonLines = 2;

const linesOf = (task: Task, { app, look, now, width }: Drawing & Area): readonly Line[] => {
  const { glyph, word, token } = taskState(task);
  const when = look.paint('muted', fit(moment(task.starttime * 1000, now), 11));
  const failed = task.status !== undefined && !taskSucceeded(task.status);
  const title = truncate(clean(titleOf(app, task)), Math.max(0, width - 15));
  const [first = '', ...rest] = failed ? wrapWords(word, Math.max(8, width - 2)) : [];
  const reason = [first, rest.join(' ')].slice(0, reasonLines).filter(Boolean);
  const act = { open: () => openLog(app, task.upid), copy: task.upid };
  return [
    { text: `${look.paint(token, look.glyphs[glyph])} ${when}  ${title}`, ...act },
    ...reason.map((text) => ({ text: `  ${look.paint(token, truncate(text, width - 2))}`, ...act })),
  ];
};

/** What was done on a node, newest first, further back than the list of all tasks goes. Enter opens the log. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('task.list', { node: node.node, limit }, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value?.length === 0) return [...said, look.paint('muted', 'it remembers no task that this login may see')];
  return [...said, ...(answer.value ?? []).flatMap((task) => linesOf(task, drawing))];
};

export const tasksTab: Tab<ClusterNode> = { id: 'tasks', title: 'tasks', lines };
