import { clean, wrapWords } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { editFile } from './edit.ts';
import type { StackRow } from './rows.ts';

type Problem = ResultOf<'stack.problems'>[number];

const problemLines = (problem: Problem, { app, look, width }: Drawing & Area): readonly Line[] => {
  const { severity, where, message, hint, file, line } = problem;
  const [glyph, token] = severity === 'error' ? (['failed', 'error'] as const) : (['warning', 'warn'] as const);
  const head = where === '' ? [] : [`${look.paint(token, look.glyphs[glyph])} ${look.paint('accent', clean(where))}`];
  const mark = where === '' ? `${look.paint(token, look.glyphs[glyph])} ` : '  ';
  const texts = wrapWords(clean(message), width - 2).map((text, at) => `${at === 0 ? mark : '  '}${text}`);
  const hints =
    hint === undefined ? [] : wrapWords(clean(hint), width - 2).map((text) => look.paint('muted', `  ${text}`));
  return [...head, ...texts, ...hints].map((text) => ({
    text,
    copy: [where, message].filter((part) => part !== '').join(': '),
    ...(file !== undefined && { open: () => void editFile(app, file, line) }),
  }));
};

const lines = ({ name }: StackRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look } = drawing;
  const answer = app.look('stack.problems', { name });
  if (answer.value === undefined) return answerLines(answer, drawing);
  if (answer.value.length === 0) return [look.paint('ok', `${look.glyphs.running} nothing is wrong with it`)];
  return answer.value.flatMap((problem, at) => [...(at === 0 ? [] : ['']), ...problemLines(problem, drawing)]);
};

/** What is wrong, worst first, each with its place: Enter opens the editor there. */
export const problemsTab: Tab<StackRow> = { id: 'problems', title: 'problems', lines };
