import { clean } from '../../components/text.ts';
import type { ResultOf } from '../../src/operations/catalog.ts';
import type { Tab } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { tableLines } from '../detailTable.ts';
import type { StackRow } from './rows.ts';

type Setting = ResultOf<'stack.show'>['settings'][number];

const valueOf = ({ default: usual, required }: Setting): string => usual ?? (required ? 'to be set' : 'unset');

/** What a person can set, with what counts when nobody does. */
export const settingsTab: Tab<StackRow> = {
  id: 'settings',
  title: 'settings',
  has: ({ problem }) => problem === undefined,
  lines: ({ name }, drawing) => {
    const answer = drawing.app.look('stack.show', { name });
    if (answer.value === undefined) return answerLines(answer, drawing);
    const { settings } = answer.value;
    if (settings.length === 0) return [drawing.look.paint('muted', 'nothing to set')];
    return tableLines<Setting>(
      {
        rows: settings,
        copy: (setting) => setting.name,
        columns: [
          {
            id: 'name',
            title: 'setting',
            width: 18,
            flex: { share: 5, most: 36 },
            priority: 0,
            cell: (one) => ({ text: clean(one.name) }),
          },
          {
            id: 'value',
            title: 'value',
            width: 14,
            flex: { share: 2, most: 40 },
            priority: 0,
            cell: (one) => ({
              text: clean(valueOf(one)),
              token: one.default !== undefined ? 'text' : one.required ? 'warn' : 'muted',
            }),
          },
          { id: 'type', title: 'type', width: 8, priority: 3, cell: ({ type }) => ({ text: type, token: 'muted' }) },
          {
            id: 'description',
            title: 'about',
            width: 16,
            flex: { share: 3, most: 60 },
            priority: 1,
            cell: ({ description }) => ({ text: clean(description), token: 'muted' }),
          },
        ],
      },
      drawing,
    );
  },
};
