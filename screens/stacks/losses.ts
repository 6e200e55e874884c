import { clean, wrapWords } from '../../components/text.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import type { StackRow } from './rows.ts';

const lines = ({ name }: StackRow, drawing: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = drawing;
  const answer = app.look('stack.losses', { name });
  if (answer.value === undefined) return answerLines(answer, drawing);
  if (answer.value.length === 0) return [look.paint('ok', 'every way of running it carries all of it')];
  const byWay = Map.groupBy(answer.value, ({ generator }) => generator);
  return [...byWay].flatMap(([way, losses], at) => [
    ...(at === 0 ? [] : ['']),
    look.paint('heading', way),
    ...losses.flatMap(({ path, message }): readonly Line[] => [
      { text: look.paint('accent', clean(path)), copy: path },
      ...wrapWords(clean(message), width - 2).map((text) => ({ text: `  ${look.paint('muted', text)}`, copy: path })),
    ]),
  ]);
};

/** What each way of running it cannot carry: nothing is lost silently. */
export const lossesTab: Tab<StackRow> = {
  id: 'losses',
  title: 'losses',
  has: ({ problem }) => problem === undefined,
  lines,
};
