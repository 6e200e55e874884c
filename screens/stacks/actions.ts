import { clean } from '../../components/text.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { MenuItem } from '../../src/ui/state.ts';
import { answerLines } from '../answerLines.ts';
import { openText } from '../textView.ts';
import { editFile } from './edit.ts';
import { renderForm, newStackForm } from './forms.ts';
import { diffLine } from './highlight.ts';
import { stackRows, type StackRow } from './rows.ts';

/** Shows what a render would change, file after file. */
const openDiff = (app: AppModel, name: string): void =>
  openText(app, {
    title: `${name}: what a render would change`,
    lines: (place) => {
      const { look } = place;
      const answer = app.look('stack.diff', { name, stat: true }, { dwellMs: 0 });
      if (answer.value === undefined) return answerLines(answer, place);
      if (answer.value.length === 0) return [look.paint('ok', 'nothing: every file is as it would be rendered')];
      return answer.value.flatMap(({ path, added, removed, hunks }) => [
        `${look.paint('heading', clean(path))}  ${look.paint('ok', `+${String(added)}`)} ${look.paint('error', `-${String(removed)}`)}`,
        ...hunks.flatMap(({ oldStart, newStart, lines }) => [
          diffLine(`@@ -${String(oldStart)} +${String(newStart)} @@`, look),
          ...lines.map((line) => diffLine(line, look)),
        ]),
        '',
      ]);
    },
  });

/** Begins a new stack. */
export const addStack = (app: AppModel): void => app.openForm(newStackForm(stackRows(app).map(({ name }) => name)));

/** What can be done with a stack. */
export const stackActions = (
  app: AppModel,
  { name, problem, file, line }: StackRow,
): { readonly title: string; readonly items: readonly MenuItem[] } => {
  const broken = problem === undefined ? {} : { impossible: 'has a problem: see its summary' };
  return {
    title: name,
    items: [
      {
        title: 'edit…',
        key: 'e',
        detail: line === undefined ? 'its Compose file, in your editor' : 'in your editor, where the problem is',
        run: () => void editFile(app, file, line),
      },
      {
        title: 'render…',
        key: 'r',
        detail: 'write what every way of running it needs',
        ...broken,
        run: () => app.openForm(renderForm(name)),
      },
      { title: 'diff', key: 'd', detail: 'what a render would change', ...broken, run: () => openDiff(app, name) },
      {
        title: 'validate',
        key: 'v',
        detail: 'let the real tools judge what is rendered',
        ...broken,
        run: () => void app.run({ name: 'stack.validate', input: { name } }),
      },
      {
        title: 'make secrets',
        key: 's',
        detail: 'those that are missing and are generated',
        ...broken,
        run: () => void app.run({ name: 'secret.generate', input: { stack: name } }),
      },
      {
        title: 'pin images',
        key: 'p',
        detail: 'write the digests of now into images.lock',
        ...broken,
        run: () => void app.run({ name: 'stack.pin', input: { name } }),
      },
      {
        title: 'remove…',
        key: 'D',
        detail: 'with its secrets and what is rendered of it',
        run: () => void app.run({ name: 'stack.remove', input: { name } }),
      },
    ],
  };
};
