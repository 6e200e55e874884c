import { truncate, wrapWords } from '../../components/text.ts';
import { levelOf } from '../../src/models/logLine.ts';
import type { ClusterNode } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { openDescription } from '../describeView.ts';
import { cleanLine } from '../../src/ui/logText.ts';
import { awayLines } from './away.ts';
import { journalText, paintJournal } from './journalText.ts';

/** New lines come this often while the tab is looked at, in milliseconds. */
const everyMs = 5000;

/** A long line whole. */
const openLine = (app: AppModel, node: string, text: string): void =>
  openDescription(app, `journal ${node} ${text}`, {
    heading: ({ look }) => look.paint('heading', `a line of the journal of ${node}`),
    lines: ({ look, width }) => wrapWords(cleanLine(text), width).map((line) => paintJournal(line, look)),
  });

/** An entry takes so many lines at most: whole in a wide pane, its beginning in a narrow one. */
const mostLines = 3;

const entryLines = (text: string, node: string, { app, look, now, width }: Drawing & Area): readonly Line[] => {
  const [first = '', ...rest] = wrapWords(journalText(text, now), width);
  const more = wrapWords(rest.join(' '), Math.max(8, width - 2)).filter(Boolean);
  const shown = [first, ...more.slice(0, mostLines - 1).map((line) => `  ${line}`)];
  const cut =
    more.length >= mostLines
      ? shown.with(-1, truncate(`${shown.at(-1) ?? ''} ${more[mostLines - 1] ?? ''}`, width))
      : shown;
  const level = levelOf(text);
  return cut.map((line) => ({
    text: level === 'info' ? line : look.paint(level, line),
    open: () => openLine(app, node, text),
    copy: cleanLine(text),
  }));
};

/** The newest lines of the journal of a node, newest first, as they come. Enter shows a long line whole. */
const lines = (node: ClusterNode, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  if (node.status !== 'online') return awayLines(node, drawing);
  const answer = app.look('node.journal', { node: node.node }, { everyMs });
  const said = answerLines(answer, drawing);
  if (answer.value === undefined) return said;
  if (answer.value.length === 0) return [...said, look.paint('muted', 'nothing is written')];
  const head = look.paint('muted', truncate('newest first, follows by itself', width));
  return [...said, head, ...answer.value.toReversed().flatMap((line) => entryLines(line.t, node.node, drawing))];
};

export const journalTab: Tab<ClusterNode> = { id: 'journal', title: 'journal', lines };
