import type { AppModel } from '../../src/ui/app.ts';
import { answerLines } from '../answerLines.ts';
import { openText } from '../textView.ts';
import { editFile } from './edit.ts';
import { diffLine, painterOf } from './highlight.ts';

const editShown = (app: AppModel, stack: string, path: string): void => {
  const { value } = app.look('stack.file', { name: stack, path }, { dwellMs: 0 });
  if (value === undefined) return;
  if (value.change === 'new') app.notify({ token: 'warn', text: 'it is not rendered yet: there is nothing to edit' });
  else void editFile(app, `${value.folder}/${path}`);
};

/** Shows a rendered file over the body: numbered, in colours, searched like any text; what a render would change stands before it. */
export const openFile = (app: AppModel, stack: string, path: string): void =>
  openText(app, {
    title: `${stack}/${path}`,
    keys: { scope: 'file', handlers: { edit: () => editShown(app, stack, path) } },
    lines: (place) => {
      const { look } = place;
      const answer = app.look('stack.file', { name: stack, path }, { dwellMs: 0 });
      const { value } = answer;
      if (value === undefined) return answerLines(answer, place);
      const paint = painterOf(path, look);
      // Of a file that is not there yet, the difference would only say its whole text once more.
      const patch = value.change === 'new' ? [] : value.patch;
      const texts = value.text.replace(/\n$/, '').split('\n');
      const digits = String(texts.length).length;
      return [
        ...patch.map((line) => diffLine(line, look)),
        ...(patch.length === 0 ? [] : ['']),
        ...texts.map((line, at) => `${look.paint('muted', String(at + 1).padStart(digits))}  ${paint(line)}`),
      ];
    },
  });
